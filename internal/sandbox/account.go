package sandbox

import (
	"net/http"
	"slices"
	"strconv"

	"github.com/trailspan/trailspan/internal/sandbox/wire"
)

// accountOperations is what the sandbox has of
// https://docs.aws.amazon.com/accounts/latest/reference/API_Operations.html
func (s *Sandbox) accountOperations() map[string]wire.Operation {
	return map[string]wire.Operation{
		"DisableRegion":      wire.Op(s.disableRegion),
		"EnableRegion":       wire.Op(s.enableRegion),
		"GetRegionOptStatus": wire.Op(s.getRegionOptStatus),
		"ListRegions":        wire.Op(s.listRegions),
	}
}

// target returns the account that a call of Account Management is about: that of the
// caller, or the member that the management account names.
// https://docs.aws.amazon.com/accounts/latest/reference/API_ListRegions.html#API_ListRegions_RequestParameters
func (s *Sandbox) target(c *wire.Call, id string) (*account, error) {
	if id == "" {
		return s.w.Accounts[c.Account], nil
	}
	o := s.organizationOf(c.Account)
	if o == nil || o.ManagementAccount != c.Account || id == c.Account || !slices.Contains(o.Members, id) {
		return nil, accountDenied(c, id)
	}
	return s.w.Accounts[id], nil
}

func accountDenied(c *wire.Call, id string) *wire.Error {
	e := wire.Errorf("AccessDeniedException", "User: %s is not authorized to perform: account:%s (You don't have permission to access the account %s)", c.Caller.ARN, c.Operation, id)
	e.Status = http.StatusForbidden
	return e
}

type listRegionsInput struct {
	AccountID               string `json:"AccountId"`
	MaxResults              *int
	NextToken               string
	RegionOptStatusContains []string
}

type regionStatus struct {
	RegionName      string
	RegionOptStatus string
}

type listRegionsOutput struct {
	Regions   []regionStatus
	NextToken string `json:",omitempty"`
}

func (s *Sandbox) listRegions(c *wire.Call, in listRegionsInput) (listRegionsOutput, error) {
	a, err := s.target(c, in.AccountID)
	if err != nil {
		return listRegionsOutput{}, err
	}
	var all []regionStatus
	for _, r := range regionsOf(a.Partition) {
		status := a.optStatusOf(r, c.Time)
		if in.RegionOptStatusContains == nil || slices.Contains(in.RegionOptStatusContains, status) {
			all = append(all, regionStatus{r, status})
		}
	}
	page, next, ok := pageOf(all, in.NextToken, or(in.MaxResults, 50))
	if !ok {
		return listRegionsOutput{}, wire.Errorf("ValidationException", "The pagination token is not valid.")
	}
	return listRegionsOutput{Regions: page, NextToken: next}, nil
}

// pageOf returns the elements from the token on, and the token of those after them,
// "" at the end. A token is the position where the last page ended.
func pageOf[T any](all []T, token string, size int) (page []T, next string, ok bool) {
	from := 0
	if token != "" {
		n, err := strconv.Atoi(token)
		if err != nil || n <= 0 || n >= len(all) || strconv.Itoa(n) != token {
			return nil, "", false
		}
		from = n
	}
	to := min(len(all), from+max(1, size))
	page = append([]T{}, all[from:to]...)
	if to < len(all) {
		next = strconv.Itoa(to)
	}
	return page, next, true
}

type regionInput struct {
	AccountID  string `json:"AccountId"`
	RegionName string
}

// region returns the account and checks that its partition has the Region.
func (s *Sandbox) region(c *wire.Call, in regionInput) (*account, error) {
	a, err := s.target(c, in.AccountID)
	if err != nil {
		return nil, err
	}
	if !slices.Contains(regionsOf(a.Partition), in.RegionName) {
		return nil, wire.Errorf("ValidationException", "The Region %s is not valid.", in.RegionName)
	}
	return a, nil
}

func (s *Sandbox) getRegionOptStatus(c *wire.Call, in regionInput) (regionStatus, error) {
	a, err := s.region(c, in)
	if err != nil {
		return regionStatus{}, err
	}
	return regionStatus{in.RegionName, a.optStatusOf(in.RegionName, c.Time)}, nil
}

func (s *Sandbox) enableRegion(c *wire.Call, in regionInput) (nothing, error) {
	return nothing{}, s.opt(c, in, enabling, enabled)
}

func (s *Sandbox) disableRegion(c *wire.Call, in regionInput) (nothing, error) {
	return nothing{}, s.opt(c, in, disabling, disabled)
}

// opt changes the status of an opt-in Region: at once, or over the time that the
// switch OptInDuration says. What has that status already stays as it is.
func (s *Sandbox) opt(c *wire.Call, in regionInput, during, after string) error {
	a, err := s.region(c, in)
	if err != nil {
		return err
	}
	switch status := a.optStatusOf(in.RegionName, c.Time); status {
	case enabledByDefault:
		return wire.Errorf("ValidationException", "The Region %s is enabled by default, and cannot be enabled or disabled.", in.RegionName)
	case enabling, disabling:
		return &wire.Error{Code: "ConflictException", Message: "The Region " + in.RegionName + " is " + status + "; wait until that is done.", Status: http.StatusConflict}
	case after:
		return nil
	}
	a.OptStatus[in.RegionName] = optStatus{Status: after}
	if d := s.w.Switches.OptInDuration; d > 0 {
		a.OptStatus[in.RegionName] = optStatus{Status: during, Until: c.Time.Add(d)}
	}
	return nil
}
