package say

import (
	"embed"
	"encoding/json"
	"fmt"
	"io/fs"
	"maps"
	"path"
	"regexp"
)

//go:embed en/*.json ja/*.json
var files embed.FS

// catalog is what can be said in one language: sentences with {placeholders} by key.
type catalog map[string]string

// readCatalog returns all sentences of a language. A file that can not be read is
// left out: its keys are then said as they are. The tests let no such file pass.
func readCatalog(l Lang) catalog {
	all := catalog{}
	for _, name := range catalogFiles(l) {
		part, err := readFile(name)
		if err == nil {
			maps.Copy(all, part)
		}
	}
	return all
}

// catalogFiles returns the paths of the files of a language, sorted.
func catalogFiles(l Lang) []string {
	names, _ := fs.Glob(files, path.Join(string(l), "*.json")) // the pattern is well formed
	return names
}

func readFile(name string) (catalog, error) {
	data, err := files.ReadFile(name)
	if err != nil {
		return nil, err
	}
	part := catalog{}
	if err := json.Unmarshal(data, &part); err != nil {
		return nil, fmt.Errorf("reading the catalog %s: %w", name, err)
	}
	return part, nil
}

var placeholder = regexp.MustCompile(`\{([A-Za-z][A-Za-z0-9]*)\}`)

// fill puts values in place of placeholders. A placeholder without a value stays, and
// what stands in a value is never taken for a placeholder.
func fill(text string, values map[string]string) string {
	return placeholder.ReplaceAllStringFunc(text, func(name string) string {
		if v, ok := values[name[1:len(name)-1]]; ok {
			return v
		}
		return name
	})
}
