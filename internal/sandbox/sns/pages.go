package sns

import (
	"encoding/base64"
	"slices"
)

// pageSize is how many topics or subscriptions a list has at a time.
//
// https://docs.aws.amazon.com/sns/latest/api/API_ListTopics.html
const pageSize = 100

// pageOf sorts ARNs and returns those after the one that the token names, with the
// token of the next page, "" for none.
func pageOf(arns []string, token string) (page []string, next string, err error) {
	after, err := base64.StdEncoding.DecodeString(token)
	if err != nil {
		return nil, "", invalid("NextToken")
	}
	slices.Sort(arns)
	from, found := slices.BinarySearch(arns, string(after))
	if found {
		from++
	}
	page = arns[from:]
	if len(page) > pageSize {
		page = page[:pageSize]
		next = base64.StdEncoding.EncodeToString([]byte(page[pageSize-1]))
	}
	return page, next, nil
}
