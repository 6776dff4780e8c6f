package sandbox_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/cloudtrail"
	"github.com/aws/smithy-go"
	"pgregory.net/rapid"
)

// model is what trails there ought to be: by home Region and name, whether they are
// multi-Region.
type model map[[2]string]bool

// sees returns the names of the trails of a Region, sorted.
func (m model) sees(region string) []string {
	var names []string
	for trail, multi := range m {
		if multi || trail[0] == region {
			names = append(names, trail[1])
		}
	}
	slices.Sort(names)
	return names
}

// full says whether some Region that a new or wider trail reaches has no free place,
// not counting the trail itself.
func (m model) full(trail [2]string, multi bool, regions []string) bool {
	rest := model{}
	for t, wide := range m {
		if t != trail {
			rest[t] = wide
		}
	}
	for _, region := range regions {
		if (multi || region == trail[0]) && len(rest.sees(region)) >= 5 {
			return true
		}
	}
	return false
}

// codeOf is the code of an AWS error, or "".
func codeOf(err error) string {
	var e smithy.APIError
	if errors.As(err, &e) {
		return e.ErrorCode()
	}
	return ""
}

// Whatever is created, widened, narrowed and deleted: a trail is seen in exactly the
// Regions it reaches, no Region has more than five, and no ARN ever changes.
func TestTrailsProperty(t *testing.T) {
	everyday := []string{"us-east-1", "eu-west-1", "af-south-1"}
	l := newLab(t, alone)
	rapid.Check(t, func(r *rapid.T) {
		l.post("reset")
		m := model{}
		draw := func() [2]string {
			return [2]string{rapid.SampledFrom(everyday).Draw(r, "region"), rapid.SampledFrom(strings.Fields("one two three four")).Draw(r, "name")}
		}
		r.Repeat(map[string]func(*rapid.T){
			"create": func(r *rapid.T) {
				trail, multi := draw(), rapid.Bool().Draw(r, "multi")
				want := ""
				switch {
				case slices.Contains(m.sees(trail[0]), trail[1]):
					want = "TrailAlreadyExistsException"
				case m.full(trail, multi, everyday):
					want = "MaximumNumberOfTrailsExceededException"
				default:
					m[trail] = multi
				}
				_, err := l.at(trail[0]).CreateTrail(t.Context(), &cloudtrail.CreateTrailInput{Name: &trail[1], S3BucketName: ptr("logs"), IsMultiRegionTrail: &multi})
				if codeOf(err) != want {
					r.Fatalf("create %v: %v, want %q", trail, err, want)
				}
			},
			"update": func(r *rapid.T) {
				trail, multi := draw(), rapid.Bool().Draw(r, "multi")
				was, exists := m[trail]
				want := ""
				switch {
				case !exists:
					want = "TrailNotFoundException"
				case multi && !was && m.full(trail, true, everyday):
					want = "MaximumNumberOfTrailsExceededException"
				default:
					m[trail] = multi
				}
				out, err := l.at(trail[0]).UpdateTrail(t.Context(), &cloudtrail.UpdateTrailInput{Name: &trail[1], IsMultiRegionTrail: &multi})
				if codeOf(err) != want {
					r.Fatalf("update %v: %v, want %q", trail, err, want)
				}
				if err == nil && *out.TrailARN != arnOf(self, trail[0], trail[1]) {
					r.Fatalf("the ARN changed to %s", *out.TrailARN)
				}
			},
			"delete": func(r *rapid.T) {
				trail := draw()
				_, exists := m[trail]
				_, err := l.at(trail[0]).DeleteTrail(t.Context(), &cloudtrail.DeleteTrailInput{Name: &trail[1]})
				if exists != (err == nil) {
					r.Fatalf("delete %v: %v", trail, err)
				}
				delete(m, trail)
			},
			"": func(r *rapid.T) {
				region := rapid.SampledFrom(everyday).Draw(r, "looking from")
				want := strings.Join(m.sees(region), " ")
				if got := l.names(self, region); got != want || len(m.sees(region)) > 5 {
					r.Fatalf("%s sees %q, want %q", region, got, want)
				}
			},
		})
	})
}
