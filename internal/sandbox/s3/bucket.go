package s3

import (
	"slices"
	"time"
)

// A bucket is what is remembered of one. Exported fields are kept in the state.
type bucket struct {
	Name      string
	Account   string // the owner
	Region    string
	Created   time.Time
	Policy    string               `json:",omitempty"` // "" means none
	Documents map[string]*element  `json:",omitempty"` // configuration by sub-resource, where one is set
	Minimum   string               `json:",omitempty"` // x-amz-transition-default-minimum-object-size of the lifecycle
	Grants    []grant              `json:",omitempty"` // the ACL; nil means private
	Objects   map[string][]version `json:",omitempty"` // by key, oldest first; never an empty list
	Uploads   map[string]*upload   `json:",omitempty"` // unfinished ones, by upload ID

	keys []string // of Objects, sorted
}

// A version is one state of an object, or a delete marker.
type version struct {
	ID       string // "null" where versioning was not enabled
	Marker   bool   `json:",omitempty"` // a delete marker: nothing below but Modified and Owner counts
	Modified time.Time
	ETag     string   `json:",omitempty"` // without quotes
	Body     []chunk  `json:",omitempty"`
	Parts    []part   `json:",omitempty"` // of a multipart upload
	Checksum checksum `json:",omitzero"`
	Lock     lock     `json:",omitzero"`
	Traits   traits   `json:",omitzero"`
}

// traits are what a writer says of an object, and what the bucket adds to it.
type traits struct {
	Owner        string            `json:",omitempty"` // account
	Headers      map[string]string `json:",omitempty"` // returned with the object: Content-Type …
	Metadata     map[string]string `json:",omitempty"` // user metadata by lower-case name without x-amz-meta-
	Tags         []tag             `json:",omitempty"`
	StorageClass string            `json:",omitempty"` // "" means STANDARD
	Encryption   encryption        `json:",omitzero"`
	Grants       []grant           `json:",omitempty"` // nil means private
}

type encryption struct {
	Algorithm string `json:",omitempty"` // AES256, aws:kms or aws:kms:dsse
	KeyID     string `json:",omitempty"`
	BucketKey bool   `json:",omitempty"`
}

func newBucket(name, account, region string, now time.Time) *bucket {
	b := &bucket{Name: name, Account: account, Region: region, Created: now.UTC().Truncate(time.Second)}
	b.makeMaps()
	// Since April 2023 every new bucket blocks public access and knows no ACLs:
	// https://docs.aws.amazon.com/AmazonS3/latest/userguide/create-bucket-faq.html
	b.Documents["publicAccessBlock"] = tree("PublicAccessBlockConfiguration",
		text("BlockPublicAcls", "true"), text("IgnorePublicAcls", "true"),
		text("BlockPublicPolicy", "true"), text("RestrictPublicBuckets", "true"))
	b.setOwnership("BucketOwnerEnforced")
	return b
}

// makeMaps gives a bucket that was read from a state what the state left out.
func (b *bucket) makeMaps() {
	if b.Documents == nil {
		b.Documents = map[string]*element{}
	}
	if b.Objects == nil {
		b.Objects = map[string][]version{}
	}
	if b.Uploads == nil {
		b.Uploads = map[string]*upload{}
	}
}

func (b *bucket) arn(partition string) string { return "arn:" + partition + ":s3:::" + b.Name }

// versioning is Enabled, Suspended or "" (never enabled).
func (b *bucket) versioning() string { return b.Documents["versioning"].text("Status") }

// ownership is the Object Ownership of the bucket; without a setting the writer owns.
func (b *bucket) ownership() string {
	if o := b.Documents["ownershipControls"].text("Rule", "ObjectOwnership"); o != "" {
		return o
	}
	return "ObjectWriter"
}

func (b *bucket) setOwnership(ownership string) {
	b.Documents["ownershipControls"] = tree("OwnershipControls", tree("Rule", text("ObjectOwnership", ownership)))
}

// blocks tells whether a setting of the public access block is on.
func (b *bucket) blocks(setting string) bool {
	return b.Documents["publicAccessBlock"].text(setting) == "true"
}

func (b *bucket) requesterPays() bool {
	return b.Documents["requestPayment"].text("Payer") == "Requester"
}

// current returns the newest version of an object, which may be a delete marker.
func (b *bucket) current(key string) (version, bool) {
	versions := b.Objects[key]
	if len(versions) == 0 {
		return version{}, false
	}
	return versions[len(versions)-1], true
}

// visible returns the newest version of an object unless it is deleted.
func (b *bucket) visible(key string) (version, bool) {
	v, ok := b.current(key)
	return v, ok && !v.Marker
}

// index finds a version of an object by its ID; -1 means there is none.
func (b *bucket) index(key, id string) int {
	return slices.IndexFunc(b.Objects[key], func(v version) bool { return v.ID == id })
}

// add makes v the newest version of an object, and gives it its ID. A bucket that
// is not versioned keeps one version of each object, with the ID null. It returns
// v with its ID, and the version that v took the place of, if any.
func (b *bucket) add(key string, v version) (added version, replaced []version) {
	v.ID = "null"
	if b.versioning() == "Enabled" {
		v.ID = newID()
	} else if i := b.index(key, "null"); i >= 0 {
		replaced = []version{b.remove(key, i)}
	}
	if len(b.Objects[key]) == 0 {
		i, _ := slices.BinarySearch(b.keys, key)
		b.keys = slices.Insert(b.keys, i, key)
	}
	b.Objects[key] = append(b.Objects[key], v)
	return v, replaced
}

// remove takes a version away for good.
func (b *bucket) remove(key string, i int) version {
	versions := b.Objects[key]
	removed := versions[i]
	if versions = slices.Delete(versions, i, i+1); len(versions) > 0 {
		b.Objects[key] = versions
		return removed
	}
	delete(b.Objects, key)
	if k, ok := slices.BinarySearch(b.keys, key); ok {
		b.keys = slices.Delete(b.keys, k, k+1)
	}
	return removed
}
