package plan_test

import (
	"strings"
	"testing"

	"github.com/trailspan/trailspan/internal/plan"
	"github.com/trailspan/trailspan/internal/trail"
)

const (
	keyARN   = "arn:aws:kms:eu-west-1:123456789012:key/k"
	topicARN = "arn:aws:sns:eu-west-1:123456789012:news"
	groupARN = "arn:aws:logs:eu-west-1:123456789012:log-group:trail:*"
	roleARN  = "arn:aws:iam::123456789012:role/trail"
	abc      = "arn:aws:cloudtrail:eu-west-1:123456789012:trail/abc"
)

// dressed is an account whose trail has a key, a topic and a log group.
func dressed(change ...func(*trail.Trail)) trail.Snapshot {
	return snapshot(single("abc", "eu-west-1", append([]func(*trail.Trail){func(t *trail.Trail) {
		t.KMSKeyID, t.SNSTopicARN, t.LogGroupARN, t.LogRoleARN = keyARN, topicARN, groupARN, roleARN
	}}, change...)...))
}

// lets allows CloudTrail some actions, under conditions.
func lets(sid, actions string, conditions ...string) string {
	c := ""
	if conditions != nil {
		c = `,"Condition":` + conditions[0]
	}
	return `{"Sid":"` + sid + `","Effect":"Allow","Principal":{"Service":"cloudtrail.amazonaws.com"},"Action":[` + actions + `],"Resource":"*"` + c + `}`
}

func document(statements ...string) string {
	return `{"Version":"2012-10-17","Statement":[` + strings.Join(statements, ",") + `]}`
}

func hid(action string) trail.Gap {
	return trail.Gap{Action: action, Kind: trail.Denied, Error: "AccessDenied: " + action}
}

var (
	encrypts = lets("Encrypt", `"kms:GenerateDataKey*","kms:DescribeKey"`,
		`{"StringLike":{"kms:EncryptionContext:aws:cloudtrail:arn":"arn:aws:cloudtrail:*:123456789012:trail/*"}}`)
	describes = lets("Describe", `"kms:DescribeKey"`)
	decrypts  = lets("Decrypt", `"kms:Decrypt"`)
	publishes = lets("Publish", `"SNS:Publish"`)
)

func aKey(statements ...string) plan.Key {
	return plan.Key{ID: keyARN, Region: "eu-west-1", State: "Enabled", Policy: document(statements...)}
}

func keyed(k plan.Key) plan.Evidence { return plan.Evidence{Bucket: bucket(), Key: &k} }

func with(k plan.Key, change func(*plan.Key)) plan.Key {
	change(&k)
	return k
}

func topical(p plan.Topic) plan.Evidence { return plan.Evidence{Topic: &p} }

func underKey(k *plan.Key) plan.Evidence {
	return topical(plan.Topic{Policy: document(publishes), KeyID: keyARN, Key: k})
}

const trusts = `{"Statement":{"Sid":"Trust","Effect":"Allow","Principal":{"Service":"cloudtrail.amazonaws.com"},"Action":"sts:AssumeRole"}}`

// writes allows what a role needs on streams.
func writes(streams ...string) map[string]string {
	return map[string]string{"write": `{"Statement":[{"Sid":"Put","Effect":"Allow","Action":"logs:*","Resource":["arn:aws:logs:eu-west-1:123456789012:log-group:trail:log-stream:` +
		strings.Join(streams, `","arn:aws:logs:eu-west-1:123456789012:log-group:trail:log-stream:`) + `"]}]}`}
}

func grouped(change func(*plan.LogGroup)) plan.Evidence {
	l := plan.LogGroup{Role: plan.Role{Trust: trusts, Policies: writes("123456789012_CloudTrail_eu-west-1*")}}
	if change != nil {
		change(&l)
	}
	return plan.Evidence{LogGroup: &l}
}

func filtered(patterns ...string) plan.Evidence {
	return grouped(func(l *plan.LogGroup) {
		for _, p := range patterns {
			l.Filters = append(l.Filters, plan.MetricFilter{Name: "f", Pattern: p})
		}
	})
}

func TestGatesAroundATrail(t *testing.T) {
	bare := aKey(describes, lets("Encrypt", `"kms:GenerateDataKey*"`))
	bucketKey := func(k *plan.Key) { k.BucketKey = true }
	hiding := func(actions ...string) func(*plan.Key) {
		return func(k *plan.Key) {
			for _, a := range actions {
				k.Gaps = append(k.Gaps, hid(a))
			}
		}
	}
	ofOrganization := func(e plan.Evidence) plan.Evidence { e.Organization = org; return e }
	theirs := func(t *trail.Trail) { t.LogGroupARN = "arn:aws:logs:eu-west-1:999999999999:log-group:trail:*" }
	everything := func(l *plan.LogGroup) {
		l.Role.Policies = map[string]string{"all": `{"Statement":[{"Effect":"Allow","Action":"logs:*","Resource":"*"}]}`}
	}
	theirRole := func(t *trail.Trail) { t.LogRoleARN = "arn:aws:iam::999999999999:role/trail" }
	organized := dressed(func(t *trail.Trail) { t.Organization = true })
	for name, c := range map[string]struct {
		s        trail.Snapshot
		e        plan.Evidence
		gate     string
		want     plan.GateStatus
		evidence string
	}{
		// The documented condition on the encryption context, on kms:DescribeKey too, which has none.
		"DescribeKey has no encryption context": {dressed(), keyed(aKey(encrypts)), "kms-key", plan.Block, "kms:encryptioncontext:aws:cloudtrail:arn"},
		"as documented":                         {dressed(), keyed(aKey(encrypts, describes)), "kms-key", plan.Pass, "Encrypt"},
		"an S3 Bucket Key wants kms:Decrypt":    {dressed(), keyed(with(bare, bucketKey)), "kms-key", plan.Block, "no statement allows kms:Decrypt"},
		"and has it":                            {dressed(), keyed(with(aKey(encrypts, describes, decrypts), bucketKey)), "kms-key", plan.Pass, "Encrypt"},
		"whether there is one is hidden":        {dressed(), keyed(with(bare, hiding("s3:GetEncryptionConfiguration"))), "kms-key", plan.UnknownGate, "s3:GetEncryptionConfiguration"},
		"and does not matter":                   {dressed(), keyed(with(aKey(encrypts, describes, decrypts), hiding("s3:GetEncryptionConfiguration"))), "kms-key", plan.Pass, "Encrypt"},
		"the state is hidden":                   {dressed(), keyed(with(bare, hiding("kms:DescribeKey"))), "kms-key", plan.UnknownGate, "kms:DescribeKey"},
		"the state is hidden, the policy not":   {dressed(), keyed(with(aKey(describes), hiding("kms:DescribeKey"))), "kms-key", plan.Block, "no statement allows kms:GenerateDataKey; kms:DescribeKey"},
		"no policy":                             {dressed(), keyed(with(bare, func(k *plan.Key) { k.Policy = "" })), "kms-key", plan.UnknownGate, "not valid JSON"},
		"the Region of the bucket is hidden":    {dressed(), plan.Evidence{Bucket: plan.Bucket{Exists: true}, Key: &bare}, "kms-key", plan.UnknownGate, ""},
		"a Deny":                                {dressed(), keyed(aKey(encrypts, describes, `{"Sid":"No","Effect":"Deny","Principal":"*","Action":"kms:*","Resource":"*"}`)), "kms-key", plan.Block, "No"},

		"a topic whose key AWS manages":        {dressed(), topical(plan.Topic{Policy: document(publishes), KeyID: "alias/aws/sns"}), "sns-topic", plan.Warn, "alias/aws/sns"},
		"a topic whose key lets CloudTrail in": {dressed(), underKey(ptr(aKey(lets("Use", `"kms:GenerateDataKey*","kms:Decrypt"`)))), "sns-topic", plan.Pass, "Publish"},
		"a topic whose key does not":           {dressed(), underKey(ptr(aKey(encrypts))), "sns-topic", plan.Warn, "kms:"},
		"a topic whose key is disabled":        {dressed(), underKey(ptr(with(bare, func(k *plan.Key) { k.State = "Disabled" }))), "sns-topic", plan.Warn, "KeyState=Disabled"},
		"a topic whose key is gone":            {dressed(), underKey(&plan.Key{ID: keyARN, Missing: true}), "sns-topic", plan.Warn, "NotFoundException"},
		"a topic whose key is hidden":          {dressed(), underKey(ptr(with(plan.Key{ID: keyARN}, hiding("kms:GetKeyPolicy")))), "sns-topic", plan.UnknownGate, "kms:GetKeyPolicy"},
		"a topic whose key's state is hidden":  {dressed(), underKey(ptr(with(aKey(lets("Use", `"kms:*"`)), hiding("kms:DescribeKey")))), "sns-topic", plan.UnknownGate, "kms:DescribeKey"},

		"a log group that is gone":            {dressed(), grouped(func(l *plan.LogGroup) { l.Missing = true }), "log-group", plan.Block, "log-group:trail"},
		"a log group of another Region":       {dressed(func(t *trail.Trail) { t.LogGroupARN = "arn:aws:logs:us-east-1:123456789012:log-group:trail:*" }), grouped(nil), "log-group", plan.Block, "us-east-1"},
		"a permissions boundary":              {dressed(), grouped(func(l *plan.LogGroup) { l.Role.Boundary = "arn:b" }), "log-group", plan.UnknownGate, "arn:b"},
		"the role is hidden":                  {dressed(), grouped(func(l *plan.LogGroup) { l.Role, l.Gaps = plan.Role{}, []trail.Gap{hid("iam:GetRole")} }), "log-group", plan.UnknownGate, "iam:GetRole"},
		"a trust policy that nobody can read": {dressed(), grouped(func(l *plan.LogGroup) { l.Role.Trust = "{" }), "log-group", plan.UnknownGate, "not valid JSON"},
		"organization, members left out":      {organized, ofOrganization(grouped(func(l *plan.LogGroup) { l.Role.Policies = writes("o-abc_123456789012_*") })), "log-group", plan.Block, "only on"},
		"organization, all streams":           {organized, ofOrganization(grouped(func(l *plan.LogGroup) { l.Role.Policies = writes("o-abc_*") })), "log-group", plan.Pass, "Trust, write/Put"},
		"the organization is hidden":          {organized, grouped(nil), "log-group", plan.UnknownGate, ""},

		"a log group of another account":                  {dressed(theirs), grouped(everything), "log-group", plan.UnknownGate, "999999999999"},
		"a role of another account":                       {dressed(theirRole), grouped(func(l *plan.LogGroup) { l.Role = plan.Role{} }), "log-group", plan.UnknownGate, "999999999999"},
		"a log group of another account, a bad role":      {dressed(theirs), grouped(func(l *plan.LogGroup) { l.Role.Trust = `{"Statement":[]}` }), "log-group", plan.Block, ""},
		"the metric filters of another account":           {dressed(theirs), filtered("UpdateTrail"), "alarms", plan.UnknownGate, "999999999999"},
		"the metric filters, when only the role is other": {dressed(theirRole), filtered("UpdateTrail"), "alarms", plan.Warn, "UpdateTrail"},

		// CIS 4.5 and Security Hub CloudWatch.5
		"the CIS filter":                      {dressed(), filtered("{($.eventName = CreateTrail) || ($.eventName = UpdateTrail) || ($.eventName = DeleteTrail)}"), "alarms", plan.Warn, "UpdateTrail"},
		"a wildcard":                          {dressed(), filtered(`{ $.eventName = "*Trail" }`), "alarms", plan.Warn, "*Trail"},
		"whatever CloudTrail does":            {dressed(), filtered(`{ $.eventSource = "cloudtrail.amazonaws.com" }`), "alarms", plan.Warn, "eventSource"},
		"a word":                              {dressed(), filtered("UpdateTrail"), "alarms", plan.Warn, "UpdateTrail"},
		"everything but UpdateTrail":          {dressed(), filtered("{ $.eventName != UpdateTrail }"), "alarms", plan.Pass, ""},
		"a trail that is started, too":        {dressed(stopped), filtered("{ $.eventName = StartLogging }"), "alarms", plan.Warn, "StartLogging"},
		"a trail that is started already":     {dressed(), filtered("{ $.eventName = StartLogging }"), "alarms", plan.Pass, ""},
		"a trail that has only to be started": {dressed(stopped, wide), filtered("{ $.eventName = UpdateTrail }"), "alarms", plan.Pass, ""},
		"logins":                              {dressed(), filtered("{ $.eventName = ConsoleLogin }"), "alarms", plan.Pass, ""},

		"members are counted":                {organization(), plan.Evidence{Organization: &plan.Organization{ID: "o-abc", Members: 7}}, "organization", plan.Warn, "7"},
		"a delegated administrator":          {foreign(), plan.Evidence{Organization: &plan.Organization{ID: "o-abc", Delegated: true}}, "organization", plan.Warn, "999999999999"},
		"an organization that the policy is": {snapshot(single("abc", "eu-west-1")), plan.Evidence{Organization: org, Bucket: bucket(aclCheck, write("*", `{"StringEquals":{"aws:SourceOrgID":"o-abc"}}`))}, "bucket-policy", plan.Pass, "Acl"},
		"an organization that it is not":     {snapshot(single("abc", "eu-west-1")), plan.Evidence{Organization: org, Bucket: bucket(aclCheck, write("*", `{"StringEquals":{"aws:SourceOrgID":"o-xyz"}}`))}, "bucket-policy", plan.Block, "aws:sourceorgid"},
		"an organization that is hidden":     {snapshot(single("abc", "eu-west-1")), plan.Evidence{Gaps: []trail.Gap{organizationDenied}, Bucket: bucket(aclCheck, write("*", `{"StringEquals":{"aws:SourceOrgID":"o-xyz"}}`))}, "bucket-policy", plan.Warn, "aws:sourceorgid"},
	} {
		t.Run(name, func(t *testing.T) {
			p := plan.Widen(c.s, c.s.Trails[0].ARN)
			g := gateOf(t, plan.Preflight(p, c.s, c.e, ""), c.gate)
			if g.Status != c.want || !strings.Contains(evidenceOf(g), c.evidence) {
				t.Errorf("gate %s is %s by %q, want %s by %q", g.ID, g.Status, evidenceOf(g), c.want, c.evidence)
			}
		})
	}
}

func ptr[T any](v T) *T { return &v }

// What a trail has not is no gate, and the management account is bound by no policy of
// AWS Control Tower.
func TestGatesOfWhatIsNotThere(t *testing.T) {
	s := snapshot(single("abc", "eu-west-1"), single("aws-controltower-BaselineCloudTrail", "us-east-1"))
	e := plan.Evidence{Organization: &plan.Organization{ID: "o-abc", ManagementAccount: me}}
	for _, g := range plan.Preflight(plan.Widen(s, abc), s, e, "") {
		switch g.ID {
		case "kms-key", "sns-topic", "log-group", "alarms", "control-tower", "security-lake":
			t.Errorf("gate %s %s", g.ID, g.Status)
		}
	}
}

// The key of a new trail is judged as well: in the Region where the bucket will be.
func TestKeyGateOfCreate(t *testing.T) {
	w := plan.Wanted{Account: me, Name: "abc", Home: "eu-west-1", Bucket: "logs", KMSKeyID: "k", Partition: "aws"}
	elsewhere := with(aKey(encrypts, describes), func(k *plan.Key) { k.Region = "us-east-1" })
	for want, e := range map[plan.GateStatus]plan.Evidence{
		plan.Pass:  {Key: ptr(aKey(encrypts, describes))},
		plan.Block: {Key: &elsewhere},
	} {
		p, err := plan.Make(snapshot(), w, e)
		if err != nil {
			t.Fatal(err)
		}
		if g := gateOf(t, p.Gates, "kms-key"); g.Status != want {
			t.Errorf("gate kms-key is %s by %q, want %s", g.Status, g.Evidence, want)
		}
	}
}

// wide makes a trail that is multi-Region already.
func wide(t *trail.Trail) { t.MultiRegion = true }

// What the gate cannot see of alarms is said once, beside it: of a trail with a log group
// those elsewhere, of one without all.
func TestAlarmsAreToldOnce(t *testing.T) {
	for name, c := range map[string]struct {
		s    trail.Snapshot
		want trail.Note
	}{
		"no log group": {snapshot(single("abc", "eu-west-1")), trail.Say("becomes.alarms", "calls", "UpdateTrail")},
		"a log group":  {dressed(stopped), trail.Say("becomes.alarms-elsewhere", "trail", "abc", "calls", "UpdateTrail, StartLogging")},
	} {
		t.Run(name, func(t *testing.T) {
			var got []trail.Note
			for _, b := range plan.Widen(c.s, arnOf("abc", "eu-west-1")).Becomes {
				if strings.HasPrefix(b.Note.Key, "becomes.alarms") {
					got = append(got, b.Note)
				}
			}
			if len(got) != 1 || got[0].Key != c.want.Key || got[0].Args["calls"] != c.want.Args["calls"] {
				t.Errorf("%v, want %v", got, c.want)
			}
		})
	}
}
