package terraform

import (
	"encoding/json"
	"strings"
)

// document is a data source aws_iam_policy_document as the JSON that it makes. One that is
// put together of others is not in sight.
// https://registry.terraform.io/providers/hashicorp/aws/latest/docs/data-sources/iam_policy_document
func (s sight) document(b *block, depth int) (any, bool) {
	all, ok := s.block(b, depth)
	if !ok {
		return nil, false
	}
	for _, other := range []string{"source_json", "override_json", "source_policy_documents", "override_policy_documents"} {
		if all[other] != nil {
			return nil, false
		}
	}
	statements := []any{}
	for _, one := range several(all["statement"]) {
		statement, ok := statementOf(one)
		if !ok {
			return nil, false
		}
		statements = append(statements, statement)
	}
	version := all["version"]
	if version == nil {
		version = "2012-10-17"
	}
	out, err := json.Marshal(map[string]any{"Version": version, "Statement": statements})
	return string(out), err == nil
}

// block is a block with all that is in it; blocks are lists. Attributes that decide nothing
// about a policy are left out.
func (s sight) block(b *block, depth int) (map[string]any, bool) {
	all := map[string]any{}
	for name, a := range b.attrs {
		switch name {
		case "provider", "depends_on", "count", "for_each", "policy_id", "sid":
			continue
		case "dynamic": // JSON
			return nil, false
		}
		if a.long() {
			return nil, false
		}
		v, ok := s.plain(a.expr, depth+1)
		if !ok {
			return nil, false
		}
		all[name] = v
	}
	for _, in := range b.blocks {
		if in.kind == "lifecycle" {
			continue
		}
		made, ok := s.blocks(in, depth+1)
		if !ok {
			return nil, false
		}
		before, _ := all[in.makes()].([]any)
		all[in.makes()] = append(before, made...)
	}
	return all, true
}

// blocks is a block in a list, or all that a dynamic block makes.
func (s sight) blocks(b *block, depth int) (all []any, ok bool) {
	if b.kind != "dynamic" {
		v, ok := s.block(b, depth)
		return []any{v}, ok
	}
	of, content := b.attrs["for_each"], b.content()
	if of == nil || content == nil || of.long() {
		return nil, false
	}
	over := s.scope.value(of.expr)
	switch {
	case !over.IsWhollyKnown() || over.IsNull() || !over.CanIterateElements() || len(s.bound) > 0:
		return nil, false
	case over.LengthInt() == 0:
		return nil, true
	}
	for _, one := range s.scope.each(b.iterator(), over) {
		in := s
		in.scope = one
		v, ok := in.block(content, depth)
		if !ok || len(all) > mostItems {
			return nil, false
		}
		all = append(all, v)
	}
	return all, true
}

// several is a list, or one thing as a list, or nothing.
func several(v any) []any {
	switch v := v.(type) {
	case nil:
		return nil
	case []any:
		return v
	}
	return []any{v}
}

// The members of a statement, and what they are called in JSON.
var (
	plainMembers = map[string]string{
		"actions": "Action", "not_actions": "NotAction", "resources": "Resource", "not_resources": "NotResource",
	}
	principalMembers = map[string]string{"principals": "Principal", "not_principals": "NotPrincipal"}
)

// statementOf is a statement in JSON.
func statementOf(v any) (out map[string]any, ok bool) {
	in, ok := v.(map[string]any)
	if !ok || !onlyMembers(in) {
		return nil, false
	}
	out = map[string]any{"Effect": "Allow"}
	if in["effect"] != nil {
		out["Effect"] = in["effect"]
	}
	for from, to := range plainMembers {
		if all := several(in[from]); len(all) > 0 {
			out[to] = inPolicies(all)
		}
	}
	for from, to := range principalMembers {
		if all := several(in[from]); len(all) > 0 {
			if out[to], ok = principals(all); !ok {
				return nil, false
			}
		}
	}
	if all := several(in["condition"]); len(all) > 0 {
		out["Condition"], ok = conditions(all)
	}
	return out, ok
}

// onlyMembers says whether there is nothing in a statement but what is known.
func onlyMembers(in map[string]any) bool {
	for name := range in {
		if plainMembers[name] == "" && principalMembers[name] == "" && name != "effect" && name != "condition" && name != "sid" {
			return false
		}
	}
	return true
}

// principals are by kind.
func principals(all []any) (any, bool) {
	out := map[string][]any{}
	for _, v := range all {
		one, _ := v.(map[string]any)
		kind, ok := one["type"].(string)
		if !ok {
			return nil, false
		}
		if kind == "*" { // everybody
			kind = "AWS"
		}
		out[kind] = append(out[kind], several(one["identifiers"])...)
	}
	return out, true
}

// conditions are by operator and key; those that have both in common are one.
func conditions(all []any) (any, bool) {
	out := map[string]map[string][]any{}
	for _, v := range all {
		one, _ := v.(map[string]any)
		test, ok := one["test"].(string)
		variable, also := one["variable"].(string)
		if !ok || !also {
			return nil, false
		}
		if out[test] == nil {
			out[test] = map[string][]any{}
		}
		out[test][variable] = append(out[test][variable], inPolicies(several(one["values"]))...)
	}
	return out, true
}

// inPolicies are texts with the variables of policies in their own spelling: ${ would be one
// of Terraform's, so that here it is &{.
func inPolicies(all []any) []any {
	out := make([]any, len(all))
	for i, v := range all {
		if text, ok := v.(string); ok {
			v = strings.ReplaceAll(text, "&{", "${")
		}
		out[i] = v
	}
	return out
}
