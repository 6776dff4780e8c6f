package cli_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/trailspan/trailspan/internal/journal"
)

// stopped is a world in which a run stops after its first step.
func stopped() string {
	return trails(strings.Replace(single("abc", "us-east-1", ""), "logging: true", "logging: false", 1)) + `
faults: [{action: "cloudtrail:StartLogging", error: OperationNotPermittedException, message: not now}]
`
}

// While another process changes the account, none else does: whichever way it wants to.
func TestLocked(t *testing.T) {
	runs, world := journal.Dir(t.TempDir()), file(t, "world.yaml", stopped())
	on := []string{"--sandbox", "--world", world, "--journal", string(runs), "--yes"}
	if o := trailspan(t, slices.Concat([]string{"convert"}, on)...); o.code != 5 {
		t.Fatalf("exit %d: %s", o.code, o.stderr)
	}
	all, err := runs.Runs()
	if err != nil || len(all) != 1 {
		t.Fatal(all, err)
	}
	release, err := runs.Lock("123456789012")
	if err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{{"convert"}, {"convert", "--resume", all[0].Name}, {"rollback", all[0].Name}} {
		if o := trailspan(t, slices.Concat(args, on)...); o.code != 6 || !strings.Contains(o.stderr, "another run is changing this account") {
			t.Errorf("%v: exit %d: %s", args, o.code, o.stderr)
		}
	}
	if err := release(); err != nil {
		t.Fatal(err)
	}
	if o := trailspan(t, slices.Concat([]string{"convert"}, on)...); o.code != 5 {
		t.Errorf("after its release: exit %d: %s", o.code, o.stderr)
	}
}

// A journal that cannot be written stops a run before anything is changed, and is not
// called a trouble of the network.
func TestJournalCannotBeWritten(t *testing.T) {
	runs := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(runs, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	o := trailspan(t, "convert", "--sandbox", "--yes", "--journal", filepath.Join(runs, "below"))
	if o.code != 1 || !strings.Contains(o.stderr, "the journal cannot be written") || !strings.Contains(o.stderr, "nothing was changed in AWS") {
		t.Errorf("exit %d: %s", o.code, o.stderr)
	}
}

// A flag that is there without a value means something that nobody can know.
func TestEmptyFlags(t *testing.T) {
	for command, flags := range map[string]string{
		"check":        "accounts role-name external-id regions exclude-regions from save fail-on profile region endpoint-url world format output lang",
		"convert":      "trail plan-file resume out journal",
		"rollback x":   "journal",
		"create":       "name bucket kms-key template out journal",
		"runs":         "journal",
		"sandbox":      "listen state faults",
		"policy check": "output",
		"lint .":       "fail-on stdin-filename parameters output",
	} {
		for _, flag := range strings.Fields(flags) {
			for _, value := range []string{"", " "} {
				o := trailspan(t, append(strings.Fields(command), "--"+flag, value)...)
				if flag == "lang" && value == " " {
					continue // no language either, and said so
				}
				if want := "--" + flag + " was given without a value"; o.code != 2 || !strings.Contains(o.stderr, want) {
					t.Errorf("%s --%s %q: exit %d: %s", command, flag, value, o.code, o.stderr)
				}
			}
		}
	}
	if o := trailspan(t, "check", "--sandbox", "--regions", "us-east-1,"); o.code != 2 {
		t.Errorf("an empty element: exit %d: %s", o.code, o.stderr)
	}
}

// inOrganization is a world of a management account, a member that is recorded, and one
// that is suspended.
func inOrganization(defaultAccount string) string {
	return `
defaultAccount: "` + defaultAccount + `"
organization: {id: o-exampleorgid, managementAccount: "111111111111", trustedAccess: true}
accounts:
  - {id: "111111111111"}
  - {id: "222222222222", name: member}
  - {id: "333333333333", name: closed, state: SUSPENDED}
faults: [{action: "cloudtrail:*", account: "222222222222", error: AccessDeniedException, message: no}]
`
}

func TestOrganization(t *testing.T) {
	t.Run("an account that is suspended is skipped with a word", func(t *testing.T) {
		o := trailspan(t, "check", "--org", "--format", "json", "--sandbox", "--world", file(t, "world.yaml", inOrganization("111111111111")))
		if r := parseReport(t, o); len(r.Accounts) != 2 || !strings.Contains(o.stderr, "account 333333333333 is skipped: its state is SUSPENDED") {
			t.Errorf("%d accounts: %s", len(r.Accounts), o.stderr)
		}
	})
	t.Run("a member may not ask", func(t *testing.T) {
		o := trailspan(t, "check", "--org", "--sandbox", "--world", file(t, "world.yaml", inOrganization("222222222222")))
		if o.code != 1 || !strings.Contains(o.stderr, "management account or of a delegated administrator") {
			t.Errorf("exit %d: %s", o.code, o.stderr)
		}
	})
	t.Run("findings outrank Gaps in whatever order", func(t *testing.T) {
		for _, accounts := range []string{"111111111111,222222222222", "222222222222,111111111111"} {
			o := trailspan(t, "check", "--accounts", accounts, "--sandbox", "--world", file(t, "world.yaml", inOrganization("111111111111")))
			if o.code != 3 {
				t.Errorf("%s: exit %d: %s", accounts, o.code, o.stderr)
			}
		}
		if o := trailspan(t, "check", "--accounts", "222222222222", "--sandbox", "--world", file(t, "world.yaml", inOrganization("111111111111"))); o.code != 4 {
			t.Errorf("the Gaps alone: exit %d: %s", o.code, o.stderr)
		}
	})
}
