package sandbox_test

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/organizations"
)

func TestDescribeOrganization(t *testing.T) {
	l := newLab(t, together)
	for _, caller := range []string{management, admin, member} {
		out, err := l.organizations(caller).DescribeOrganization(t.Context(), nil)
		l.must(err)
		o := out.Organization
		if *o.Id != "o-exampleorgid" || *o.MasterAccountId != management || o.FeatureSet != "ALL" || *o.Arn != "arn:aws:organizations::111111111111:organization/o-exampleorgid" || *o.MasterAccountArn != "arn:aws:organizations::111111111111:account/o-exampleorgid/111111111111" {
			t.Errorf("%s sees %+v", caller, o)
		}
	}
	_, err := l.organizations(stranger).DescribeOrganization(t.Context(), nil)
	l.refused(err, "AWSOrganizationsNotInUseException", "Your account is not a member of an organization.")
}

func TestListAccounts(t *testing.T) {
	world := strings.Replace(together, `- {id: "333333333333"}`, `- {id: "333333333333", name: 開発, email: dev@example.org, state: PENDING_CLOSURE}`, 1)
	l := newLab(t, world)
	var got []string
	pages := organizations.NewListAccountsPaginator(l.organizations(admin), &organizations.ListAccountsInput{MaxResults: ptr(int32(3))})
	for pages.HasMorePages() {
		page, err := pages.NextPage(t.Context())
		l.must(err)
		for _, a := range page.Accounts {
			got = append(got, *a.Id+"/"+string(a.State)+"/"+string(a.JoinedMethod))
		}
	}
	want := "111111111111/ACTIVE/INVITED 222222222222/ACTIVE/CREATED 333333333333/PENDING_CLOSURE/CREATED 444444444444/ACTIVE/CREATED"
	if strings.Join(got, " ") != want {
		t.Errorf("got %s", got)
	}
	if !strings.Contains(l.last(), `"Status":"ACTIVE","State":"ACTIVE"`) {
		t.Errorf("Status and State are not both in %s", l.last())
	}
	out, err := l.organizations(management).DescribeAccount(t.Context(), &organizations.DescribeAccountInput{AccountId: ptr(member)})
	l.must(err)
	if a := out.Account; *a.Name != "開発" || *a.Email != "dev@example.org" || *a.Arn != "arn:aws:organizations::111111111111:account/o-exampleorgid/333333333333" || a.JoinedTimestamp.IsZero() {
		t.Errorf("got %+v", a)
	}
}

// States that the older member Status has no word for.
func TestOldStatus(t *testing.T) {
	for state, status := range map[string]string{"PENDING_ACTIVATION": "ACTIVE", "CLOSED": "SUSPENDED", "SUSPENDED": "SUSPENDED"} {
		l := newLab(t, strings.Replace(together, `- {id: "333333333333"}`, `- {id: "333333333333", state: `+state+`}`, 1))
		_, err := l.organizations(management).DescribeAccount(t.Context(), &organizations.DescribeAccountInput{AccountId: ptr(member)})
		l.must(err)
		if want := `"Status":"` + status + `","State":"` + state + `"`; !strings.Contains(l.last(), want) {
			t.Errorf("%s: %s", want, l.last())
		}
	}
}

func TestOrganizationRefused(t *testing.T) {
	l := newLab(t, together)
	_, err := l.organizations(member).ListAccounts(t.Context(), nil)
	l.refused(err, "AccessDeniedException", "You don't have permissions to access this resource.")
	_, err = l.organizations(stranger).ListAccounts(t.Context(), nil)
	l.refused(err, "AWSOrganizationsNotInUseException", "")
	_, err = l.organizations(management).ListAccounts(t.Context(), &organizations.ListAccountsInput{NextToken: ptr("nowhere")})
	l.refused(err, "InvalidInputException", "You specified an invalid next token.")
	_, err = l.organizations(management).DescribeAccount(t.Context(), &organizations.DescribeAccountInput{AccountId: ptr(stranger)})
	l.refused(err, "AccountNotFoundException", "You specified an account that doesn't exist.")
	_, err = l.organizations(management).ListCreateAccountStatus(t.Context(), nil)
	l.refused(err, "UnsupportedOperationException", "The sandbox does not implement the operation ListCreateAccountStatus of organizations.")
}

func TestDelegation(t *testing.T) {
	l := newLab(t, together)
	for principal, want := range map[string]int{"": 1, "cloudtrail.amazonaws.com": 1, "config.amazonaws.com": 0} {
		in := &organizations.ListDelegatedAdministratorsInput{}
		if principal != "" {
			in.ServicePrincipal = &principal
		}
		out, err := l.organizations(management).ListDelegatedAdministrators(t.Context(), in)
		l.must(err)
		if len(out.DelegatedAdministrators) != want {
			t.Errorf("%q has %v", principal, out.DelegatedAdministrators)
		}
		if want == 1 && (*out.DelegatedAdministrators[0].Id != admin || out.DelegatedAdministrators[0].DelegationEnabledDate.IsZero()) {
			t.Errorf("got %+v", out.DelegatedAdministrators[0])
		}
	}
}

func TestServiceAccess(t *testing.T) {
	for world, want := range map[string]int{together: 1, strings.Replace(together, "trustedAccess: true", "trustedAccess: false", 1): 0} {
		l := newLab(t, world)
		out, err := l.organizations(management).ListAWSServiceAccessForOrganization(t.Context(), nil)
		l.must(err)
		if len(out.EnabledServicePrincipals) != want {
			t.Errorf("got %+v, want %d", out.EnabledServicePrincipals, want)
		}
	}
}

// Units are nested, and every account is in one place.
func TestOrganizationalUnits(t *testing.T) {
	l := newLab(t, strings.Replace(together, `["222222222222"]}`, `["222222222222"], units: [
  {id: ou-exam-workloads, name: Workloads, accounts: ["333333333333"]},
  {id: ou-exam-sandboxes, parent: ou-exam-workloads, accounts: ["222222222222"]}]}`, 1))
	o := l.organizations(admin)
	roots, err := o.ListRoots(t.Context(), &organizations.ListRootsInput{})
	l.must(err)
	for parent, want := range map[string]string{
		*roots.Roots[0].Id:  "111111111111 444444444444 / Workloads",
		"ou-exam-workloads": "333333333333 / ou-exam-sandboxes",
		"ou-exam-sandboxes": "222222222222 /",
	} {
		var got []string
		accounts, err := o.ListAccountsForParent(t.Context(), &organizations.ListAccountsForParentInput{ParentId: &parent})
		l.must(err)
		for _, a := range accounts.Accounts {
			got = append(got, *a.Id)
		}
		units, err := o.ListOrganizationalUnitsForParent(t.Context(), &organizations.ListOrganizationalUnitsForParentInput{ParentId: &parent})
		l.must(err)
		got = append(got, "/")
		for _, u := range units.OrganizationalUnits {
			got = append(got, *u.Name)
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%s holds %v, want %s", parent, got, want)
		}
	}
	_, err = o.ListAccountsForParent(t.Context(), &organizations.ListAccountsForParentInput{ParentId: ptr("ou-exam-nowhere00")})
	l.refused(err, "ParentNotFoundException", "You specified a parent that doesn't exist.")
	_, err = l.organizations(member).ListRoots(t.Context(), &organizations.ListRootsInput{})
	l.refused(err, "AccessDeniedException", "You don't have permissions to access this resource.")
}
