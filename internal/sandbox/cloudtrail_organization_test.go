package sandbox_test

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudtrail"
)

const (
	memberInAfrica    = "444444444444" // has enabled af-south-1
	consolidatedWorld = "featureSet: CONSOLIDATED_BILLING"
)

// Who may make organization trails, and whose they are.
func TestCreateOrganizationTrail(t *testing.T) {
	for _, c := range []struct {
		why           string
		world         string
		account       string
		code, message string
	}{
		{"management may", together, management, "", ""},
		{"a delegated administrator may", together, admin, "", ""},
		{"a member may not", together, member, "NotOrganizationMasterAccountException", ""},
		{"an account outside may not", together, stranger, "OrganizationsNotInUseException", ""},
		{"not without all features", strings.Replace(together, "featureSet: ALL", consolidatedWorld, 1), management, "OrganizationNotInAllFeaturesModeException", ""},
		{
			"not without trusted access", strings.Replace(together, "trustedAccess: true", "trustedAccess: false", 1), management, "CloudTrailAccessNotEnabledException",
			"The request could not be processed because your organization hasn't enabled CloudTrail service access. Enable service access for CloudTrail, and then try again. You are signed in with the following AWS account ID: 111111111111",
		},
	} {
		t.Run(c.why, func(t *testing.T) {
			l := newLab(t, c.world)
			out, err := l.in(c.account, "us-east-1").CreateTrail(t.Context(), &cloudtrail.CreateTrailInput{Name: ptr("org"), S3BucketName: ptr("logs"), IsOrganizationTrail: ptr(true)})
			l.refused(err, c.code, c.message)
			if err == nil && (*out.TrailARN != arnOf(management, "us-east-1", "org") || !*out.IsOrganizationTrail) {
				t.Errorf("answer: %s", l.last())
			}
		})
	}
}

// Which members see an organization trail, by its home Region and reach.
// https://docs.aws.amazon.com/awscloudtrail/latest/userguide/creating-trail-organization.html
func TestOrganizationTrailCopies(t *testing.T) {
	for _, c := range []struct {
		why   string
		home  string
		multi bool
		sees  map[string]string // account and Region that see it, or not
	}{
		{"single-Region, home not opt-in", "us-east-1", false, map[string]string{member + "/us-east-1": "org", member + "/eu-west-1": "", memberInAfrica + "/us-east-1": "org", stranger + "/us-east-1": ""}},
		{"single-Region, home opt-in", "af-south-1", false, map[string]string{memberInAfrica + "/af-south-1": "org", member + "/us-east-1": "", memberInAfrica + "/us-east-1": ""}},
		{"multi-Region, home not opt-in", "us-east-1", true, map[string]string{member + "/us-east-1": "org", member + "/eu-west-1": "org", memberInAfrica + "/af-south-1": "org", stranger + "/us-east-1": ""}},
		{"multi-Region, home opt-in", "af-south-1", true, map[string]string{memberInAfrica + "/af-south-1": "org", memberInAfrica + "/us-east-1": "org", member + "/us-east-1": "", management + "/us-east-1": "org"}},
	} {
		t.Run(c.why, func(t *testing.T) {
			l := newLab(t, together)
			l.create(management, c.home, "org", forOrganization, func(in *cloudtrail.CreateTrailInput) { in.IsMultiRegionTrail = &c.multi })
			for place, want := range c.sees {
				account, region, _ := strings.Cut(place, "/")
				if got := l.names(account, region); got != want {
					t.Errorf("%s sees %q, want %q", place, got, want)
				}
			}
		})
	}
}

// Turning a trail into an organization trail and back.
func TestOrganizationConversion(t *testing.T) {
	l := newLab(t, together)
	arn := l.create(management, "us-east-1", "main", multiRegion)
	yes, no := &cloudtrail.UpdateTrailInput{Name: &arn, IsOrganizationTrail: ptr(true)}, &cloudtrail.UpdateTrailInput{Name: &arn, IsOrganizationTrail: ptr(false)}
	l.must(l.update(management, "us-east-1", yes))
	if got := l.names(member, "eu-west-1"); got != "main" {
		t.Errorf("members see %q", got)
	}
	l.refused(l.update(admin, "us-east-1", no), "NotOrganizationMasterAccountException", "")
	l.must(l.update(admin, "us-east-1", &cloudtrail.UpdateTrailInput{Name: &arn, IsOrganizationTrail: ptr(true), EnableLogFileValidation: ptr(true)}))
	l.must(l.update(management, "us-east-1", no))
	if got := l.names(member, "eu-west-1"); got != "" {
		t.Errorf("members still see %q", got)
	}
	own := l.create(member, "us-east-1", "own")
	l.refused(l.update(member, "us-east-1", &cloudtrail.UpdateTrailInput{Name: &own, IsOrganizationTrail: ptr(true)}), "NotOrganizationMasterAccountException", "")
	own = l.create(admin, "us-east-1", "own")
	l.refused(l.update(admin, "us-east-1", &cloudtrail.UpdateTrailInput{Name: &own, IsOrganizationTrail: ptr(true)}), "NotOrganizationMasterAccountException", "")
}

// The bucket must take what the organization writes; members learn of what it does
// not take from them by their own status.
func TestOrganizationBucket(t *testing.T) {
	const aclCheck = `{"Effect":"Allow","Principal":` + byService + `,"Action":"s3:GetBucketAcl","Resource":"arn:aws:s3:::logs"}`
	const org = `"arn:aws:s3:::logs/AWSLogs/o-exampleorgid/*"`
	l := newLab(t, together)
	create := func() error {
		_, err := l.in(management, "us-east-1").CreateTrail(t.Context(), &cloudtrail.CreateTrailInput{Name: ptr("org"), S3BucketName: ptr("logs"), IsOrganizationTrail: ptr(true), IsMultiRegionTrail: ptr(true)})
		return err
	}
	l.setPolicy(management, bucketPolicy(aclCheck, writing("Allow", byService, `"arn:aws:s3:::logs/AWSLogs/111111111111/*"`, "")))
	l.refused(create(), "InsufficientS3BucketPolicyException", "Incorrect S3 bucket policy is detected for bucket: logs")
	l.setPolicy(management, bucketPolicy(aclCheck, writing("Allow", byService, org, `{"StringEquals":{"aws:SourceArn":"arn:aws:cloudtrail:us-east-1:111111111111:trail/org","aws:SourceOrgID":"o-exampleorgid"}}`)))
	l.must(create())
	arn := arnOf(management, "us-east-1", "org")
	l.start(management, "us-east-1", arn)
	if s := l.status(member, "eu-west-1", arn); !*s.IsLogging || s.LatestDeliveryError != nil {
		t.Errorf("status of a member: %s", l.last())
	}
	l.setPolicy(management, bucketPolicy(aclCheck, writing("Allow", byService, org, ""), writing("Deny", `"*"`, `"arn:aws:s3:::logs/AWSLogs/o-exampleorgid/333333333333/*"`, "")))
	l.must(l.update(management, "us-east-1", &cloudtrail.UpdateTrailInput{Name: &arn}))
	if got := aws.ToString(l.status(member, "eu-west-1", arn).LatestDeliveryError); got != "AccessDenied" {
		t.Errorf("error of the member that is shut out: %q", got)
	}
	if got := l.status(memberInAfrica, "eu-west-1", arn).LatestDeliveryError; got != nil {
		t.Errorf("error of another member: %q", *got)
	}
}

// The quota counts in management; members may get a sixth trail, but not make it.
func TestOrganizationQuota(t *testing.T) {
	l := newLab(t, together)
	for _, name := range []string{"t-1", "t-2", "t-3", "t-4", "t-5"} {
		l.create(member, "us-east-1", name)
	}
	l.create(management, "us-east-1", "org", multiRegion, forOrganization)
	if got := l.names(member, "us-east-1"); got != "org t-1 t-2 t-3 t-4 t-5" {
		t.Errorf("the member sees %q", got)
	}
	_, err := l.in(member, "us-east-1").CreateTrail(t.Context(), &cloudtrail.CreateTrailInput{Name: ptr("six"), S3BucketName: ptr("logs")})
	l.refused(err, "MaximumNumberOfTrailsExceededException", "User: 333333333333 already has 5 trails in us-east-1.")
	for _, name := range []string{"t-1", "t-2", "t-3", "t-4"} {
		l.create(management, "us-east-1", name)
	}
	_, err = l.in(admin, "us-east-1").CreateTrail(t.Context(), &cloudtrail.CreateTrailInput{Name: ptr("six"), S3BucketName: ptr("logs"), IsOrganizationTrail: ptr(true)})
	l.refused(err, "MaximumNumberOfTrailsExceededException", "User: 111111111111 already has 5 trails in us-east-1.")
	_, err = l.in(admin, "us-east-1").CreateTrail(t.Context(), &cloudtrail.CreateTrailInput{Name: ptr("org"), S3BucketName: ptr("logs"), IsOrganizationTrail: ptr(true)})
	l.refused(err, "TrailAlreadyExistsException", "Trail org already exists for customer: 111111111111")
}

func TestDelegatedAdministrators(t *testing.T) {
	l := newLab(t, together)
	register := func(caller, id string) error {
		_, err := l.in(caller, "us-east-1").RegisterOrganizationDelegatedAdmin(t.Context(), &cloudtrail.RegisterOrganizationDelegatedAdminInput{MemberAccountId: &id})
		return err
	}
	deregister := func(caller, id string) error {
		_, err := l.in(caller, "us-east-1").DeregisterOrganizationDelegatedAdmin(t.Context(), &cloudtrail.DeregisterOrganizationDelegatedAdminInput{DelegatedAdminAccountId: &id})
		return err
	}
	l.refused(register(management, admin), "AccountRegisteredException", "")
	l.refused(register(management, management), "CannotDelegateManagementAccountException", "")
	l.refused(register(management, stranger), "AccountNotFoundException", "")
	l.refused(register(management, "1234567890123"), "InvalidParameterException", "")
	l.refused(register(member, memberInAfrica), "NotOrganizationManagementAccountException", "")
	l.refused(register(stranger, member), "OrganizationsNotInUseException", "")
	l.refused(deregister(management, member), "AccountNotRegisteredException", "")
	l.refused(deregister(management, stranger), "AccountNotFoundException", "")

	arn := l.create(management, "us-east-1", "org", forOrganization)
	start := changes()[1].do
	l.refused(start(t.Context(), l.in(member, "us-east-1"), arn), "AccessDeniedException", "")
	l.must(register(management, member))
	l.must(start(t.Context(), l.in(member, "us-east-1"), arn))
	l.must(register(management, memberInAfrica))
	l.must(deregister(management, member))
	l.refused(start(t.Context(), l.in(member, "us-east-1"), arn), "AccessDeniedException", "")
}

func TestDelegatedAdministratorQuota(t *testing.T) {
	l := newLab(t, together+"\n")
	for _, id := range []string{member, memberInAfrica} {
		_, err := l.in(management, "us-east-1").RegisterOrganizationDelegatedAdmin(t.Context(), &cloudtrail.RegisterOrganizationDelegatedAdminInput{MemberAccountId: &id})
		l.must(err)
	}
	l = newLab(t, strings.Replace(strings.Replace(together, `["222222222222"]`, `["222222222222", "333333333333", "444444444444"]`, 1), `  - {id: "222222222222"}`, "  - {id: \"222222222222\"}\n  - {id: \"555555555555\"}", 1))
	_, err := l.in(management, "us-east-1").RegisterOrganizationDelegatedAdmin(t.Context(), &cloudtrail.RegisterOrganizationDelegatedAdminInput{MemberAccountId: ptr("555555555555")})
	l.refused(err, "DelegatedAdminAccountLimitExceededException", "")
}

// An organization trail of the world file is seen by members, and ListTrails of a
// member has it.
func TestOrganizationTrailOfWorldFile(t *testing.T) {
	l := newLab(t, strings.Replace(together, `{id: "111111111111", optedIn: [af-south-1]}`,
		`{id: "111111111111", trails: [{name: org, homeRegion: us-east-1, bucket: logs, multiRegion: true, organization: true}]}`, 1))
	for _, account := range []string{management, admin, member} {
		out, err := l.in(account, "eu-west-1").ListTrails(t.Context(), &cloudtrail.ListTrailsInput{})
		l.must(err)
		if len(out.Trails) != 1 || *out.Trails[0].TrailARN != arnOf(management, "us-east-1", "org") {
			t.Errorf("%s: %s", account, l.last())
		}
	}
}
