package commands

import (
	"maps"
	"regexp"
	"slices"
	"strings"

	"github.com/trailspan/trailspan/internal/iac"
)

// A family is what a class belongs to that makes trails: an SDK, the CDK, Pulumi.
type family int

// The families; foreign is nothing of ours.
const (
	foreign family = iota
	sdk
	sdkOld // version 1 of the SDK for Java, whose requests are changed in place
	sdkKotlin
	cdk
	pulumi
)

// packages are where the classes of a family are, in Java, Kotlin and Scala, and in C#.
func packages(kind iac.Kind) map[string]family {
	if kind == CSharp {
		return map[string]family{"Amazon.CloudTrail.Model": sdk, "Amazon.CDK.AWS.CloudTrail": cdk, "Pulumi.Aws.CloudTrail": pulumi}
	}
	return map[string]family{
		"software.amazon.awssdk.services.cloudtrail.model": sdk,
		"com.amazonaws.services.cloudtrail.model":          sdkOld,
		"aws.sdk.kotlin.services.cloudtrail.model":         sdkKotlin,
		"software.amazon.awscdk.services.cloudtrail":       cdk,
		"com.pulumi.aws.cloudtrail":                        pulumi,
	}
}

// maker says what a class of a family makes; nil if that is no trail. Its properties are named
// as builders and objects have them.
func (is family) maker(class string, kind iac.Kind) *maker {
	m := &maker{name: class, multi: "isMultiRegionTrail", global: "includeGlobalServiceEvents", byDefault: iac.Single}
	if kind == CSharp {
		m.multi, m.global = "IsMultiRegionTrail", "IncludeGlobalServiceEvents"
	}
	switch {
	case class == "CreateTrailRequest" && (is == sdk || is == sdkOld || is == sdkKotlin):
		m.proof = []string{"Name"}
	case class == "UpdateTrailRequest" && (is == sdk || is == sdkOld || is == sdkKotlin):
		m.proof, m.byDefault = []string{"Name"}, ""
	case (class == "Trail" || class == "TrailProps") && is == cdk:
		m.name, m.byDefault, m.props = "Trail", iac.Multi, 2
	case (class == "CfnTrail" || class == "CfnTrailProps") && is == cdk:
		m.name, m.needsGlobal, m.props = "CfnTrail", true, 2
	case (class == "Trail" || class == "TrailArgs") && is == pulumi:
		m.name, m.props = "Trail", 1
	default:
		return nil
	}
	return m
}

// isRequest says whether a maker is one of an SDK.
func (mk *maker) isRequest() bool { return len(mk.proof) > 0 }

var (
	jvmImport = regexp.MustCompile(`(?m)^[ \t]*import\s+(?:static\s+)?([\w.]+?)\.(\*|_|\w+|\{[^{}]*\})(?:\s+as\s+(\w+))?[ \t]*;?[ \t\r]*$`)
	ownJVM    = regexp.MustCompile(`(?m)^[ \t]*package\s+(?:software\.amazon\.aws|com\.amazonaws\.|aws\.sdk\.kotlin\.|com\.pulumi\.)`)
	csUsing   = regexp.MustCompile(`(?m)^[ \t]*(?:global\s+)?using\s+(?:(\w+)\s*=\s*)?(?:global::)?([\w.]+)\s*;`)
	wordOf    = regexp.MustCompile(`\w+`)
)

// imported is what a file imports of our families.
type imported struct {
	classes map[string]family // by name; foreign is a class of that name from elsewhere
	all     []family          // of whose packages every class is
	aliases map[string]string // packages by another name
	kind    iac.Kind
}

// importsOf reads the imports of a file.
func importsOf(masked []byte, kind iac.Kind) imported {
	im := imported{classes: map[string]family{}, aliases: map[string]string{}, kind: kind}
	known := packages(kind)
	if kind == CSharp {
		for _, m := range csUsing.FindAllSubmatch(masked, 300) {
			im.using(string(m[1]), string(m[2]), known)
		}
		return im
	}
	for _, m := range jvmImport.FindAllSubmatch(masked, 1000) {
		from, what, as := string(m[1]), string(m[2]), string(m[3])
		switch is := known[from]; {
		case what == "*" || what == "_":
			if is != foreign {
				im.all = append(im.all, is)
			}
		case as != "":
			im.classes[as] = foreign // which is not looked for under another name
		default:
			for _, class := range wordOf.FindAllString(what, -1) {
				im.classes[class] = is
			}
			if known[from+"."+what] != foreign {
				im.aliases[what] = from + "." + what // a package, as Scala imports them
			}
		}
	}
	return im
}

func (im *imported) using(as, what string, known map[string]family) {
	switch {
	case as != "":
		im.aliases[as] = what
	case known[what] != foreign:
		im.all = append(im.all, known[what])
	}
}

var ownClass = regexp.MustCompile(`\b(?:class|record|struct|interface)\s+(CreateTrailRequest|UpdateTrailRequest|TrailProps|TrailArgs|CfnTrail|Trail)\b`)

// disown marks the classes that a file declares itself: they are not CloudTrail's.
func (im *imported) disown(masked []byte) {
	for _, m := range ownClass.FindAllSubmatch(masked, 20) {
		im.classes[string(m[1])] = foreign
	}
}

// none says that nothing of ours is imported, nor written with its package.
func (im *imported) none() bool {
	return len(im.all) == 0 && len(im.aliases) == 0 && !slices.ContainsFunc(slices.Collect(maps.Values(im.classes)), func(is family) bool { return is != foreign })
}

// family is that of a class, with what stands before its name.
func (im *imported) family(qualifier, class string) family {
	qualifier = strings.TrimSuffix(strings.Join(strings.Fields(qualifier), ""), ".")
	qualifier = strings.TrimPrefix(qualifier, "global::")
	known := packages(im.kind)
	if qualifier == "" {
		if is, found := im.classes[class]; found {
			return is
		}
		for _, is := range im.all {
			if is.maker(class, im.kind) != nil {
				return is
			}
		}
		return foreign
	}
	first, rest, _ := strings.Cut(qualifier, ".")
	if long := im.aliases[first]; long != "" {
		qualifier = strings.TrimSuffix(long+"."+rest, ".")
	}
	return known[qualifier]
}
