package s3

import (
	"strings"
	"testing"
	"time"
)

func TestObjectLock(t *testing.T) {
	s := newSite(t)
	if got := s.send("PUT", "/vault", "", "x-amz-bucket-object-lock-enabled", "true"); got.status != 200 {
		t.Fatal(got.body)
	}
	rule := "<ObjectLockConfiguration><ObjectLockEnabled>Enabled</ObjectLockEnabled><Rule><DefaultRetention><Mode>GOVERNANCE</Mode><Days>2</Days></DefaultRetention></Rule></ObjectLockConfiguration>"
	if got := s.send("PUT", "/vault?object-lock", rule, "Content-Md5", md5Of(rule)); got.status != 200 {
		t.Fatal(got.body)
	}
	wantText(t, "versioning stays", xmlCode(s.send("PUT", "/vault?versioning", "<VersioningConfiguration><Status>Suspended</Status></VersioningConfiguration>").body), "InvalidBucketState")
	id := s.send("PUT", "/vault/k", "v").header.Get("x-amz-version-id")
	target := "/vault/k?versionId=" + id
	if got := s.send("GET", "/vault/k?retention&versionId="+id, ""); !strings.Contains(got.body, "<Mode>GOVERNANCE</Mode><RetainUntilDate>2026-03-03T12:00:00.000Z") {
		t.Errorf("the default of the bucket: %s", got.body)
	}
	remove := func(headers ...string) string { return xmlCode(s.send("DELETE", target, "", headers...).body) }
	wantText(t, "kept", remove(), "AccessDenied")
	retain := func(mode, until string, headers ...string) string {
		body := "<Retention><Mode>" + mode + "</Mode><RetainUntilDate>" + until + "</RetainUntilDate></Retention>"
		return xmlCode(s.send("PUT", "/vault/k?retention&versionId="+id, body, headers...).body)
	}
	wantText(t, "not in the past", retain("GOVERNANCE", "2020-01-01T00:00:00Z"), "InvalidArgument")
	wantText(t, "not shorter", retain("GOVERNANCE", "2026-03-02T00:00:00Z"), "AccessDenied")
	wantText(t, "shorter for who may bypass", retain("GOVERNANCE", "2026-03-02T00:00:00Z", "x-amz-bypass-governance-retention", "true"), "")
	wantText(t, "longer, and for good", retain("COMPLIANCE", "2026-03-05T00:00:00Z"), "")
	wantText(t, "nobody bypasses compliance", remove("x-amz-bypass-governance-retention", "true"), "AccessDenied")
	hold := func(status string) reply {
		return s.send("PUT", "/vault/k?legal-hold&versionId="+id, "<LegalHold><Status>"+status+"</Status></LegalHold>")
	}
	wantText(t, "no such hold", xmlCode(hold("MAYBE").body), "MalformedXML")
	hold("ON")
	s.advance(10 * 24 * time.Hour)
	wantText(t, "held beyond retention", remove(), "AccessDenied")
	wantText(t, "the header tells", s.send("HEAD", target, "").header.Get("x-amz-object-lock-legal-hold"), "ON")
	hold("OFF")
	wantText(t, "released", remove(), "")
}

func TestObjectLockNeedsItsBucket(t *testing.T) {
	s := newSite(t)
	s.bucket("logs")
	s.send("PUT", "/logs/k", "v")
	for _, target := range []string{"/logs/k?retention", "/logs/k?legal-hold"} {
		wantText(t, target, xmlCode(s.send("GET", target, "").body), "InvalidRequest")
	}
}

func TestLockOfANewObject(t *testing.T) {
	s := newSite(t)
	s.send("PUT", "/vault", "", "x-amz-bucket-object-lock-enabled", "true")
	for _, tc := range []struct{ mode, until, hold, code, why string }{
		{"COMPLIANCE", "2026-04-01T00:00:00Z", "ON", "", "both"},
		{"", "", "OFF", "", "no retention"},
		{"COMPLIANCE", "", "", "InvalidArgument", "until when?"},
		{"", "2026-04-01T00:00:00Z", "", "InvalidArgument", "how?"},
		{"STRICT", "2026-04-01T00:00:00Z", "", "InvalidArgument", "no such mode"},
		{"GOVERNANCE", "tomorrow", "", "InvalidArgument", "not a time"},
		{"GOVERNANCE", "2025-01-01T00:00:00Z", "", "InvalidArgument", "in the past"},
		{"", "", "PERHAPS", "InvalidArgument", "no such hold"},
	} {
		var headers []string
		for name, value := range map[string]string{"mode": tc.mode, "retain-until-date": tc.until, "legal-hold": tc.hold} {
			if value != "" {
				headers = append(headers, "x-amz-object-lock-"+name, value)
			}
		}
		if got := s.send("PUT", "/vault/k", "v", headers...); xmlCode(got.body) != tc.code {
			t.Errorf("%s: %s, want %q", tc.why, got.body, tc.code)
		}
		if tc.code != "" {
			continue
		}
		head := s.send("HEAD", "/vault/k", "").header
		wantText(t, tc.why, head.Get("x-amz-object-lock-mode")+head.Get("x-amz-object-lock-legal-hold"), tc.mode+tc.hold)
	}
	wantText(t, "no retention was set", xmlCode(s.send("GET", "/vault/k?retention", "").body), "NoSuchObjectLockConfiguration")
}

func TestObjectTagging(t *testing.T) {
	s := newSite(t)
	s.bucket("logs")
	s.send("PUT", "/logs/k", "v")
	put := func(body string) string { return xmlCode(s.send("PUT", "/logs/k?tagging", body).body) }
	wantText(t, "tags", put("<Tagging><TagSet><Tag><Key>a</Key><Value>1</Value></Tag></TagSet></Tagging>"), "")
	if got := s.send("GET", "/logs/k?tagging", ""); !strings.Contains(got.body, "<Tag><Key>a</Key><Value>1</Value></Tag>") {
		t.Error(got.body)
	}
	wantText(t, "without a value", put("<Tagging><TagSet><Tag><Key>a</Key></Tag></TagSet></Tagging>"), "MalformedXML")
	wantText(t, "without a name", put("<Tagging><TagSet><Tag><Key/><Value>1</Value></Tag></TagSet></Tagging>"), "InvalidTag")
	if got := s.send("DELETE", "/logs/k?tagging", ""); got.status != 204 {
		t.Error(got.body)
	}
	wantText(t, "gone", s.send("HEAD", "/logs/k", "").header.Get("x-amz-tagging-count"), "")
	wantText(t, "of nothing", xmlCode(s.send("GET", "/logs/none?tagging", "").body), "NoSuchKey")
}
