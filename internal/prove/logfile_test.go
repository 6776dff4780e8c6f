package prove

import (
	"bytes"
	"compress/gzip"
	"regexp"
	"strings"
	"testing"

	"github.com/trailspan/trailspan/internal/apply"
)

// What is taken for the mark in a log file, and what is not.
func TestHolds(t *testing.T) {
	const mine = `{"eventSource":"cloudtrail.amazonaws.com","eventName":"DescribeTrails","requestID":"r1","awsRegion":"eu-west-1","requestParameters":{"trailNameList":["m"]}}`
	log := func(records ...string) string { return `{"Records":[` + strings.Join(records, ",") + `]}` }
	zipped := func(s string) string {
		var out bytes.Buffer
		z := gzip.NewWriter(&out)
		_, _ = z.Write([]byte(s))
		_ = z.Close()
		return out.String()
	}
	for name, c := range map[string]struct {
		text string
		id   string
		want bool
		bad  bool
	}{
		"it":                            {zipped(log(`{}`, mine)), "r1", true, false},
		"unpacked on the way":           {log(mine), "r1", true, false},
		"without parameters":            {log(strings.Replace(mine, `{"trailNameList":["m"]}`, "null", 1)), "r1", true, false},
		"without a request ID":          {log(mine), "", true, false},
		"neither ID nor name":           {log(strings.Replace(mine, `"m"`, `"x"`, 1)), "", false, false},
		"another request":               {log(mine), "r2", false, false},
		"another trail":                 {log(strings.Replace(mine, `"m"`, `"x"`, 1)), "r1", false, false},
		"another operation":             {log(strings.Replace(mine, "DescribeTrails", "ListTrails", 1)), "r1", false, false},
		"another service":               {log(strings.Replace(mine, "cloudtrail.", "s3.", 1)), "r1", false, false},
		"another Region":                {log(strings.Replace(mine, "eu-west-1", "eu-west-2", 1)), "r1", false, false},
		"no records":                    {log(), "r1", false, false},
		"it, and then cut off":          {`{"Records":[` + mine, "r1", true, false},
		"cut off":                       {`{"Records":[{},`, "r1", false, true},
		"gzip cut off":                  {zipped(log(mine))[:20], "r1", false, true},
		"something else":                {`{"digestStartTime":""}`, "r1", false, true},
		"nothing":                       {"", "r1", false, true},
		"a list without a name":         {`[` + mine + `]`, "r1", false, true},
		"parameters of another kind":    {log(`{"requestParameters":"x"}`, mine), "r1", true, false},
		"records of unexpected members": {log(`{"requestParameters":{"trailNameList":{"a":1}}}`, mine), "r1", true, false},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := holds(strings.NewReader(c.text), apply.Mark{Name: "m", RequestID: c.id}, "eu-west-1")
			if got != c.want || (err != nil) != c.bad {
				t.Errorf("%v, %v; want %v, an error: %v", got, err, c.want, c.bad)
			}
		})
	}
}

// A mark asks for a name that CloudTrail takes for one of a trail.
func TestMarkName(t *testing.T) {
	valid := regexp.MustCompile(`^[A-Za-z0-9]+(-[A-Za-z0-9]+)*$`)
	for _, run := range []string{"20261122T064206Z-7f3a10", "a..b--c_.d", strings.Repeat("x-", 50), "..."} {
		if name := markName(run, "ap-northeast-1"); !valid.MatchString(name) || len(name) > 128 || !strings.HasSuffix(name, "-ap-northeast-1") {
			t.Errorf("%s marks with %s", run, name)
		}
	}
}
