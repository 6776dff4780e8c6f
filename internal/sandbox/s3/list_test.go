package s3

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
)

func TestListings(t *testing.T) {
	s := newSite(t)
	c := s.bucket("logs")
	for _, key := range []string{"a/1", "a/2", "b", "c/x/1", "c/y", "sp ace/日本+&.txt"} {
		put(t, c, "logs", key, key)
	}
	for _, tc := range []struct{ query, keys, prefixes, why string }{
		{"", "a/1 a/2 b c/x/1 c/y sp ace/日本+&.txt", "", "everything, in the order of bytes"},
		{"delimiter=/", "b", "a/ c/ sp ace/", "folders are rolled up"},
		{"prefix=c/&delimiter=/", "c/y", "c/x/", "below a folder"},
		{"prefix=c", "c/x/1 c/y", "", "a prefix needs no delimiter"},
		{"prefix=zzz", "", "", "nothing"},
		{"delimiter=x/", "a/1 a/2 b c/y sp ace/日本+&.txt", "c/x/", "a delimiter of two characters"},
		{"start-after=b&list-type=2", "c/x/1 c/y sp ace/日本+&.txt", "", "what comes after a key"},
		{"start-after=bb&list-type=2", "c/x/1 c/y sp ace/日本+&.txt", "", "a key that is not there"},
		{"marker=a/2&delimiter=/", "b", "c/ sp ace/", "a marker inside of a folder is past it"},
		{"max-keys=0", "", "", "none"},
		{"max-keys=2&delimiter=/", "b", "a/", "folders count"},
	} {
		doc, err := parseXML([]byte(s.send("GET", "/logs?"+tc.query, "").body))
		must(t, err)
		var keys, prefixes []string
		for _, e := range doc.all("Contents") {
			keys = append(keys, e.text("Key"))
		}
		for _, e := range doc.all("CommonPrefixes") {
			prefixes = append(prefixes, e.text("Prefix"))
		}
		wantText(t, tc.why+": keys", strings.Join(keys, " "), tc.keys)
		wantText(t, tc.why+": prefixes", strings.Join(prefixes, " "), tc.prefixes)
	}
	got := s.send("GET", "/logs?encoding-type=url&prefix=sp%20ace/", "")
	if !strings.Contains(got.body, "<Key>sp+ace/%E6%97%A5%E6%9C%AC%2B%26.txt</Key>") || !strings.Contains(got.body, "<Prefix>sp+ace/</Prefix>") {
		t.Errorf("encoded: %s", got.body)
	}
}

func TestBadListings(t *testing.T) {
	s := newSite(t)
	s.bucket("logs")
	for query, code := range map[string]string{
		"max-keys=x":                                "InvalidArgument",
		"max-keys=-1":                               "InvalidArgument",
		"max-keys=99999999999":                      "InvalidArgument",
		"encoding-type=json":                        "InvalidArgument",
		"list-type=2&continuation-token=!":          "InvalidArgument",
		"list-type=2&continuation-token=":           "InvalidArgument",
		"versions&version-id-marker=x":              "InvalidArgument",
		"uploads&max-uploads=x":                     "InvalidArgument",
		"uploads&upload-id-marker=x":                "",
		"versions&key-marker=x&version-id-marker=y": "",
	} {
		wantText(t, query, xmlCode(s.send("GET", "/logs?"+query, "").body), code)
	}
}

func TestPagesOfObjectsGoOnWhereTheyEnded(t *testing.T) {
	s := newSite(t)
	c := s.bucket("logs")
	for _, key := range []string{"a/1", "a/2", "b", "c/1", "d"} {
		put(t, c, "logs", key, "v")
	}
	var seen []string
	pages := sdk.NewListObjectsV2Paginator(c, &sdk.ListObjectsV2Input{Bucket: aws.String("logs"), MaxKeys: aws.Int32(1), Delimiter: aws.String("/"), FetchOwner: aws.Bool(true)})
	for pages.HasMorePages() {
		page, err := pages.NextPage(t.Context())
		must(t, err)
		if *page.KeyCount != 1 {
			t.Errorf("KeyCount %d, want 1", *page.KeyCount)
		}
		for _, o := range page.Contents {
			seen = append(seen, *o.Key+" "+(*o.Owner.ID)[:4])
		}
		for _, p := range page.CommonPrefixes {
			seen = append(seen, *p.Prefix)
		}
	}
	me := canonicalID(owner)[:4]
	wantText(t, "pages", strings.Join(seen, ", "), "a/, b "+me+", c/, d "+me)
}

func TestDeletedObjectsAreNotListed(t *testing.T) {
	s := newSite(t)
	c := s.bucket("logs")
	enableVersioning(t, c, "logs")
	for _, key := range []string{"a/1", "b"} {
		put(t, c, "logs", key, "v")
	}
	_, err := c.DeleteObject(t.Context(), &sdk.DeleteObjectInput{Bucket: aws.String("logs"), Key: aws.String("a/1")})
	must(t, err)
	out, err := c.ListObjects(t.Context(), &sdk.ListObjectsInput{Bucket: aws.String("logs"), Delimiter: aws.String("/")})
	must(t, err)
	if len(out.CommonPrefixes) != 0 || len(out.Contents) != 1 {
		t.Errorf("a folder of deleted objects is no folder: %+v", out)
	}
	versions, err := c.ListObjectVersions(t.Context(), &sdk.ListObjectVersionsInput{Bucket: aws.String("logs"), Delimiter: aws.String("/")})
	must(t, err)
	if len(versions.CommonPrefixes) != 1 || len(versions.Versions) != 1 {
		t.Errorf("but its versions are there: %+v", versions)
	}
}

func TestPagesOfVersions(t *testing.T) {
	s := newSite(t)
	c := s.bucket("logs")
	enableVersioning(t, c, "logs")
	var want []string
	for _, key := range []string{"a", "b"} {
		var ids []string
		for _, content := range []string{"1", "2", "3"} {
			ids = append(ids, key+*put(t, c, "logs", key, content).VersionId)
		}
		slices.Reverse(ids)
		want = append(want, ids...)
	}
	var got []string
	in := &sdk.ListObjectVersionsInput{Bucket: aws.String("logs"), MaxKeys: aws.Int32(2), EncodingType: types.EncodingTypeUrl}
	for {
		page, err := c.ListObjectVersions(t.Context(), in)
		must(t, err)
		for _, v := range page.Versions {
			got = append(got, *v.Key+*v.VersionId)
		}
		if !aws.ToBool(page.IsTruncated) {
			break
		}
		in.KeyMarker, in.VersionIdMarker = page.NextKeyMarker, page.NextVersionIdMarker
	}
	if !slices.Equal(got, want) {
		t.Errorf("versions %v, want %v: newest first, none twice", got, want)
	}
}

// Paging through with any maximum gives what one page gives, and rolling up by hand
// gives what the listing gives.
func FuzzPagesAreOnePage(f *testing.F) {
	f.Add("a/1,a/2,b,c/x/1", "", "/", uint8(1), "")
	f.Add("a,aa,aaa,b", "a", "a", uint8(2), "")
	f.Add("//,/,a//b", "/", "//", uint8(1), "a")
	f.Add("\xff,\xff\xff,a", "\xff", "\xff", uint8(1), "")
	f.Add("k,k/,k/1,k0", "k", "/", uint8(3), "k/")
	f.Fuzz(func(t *testing.T, list, prefix, delimiter string, limit uint8, after string) {
		keys := slices.Compact(slices.Sorted(slices.Values(strings.Split(list, ","))))
		rows := func(key string) []string { // each key has as many rows as its length modulo 4: some have none
			return []string{key + "#1", key + "#2", key + "#3"}[:len(key)%4]
		}
		itself := func(row string) string { return row }
		w := window{prefix: prefix, delimiter: delimiter, after: after, max: 1 << 30}
		whole := paginate(keys, w, rows, itself)
		var pages page[string]
		w.max = 1 + int(limit%5)
		for rounds := 0; ; rounds++ {
			p := paginate(keys, w, rows, itself)
			if p.count() > w.max || p.truncated && p.count() < w.max || rounds > 3*len(keys)+1 {
				t.Fatalf("page %d of %d has %d rows: %+v", rounds, w.max, p.count(), p)
			}
			pages.rows, pages.prefixes = append(pages.rows, p.rows...), append(pages.prefixes, p.prefixes...)
			if !p.truncated {
				break
			}
			w.after, w.afterID = p.last, p.lastID
		}
		if !slices.Equal(pages.rows, whole.rows) || !slices.Equal(pages.prefixes, whole.prefixes) || whole.truncated {
			t.Fatalf("pages %+v, at once %+v", pages, whole)
		}
		if after == "" {
			compareByHand(t, keys, w, rows, whole)
		}
	})
}

func compareByHand(t *testing.T, keys []string, w window, rows func(string) []string, got page[string]) {
	t.Helper()
	var listed, prefixes []string
	for _, key := range keys {
		rest, ok := strings.CutPrefix(key, w.prefix)
		if !ok || len(rows(key)) == 0 {
			continue
		}
		if before, _, found := strings.Cut(rest, w.delimiter); found && w.delimiter != "" {
			prefixes = append(prefixes, w.prefix+before+w.delimiter)
			continue
		}
		listed = append(listed, rows(key)...)
	}
	if prefixes = slices.Compact(prefixes); !slices.Equal(got.rows, listed) || !slices.Equal(got.prefixes, prefixes) {
		t.Fatalf("listed %+v, by hand %v and %v", got, listed, prefixes)
	}
}

// No request makes the store panic, break its books, or answer with an internal error.
func FuzzRequests(f *testing.F) {
	for _, seed := range [][]string{
		{"GET", "/logs?list-type=2&max-keys=1", "", "", ""},
		{"PUT", "/logs/k?tagging", "", "", "<Tagging><TagSet/></Tagging>"},
		{"PUT", "/logs/k", "X-Amz-Copy-Source", "logs/k?versionId=null", ""},
		{"POST", "/logs?delete", "Content-Md5", "x", "<Delete><Object><Key>k</Key></Object></Delete>"},
		{"PUT", "/logs?lifecycle", "X-Amz-Acl", "private", "<LifecycleConfiguration><Rule/></LifecycleConfiguration>"},
		{"PUT", "/logs?policy", "", "", `{"Statement":[{"Effect":"Allow","Principal":{"AWS":["*"]},"Action":[],"Resource":null}]}`},
		{"POST", "/logs/k?uploads", "X-Amz-Checksum-Algorithm", "CRC32", ""},
		{"GET", "/logs/k?partNumber=1", "Range", "bytes=-1", ""},
		{"DELETE", "/logs/k?versionId=null", "", "", ""},
		{"PUT", "/logs?acl", "X-Amz-Grant-Read", "id=", "<AccessControlPolicy/>"},
		{"PUT", "/logs/k?retention", "X-Amz-Object-Lock-Mode", "GOVERNANCE", "<Retention/>"},
	} {
		f.Add(seed[0], seed[1], seed[2], seed[3], []byte(seed[4]))
	}
	f.Fuzz(func(t *testing.T, method, target, name, value string, body []byte) {
		u, err := url.ParseRequestURI(target)
		if err != nil {
			return
		}
		s := newSite(t)
		must(t, s.store.Create("logs", owner, "us-east-1"))
		must(t, s.store.Put("logs", "k", []byte("content"), nil))
		r := &http.Request{Method: method, URL: u, Host: "localhost:4566", Header: http.Header{}}
		r.Header[http.CanonicalHeaderKey(name)] = []string{value}
		for range 2 { // the second time it meets what it has done
			w := &rawHeader{header: http.Header{}}
			s.serve(w, withContent(r, body))
			if w.status >= 500 && w.status != http.StatusNotImplemented {
				t.Fatalf("%s %s %s: %s\n%s: %d %s", method, target, name, value, body, w.status, w.body)
			}
		}
		checkBooks(t, s.store)
	})
}
