package cli_test

import (
	"bytes"
	"context"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/trailspan/trailspan/internal/cli"
)

// proofReport is the part of a proof that tests are about.
type proofReport struct {
	Schema, Trail string
	Regions       []struct {
		Region, Status, File, Reason string
		Seconds                      *float64
		Gap                          *struct{ Action, Kind string }
	}
	Summary struct{ Regions, Proven, Seen, Pending, Unknown int }
}

// TestProve runs on the embedded sandbox, whose trails deliver soon.
func TestProve(t *testing.T) {
	organizationMember := organization("us-east-1")
	for name, c := range map[string]struct {
		world string
		args  []string
		code  int
		want  [4]int // proven, seen, pending, unknown
	}{
		"multi-Region":               {trails(multi("abc", "")), nil, 0, [4]int{17, 0, 0, 0}},
		"one in each Region":         {trails(everyRegion()...), nil, 0, [4]int{17, 0, 0, 0}},
		"the trail that is named":    {trails(multi("abc", ""), single("def", "eu-west-1", "")), []string{"--trail", "def"}, 4, [4]int{1, 0, 16, 0}},
		"reads by one of two trails": {trails(multi("abc", `, eventSelectors: [{ReadWriteType: ReadOnly, IncludeManagementEvents: true}]`), multi("def", `, eventSelectors: [{ReadWriteType: WriteOnly, IncludeManagementEvents: true}]`)), nil, 0, [4]int{17, 0, 0, 0}},
		"a delivery error":           {trails(multi("abc", `, deliveryErrors: {eu-west-1: AccessDenied}`)), []string{"--wait", "4s"}, 4, [4]int{16, 0, 1, 0}},
		// every file that is found is of def: the key of abc is disabled, and it never delivered
		"a bucket of two, one of which delivers": {
			trails(multi("abc", `, kmsKeyId: "arn:aws:kms:us-east-1:123456789012:key/12345678-1234-1234-1234-123456789012"`), multi("def", "")) +
				"keys: [{id: 12345678-1234-1234-1234-123456789012, account: \"123456789012\", region: us-east-1, state: Disabled, policy: documented}]\n",
			[]string{"--trail", "abc", "--wait", "5s"},
			4,
			[4]int{0, 17, 0, 0},
		},
		"a bucket of two, both deliver": {trails(multi("abc", ""), multi("def", "")), []string{"--trail", "abc"}, 0, [4]int{17, 0, 0, 0}},
		// the bucket belongs to the management account and lets no member read
		"organization trail of others": {organizationMember, nil, 4, [4]int{0, 17, 0, 0}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			args := append([]string{"prove", "--sandbox", "--world", file(t, "world.yaml", c.world), "--journal", t.TempDir(), "--wait", "20s", "--format", "json"}, c.args...)
			o := trailspan(t, args...)
			var p proofReport
			if err := json.Unmarshal([]byte(o.stdout), &p); err != nil {
				t.Fatalf("exit %d, no proof: %v\n%s", o.code, err, o.stderr)
			}
			s := p.Summary
			if o.code != c.code || [4]int{s.Proven, s.Seen, s.Pending, s.Unknown} != c.want || s.Regions != 17 {
				t.Errorf("exit %d, %+v; want %d, %v", o.code, s, c.code, c.want)
			}
			for _, r := range p.Regions {
				if proven := r.Status == "proven"; proven != (r.Seconds != nil) || proven != strings.HasPrefix(r.File, "s3://") || proven != (r.Reason == "") {
					t.Errorf("%+v does not fit together", r)
				}
			}
		})
	}
}

// Who interrupts a proof is told how to go on; what was sent is written down.
func TestInterruptedProof(t *testing.T) {
	runs := t.TempDir()
	ctx, stop := context.WithTimeout(t.Context(), time.Minute)
	defer stop()
	go func() {
		for ctx.Err() == nil {
			names, _ := filepath.Glob(filepath.Join(runs, "*.jsonl"))
			if len(names) == 1 {
				if text, _ := os.ReadFile(names[0]); bytes.Count(text, []byte(`"marked"`)) == 1 {
					stop()
				}
			}
			time.Sleep(5 * time.Millisecond)
		}
	}()
	var out, errs bytes.Buffer
	code := cli.Main(ctx, cli.Env{
		Args: []string{"prove", "--sandbox", "--journal", runs}, Getenv: func(string) string { return "" },
		Stdin: strings.NewReader(""), Stdout: &out, Stderr: &errs,
	})
	if code != 130 || !strings.Contains(errs.String(), "trailspan prove --resume ") {
		t.Errorf("exit %d: %s", code, errs.String())
	}
}

// An unwritable journal
// keeps any call from being sent.
func TestProofNeedsItsJournal(t *testing.T) {
	o := trailspan(t, "prove", "--sandbox", "--journal", file(t, "no-folder", ""))
	if o.code != 1 || !strings.Contains(o.stderr, "the journal cannot be written") {
		t.Errorf("exit %d: %s", o.code, o.stderr)
	}
}
