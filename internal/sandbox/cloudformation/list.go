package cloudformation

import (
	"encoding/base64"
	"slices"
	"strconv"

	"github.com/trailspan/trailspan/internal/sandbox/wire"
)

// pageSize is how many of anything an answer has at most.
const pageSize = 100

// page cuts a list, of which the newest comes first. A token counts what is still to come,
// so that what is added meanwhile does not shift it.
func page[T any](list []T, token string) (cut []T, next string, err error) {
	if token != "" {
		left, err := readToken(token)
		if err != nil || left < 1 || left > len(list) {
			return nil, "", invalid("The token is not valid.")
		}
		list = list[len(list)-left:]
	}
	if len(list) <= pageSize {
		return list, "", nil
	}
	return list[:pageSize], writeToken(len(list) - pageSize), nil
}

func writeToken(left int) string {
	return base64.URLEncoding.EncodeToString([]byte("left:" + strconv.Itoa(left)))
}

func readToken(token string) (int, error) {
	b, err := base64.URLEncoding.DecodeString(token)
	if err != nil || len(b) < len("left:") {
		return 0, invalid("The token is not valid.")
	}
	return strconv.Atoi(string(b[len("left:"):]))
}

type listStacksInput struct {
	NextToken         string
	StackStatusFilter []string
}

type listStacksOutput struct {
	StackSummaries []stackSummary
	NextToken      string `json:",omitempty"`
}

type stackSummary struct {
	StackID             string `json:"StackId"`
	StackName           string
	TemplateDescription string `json:",omitempty"`
	CreationTime        wire.Time
	LastUpdatedTime     wire.Time `json:",omitzero"`
	DeletionTime        wire.Time `json:",omitzero"`
	StackStatus         string
	StackStatusReason   string `json:",omitempty"`
	DriftInformation    stackDrift
}

// listStacks lists stacks, deleted ones for 90 days.
//
// https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_ListStacks.html
func (s *service) listStacks(c *wire.Call, in listStacksInput) (listStacksOutput, error) {
	list := slices.DeleteFunc(s.store().of(c), func(st *Stack) bool {
		return st.forgotten(c.Time) || len(in.StackStatusFilter) > 0 && !slices.Contains(in.StackStatusFilter, st.Status)
	})
	list, next, err := page(list, in.NextToken)
	if err != nil {
		return listStacksOutput{}, err
	}
	out := listStacksOutput{StackSummaries: []stackSummary{}, NextToken: next}
	for _, st := range list {
		out.StackSummaries = append(out.StackSummaries, stackSummary{
			StackID: st.ID, StackName: st.Name, TemplateDescription: st.Description,
			CreationTime: wire.Time{Time: st.Created}, LastUpdatedTime: wire.Time{Time: st.Updated}, DeletionTime: wire.Time{Time: st.Deleted},
			StackStatus: st.Status, StackStatusReason: st.shownReason(), DriftInformation: stackDrift{"NOT_CHECKED"},
		})
	}
	return out, nil
}

type tokenInput struct{ NextToken string }

type exportsOutput struct {
	Exports   []export
	NextToken string `json:",omitempty"`
}

// listExports lists what the stacks of the Region export.
//
// https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_ListExports.html
func (s *service) listExports(c *wire.Call, in tokenInput) (exportsOutput, error) {
	list, next, err := page(s.store().exports(c), in.NextToken)
	return exportsOutput{orEmpty(list), next}, err
}

type importsInput struct{ ExportName, NextToken string }

type importsOutput struct {
	Imports   []string
	NextToken string `json:",omitempty"`
}

// listImports lists the stacks that import an export.
//
// https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_ListImports.html
func (s *service) listImports(c *wire.Call, in importsInput) (importsOutput, error) {
	list := s.store().importers(c, in.ExportName)
	if len(list) == 0 {
		return importsOutput{}, invalid("Export '%s' is not imported by any stack.", in.ExportName)
	}
	list, next, err := page(list, in.NextToken)
	return importsOutput{list, next}, err
}
