package iac

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"

	"github.com/trailspan/trailspan/internal/policy"
	"github.com/trailspan/trailspan/internal/trail"
)

// Mark stands around the name of what decides, in place of a text that is not in sight: it
// is equal to itself and to nothing else.
const Mark = "\x00"

// Destination is where a trail writes, in texts that may hold marked names.
type Destination struct {
	Bucket, Prefix, Name string
	// Organization says that it may be an organization trail, which writes elsewhere too.
	Organization bool
}

// Delivery is what the policy of a bucket keeps out. None when it lets all Regions in, and
// when that cannot be told for certain.
type Delivery struct {
	Refused bool           // some Regions are kept out, wherever the trail lives
	Whole   bool           // and so are all others
	Dark    []trail.Region // those that are the same wherever it lives
}

// Few are the Regions that are kept out, in a sentence: the first, if there are many.
func (d Delivery) Few() string {
	var out []string
	for i, r := range d.Dark {
		if i == 3 && len(d.Dark) > 4 {
			return strings.Join(append(out, "…"), ", ")
		}
		out = append(out, string(r))
	}
	return strings.Join(out, ", ")
}

// Deployment is where a trail that is made in a Region and an account writes, and the policy
// of that bucket, as JSON; ok is false when that holds what is not in sight.
type Deployment func(home trail.Region, account trail.AccountID) (to Destination, policy string, ok bool)

// Deliver asks the policy of a bucket for what a multi-Region trail writes there.
func Deliver(in Deployment) Delivery {
	const someAccount = "210987654321"
	d, first, ok := in("us-east-1", someAccount)
	if !ok || len(first) > largestPolicy || strings.Contains(first, "arn:aws-") || d.foreign(first) || unfinished(first) {
		return Delivery{}
	}
	named, accounts := names[trail.Region](regionIn, first), names[trail.AccountID](accountIn, first)
	if strings.HasPrefix(d.Prefix, "/") || len(named)+len(accounts) > mostNames {
		return Delivery{}
	}
	ask := inquiry{regions: union(everywhere(), named), in: in}
	for _, account := range append(accounts, someAccount) {
		for _, home := range union(trail.KnownRegions(trail.AWS), named) {
			if !ask.at(home, account) {
				return Delivery{}
			}
		}
	}
	whole := ask.most == 0
	if ask.open && (whole || strings.Contains(d.Bucket, Mark)) {
		return Delivery{}
	}
	if whole && (d.Organization || strings.Contains(d.Prefix, Mark) || strings.Contains(d.Name, Mark) && namesTrails(first)) {
		return Delivery{}
	}
	return Delivery{true, whole, ask.dark}
}

// namesTrails says whether a policy can tell one trail from another.
func namesTrails(text string) bool { return strings.Contains(strings.ToLower(text), "sourcearn") }

// foreign says whether a policy, as JSON, has marked names that the destination has not.
func (d Destination) foreign(text string) bool {
	const mark = `\u0000`
	for i, name := range strings.Split(text, mark) {
		if i%2 == 1 && !strings.Contains(d.Bucket+d.Prefix+d.Name, Mark+name+Mark) {
			return true
		}
	}
	return false
}

var (
	regionIn  = regexp.MustCompile(`\b(?:af|ap|ca|eu|il|me|mx|sa|us)-(?:north|south|east|west|central)[a-z]*-\d\b`)
	accountIn = regexp.MustCompile(`\b\d{12}\b`)

	// Where a policy names an account or a Region, and what it names there, unless it is a pattern.
	accountPlace = regexp.MustCompile(`(?i)AWSLogs/([^/"*?$\\]+)[/"]|:cloudtrail:[^:"]*:([^:"*?$\\]+):|"aws:SourceAccount"\s*:\s*\[?\s*"([^"*?$\\]+)"`)
	regionPlace  = regexp.MustCompile(`/CloudTrail/([^/"*?$\\]+)[/"]|:cloudtrail:([^:"*?$\\]+):`)
	anAccount    = regexp.MustCompile(`^(?:\d{12}|o-[a-z0-9]+)$`)
)

// unfinished says whether a policy has placeholders for accounts or Regions, as examples have, for
// somebody to fill in.
func unfinished(text string) bool {
	other := func(place, what *regexp.Regexp) bool {
		return slices.ContainsFunc(place.FindAllStringSubmatch(text, -1), func(m []string) bool {
			return !what.MatchString(strings.Join(m[1:], ""))
		})
	}
	return other(accountPlace, anAccount) || other(regionPlace, regionIn)
}

// mostNames of Regions and of accounts in a policy are tried, in every Region; the largest policy
// that a bucket takes has 20 KB.
const (
	mostNames     = 40
	largestPolicy = 20 << 10
)

// everywhere are the Regions that every account has.
func everywhere() []trail.Region {
	return slices.DeleteFunc(trail.KnownRegions(trail.AWS), func(r trail.Region) bool { return !trail.DefaultOptStatus(r).Usable() })
}

// names are what a policy names, each once.
func names[T ~string](what *regexp.Regexp, text string) (out []T) {
	for _, name := range what.FindAllString(text, -1) {
		out = append(out, T(name))
	}
	return union(out, nil)
}

// union is what is in either list, sorted.
func union[T ~string](a, b []T) []T {
	return slices.Compact(slices.Sorted(slices.Values(slices.Concat(a, b))))
}

// inquiry asks on behalf of a trail in each place where it may live.
type inquiry struct {
	regions []trail.Region
	in      Deployment
	most    int            // of the Regions that one place lets in
	dark    []trail.Region // that no place lets in
	open    bool           // a statement is about resources that may be another bucket's
	text    string         // of the policy that was parsed last: mostly it is the same in all places
	doc     policy.Document
}

// at asks on behalf of a trail in one Region and account; false when there is nothing to say
// against the policy.
func (q *inquiry) at(home trail.Region, account trail.AccountID) bool {
	d, text, ok := q.in(home, account)
	if !ok || !q.parse(text) {
		return false
	}
	for _, s := range q.doc.Statements {
		q.open = q.open || slices.ContainsFunc(s.Resource, func(r string) bool { return !strings.Contains(r, d.Bucket) })
	}
	var dark []trail.Region
	context := d.context(home, account, text)
	for _, r := range q.regions {
		switch q.doc.Judge(d.request(account, r, context)).Decision {
		case policy.Unclear:
			return false
		case policy.Allowed:
		default:
			dark = append(dark, r)
		}
	}
	q.most = max(q.most, len(q.regions)-len(dark))
	if q.dark == nil {
		q.dark = slices.Clone(dark)
	}
	q.dark = slices.DeleteFunc(q.dark, func(r trail.Region) bool { return !slices.Contains(dark, r) })
	return len(dark) > 0
}

// parse reads a policy; false when it cannot be read, or says nothing.
func (q *inquiry) parse(text string) bool {
	if text == q.text {
		return len(q.doc.Statements) > 0
	}
	doc, err := policy.Parse(text)
	if err != nil {
		doc = policy.Document{}
	}
	q.text, q.doc = text, doc
	return len(doc.Statements) > 0
}

// service is who writes.
const service = "cloudtrail.amazonaws.com"

// request is the call that puts a log file of a Region into the bucket.
func (d Destination) request(account trail.AccountID, r trail.Region, context map[string]string) policy.Request {
	key := d.Prefix + "/AWSLogs/" + string(account) + "/CloudTrail/" + string(r) + "/2026/01/31/" +
		string(account) + "_CloudTrail_" + string(r) + "_20260131T0000Z_vQAFgTVkEbSYIJQY.json.gz"
	return policy.Request{
		Service: service, Account: string(trail.LegacyAccount(r)), Action: "s3:PutObject",
		Resource: "arn:aws:s3:::" + d.Bucket + "/" + strings.TrimPrefix(key, "/"), Context: context,
	}
}

// context is what the call says of itself, whatever Region the log file is of.
func (d Destination) context(home trail.Region, account trail.AccountID, text string) map[string]string {
	c := map[string]string{
		"aws:sourceaccount": string(account), "aws:securetransport": "true", "s3:x-amz-acl": "bucket-owner-full-control",
		"aws:principalisawsservice": "true", "aws:principalservicename": service, "aws:principalarn": "", "aws:principalaccount": "",
		"aws:principalorgid": "", "aws:sourcevpc": "", "aws:sourcevpce": "", "aws:sourceip": "", "aws:viaawsservice": "false",
	}
	if quoted, _ := json.Marshal(d.Name); !strings.Contains(d.Name, Mark) || strings.Contains(text, strings.Trim(string(quoted), `"`)) {
		c["aws:sourcearn"] = "arn:aws:cloudtrail:" + string(home) + ":" + string(account) + ":trail/" + d.Name
	}
	return c
}
