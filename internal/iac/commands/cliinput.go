package commands

import (
	"encoding/json"
	"io/fs"
	"path"
	"strings"

	"go.yaml.in/yaml/v4"
)

// settings are what a file of --cli-input-json says; nil is nothing.
type settings struct {
	IsMultiRegionTrail         *bool `json:"IsMultiRegionTrail" yaml:"IsMultiRegionTrail"`
	IncludeGlobalServiceEvents *bool `json:"IncludeGlobalServiceEvents" yaml:"IncludeGlobalServiceEvents"`
	EnableLogFileValidation    *bool `json:"EnableLogFileValidation" yaml:"EnableLogFileValidation"`
}

// settings reads the input of a command; why is what could not be read.
func (h *hunt) settings(f *field) (s settings, why string) {
	if f == nil {
		return s, ""
	}
	text := f.text
	name, isFile := strings.CutPrefix(text, "file://")
	if text == "\x00" && f.file != "" {
		name, isFile = f.file, true
	}
	switch {
	case isFile && strings.Contains(name, "\x00"):
		return s, cmpName(f.name, "--cli-input-json")
	case isFile:
		content, ok := h.beside(name)
		if !ok {
			return s, name
		}
		text = content
	case !f.known:
		// What a variable holds inside of a string decides nothing; anywhere else it is no JSON.
		inner := strings.ReplaceAll(text, "\x00", "x")
		if json.Unmarshal([]byte(inner), &s) != nil {
			return settings{}, cmpName(f.name, "--cli-input-json")
		}
		return s, ""
	}
	if json.Unmarshal([]byte(text), &s) == nil {
		return s, ""
	}
	s = settings{}
	if len(text) > 1<<16 || yaml.Unmarshal([]byte(text), &s) != nil {
		return settings{}, "--cli-input-json"
	}
	return s, ""
}

// beside reads a file that the script writes, or one of the tree: beside this one, or from its root.
func (h *hunt) beside(name string) (string, bool) {
	if text, ok := h.written[path.Clean(name)]; ok {
		return text, text != "" // else another program has written it
	}
	if h.in.Tree == nil {
		return "", false
	}
	for _, candidate := range []string{path.Join(path.Dir(h.in.Path), name), path.Clean(name)} {
		if !fs.ValidPath(candidate) {
			continue
		}
		if text, err := fs.ReadFile(h.in.Tree, candidate); err == nil {
			return string(text), true
		}
	}
	return "", false
}

func cmpName(name, otherwise string) string {
	if name == "" {
		return otherwise
	}
	return name
}
