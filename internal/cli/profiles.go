package cli

import (
	"bufio"
	"cmp"
	"os"
	"path/filepath"
	"slices"
	"strings"
)

// profiles are the names of the profiles in the files of the AWS configuration, sorted. A
// file that is not there has none.
// https://docs.aws.amazon.com/sdkref/latest/guide/file-format.html
func profiles(getenv func(string) string) []string {
	home, _ := os.UserHomeDir()
	if h := getenv("HOME"); h != "" {
		home = h
	}
	names := append(
		profilesIn(cmp.Or(getenv("AWS_CONFIG_FILE"), filepath.Join(home, ".aws", "config")), "profile "),
		profilesIn(cmp.Or(getenv("AWS_SHARED_CREDENTIALS_FILE"), filepath.Join(home, ".aws", "credentials")), "")...,
	)
	slices.Sort(names)
	return slices.Compact(names)
}

// profilesIn reads the lines that begin a profile: [profile NAME] in the one file, [NAME]
// in the other, and [default] in both.
func profilesIn(path, before string) []string {
	f, err := os.Open(path)
	if err != nil {
		return nil
	}
	defer f.Close()
	var names []string
	for lines := bufio.NewScanner(f); lines.Scan(); {
		section, _, closed := strings.Cut(strings.TrimSpace(lines.Text()), "]")
		section, opened := strings.CutPrefix(section, "[")
		section = strings.TrimSpace(section)
		name, ok := strings.CutPrefix(section, before)
		if opened && closed && (ok || section == "default") {
			names = append(names, strings.TrimSpace(name))
		}
	}
	return names
}
