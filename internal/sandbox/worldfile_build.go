package sandbox

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/trailspan/trailspan/internal/sandbox/securityhub"
)

// age is how long the trails of a world file have been there, and logged, when the world
// begins: for longer than event history goes back.
const age = 2 * retention

// A builder makes a world of a world file, account by account.
type builder struct {
	file *worldFile
	w    *world
	born time.Time // of what is in the world
	now  time.Time
}

// build makes the world, but for what S3 keeps. Errors name the line.
func (f *worldFile) build(now time.Time) (*world, error) {
	b := &builder{file: f, now: now, born: now.Add(-age).Truncate(time.Second), w: &world{
		DefaultAccount: f.DefaultAccount.or("123456789012"),
		Switches:       f.Switches,
		Accounts:       map[string]*account{},
		Sessions:       map[string]*session{},
		SecurityHub:    &securityhub.Store{},
	}}
	if f.DefaultAccount.text != "" {
		if err := f.DefaultAccount.checkAccount(); err != nil {
			return nil, err
		}
	}
	for i := range f.Accounts {
		if err := b.account(&f.Accounts[i]); err != nil {
			return nil, err
		}
	}
	if err := b.organization(); err != nil {
		return nil, err
	}
	for i := range f.Accounts {
		if err := b.contents(&f.Accounts[i]); err != nil {
			return nil, err
		}
	}
	if err := b.keys(); err != nil {
		return nil, err
	}
	return b.w, b.logging()
}

// account makes an account with its Regions; what is in them comes later, when the
// organization is known.
func (b *builder) account(f *accountFile) error {
	if f.ID.text == "" {
		return errorAt(f.line, "an account has no id")
	}
	if err := f.ID.checkAccount(); err != nil {
		return err
	}
	if b.w.Accounts[f.ID.text] != nil {
		return f.ID.errorf("the account %s comes twice", f.ID.text)
	}
	if f.Partition.text != "" {
		if err := f.Partition.checkOneOf("partition", "aws", "aws-cn", "aws-us-gov"); err != nil {
			return err
		}
	}
	if f.State.text != "" {
		if err := f.State.checkOneOf("state", "ACTIVE", "SUSPENDED", "PENDING_CLOSURE", "PENDING_ACTIVATION", "CLOSED"); err != nil {
			return err
		}
	}
	if f.SupportPlan.text != "" {
		if err := f.SupportPlan.checkOneOf("supportPlan", "business", "none"); err != nil {
			return err
		}
	}
	a := newAccount(f.ID.text, f.Partition.or("aws"))
	a.Name, a.Email, a.State = cmp.Or(f.Name, a.Name), cmp.Or(f.Email, a.Email), f.State.or(a.State)
	a.ExternalID, a.Roles, a.Joined = f.ExternalID, f.Roles, b.born
	a.NoSupport = f.SupportPlan.text == "none"
	b.w.Accounts[a.ID] = a
	return b.regions(a, f)
}

func (b *builder) regions(a *account, f *accountFile) error {
	for _, r := range f.OptedIn {
		if err := b.region(a, r, placed{enabled, r.line}); err != nil {
			return err
		}
	}
	for _, p := range f.Regions {
		if err := b.region(a, p[0], p[1]); err != nil {
			return err
		}
	}
	return nil
}

// region sets a RegionOptStatus. ENABLING and DISABLING last as long as the switch
// says, and without it for ever.
func (b *builder) region(a *account, region, status placed) error {
	if err := region.checkRegion(a.Partition); err != nil {
		return err
	}
	if slices.Contains(defaultRegions(a.Partition), region.text) {
		if status.text == enabledByDefault {
			return nil
		}
		return region.errorf("the Region %s is enabled by default, and cannot be %s", region.text, status.text)
	}
	if err := status.checkOneOf("status of a Region", enabled, enabling, disabling, disabled); err != nil {
		return err
	}
	if _, twice := a.OptStatus[region.text]; twice {
		return region.errorf("the Region %s comes twice", region.text)
	}
	o := optStatus{Status: status.text}
	if d := b.w.Switches.OptInDuration; d > 0 && (o.Status == enabling || o.Status == disabling) {
		o.Until = b.now.Add(d)
	}
	a.OptStatus[region.text] = o
	return nil
}

// contents makes what an account has: trails, event data stores, stacks.
func (b *builder) contents(f *accountFile) error {
	a := b.w.Accounts[f.ID.text]
	for i := range f.Trails {
		if err := b.trail(a, &f.Trails[i]); err != nil {
			return err
		}
	}
	for i := range f.EventDataStores {
		if err := b.dataStore(a, &f.EventDataStores[i]); err != nil {
			return err
		}
	}
	for i := range f.Stacks {
		if err := b.stack(a, &f.Stacks[i]); err != nil {
			return err
		}
	}
	return b.securityHub(a, f.SecurityHub)
}

// securityHub enables Security Hub in Regions; one that the account has not enabled waits
// for that.
func (b *builder) securityHub(a *account, f securityHubFile) error {
	for _, r := range f.Regions {
		if err := r.checkRegion(a.Partition); err != nil {
			return err
		}
		if !b.w.SecurityHub.Enable(a.ID, r.text, b.born) {
			return r.errorf("the Region %s comes twice", r.text)
		}
	}
	return nil
}

func (b *builder) trail(a *account, f *trailFile) error {
	if err := b.checkTrail(a, f); err != nil {
		return err
	}
	t := &trailRecord{
		Name: f.Name.text, HomeRegion: f.HomeRegion.text, S3BucketName: f.Bucket, S3KeyPrefix: f.KeyPrefix,
		ARN:                        "arn:" + a.Partition + ":cloudtrail:" + f.HomeRegion.text + ":" + a.ID + ":trail/" + f.Name.text,
		IncludeGlobalServiceEvents: or(f.GlobalServiceEvents, true), IsMultiRegionTrail: f.MultiRegion, IsOrganizationTrail: f.Organization,
		LogFileValidationEnabled: f.LogFileValidation, CloudWatchLogsLogGroupArn: f.LogGroupARN, CloudWatchLogsRoleArn: f.LogRoleARN,
		KmsKeyID: f.KMSKeyID, EventSelectors: f.EventSelectors, AdvancedEventSelectors: f.AdvancedEventSelectors,
		CustomEventSelectors: f.EventSelectors != nil || f.AdvancedEventSelectors != nil, InsightSelectors: f.InsightSelectors,
		Created: b.born,
	}
	t.SnsTopicName, t.SnsTopicARN = topic(a, f)
	if t.Logging = or(f.Logging, true); t.Logging {
		t.StartLogging = b.born
	}
	for _, p := range f.Tags {
		t.Tags = append(t.Tags, tag{Key: p[0].text, Value: &p[1].text})
	}
	for _, p := range f.DeliveryErrors {
		if t.DeliveryErrors == nil {
			t.DeliveryErrors = map[string]string{}
		}
		t.DeliveryErrors[p[0].text] = p[1].text
	}
	if a.Trails[t.ARN] != nil {
		return f.Name.errorf("the trail %s comes twice in %s of account %s", t.Name, t.HomeRegion, a.ID)
	}
	a.Trails[t.ARN] = t
	return nil
}

func (b *builder) checkTrail(a *account, f *trailFile) error {
	if f.Name.text == "" {
		return errorAt(max(f.Name.line, f.HomeRegion.line), "a trail of account %s has no name", a.ID)
	}
	if f.HomeRegion.text == "" {
		return f.Name.errorf("the trail %s has no homeRegion", f.Name.text)
	}
	if err := f.HomeRegion.checkRegion(a.Partition); err != nil {
		return err
	}
	if o := b.w.Organization; f.Organization && (o == nil || o.ManagementAccount != a.ID) {
		return f.Name.errorf("the organization trail %s is not in the management account of an organization", f.Name.text)
	}
	if f.EventSelectors != nil && f.AdvancedEventSelectors != nil {
		return f.Name.errorf("the trail %s has both eventSelectors and advancedEventSelectors", f.Name.text)
	}
	for _, p := range f.DeliveryErrors {
		if err := p[0].checkRegion(a.Partition); err != nil {
			return err
		}
	}
	return nil
}

// topic returns SnsTopicName and SnsTopicARN as DescribeTrails shows them: a topic
// that was given by its ARN has that for its name too.
func topic(a *account, f *trailFile) (name, arn string) {
	if f.SNSTopic == "" || strings.HasPrefix(f.SNSTopic, "arn:") {
		return f.SNSTopic, f.SNSTopic
	}
	return f.SNSTopic, "arn:" + a.Partition + ":sns:" + f.HomeRegion.text + ":" + a.ID + ":" + f.SNSTopic
}

func (b *builder) dataStore(a *account, f *dataStoreFile) error {
	if f.Name.text == "" {
		return errorAt(max(f.Name.line, f.Region.line), "an event data store of account %s has no name", a.ID)
	}
	if err := f.Region.checkRegion(a.Partition); err != nil {
		return err
	}
	if f.Status.text != "" {
		if err := f.Status.checkOneOf("status", "CREATED", "ENABLED", "PENDING_DELETION", "STARTING_INGESTION", "STOPPING_INGESTION", "STOPPED_INGESTION"); err != nil {
			return err
		}
	}
	d := &dataStore{
		Name: f.Name.text, Region: f.Region.text, Status: f.Status.or("ENABLED"), MultiRegionEnabled: or(f.MultiRegion, true),
		OrganizationEnabled: f.Organization, TerminationProtection: true, RetentionPeriod: 366, BillingMode: "EXTENDABLE_RETENTION_PRICING",
		AdvancedEventSelectors: f.AdvancedEventSelectors, Created: b.born, Updated: b.born,
		ARN: "arn:" + a.Partition + ":cloudtrail:" + f.Region.text + ":" + a.ID + ":eventdatastore/" + steadyUUID(a.ID, f.Region.text, f.Name.text),
	}
	if d.AdvancedEventSelectors == nil {
		d.AdvancedEventSelectors = []advancedEventSelector{{
			Name:           "Default management events",
			FieldSelectors: []fieldSelector{{Field: "eventCategory", Equals: []string{"Management"}}},
		}}
	}
	if a.DataStores[d.ARN] != nil {
		return f.Name.errorf("the event data store %s comes twice in %s of account %s", d.Name, d.Region, a.ID)
	}
	a.DataStores[d.ARN] = d
	return nil
}

// logicalID makes a logical ID of a name: letters and digits, as CloudFormation
// allows.
func logicalID(name string) string {
	var id strings.Builder
	for part := range strings.FieldsFuncSeq(name, func(r rune) bool {
		return !('a' <= r && r <= 'z' || 'A' <= r && r <= 'Z' || '0' <= r && r <= '9')
	}) {
		id.WriteString(strings.ToUpper(part[:1]) + part[1:])
	}
	return cmp.Or(id.String(), "Trail")
}

// or returns what p points to, or the default when it points to nothing.
func or[T any](p *T, otherwise T) T {
	if p == nil {
		return otherwise
	}
	return *p
}
