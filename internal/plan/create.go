package plan

import (
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/trailspan/trailspan/internal/coverage"
	"github.com/trailspan/trailspan/internal/policy"
	"github.com/trailspan/trailspan/internal/trail"
)

// Wanted is the trail that create makes.
type Wanted struct {
	Account   AccountID
	Name      string
	Home      trail.Region
	Bucket    string
	KMSKeyID  string // "" for the encryption of the bucket
	Partition trail.Partition
}

// DefaultName is the name of the trail that create makes.
const DefaultName = "management-events"

// DefaultBucket is the bucket of the trail that create makes: names of buckets are
// shared by all of AWS, so that the account and the Region stand in it.
func DefaultBucket(account AccountID, home trail.Region) string {
	return fmt.Sprintf("cloudtrail-%s-%s", account, home)
}

// ARN is the ARN that the trail will have.
func (w Wanted) ARN() trail.ARN {
	return trail.ARN(fmt.Sprintf("arn:%s:cloudtrail:%s:%s:trail/%s", w.Partition, w.Home, w.Account, w.Name))
}

var (
	trailName  = regexp.MustCompile(`^[A-Za-z0-9]([._-]?[A-Za-z0-9])+$`)
	ipAddress  = regexp.MustCompile(`^\d+\.\d+\.\d+\.\d+$`)
	bucketName = regexp.MustCompile(`^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$`)
	kmsKey     = regexp.MustCompile(`^[A-Za-z0-9:/_-]+$`)
)

// Check says in a Note what is wrong with a name, or returns false.
// https://docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-trail-naming-requirements.html
func (w Wanted) Check() (trail.Note, bool) {
	switch {
	case len(w.Name) < 3 || len(w.Name) > 128 || !trailName.MatchString(w.Name) || ipAddress.MatchString(w.Name):
		return trail.Say("create.bad-name", "name", w.Name), true
	case !bucketName.MatchString(w.Bucket) || strings.Contains(w.Bucket, "..") || ipAddress.MatchString(w.Bucket):
		return trail.Say("create.bad-bucket", "bucket", w.Bucket), true
	case w.KMSKeyID != "" && (len(w.KMSKeyID) > 350 || !kmsKey.MatchString(w.KMSKeyID)):
		return trail.Say("create.bad-key", "key", w.KMSKeyID), true
	default:
		return trail.Note{}, false
	}
}

// CheckTemplate is Check for a template, which may leave the name of the bucket to the
// account and Region that it is deployed to.
func (w Wanted) CheckTemplate() (trail.Note, bool) {
	if w.Bucket == "" {
		w.Bucket = "left-to-the-template"
	}
	return w.Check()
}

// Make plans a multi-Region trail with log file validation, logging, and the bucket
// and policy that it needs. A bucket that is there keeps its own statements.
func Make(s trail.Snapshot, w Wanted, e Evidence) (Plan, error) {
	b := e.Bucket
	now := coverage.Assess(s)
	if now.Verdict == coverage.Recorded && now.Future == coverage.Recorded {
		return nothing(s, trail.Say("why.recorded")), nil
	}
	p := Plan{Account: s.Account, Trail: w.ARN(), Why: trail.Say("why.create", "trail", w.Name), Expect: s.EnabledRegions()}
	var doc policy.Document
	if b.seen() {
		merged, err := p.addBucket(w, b)
		if err != nil {
			return Plan{}, err
		}
		doc = merged
	}
	p.add(createStep(w))
	p.add(startStep(w.ARN(), w.Home))
	p.Predicted = Predict(s, p.Steps)
	p.Gates = makeGates(s, w, e, p, doc)
	p.Becomes = madeBeside(s)
	return p, nil
}

// seen says whether it is known what is there: nothing, or a bucket with its policy.
func (b Bucket) seen() bool { return b.Gap == nil && !b.Elsewhere }

// addBucket plans the bucket, unless it is there, and its policy, which it returns.
func (p *Plan) addBucket(w Wanted, b Bucket) (policy.Document, error) {
	if !b.Exists {
		p.add(bucketStep(w))
		p.add(blockStep(w))
	}
	text, err := Merge(b.Policy, w)
	if err != nil {
		return policy.Document{}, err
	}
	if text != b.Policy {
		p.add(policyStep(w, b, text))
	}
	return policy.Parse(text)
}

func bucketStep(w Wanted) Step {
	call := Call{Action: CreateBucket, Region: w.Home, Request: Request{Bucket: w.Bucket}}
	return Step{
		Call: call, Before: nil, After: State{Exists: true},
		Undo: []Call{{Action: DeleteBucket, Region: w.Home, Request: Request{Bucket: w.Bucket}, MayStay: true}},
	}
}

// blockStep has no way back of its own: it goes with the bucket, or stays with its logs.
func blockStep(w Wanted) Step {
	return Step{
		Call:  Call{Action: PutPublicAccessBlock, Region: w.Home, Request: Request{Bucket: w.Bucket}},
		After: State{PublicAccessBlocked: true},
	}
}

func policyStep(w Wanted, b Bucket, after string) Step {
	region := w.Home
	if b.Region != "" {
		region = b.Region
	}
	st := Step{
		Call:  Call{Action: PutBucketPolicy, Region: region, Request: Request{Bucket: w.Bucket, Policy: after}},
		After: State{Policy: Normal(after)},
	}
	if b.Policy == "" {
		st.Undo = []Call{{Action: DeleteBucketPolicy, Region: region, Request: Request{Bucket: w.Bucket}}}
		return st
	}
	st.Before = State{Policy: Normal(b.Policy)}
	st.Undo = []Call{{
		Action: PutBucketPolicy, Region: region,
		Request: Request{Bucket: w.Bucket, Policy: b.Policy}, Want: State{Policy: Normal(b.Policy)},
	}}
	return st
}

func createStep(w Wanted) Step {
	return Step{
		Call: Call{Action: CreateTrail, Region: w.Home, Request: Request{
			Name: w.Name, S3BucketName: w.Bucket, KmsKeyID: w.KMSKeyID,
			IsMultiRegionTrail: ptr(true), IncludeGlobalServiceEvents: ptr(true), EnableLogFileValidation: ptr(true),
		}},
		After: State{
			"S3BucketName": w.Bucket, IsMultiRegionTrail: true, IncludeGlobalServiceEvents: true, "LogFileValidationEnabled": true,
			"IsOrganizationTrail": false,
		},
		Undo: []Call{{Action: DeleteTrail, Region: w.Home, Request: Request{Name: string(w.ARN())}}},
	}
}

// Statements returns the two statements that let CloudTrail deliver the log files of
// one trail, as its user guide gives them.
// https://docs.aws.amazon.com/awscloudtrail/latest/userguide/create-s3-bucket-policy-for-cloudtrail.html
func (w Wanted) Statements() []map[string]any {
	bucket := fmt.Sprintf("arn:%s:s3:::%s", w.Partition, w.Bucket)
	principal := map[string]any{"Service": service}
	return []map[string]any{
		{
			"Sid": "AWSCloudTrailAclCheck20150319", "Effect": "Allow", "Principal": principal,
			"Action": "s3:GetBucketAcl", "Resource": bucket,
			"Condition": map[string]any{"StringEquals": map[string]any{"aws:SourceArn": string(w.ARN())}},
		},
		{
			"Sid": "AWSCloudTrailWrite20150319", "Effect": "Allow", "Principal": principal,
			"Action": "s3:PutObject", "Resource": fmt.Sprintf("%s/AWSLogs/%s/*", bucket, w.Account),
			"Condition": map[string]any{"StringEquals": map[string]any{
				"s3:x-amz-acl": "bucket-owner-full-control", "aws:SourceArn": string(w.ARN()),
			}},
		},
	}
}

func (w Wanted) trail() trail.Trail {
	return trail.Trail{ARN: w.ARN(), Name: w.Name, HomeRegion: w.Home, Settings: trail.Settings{Bucket: w.Bucket, LogFileValidation: true, KMSKeyID: w.KMSKeyID}}
}

// makeGates evaluates the gates of a new trail, whose bucket will have the policy doc.
func makeGates(s trail.Snapshot, w Wanted, e Evidence, p Plan, doc policy.Document) []Gate {
	b := e.Bucket
	gates := []Gate{homeGate(s, w.trail()), quotaGate(s, w.ARN()), nameGate(s, w), newBucketGate(b, w)}
	switch {
	case b.RequesterPays:
		gates = append(gates, bucketBlock("requester-pays", "Payer=Requester", w.trail()))
	case b.seen():
		gates = append(gates, withGaps(judgeBucket(s, w.trail(), doc, e), w.trail(), e))
	}
	if e.Key != nil {
		gates = append(gates, keyGate(w.trail(), e.newBucket(w.Home)))
	}
	if slices.ContainsFunc(s.Trails, func(t trail.Trail) bool { return !t.MultiRegion && t.ARN.Owner() == s.Account }) {
		gates = append(gates, gate("convert-instead", Warn, ""))
	}
	return append(gates, resultGate(p))
}

// nameGate: the home Region must not have a trail of this name.
func nameGate(s trail.Snapshot, w Wanted) Gate {
	if _, there := s.Trail(w.ARN()); there {
		return gate("trail-name", Block, string(w.ARN()), "trail", w.Name)
	}
	return sameNameGate(s, w.Name, w.ARN())
}

// newBucketGate: what was not seen may be somebody else's, or may have a policy that a
// new one would replace.
func newBucketGate(b Bucket, w Wanted) Gate {
	const id = "bucket"
	switch {
	case b.Elsewhere:
		return gate(id, Block, gapText(b.Gap), "bucket", w.Bucket)
	case b.Gap != nil:
		return Gate{
			ID: id, Status: Block, Evidence: b.Gap.Error,
			Message: trail.Say("gate.bucket.block-unseen", "bucket", w.Bucket, "action", b.Gap.Action),
			Hint:    trail.Say("gate.bucket.block-unseen.hint"),
		}
	case b.Exists:
		return gate(id, Warn, string(b.Region), "bucket", w.Bucket)
	default:
		return gate(id, Pass, w.Bucket, "bucket", w.Bucket)
	}
}

// madeBeside lists the trails that record besides a new one.
func madeBeside(s trail.Snapshot) []Consequence {
	var out []Consequence
	for _, o := range s.Trails {
		if recordsManagementEvents(o) {
			out = append(out, Consequence{o.ARN, secondCopy(o)})
		}
	}
	return out
}
