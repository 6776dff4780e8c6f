package sandbox_test

import (
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/cloudtrail"
	"github.com/aws/aws-sdk-go-v2/service/cloudtrail/types"
)

func TestSameNameConversion(t *testing.T) {
	for setting, code := range map[string]string{"": "", "sameNameConversion: allow": "", "sameNameConversion: reject": "TrailAlreadyExistsException"} {
		l := newLab(t, switched(alone, setting))
		l.create(self, "us-east-1", "main")
		l.create(self, "eu-west-1", "main")
		l.refused(l.widen(self, "us-east-1", "main"), code, "")
		if code == "" && l.names(self, "eu-west-1") != "main main" {
			t.Errorf("%q: eu-west-1 sees %q", setting, l.names(self, "eu-west-1"))
		}
		_, err := l.at("us-west-2").CreateTrail(t.Context(), &cloudtrail.CreateTrailInput{Name: ptr("apart"), S3BucketName: ptr("logs")})
		l.must(err)
		_, err = l.at("us-east-1").CreateTrail(t.Context(), &cloudtrail.CreateTrailInput{Name: ptr("apart"), S3BucketName: ptr("logs"), IsMultiRegionTrail: ptr(true)})
		l.refused(err, code, "")
	}
}

func TestConversionQuota(t *testing.T) {
	for setting, code := range map[string]string{"": "MaximumNumberOfTrailsExceededException", "conversionQuota: reject": "MaximumNumberOfTrailsExceededException", "conversionQuota: allow": ""} {
		l := newLab(t, switched(alone, setting))
		for _, name := range []string{"t-1", "t-2", "t-3", "t-4", "t-5"} {
			l.create(self, "af-south-1", name)
		}
		l.create(self, "us-east-1", "main")
		l.refused(l.widen(self, "us-east-1", "main"), code, "")
		_, err := l.at("us-east-1").CreateTrail(t.Context(), &cloudtrail.CreateTrailInput{Name: ptr("new"), S3BucketName: ptr("logs"), IsMultiRegionTrail: ptr(true)})
		l.refused(err, "MaximumNumberOfTrailsExceededException", "User: 123456789012 already has 5 trails in af-south-1.") // creation is documented
	}
}

func TestNarrowingGlobalEvents(t *testing.T) {
	for setting, want := range map[string]bool{"": true, "narrowingGlobalEvents: keep": true, "narrowingGlobalEvents: clear": false} {
		l := newLab(t, switched(alone, setting))
		l.create(self, "us-east-1", "main", multiRegion)
		out, err := l.at("us-east-1").UpdateTrail(t.Context(), &cloudtrail.UpdateTrailInput{Name: ptr("main"), IsMultiRegionTrail: ptr(false)})
		l.must(err)
		if *out.IncludeGlobalServiceEvents != want {
			t.Errorf("%q: IncludeGlobalServiceEvents is %v", setting, !want)
		}
		out, err = l.at("us-east-1").UpdateTrail(t.Context(), &cloudtrail.UpdateTrailInput{Name: ptr("main"), IsMultiRegionTrail: ptr(false), IncludeGlobalServiceEvents: ptr(true)})
		l.must(err)
		if !*out.IncludeGlobalServiceEvents {
			t.Errorf("%q: what is asked for is not done", setting)
		}
	}
}

func TestShadowMutation(t *testing.T) {
	for setting, code := range map[string]string{"": "TrailNotFoundException", "shadowMutation: not-found": "TrailNotFoundException", "shadowMutation: home-region": "InvalidHomeRegionException"} {
		l := newLab(t, switched(alone, setting))
		l.create(self, "us-east-1", "wide", multiRegion)
		l.create(self, "us-east-1", "narrow")
		for _, change := range changes() {
			l.refused(change.do(t.Context(), l.at("eu-west-1"), "wide"), code, "")
			l.refused(change.do(t.Context(), l.at("eu-west-1"), "narrow"), "TrailNotFoundException", "") // no shadow is there
		}
		l.refused(reads()[0].do(t.Context(), l.at("eu-west-1"), "wide"), "TrailNotFoundException", "")
	}
}

func TestMemberSelectors(t *testing.T) {
	for setting, code := range map[string]string{"": "", "memberSelectors: allow": "", "memberSelectors: deny": "AccessDeniedException"} {
		l := newLab(t, switched(together, setting))
		arn := l.create(management, "us-east-1", "org", forOrganization)
		get := reads()[1].do
		l.refused(get(t.Context(), l.in(member, "us-east-1"), arn), code, "")
		l.refused(get(t.Context(), l.in(admin, "us-east-1"), arn), "", "")
		l.refused(get(t.Context(), l.in(management, "us-east-1"), arn), "", "")
		l.refused(reads()[0].do(t.Context(), l.in(member, "us-east-1"), arn), "", "") // the status is told in any case
	}
}

func TestDefaultSelectors(t *testing.T) {
	for setting, want := range map[string]string{
		"":                           `"EventSelectors":[{"ReadWriteType":"All","IncludeManagementEvents":true,"DataResources":[],"ExcludeManagementEventSources":[]}]`,
		"defaultSelectors: basic":    `"EventSelectors":[{"ReadWriteType":"All","IncludeManagementEvents":true,"DataResources":[],"ExcludeManagementEventSources":[]}]`,
		"defaultSelectors: advanced": `"AdvancedEventSelectors":[{"Name":"Management events selector","FieldSelectors":[{"Field":"eventCategory","Equals":["Management"]}]}]`,
	} {
		l := newLab(t, switched(alone, setting))
		arn := l.create(self, "us-east-1", "main")
		l.must(reads()[1].do(t.Context(), l.at("us-east-1"), "main"))
		l.answered(`{"TrailARN":"` + arn + `",` + want + `}`)
	}
}

func TestBucketProbe(t *testing.T) {
	// A policy for the folder of the home Region only.
	const pinned = `{"Version":"2012-10-17","Statement":[
		{"Effect":"Allow","Principal":{"Service":"cloudtrail.amazonaws.com"},"Action":"s3:GetBucketAcl","Resource":"arn:aws:s3:::logs"},
		{"Effect":"Allow","Principal":{"Service":"cloudtrail.amazonaws.com"},"Action":"s3:PutObject","Resource":"arn:aws:s3:::logs/AWSLogs/123456789012/CloudTrail/us-east-1/*"}]}`
	for setting, code := range map[string]string{"": "", "bucketProbe: home-region": "", "bucketProbe: marker": "InsufficientS3BucketPolicyException"} {
		l := newLab(t, switched(alone, setting))
		l.create(self, "us-east-1", "main")
		l.setPolicy(self, pinned)
		l.refused(l.widen(self, "us-east-1", "main"), code, "")
	}
}

// A change is seen at home at once, elsewhere when its time has come.
func TestPropagation(t *testing.T) {
	l := newLab(t, switched(alone, "propagation: 5m"))
	far := func(want string) {
		t.Helper()
		if got := l.names(self, "eu-west-1"); got != want {
			t.Errorf("eu-west-1 sees %q, want %q", got, want)
		}
	}
	arn := l.create(self, "us-east-1", "main")
	l.must(l.widen(self, "us-east-1", "main"))
	l.start(self, "us-east-1", arn)
	if got := l.names(self, "us-east-1"); got != "main" || !*l.status(self, "us-east-1", arn).IsLogging {
		t.Errorf("home sees %q", got)
	}
	far("")
	l.refused(reads()[0].do(t.Context(), l.at("eu-west-1"), arn), "TrailNotFoundException", "")
	l.advance(6 * time.Minute)
	far("main")
	if !*l.status(self, "eu-west-1", arn).IsLogging {
		t.Error("the shadow does not log")
	}

	l.stop(self, "us-east-1", arn)
	l.must(l.update(self, "us-east-1", &cloudtrail.UpdateTrailInput{Name: ptr("main"), EnableLogFileValidation: ptr(true)}))
	_, err := l.at("us-east-1").PutEventSelectors(t.Context(), &cloudtrail.PutEventSelectorsInput{TrailName: ptr("main"), EventSelectors: []types.EventSelector{{ReadWriteType: types.ReadWriteTypeReadOnly}}})
	l.must(err)
	if !*l.status(self, "eu-west-1", arn).IsLogging {
		t.Error("the stop is seen elsewhere at once")
	}
	l.advance(6 * time.Minute)
	if *l.status(self, "eu-west-1", arn).IsLogging {
		t.Error("the stop is never seen elsewhere")
	}

	l.must(changes()[5].do(t.Context(), l.at("us-east-1"), "main"))
	if got := l.names(self, "us-east-1"); got != "" {
		t.Errorf("home still sees %q", got)
	}
	far("main")
	l.advance(6 * time.Minute)
	far("")
}

func TestWithoutPropagation(t *testing.T) {
	l := newLab(t, alone)
	l.create(self, "us-east-1", "main", multiRegion)
	if got := l.names(self, "eu-west-1"); got != "main" {
		t.Errorf("eu-west-1 sees %q", got)
	}
}
