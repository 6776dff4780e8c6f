package plan

import (
	"slices"
	"strings"

	"github.com/trailspan/trailspan/internal/trail"
)

// Manager is whoever's code makes a trail, and takes changes back that are made to the
// trail alone.
type Manager string

// The managers, in the order in which they are looked for. Tags are a hint only:
// anybody can write them.
const (
	ControlTower Manager = "control-tower"
	Accelerator  Manager = "accelerator" // Landing Zone Accelerator on AWS
	StackSet     Manager = "stackset"
	Stack        Manager = "stack"
	Terraform    Manager = "terraform"
	Given        Manager = "source"  // a file that the user names
	NotAsked     Manager = "unknown" // CloudFormation or the tags could not be asked
	Tagged       Manager = "tags"
	Nobody       Manager = ""
)

// accelerated recognizes what Landing Zone Accelerator makes, by the prefix that it gives
// to its stacks and resources unless it is configured to take another.
// https://docs.aws.amazon.com/solutions/latest/landing-zone-accelerator-on-aws/
func accelerated(name string) bool { return strings.HasPrefix(name, "AWSAccelerator-") }

// stackSetInstance recognizes the stacks that a StackSet makes: StackSet-NAME-UUID.
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/stacksets-concepts.html
func stackSetInstance(stack string) bool { return strings.HasPrefix(stack, "StackSet-") }

// ManagerOf says who manages a trail, and by what that is known: a name, an address, a
// tag, or what AWS said when it was asked.
func ManagerOf(t trail.Trail, o Owner) (Manager, string) {
	switch {
	case controlTower(t):
		return ControlTower, t.Name
	case accelerated(o.Stack):
		return Accelerator, o.Stack
	case accelerated(t.Name):
		return Accelerator, t.Name
	case stackSetInstance(o.Stack):
		return StackSet, o.Stack
	case o.Stack != "":
		return Stack, o.Stack
	case o.Address != "":
		return Terraform, o.Address
	case o.Source != "":
		return Given, o.Source
	case o.Gap != nil:
		return NotAsked, o.Gap.Error
	case len(hints(o.Tags)) > 0:
		return Tagged, strings.Join(hints(o.Tags), ", ")
	case o.TagGap != nil:
		return NotAsked, o.TagGap.Error
	default:
		return Nobody, ""
	}
}

// manages says whether somebody's code is known to have the trail.
func (m Manager) manages() bool {
	return slices.Contains([]Manager{ControlTower, Accelerator, StackSet, Stack, Terraform, Given}, m)
}

// Gaps are what could not be asked.
func (o Owner) Gaps() []trail.Gap {
	var out []trail.Gap
	for _, g := range []*trail.Gap{o.Gap, o.TagGap} {
		if g != nil {
			out = append(out, *g)
		}
	}
	return out
}

// A Tag of a trail.
type Tag struct{ Key, Value string }

// hints returns the tags by which people and tools say that code makes a thing.
// CloudFormation puts none on trails, and nobody has to.
func hints(tags []Tag) []string {
	var out []string
	for _, t := range tags {
		key, value := plain(t.Key), strings.ToLower(t.Value)
		named := slices.ContainsFunc(tools(), func(tool string) bool { return strings.Contains(value, tool) })
		switch {
		case slices.Contains(managerKeys(), key) && named,
			slices.ContainsFunc(tools(), func(tool string) bool { return strings.Contains(key, tool) }) && value != "false" && value != "no":
			out = append(out, t.Key+"="+t.Value)
		}
	}
	return out
}

// plain drops what people spell a key differently with: ManagedBy, managed-by, managed_by.
func plain(key string) string {
	return strings.NewReplacer("-", "", "_", "", ":", "", " ", "").Replace(strings.ToLower(key))
}

func managerKeys() []string {
	return []string{"managedby", "createdby", "provisionedby", "deployedby", "provisioner", "iac", "tool", "source", "managed"}
}

func tools() []string {
	return []string{"terraform", "terragrunt", "opentofu", "tofu", "cloudformation", "pulumi", "crossplane", "cdk", "ansible"}
}

// ownerGate: a trail that code makes is changed in the code. With AllowDrift it is
// changed live, except where AWS Control Tower would refuse it.
func ownerGate(t trail.Trail, o Owner, drift Drift) Gate {
	const id = "owner"
	who, evidence := ManagerOf(t, o)
	g := Gate{ID: id, Evidence: evidence}
	switch {
	case who == ControlTower:
		g.Status = Block
		g.Message, g.Hint = trail.Say("gate.owner.control-tower", "trail", t.Name), trail.Say("gate.owner.control-tower.hint")
	case who == Stack && drift == AllowDrift:
		return gate(id, Warn, evidence, "stack", evidence)
	case who == Stack:
		g = gate(id, Block, evidence, "stack", evidence)
		g.Hint = trail.Say("gate.owner.block.hint", "set", strings.Join(toSet(t, CloudFormationSource, ""), ", "))
	case who.manages() && drift == AllowDrift:
		g.Status, g.Message = Warn, trail.Say("gate.owner.warn-"+string(who), "owner", evidence)
	case who.manages():
		g.Status = Block
		g.Message, g.Hint = trail.Say("gate.owner.block-"+string(who), "owner", evidence), trail.Say("gate.owner.block-"+string(who)+".hint")
	case who == NotAsked && o.Gap != nil:
		return gate(id, UnknownGate, evidence, "action", o.Gap.Action)
	case who == NotAsked:
		g.Status, g.Message, g.Hint = UnknownGate, trail.Say("gate.owner.unknown-tags", "action", o.TagGap.Action), trail.Say("gate.owner.unknown-tags.hint")
	case who == Tagged:
		g.Status, g.Message, g.Hint = Warn, trail.Say("gate.owner.warn-tags", "tags", evidence), trail.Say("gate.owner.warn-tags.hint")
	case o.State != "":
		g.Status, g.Message, g.Evidence = Pass, trail.Say("gate.owner.pass-state", "file", o.State), o.State
	default:
		return gate(id, Pass, "cloudformation:DescribeStackResources")
	}
	return g
}
