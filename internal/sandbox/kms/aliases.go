package kms

import (
	"cmp"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/trailspan/trailspan/internal/sandbox/wire"
)

type aliasInput struct {
	AliasName   string
	TargetKeyID string `json:"TargetKeyId"`
}

// createAlias gives a key another name, which must be free in the account and Region.
//
// https://docs.aws.amazon.com/kms/latest/APIReference/API_CreateAlias.html
func (s service) createAlias(c *wire.Call, in aliasInput) (nothing, error) {
	st := s.current()
	st.sweep()
	k, err := st.target(c, in)
	if err != nil {
		return nothing{}, err
	}
	arn := homeOf(c).arn(in.AliasName)
	if st.alias(arn) != nil {
		return nothing{}, wire.Errorf("AlreadyExistsException", "An alias with the name %s already exists", arn)
	}
	st.Name(k, in.AliasName, st.now())
	return nothing{}, nil
}

// Name gives a key of the store an alias, and takes it from the key that had it.
func (s *Store) Name(k *Key, alias string, at time.Time) {
	arn := strings.TrimSuffix(k.ARN, "key/"+k.ID) + alias
	s.Aliases[arn] = &Alias{ARN: arn, Name: alias, Account: k.Account, Region: k.Region, Target: k.ARN, Created: at, Updated: at}
}

// updateAlias lets an alias name another key.
//
// https://docs.aws.amazon.com/kms/latest/APIReference/API_UpdateAlias.html
func (s service) updateAlias(c *wire.Call, in aliasInput) (nothing, error) {
	st := s.current()
	if err := CheckAlias(in.AliasName); err != nil {
		return nothing{}, err
	}
	arn := homeOf(c).arn(in.AliasName)
	a := st.alias(arn)
	if a == nil {
		return nothing{}, noSuchKey(arn)
	}
	k, err := st.target(c, in)
	if err != nil {
		return nothing{}, err
	}
	a.Target, a.Updated = k.ARN, st.now()
	return nothing{}, nil
}

// target finds the key that an alias is to name.
func (s *Store) target(c *wire.Call, in aliasInput) (*Key, error) {
	if err := CheckAlias(in.AliasName); err != nil {
		return nil, err
	}
	if strings.HasPrefix(in.TargetKeyID, "alias/") || isAlias(in.TargetKeyID) {
		return nil, wire.Errorf("ValidationException", "Aliases must refer to keys. Not aliases")
	}
	k, err := s.ownKey(c, in.TargetKeyID)
	if err != nil {
		return nil, err
	}
	return k, k.lasting()
}

// CheckAlias refuses what is no name of an alias, and those that are kept for AWS.
//
// https://docs.aws.amazon.com/kms/latest/developerguide/kms-alias.html
func CheckAlias(name string) error {
	switch {
	case !strings.HasPrefix(name, "alias/") || name == "alias/":
		return wire.Errorf("ValidationException", `Alias must start with the prefix "alias/". Please see https://docs.aws.amazon.com/kms/latest/developerguide/kms-alias.html`)
	case strings.HasPrefix(name, "alias/aws/") || name == "alias/aws":
		return wire.Errorf("NotAuthorizedException", "")
	case !anAlias.MatchString(name):
		return wire.Errorf("ValidationException", "%s contains invalid characters for an alias", name)
	}
	return nil
}

// deleteAlias takes a name away; the key stays.
//
// https://docs.aws.amazon.com/kms/latest/APIReference/API_DeleteAlias.html
func (s service) deleteAlias(c *wire.Call, in aliasInput) (nothing, error) {
	if err := CheckAlias(in.AliasName); err != nil {
		return nothing{}, err
	}
	arn := homeOf(c).arn(in.AliasName)
	if s.current().alias(arn) == nil {
		return nothing{}, noSuchKey(arn)
	}
	delete(s.current().Aliases, arn)
	return nothing{}, nil
}

type listAliasesInput struct {
	keyName
	page
}

type listAliasesOutput struct {
	Aliases []aliasEntry
	more
}

type aliasEntry struct {
	AliasName       string
	AliasARN        string `json:"AliasArn"`
	TargetKeyID     string `json:"TargetKeyId"`
	CreationDate    wire.Time
	LastUpdatedDate wire.Time
}

// listAliases lists the aliases of the account in the Region, or those of one key. The
// aliases of AWS managed keys, which the sandbox does not have, are not among them.
//
// https://docs.aws.amazon.com/kms/latest/APIReference/API_ListAliases.html
func (s service) listAliases(c *wire.Call, in listAliasesInput) (listAliasesOutput, error) {
	st, only := s.current(), ""
	if in.KeyID != "" {
		k, err := st.ownKey(c, in.KeyID)
		if err != nil {
			return listAliasesOutput{}, err
		}
		only = k.ARN
	}
	list := slices.DeleteFunc(slices.Collect(maps.Values(st.Aliases)), func(a *Alias) bool {
		return a.Account != c.Account || a.Region != c.Region || st.alias(a.ARN) == nil || only != "" && a.Target != only
	})
	slices.SortFunc(list, func(a, b *Alias) int { return cmp.Compare(a.Name, b.Name) })
	list, rest, err := cut(list, in.page, 50, func(a *Alias) string { return a.Name })
	out := listAliasesOutput{Aliases: []aliasEntry{}, more: rest}
	for _, a := range list {
		id := st.Keys[a.Target].ID
		out.Aliases = append(out.Aliases, aliasEntry{a.Name, a.ARN, id, wire.Time{Time: a.Created}, wire.Time{Time: a.Updated}})
	}
	return out, err
}
