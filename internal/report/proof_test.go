package report

import (
	"bytes"
	"io"
	"testing"
	"time"

	"github.com/trailspan/trailspan/internal/apply"
	"github.com/trailspan/trailspan/internal/prove"
	"github.com/trailspan/trailspan/internal/say"
	"github.com/trailspan/trailspan/internal/trail"
)

// proof has a Region of every kind.
func proof() prove.Result {
	const arn = trail.ARN("arn:aws:cloudtrail:ap-northeast-1:123456789012:trail/your-trail-name")
	gap := &trail.Gap{Region: "eu-west-1", Action: "s3:ListBucket", Kind: trail.Denied, Error: "AccessDenied: no"}
	return prove.Result{
		Account: account, Run: "20261122T064206Z-7f3a10", Why: trail.Say("prove.why.each"),
		Regions: []prove.RegionResult{
			{Region: "ap-northeast-1", Status: prove.Proven, Trail: arn, RequestID: "r1", Took: 72 * time.Second, File: "s3://logs/AWSLogs/x.json.gz"},
			{Region: "ap-northeast-2", Status: prove.Pending, Trail: arn, RequestID: "r2", Reason: trail.Say("prove.pending")},
			{Region: "eu-west-1", Status: prove.Seen, Trail: arn, RequestID: "r3", Reason: trail.Say("prove.seen"), Gap: gap},
			{Region: "eu-west-2", Status: prove.Pending, Reason: trail.Say("reason.no-trail")},
			{Region: "us-east-1", Status: prove.Proven, Trail: arn, RequestID: "r4", Took: 301500 * time.Millisecond, File: "s3://logs/AWSLogs/y.json.gz"},
			{Region: "us-east-2", Status: prove.Unknown, Reason: trail.Say("prove.no-reads", "trail", "b")},
		},
	}
}

func TestProof(t *testing.T) {
	for _, reader := range readers() {
		golden(t, reader.file("proof"), func(w io.Writer) error { return Proof(w, Text, proof(), reader.options()) })
	}
	golden(t, "proof.json", func(w io.Writer) error { return Proof(w, JSON, proof(), Options{Speaker: say.New(say.Japanese)}) })
	if err := Proof(io.Discard, CSV, proof(), Options{}); err == nil {
		t.Error("a proof is shown as CSV")
	}
}

// A proof that belongs to a change stands in the report of the change.
func TestProofOfChange(t *testing.T) {
	r := ended(apply.Converted)
	p := proof()
	r.Proof = &p
	golden(t, "result-proven.en.80.txt", func(w io.Writer) error { return Result(w, Text, r, Options{}) })
	var out bytes.Buffer
	if err := Result(&out, JSON, r, Options{}); err != nil {
		t.Fatal(err)
	}
	for _, fault := range unlikeShape(t, "plan.shape.json", out.Bytes()) {
		t.Error(fault)
	}
}
