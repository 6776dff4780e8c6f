package terraform

import (
	"bytes"
	"path"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"

	"github.com/trailspan/trailspan/internal/iac"
	"github.com/trailspan/trailspan/internal/trail"
)

// Terragrunt gives a module its variables: https://terragrunt.gruntwork.io/docs/reference/hcl/attributes/#inputs
const Terragrunt iac.Kind = "terragrunt"

func isTerragrunt(base string) bool {
	return strings.HasSuffix(base, ".hcl") && strings.HasPrefix(base, "terragrunt")
}

// readTerragrunt judges what the inputs of a module say of its trail. What they do not say
// the module decides, and nothing is said of it here.
func readTerragrunt(in iac.Input) (all []iac.Trail, unreadable string) {
	if !bytes.Contains(in.Text, []byte(multiRegion)) {
		return nil, ""
	}
	if why := tooDeep(in.Text); why != "" {
		return nil, why
	}
	file, diags := hclsyntax.ParseConfig(in.Text, path.Base(in.Path), hcl.InitialPos)
	if why := firstError(diags); why != "" {
		return nil, why
	}
	body, ok := file.Body.(*hclsyntax.Body)
	if !ok || body.Attributes["inputs"] == nil {
		return nil, ""
	}
	for _, object := range inputObjects(body.Attributes["inputs"].Expr) {
		multi, global := item(object, multiRegion), item(object, globalEvents)
		if multi == nil {
			continue
		}
		all = append(all, inputTrail(in.Text, multi, global))
	}
	return all, ""
}

// inputObjects are the objects of which inputs are made: itself, or those that are merged.
func inputObjects(e hclsyntax.Expression) (all []*hclsyntax.ObjectConsExpr) {
	switch e := e.(type) {
	case *hclsyntax.ObjectConsExpr:
		return []*hclsyntax.ObjectConsExpr{e}
	case *hclsyntax.FunctionCallExpr:
		if e.Name == "merge" && len(e.Args) > 0 {
			// Only the last one is certain to count.
			return inputObjects(e.Args[len(e.Args)-1])
		}
	}
	return nil
}

// item is the pair of an object with a key; nil if it has none.
func item(o *hclsyntax.ObjectConsExpr, name string) *hclsyntax.ObjectConsItem {
	for i, it := range o.Items {
		if key, diags := it.KeyExpr.Value(nil); !diags.HasErrors() && key.Type() == cty.String && key.IsKnown() && !key.IsNull() && key.AsString() == name {
			return &o.Items[i]
		}
	}
	return nil
}

func inputTrail(text []byte, multi, global *hclsyntax.ObjectConsItem) iac.Trail {
	at := multi.KeyExpr.Range().Start
	t := iac.Trail{Name: "inputs", Line: at.Line, Column: column(text, at.Byte)}
	value := multi.ValueExpr.Range().SliceBytes(text)
	on, known := constant(multi.ValueExpr)
	t.Reason = trail.Say("iac.terraform.set", "name", multiRegion, "value", short(string(value)))
	problem := func(rule string, at hcl.Pos, message trail.Note) {
		t.Problems = append(t.Problems, iac.Problem{Rule: rule, Line: at.Line, Column: column(text, at.Byte), Message: message})
	}
	globalOn, said := true, false
	if global != nil {
		globalOn, said = constant(global.ValueExpr)
	}
	excluded := said && !globalOn
	switch {
	case !known:
		t.Verdict, t.Default = iac.Unknown, iac.Unknown
		t.Reason = trail.Say("iac.terraform.not-evaluated", "name", multiRegion, "value", short(string(value)))
		return t
	case on:
		t.Verdict = iac.Multi
		if excluded {
			problem(iac.GlobalServiceEvents, global.KeyExpr.Range().Start, trail.Say("iac.terraform.rule.global-service-events"))
		}
	default:
		t.Verdict = iac.Single
		problem(iac.SingleRegion, at, trail.Say("iac.terraform.rule.single-region"))
	}
	t.Default = t.Verdict
	if !on {
		t.Fix = append(t.Fix, turned(text, multi.ValueExpr)...)
	}
	if excluded {
		t.Fix = append(t.Fix, turned(text, global.ValueExpr)...)
	}
	return t
}

// constant is a boolean that is written out, or a string that is one.
func constant(e hclsyntax.Expression) (value, ok bool) {
	v, diags := e.Value(nil)
	if diags.HasErrors() || !v.IsKnown() || v.IsNull() {
		return false, false
	}
	b, err := convert.Convert(v, cty.Bool)
	if err != nil || !b.IsKnown() || b.IsNull() {
		return false, false
	}
	return b.True(), true
}

// turned writes true in the place of a false, with or without quotes.
func turned(text []byte, e hclsyntax.Expression) []iac.Edit {
	r := e.Range()
	written := string(r.SliceBytes(text))
	switch i := strings.Index(written, "false"); {
	case i < 0 || strings.Trim(written, `"`) != "false":
		return nil
	default:
		return []iac.Edit{{Start: r.Start.Byte + i, End: r.Start.Byte + i + len("false"), Text: "true"}}
	}
}
