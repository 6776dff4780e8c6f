package sandbox_test

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/cloudtrail"
	"github.com/aws/aws-sdk-go-v2/service/cloudtrail/types"
)

func TestEventDataStore(t *testing.T) {
	l := newLab(t, alone)
	c := l.at("us-east-1")
	created, err := c.CreateEventDataStore(t.Context(), &cloudtrail.CreateEventDataStoreInput{Name: ptr("lake"), TagsList: []types.Tag{{Key: ptr("k")}}})
	l.must(err)
	arn := created.EventDataStoreArn
	if !strings.HasPrefix(*arn, "arn:aws:cloudtrail:us-east-1:123456789012:eventdatastore/") || !*created.MultiRegionEnabled || *created.OrganizationEnabled || *created.RetentionPeriod != 366 || !*created.TerminationProtectionEnabled {
		t.Errorf("created: %s", l.last())
	}
	got, err := c.GetEventDataStore(t.Context(), &cloudtrail.GetEventDataStoreInput{EventDataStore: arn})
	l.must(err)
	if got.Status != types.EventDataStoreStatusEnabled || !strings.Contains(l.last(), `"AdvancedEventSelectors":[{"Name":"Default management events","FieldSelectors":[{"Field":"eventCategory","Equals":["Management"]}]}]`) || strings.Contains(l.last(), "TagsList") {
		t.Errorf("got: %s", l.last())
	}
	_, err = c.ListEventDataStores(t.Context(), &cloudtrail.ListEventDataStoresInput{})
	l.must(err)
	l.answered(`{"EventDataStores":[{"EventDataStoreArn":"` + *arn + `","Name":"lake"}]}`)
	_, err = l.at("eu-west-1").ListEventDataStores(t.Context(), &cloudtrail.ListEventDataStoresInput{})
	l.must(err)
	l.answered(`{"EventDataStores":[]}`)
	_, err = l.at("eu-west-1").GetEventDataStore(t.Context(), &cloudtrail.GetEventDataStoreInput{EventDataStore: arn})
	l.refused(err, "EventDataStoreNotFoundException", "")

	_, err = c.CreateEventDataStore(t.Context(), &cloudtrail.CreateEventDataStoreInput{Name: ptr("lake")})
	l.refused(err, "EventDataStoreAlreadyExistsException", "")
	_, err = c.CreateEventDataStore(t.Context(), &cloudtrail.CreateEventDataStoreInput{Name: ptr("org"), OrganizationEnabled: ptr(true)})
	l.refused(err, "OrganizationsNotInUseException", "")
	_, err = c.UpdateEventDataStore(t.Context(), &cloudtrail.UpdateEventDataStoreInput{EventDataStore: arn, RetentionPeriod: ptr(int32(5))})
	if err == nil {
		t.Error("a retention of 5 days is not refused")
	}

	_, err = c.StopEventDataStoreIngestion(t.Context(), &cloudtrail.StopEventDataStoreIngestionInput{EventDataStore: arn})
	l.must(err)
	l.answered(`{}`)
	_, err = c.StopEventDataStoreIngestion(t.Context(), &cloudtrail.StopEventDataStoreIngestionInput{EventDataStore: arn})
	l.refused(err, "InvalidEventDataStoreStatusException", "")
	_, err = c.StartEventDataStoreIngestion(t.Context(), &cloudtrail.StartEventDataStoreIngestionInput{EventDataStore: arn})
	l.must(err)

	_, err = c.DeleteEventDataStore(t.Context(), &cloudtrail.DeleteEventDataStoreInput{EventDataStore: arn})
	l.refused(err, "EventDataStoreTerminationProtectedException", "")
	updated, err := c.UpdateEventDataStore(t.Context(), &cloudtrail.UpdateEventDataStoreInput{EventDataStore: arn, TerminationProtectionEnabled: ptr(false), Name: ptr("pond")})
	l.must(err)
	if *updated.Name != "pond" || *updated.TerminationProtectionEnabled || !*updated.MultiRegionEnabled {
		t.Errorf("updated: %s", l.last())
	}
	_, err = c.DeleteEventDataStore(t.Context(), &cloudtrail.DeleteEventDataStoreInput{EventDataStore: arn})
	l.must(err)
	_, err = c.DeleteEventDataStore(t.Context(), &cloudtrail.DeleteEventDataStoreInput{EventDataStore: arn})
	l.refused(err, "InactiveEventDataStoreException", "")
	got, err = c.GetEventDataStore(t.Context(), &cloudtrail.GetEventDataStoreInput{EventDataStore: arn})
	l.must(err)
	if got.Status != types.EventDataStoreStatusPendingDeletion {
		t.Errorf("deleted: %s", l.last())
	}
	for bad, code := range map[string]string{"arn:aws:cloudtrail:us-east-1:123456789012:trail/main": "EventDataStoreARNInvalidException", "none": "EventDataStoreNotFoundException"} {
		_, err = c.GetEventDataStore(t.Context(), &cloudtrail.GetEventDataStoreInput{EventDataStore: &bad})
		l.refused(err, code, "")
	}
}

func TestEventDataStoreQuotaAndPages(t *testing.T) {
	l := newLab(t, alone)
	c := l.at("us-east-1")
	for i := range 10 {
		_, err := c.CreateEventDataStore(t.Context(), &cloudtrail.CreateEventDataStoreInput{Name: ptr("lake-" + string(rune('a'+i))), StartIngestion: ptr(false)})
		l.must(err)
	}
	_, err := c.CreateEventDataStore(t.Context(), &cloudtrail.CreateEventDataStoreInput{Name: ptr("lake-k")})
	l.refused(err, "EventDataStoreMaxLimitExceededException", "")
	var names []string
	pages := cloudtrail.NewListEventDataStoresPaginator(c, &cloudtrail.ListEventDataStoresInput{MaxResults: ptr(int32(4))})
	for pages.HasMorePages() {
		page, err := pages.NextPage(t.Context())
		l.must(err)
		if len(page.EventDataStores) > 4 {
			t.Errorf("a page of %d", len(page.EventDataStores))
		}
		for _, d := range page.EventDataStores {
			names = append(names, *d.Name)
		}
	}
	if got := strings.Join(names, ""); got != "lake-alake-blake-clake-dlake-elake-flake-glake-hlake-ilake-j" {
		t.Errorf("listed %v", names)
	}
	_, err = c.ListEventDataStores(t.Context(), &cloudtrail.ListEventDataStoresInput{NextToken: ptr("none")})
	l.refused(err, "InvalidNextTokenException", "")
}

// What a delegated administrator makes for the organization is management's.
func TestOrganizationEventDataStore(t *testing.T) {
	l := newLab(t, together)
	out, err := l.in(admin, "us-east-1").CreateEventDataStore(t.Context(), &cloudtrail.CreateEventDataStoreInput{Name: ptr("lake"), OrganizationEnabled: ptr(true)})
	l.must(err)
	if !strings.Contains(*out.EventDataStoreArn, ":"+management+":") {
		t.Errorf("ARN %s", *out.EventDataStoreArn)
	}
	for account, code := range map[string]string{admin: "", management: "", member: "EventDataStoreNotFoundException", stranger: "EventDataStoreNotFoundException"} {
		_, err := l.in(account, "us-east-1").GetEventDataStore(t.Context(), &cloudtrail.GetEventDataStoreInput{EventDataStore: out.EventDataStoreArn})
		l.refused(err, code, "")
	}
	for _, tag := range tagging() {
		l.must(tag.do(t.Context(), l.in(management, "us-east-1"), *out.EventDataStoreArn))
	}
}
