package sandbox

import (
	"slices"
	"testing"
	"time"
)

func TestRegions(t *testing.T) {
	for partition, want := range map[string][2]int{"aws": {34, 17}, "aws-cn": {2, 2}, "aws-us-gov": {2, 2}, "aws-mars": {0, 0}} {
		all, byDefault := regionsOf(partition), defaultRegions(partition)
		if len(all) != want[0] || len(byDefault) != want[1] || !slices.IsSorted(all) || len(slices.Compact(all)) != want[0] {
			t.Errorf("%s has %d Regions, %d by default: %v", partition, len(all), len(byDefault), all)
		}
		for _, r := range all {
			if partitionOf(r) != partition || !regionExists(r) {
				t.Errorf("%s is of %s", r, partitionOf(r))
			}
		}
		if g := globalRegion(partition); len(all) > 0 && !slices.Contains(byDefault, g) {
			t.Errorf("the global Region %s of %s is not enabled by default", g, partition)
		}
	}
	for _, r := range []string{"", "aws", "us-east-9", "us-gov-east-9", "cn-east-1"} {
		if regionExists(r) {
			t.Errorf("%q exists", r)
		}
	}
}

func TestOptStatus(t *testing.T) {
	now := builtAt()
	a := newAccount("123456789012", "aws")
	a.OptStatus = map[string]optStatus{
		"af-south-1":     {Status: enabled},
		"ap-east-1":      {Status: enabling, Until: now},
		"ap-east-2":      {Status: enabling, Until: now.Add(1)},
		"ap-south-2":     {Status: disabling, Until: now},
		"ap-southeast-3": {Status: disabling, Until: now.Add(1)},
		"ap-southeast-4": {Status: enabling},
		"ap-southeast-5": {Status: disabled},
	}
	for region, want := range map[string]string{
		"us-east-1":      enabledByDefault,
		"af-south-1":     enabled,
		"ap-east-1":      enabled, // its time has come
		"ap-east-2":      enabling,
		"ap-south-2":     disabled,
		"ap-southeast-3": disabling,
		"ap-southeast-4": enabling, // for ever
		"ap-southeast-5": disabled,
		"me-south-1":     disabled, // never touched
		"cn-north-1":     disabled, // not of the partition
	} {
		if got := a.optStatusOf(region, now); got != want {
			t.Errorf("%s is %s, want %s", region, got, want)
		}
	}
	if got := a.enabledRegions(now); len(got) != 19 || !slices.IsSorted(got) {
		t.Errorf("%d Regions are enabled: %v", len(got), got)
	}
	if got := a.enabledRegions(now.Add(time.Second)); len(got) != 20 {
		t.Errorf("a second later, %d Regions are enabled: %v", len(got), got)
	}
}

// Every operation that is implemented is one that its model describes.
func TestOperationsAreInTheirModels(t *testing.T) {
	s := sample(t)
	for service, operations := range s.operations() {
		for name := range operations {
			if !s.services[service].Describes(name) {
				t.Errorf("the model of %s has no shapes for %s: see wire/models/trim.py", service, name)
			}
		}
	}
}
