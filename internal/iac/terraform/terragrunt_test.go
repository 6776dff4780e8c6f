package terraform

import (
	"testing"

	"github.com/trailspan/trailspan/internal/iac"
)

func TestTerragrunt(t *testing.T) {
	for _, tt := range []struct {
		why, text, want, fixed string
	}{
		{"off", "inputs = {\n  is_multi_region_trail = false\n}\n", "inputs 2 single single single-region iac.terraform.set\n", "inputs = {\n  is_multi_region_trail = true\n}\n"},
		{"on, in quotes", "inputs = {\n  \"is_multi_region_trail\" : \"true\",\n}\n", "inputs 2 multi multi - iac.terraform.set\n", ""},
		{"the second property", "inputs = { is_multi_region_trail = true, include_global_service_events = \"false\" }\n", "inputs 1 multi multi global-service-events iac.terraform.set\n", "inputs = { is_multi_region_trail = true, include_global_service_events = \"true\" }\n"},
		{"what a local gives is not in sight", "inputs = {\n  is_multi_region_trail = local.wide\n}\n", "inputs 2 unknown unknown - iac.terraform.not-evaluated\n", ""},
		{"of what is merged the last one counts", "inputs = merge(local.common, {\n  is_multi_region_trail = false\n})\n", "inputs 2 single single single-region iac.terraform.set\n", "inputs = merge(local.common, {\n  is_multi_region_trail = true\n})\n"},
		{"the module decides", "terraform {\n  source = \"../cloudtrail\"\n}\ninputs = {\n  name = \"is_multi_region_trail\"\n}\n", "", ""},
	} {
		t.Run(tt.why, func(t *testing.T) {
			f := New().Read(iac.Input{Path: "live/cloudtrail/terragrunt.hcl", Text: []byte(tt.text)})
			if got := summary(f); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
			fixed := string(allFixed([]byte(tt.text), f))
			if tt.fixed == "" {
				tt.fixed = tt.text
			}
			if fixed != tt.fixed {
				t.Errorf("fixed %q, want %q", fixed, tt.fixed)
			}
		})
	}
}
