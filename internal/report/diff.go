package report

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"

	"github.com/trailspan/trailspan/internal/plan"
)

// stateDiff shows what a step changes, by AWS's names; what stays is not shown:
//
//   - IsLogging  true
//     ~ IsMultiRegionTrail  false → true
//     ~ Policy
//     "Statement": [
//   - {
func stateDiff(before, after plan.State) []para {
	var out []para
	for _, c := range plan.Changes(before, after) {
		if c.Name == plan.Policy {
			out = append(out, policyDiff(text(c.From), text(c.To))...)
		} else {
			out = append(out, valueDiff(c))
		}
	}
	return out
}

func valueDiff(c plan.Change) para {
	switch {
	case c.From == nil:
		return para{fmt.Sprintf("+ %s  %v", c.Name, c.To), green}
	case c.To == nil:
		return para{fmt.Sprintf("- %s  %v", c.Name, c.From), red}
	default:
		return para{fmt.Sprintf("~ %s  %v → %v", c.Name, c.From, c.To), yellow}
	}
}

func text(v any) string {
	s, _ := v.(string)
	return s
}

// policyDiff shows two policies, laid out alike, as a unified difference. Where the
// JSON is only laid out in another way it has no lines.
func policyDiff(old, now string) []para {
	sign, color := "~", yellow
	switch "" {
	case old:
		sign, color = "+", green
	case now:
		sign, color = "-", red
	}
	out := []para{{sign + " " + plan.Policy, color}}
	for _, l := range unified(policyLines(old), policyLines(now), diffContext) {
		out = append(out, para{"    " + l.String(), l.ink()})
	}
	return out
}

const diffContext = 3 // lines that stay, around each change

// policyLines lays JSON out; what is not JSON stays as it is.
func policyLines(policy string) []string {
	if policy == "" {
		return nil
	}
	var out bytes.Buffer
	if json.Indent(&out, []byte(policy), "", "  ") != nil {
		return strings.Split(policy, "\n")
	}
	return strings.Split(strings.TrimSpace(out.String()), "\n")
}

// change is a line of a difference: '+', '-', ' ', or '@' where lines are skipped.
type change struct {
	sign rune
	line string
}

func (c change) String() string { return string(c.sign) + " " + c.line }

func (c change) ink() ink {
	switch c.sign {
	case '+':
		return green
	case '-':
		return red
	default:
		return dim
	}
}

// unified returns what changed between two texts, with some lines around each change.
func unified(old, now []string, context int) []change {
	all := edits(old, now)
	near := make([]bool, len(all))
	for i, c := range all {
		if c.sign == ' ' {
			continue
		}
		for j := max(0, i-context); j <= min(len(all)-1, i+context); j++ {
			near[j] = true
		}
	}
	var out []change
	for i, c := range all {
		if near[i] {
			out = append(out, c)
		} else if i == 0 || near[i-1] {
			out = append(out, change{'@', "…"})
		}
	}
	return out
}

// edits returns the shortest way from old to now by the longest common subsequence.
// A bucket policy has at most 20 KB, so that the table stays small.
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucket-policies.html
func edits(old, now []string) []change {
	common := commonLengths(old, now)
	var out []change
	i, j := 0, 0
	for i < len(old) && j < len(now) {
		switch {
		case old[i] == now[j]:
			out = append(out, change{' ', old[i]})
			i, j = i+1, j+1
		case common[i+1][j] >= common[i][j+1]:
			out = append(out, change{'-', old[i]})
			i++
		default:
			out = append(out, change{'+', now[j]})
			j++
		}
	}
	for ; i < len(old); i++ {
		out = append(out, change{'-', old[i]})
	}
	for ; j < len(now); j++ {
		out = append(out, change{'+', now[j]})
	}
	return out
}

// commonLengths returns, for each pair of ends, how many lines they have in common.
func commonLengths(old, now []string) [][]int {
	out := make([][]int, len(old)+1)
	for i := range out {
		out[i] = make([]int, len(now)+1)
	}
	for i := len(old) - 1; i >= 0; i-- {
		for j := len(now) - 1; j >= 0; j-- {
			if old[i] == now[j] {
				out[i][j] = out[i+1][j+1] + 1
			} else {
				out[i][j] = max(out[i+1][j], out[i][j+1])
			}
		}
	}
	return out
}
