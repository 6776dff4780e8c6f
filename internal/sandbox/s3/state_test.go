package s3

import (
	"bytes"
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/trailspan/trailspan/internal/sandbox/bodies"
)

func withContent(r *http.Request, body []byte) *http.Request {
	r.Body = io.NopCloser(bytes.NewReader(body))
	return r
}

// checkBooks compares what the store counts with what there is.
func checkBooks(t *testing.T, s *Store) {
	t.Helper()
	users := map[string]int{}
	for _, b := range s.buckets {
		keys := slices.Clone(b.keys)
		b.restore(users)
		if !slices.Equal(keys, b.keys) {
			t.Fatalf("keys %q, want %q", keys, b.keys)
		}
	}
	if !maps.Equal(users, s.users) {
		t.Fatalf("users %v, want %v", s.users, users)
	}
	if sums := s.memory.Sums(); !slices.Equal(sums, slices.Sorted(maps.Keys(users))) {
		t.Fatalf("contents %v are kept, used are %v", sums, users)
	}
}

// eventful does a little of everything that a state has to remember.
func eventful(t *testing.T, s *site) {
	t.Helper()
	s.bucket("logs")
	must(t, s.store.SetPolicy("logs", documented))
	s.send("DELETE", "/logs?ownershipControls", "")
	s.send("PUT", "/logs?acl", "", "x-amz-acl", "log-delivery-write")
	s.send("PUT", "/logs?versioning", "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>")
	rule := "<LifecycleConfiguration><Rule><ID>x</ID><Filter/><Status>Enabled</Status><Expiration><Days>1</Days></Expiration></Rule></LifecycleConfiguration>"
	s.send("PUT", "/logs?lifecycle", rule, "Content-Md5", md5Of(rule))
	s.send("PUT", "/logs/a", "one", "x-amz-meta-m", "ü", "x-amz-tagging", "k=v", "x-amz-storage-class", "STANDARD_IA")
	s.send("PUT", "/logs/a", "two")
	s.send("PUT", "/logs/b", "two")
	s.send("DELETE", "/logs/b", "")
	doc, err := parseXML([]byte(s.send("POST", "/logs/u?uploads", "", "x-amz-checksum-algorithm", "SHA256").body))
	must(t, err)
	s.send("PUT", "/logs/u?partNumber=3&uploadId="+doc.text("UploadId"), "part")
}

// What the store says of itself is the same before and after it was kept.
func TestStateSurvives(t *testing.T) {
	s := newSite(t)
	eventful(t, s)
	kept, err := json.Marshal(s.store)
	must(t, err)
	if bytes.Contains(kept, []byte("one")) && bytes.Contains(kept, []byte(`"two"`)) {
		t.Error("contents belong to the Bodies, not to the state")
	}
	asked := []string{
		"/", "/logs?versions", "/logs?acl", "/logs?lifecycle", "/logs?policy", "/logs?uploads", "/logs/a", "/logs/a?tagging", "/logs?publicAccessBlock",
	}
	before := answers(s, asked)
	fresh := New(s.now)
	fresh.Bodies = s.store.memory
	must(t, json.Unmarshal(kept, fresh))
	s.store = fresh
	if after := answers(s, asked); !slices.Equal(before, after) {
		t.Errorf("before %s\nafter %s", strings.Join(before, "\n"), strings.Join(after, "\n"))
	}
	again, err := json.Marshal(fresh)
	must(t, err)
	if !bytes.Equal(kept, again) {
		t.Errorf("kept again: %s\nwant %s", again, kept)
	}
	fresh.memory = fresh.Bodies.(*bodies.Memory)
	checkBooks(t, fresh)
}

func answers(s *site, targets []string) []string {
	var all []string
	for _, target := range targets {
		all = append(all, s.send("GET", target, "").body)
	}
	return all
}

func TestBadStates(t *testing.T) {
	for _, state := range []string{
		`{"Buckets":{"a":null}}`, // no bucket
		`{"Buckets":{"a":{"Name":"b"}}}`,
		`{"Buckets":{"a":{"Name":"a","Documents":{"policy":"<x"}}}}`, // not XML
		`{"Buckets":7}`,
	} {
		s := New(newSite(t).now)
		must(t, s.Create("kept", owner, "us-east-1"))
		if err := json.Unmarshal([]byte(state), s); err == nil {
			t.Errorf("%s is taken for a state", state)
		}
		if _, ok := s.Bucket("kept"); !ok {
			t.Errorf("%s: a bad state wiped the store", state)
		}
	}
}

func TestContentsAreKeptOnceAndAsLongAsTheyAreUsed(t *testing.T) {
	s := newSite(t)
	c := s.bucket("logs")
	put(t, c, "logs", "a", "same")
	put(t, c, "logs", "b", "same")
	put(t, c, "logs", "a", "other")
	checkBooks(t, s.store)
	if n := len(s.store.memory.Sums()); n != 2 {
		t.Errorf("%d contents, want 2", n)
	}
	s.send("DELETE", "/logs/a", "")
	s.send("DELETE", "/logs/b", "")
	if n := len(s.store.memory.Sums()); n != 0 {
		t.Errorf("%d contents are left", n)
	}
}

func TestRevisionGrowsWithChangesOnly(t *testing.T) {
	s := newSite(t)
	s.bucket("logs")
	for _, tc := range []struct {
		method, target string
		changes        bool
	}{
		{"GET", "/logs", false},
		{"PUT", "/logs/k", true},
		{"HEAD", "/logs/k", false},
		{"PUT", "/logs?versioning", false}, // refused
		{"DELETE", "/logs/k", true},
	} {
		before := s.store.Revision()
		s.send(tc.method, tc.target, "")
		if changed := s.store.Revision() != before; changed != tc.changes {
			t.Errorf("%s %s: changed is %v", tc.method, tc.target, changed)
		}
	}
}

// The doors for other rooms answer with the codes of S3.
func TestOtherRooms(t *testing.T) {
	s := New(newSite(t).now)
	must(t, s.Create("logs", owner, "eu-west-1"))
	must(t, s.Put("logs", "a/1", []byte("one"), http.Header{"x-amz-acl": {"bucket-owner-full-control"}, "content-type": {"application/json"}, "x-amz-meta-signature": {"ab"}}))
	must(t, s.Put("logs", "b", nil, nil))
	o, body, err := s.Get("logs", "a/1")
	must(t, err)
	wantText(t, "content", string(body), "one")
	wantText(t, "metadata", o.Header.Get("x-amz-meta-signature"), "ab")
	wantText(t, "type", o.Header.Get("Content-Type"), "application/json")
	if list, err := s.List("logs", "a/"); err != nil || len(list) != 1 || list[0].Key != "a/1" || list[0].Size != 3 {
		t.Errorf("list %+v %v", list, err)
	}
	must(t, s.Create("archive", stranger, "us-east-1"))
	if all := s.Buckets(); len(all) != 2 || all[0].Name != "archive" || all[1].Objects != 2 || all[1].Ownership != "BucketOwnerEnforced" {
		t.Errorf("buckets %+v", all)
	}
	for code, err := range map[string]error{
		"BucketAlreadyOwnedByYou":       s.Create("logs", owner, "eu-west-1"),
		"BucketAlreadyExists":           s.Create("logs", stranger, "eu-west-1"),
		"InvalidBucketName":             s.Create("No", owner, "eu-west-1"),
		"NoSuchBucket":                  s.SetPolicy("none", ""),
		"AccessControlListNotSupported": s.Put("logs", "k", nil, http.Header{"x-amz-acl": {"private"}}),
		"KeyTooLongError":               s.Put("logs", strings.Repeat("k", 1025), nil, nil),
	} {
		if err == nil || !strings.HasPrefix(err.Error(), code+": ") {
			t.Errorf("%v, want %s", err, code)
		}
	}
	if _, _, err := s.Get("logs", "none"); err == nil || !strings.HasPrefix(err.Error(), "NoSuchKey") {
		t.Error(err)
	}
}
