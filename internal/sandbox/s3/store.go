// Package s3 is Amazon S3 in memory: buckets, objects and their versions,
// multipart uploads, and the configuration of buckets, over the REST protocol that
// the AWS CLI, the SDKs and Terraform speak.
//
// It never acts on a configuration that would work in the background: lifecycle,
// replication, notifications, access logging, website and CORS settings are checked,
// remembered and returned, no more. It never does less than it says: an operation,
// header or value that it does not know is refused with NotImplemented by name.
// Signatures are checked, and aws-chunked bodies decoded, before it is asked.
//
// Its nouns: the store is all of S3; a bucket belongs to an account and a Region; a
// version is one state of an object; a chunk is a piece of a body; a document is the
// XML of a sub-resource; a failure is an error as S3 words it.
package s3

import (
	"crypto/rand"
	"maps"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/trailspan/trailspan/internal/sandbox/bodies"
	"github.com/trailspan/trailspan/internal/sandbox/wire"
)

// A Store holds the buckets of all accounts: their names are global. It is safe for
// concurrent use. Its exported fields are set before the first use.
type Store struct {
	// Bodies keeps the contents of objects; nil keeps them in memory.
	Bodies Bodies
	// KnownRegion tells whether a bucket can be in a Region of the partition; nil
	// takes every name that looks like one of the partition.
	KnownRegion func(partition, region string) bool
	// PolicyContext adds condition keys for bucket policies that only the rest of
	// the sandbox knows, such as aws:PrincipalOrgID. It may be nil.
	PolicyContext func(*wire.Call) map[string][]string

	now        func() time.Time
	operations map[route]operation
	memory     *bodies.Memory

	mu       sync.RWMutex // guards all below
	buckets  map[string]*bucket
	users    map[string]int // of a body, by its sum: versions, and parts of uploads
	revision uint64
}

// Info is what other rooms may know of a bucket.
type Info struct {
	Name          string
	Account       string // the owner
	Region        string
	Created       time.Time
	Policy        string // the JSON of the bucket policy; "" means none
	Versioning    string // Enabled, Suspended or "" (never enabled)
	Ownership     string // BucketOwnerEnforced, BucketOwnerPreferred or ObjectWriter
	RequesterPays bool
	BucketKey     bool // objects are encrypted with an S3 Bucket Key by default
	Objects       int  // number of keys, deleted ones that have versions among them
}

// Object is the newest version of an object.
type Object struct {
	Key       string
	Size      int64
	ETag      string // without quotes
	VersionID string // "null" where versioning was not enabled
	Modified  time.Time
	// Header is what a reader is told: Content-Type …, and user metadata as
	// X-Amz-Meta-Name.
	Header http.Header
}

// New returns an empty Store in memory. now gives the time of writes that are not
// made through Serve, and of calls without a time.
func New(now func() time.Time) *Store {
	return &Store{
		now:        now,
		operations: operations(),
		memory:     &bodies.Memory{},
		buckets:    map[string]*bucket{},
		users:      map[string]int{},
	}
}

// Create makes a bucket as CreateBucket does, but in any Region. Its errors are a
// *wire.Error: InvalidBucketName, BucketAlreadyExists, BucketAlreadyOwnedByYou.
func (s *Store) Create(name, account, region string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if f := s.mayCreate(name, account); f != nil {
		return f.forOtherRooms()
	}
	s.buckets[name] = newBucket(name, account, region, s.now())
	s.revision++
	return nil
}

// Bucket describes a bucket; false means that there is none of the name.
func (s *Store) Bucket(name string) (Info, bool) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	b := s.buckets[name]
	if b == nil {
		return Info{}, false
	}
	return b.info(), true
}

// Buckets describes every bucket, by name.
func (s *Store) Buckets() []Info {
	s.mu.RLock()
	defer s.mu.RUnlock()
	infos := make([]Info, 0, len(s.buckets))
	for _, name := range slices.Sorted(maps.Keys(s.buckets)) {
		infos = append(infos, s.buckets[name].info())
	}
	return infos
}

func (b *bucket) info() Info {
	return Info{
		Name:          b.Name,
		Account:       b.Account,
		Region:        b.Region,
		Created:       b.Created,
		Policy:        b.Policy,
		Versioning:    b.versioning(),
		Ownership:     b.ownership(),
		RequesterPays: b.requesterPays(),
		BucketKey:     b.defaultEncryption().BucketKey,
		Objects:       len(b.keys),
	}
}

// SetPolicy gives a bucket a policy without checking it, for worlds that are broken
// on purpose; "" takes the policy away. The error is the *wire.Error NoSuchBucket.
func (s *Store) SetPolicy(name, doc string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	b := s.buckets[name]
	if b == nil {
		return noSuchBucket(name).forOtherRooms()
	}
	b.Policy = doc
	s.revision++
	return nil
}

// Put writes an object as a service does, such as CloudTrail with a log file; who
// may write is for the caller to judge. The header has what a PutObject request
// would have: Content-Type, x-amz-meta-*, x-amz-server-side-encryption …; the case
// of its names does not matter. Errors are a *wire.Error, as PutObject answers them.
func (s *Store) Put(bucket, key string, body []byte, header http.Header) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	b := s.buckets[bucket]
	if b == nil {
		return noSuchBucket(bucket).forOtherRooms()
	}
	q := &request{http: &http.Request{Method: http.MethodPut, Header: canonical(header)}, call: &wire.Call{Account: b.Account}, bucket: b, key: key, body: body, now: s.now()}
	if _, err := s.putObject(q); err != nil {
		return asFailure(err).forOtherRooms()
	}
	s.revision++
	return nil
}

// canonical is a header with its names as net/http looks them up.
func canonical(h http.Header) http.Header {
	c := make(http.Header, len(h))
	for name, values := range h {
		for _, value := range values {
			c.Add(name, value)
		}
	}
	return c
}

// Get returns the newest version of an object and its content, which the caller does
// not change. Errors are a *wire.Error: NoSuchBucket, NoSuchKey.
func (s *Store) Get(bucket, key string) (Object, []byte, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	b := s.buckets[bucket]
	if b == nil {
		return Object{}, nil, noSuchBucket(bucket).forOtherRooms()
	}
	v, ok := b.visible(key)
	if !ok {
		return Object{}, nil, noSuchKey(key).forOtherRooms()
	}
	body, err := s.read(v.Body)
	if err != nil {
		return Object{}, nil, internalError(err).forOtherRooms()
	}
	return v.object(key), body, nil
}

// List returns the objects whose keys begin with the prefix, sorted by key; deleted
// ones are not among them. The error is the *wire.Error NoSuchBucket.
func (s *Store) List(bucket, prefix string) ([]Object, error) {
	s.mu.RLock()
	defer s.mu.RUnlock()
	b := s.buckets[bucket]
	if b == nil {
		return nil, noSuchBucket(bucket).forOtherRooms()
	}
	var objects []Object
	first, _ := slices.BinarySearch(b.keys, prefix)
	for _, key := range b.keys[first:] {
		if !strings.HasPrefix(key, prefix) {
			break
		}
		if v, ok := b.visible(key); ok {
			objects = append(objects, v.object(key))
		}
	}
	return objects, nil
}

func (v version) object(key string) Object {
	o := Object{Key: key, Size: sizeOf(v.Body), ETag: v.ETag, VersionID: v.ID, Modified: v.Modified, Header: http.Header{}}
	for name, value := range v.Traits.Headers {
		o.Header.Set(name, value)
	}
	for name, value := range v.Traits.Metadata {
		o.Header.Set("x-amz-meta-"+name, value)
	}
	return o
}

// Revision grows with every change, so that a keeper of state knows when to save.
func (s *Store) Revision() uint64 {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.revision
}

// newID returns 32 random characters, as long as version IDs of S3 are.
func newID() string { return (rand.Text() + rand.Text())[:32] }
