package report

import (
	"bytes"
	"crypto/sha256"
	"embed"
	"encoding/base64"
	"html/template"
	"io"
)

// pageFiles are what every page of HTML is made of. A page holds all of it, and asks
// nobody for anything.
//
//go:embed page
var pageFiles embed.FS

// htmlPage writes HTML. Every text of others goes through html/template.
type htmlPage struct {
	*page
	templates *template.Template
}

// newHTMLPage is for the language of the options.
func newHTMLPage(o Options) htmlPage {
	p := newPage(o)
	t := template.New("").Funcs(template.FuncMap{
		"T":   func(key string, nameValue ...string) string { return p.say("html."+key, nameValue...) },
		"Say": p.say, "clean": clean, "next": func(i int) int { return i + 1 },
	})
	return htmlPage{p, template.Must(t.ParseFS(pageFiles, "page/*.html"))} // our own files, which a test reads
}

// write writes a part of the page.
func (p htmlPage) write(w io.Writer, part string, data any) error {
	return p.templates.ExecuteTemplate(w, part, data)
}

// blocks are the page as far as it was written, as HTML.
func (p htmlPage) rendered(all []block) (template.HTML, error) {
	var out bytes.Buffer
	err := p.write(&out, "blocks", all)
	return template.HTML(out.String()), err // it comes from a template
}

// htmlHead is what a page begins with.
type htmlHead struct {
	Lang, Title, Version string
	Taken                string // when AWS was looked at; "" where that is not told
	Policy               string // what the browser may load: nothing
	Style                template.CSS
}

// head begins a page.
func (p htmlPage) head(w io.Writer, title, taken string) error {
	style, script := pageFile("style.css"), pageFile("script.js")
	return p.write(w, "head", htmlHead{
		Lang: string(p.Speaker.Lang()), Title: clean(title), Version: p.Maker.Version, Taken: taken, Style: template.CSS(style), // our own
		Policy: "default-src 'none'; style-src '" + digest(style) + "'; script-src '" + digest(script) +
			"'; img-src data:; base-uri 'none'; form-action 'none'",
	})
}

// foot ends a page.
func (p htmlPage) foot(w io.Writer) error {
	return p.write(w, "foot", map[string]any{"Script": template.JS(pageFile("script.js")), "Version": p.Maker.Version}) // our own
}

// pageFile is a file of page; all of them are there.
func pageFile(name string) string {
	text, _ := pageFiles.ReadFile("page/" + name)
	return string(text)
}

// digest names an inline style or script in a Content-Security-Policy.
// https://www.w3.org/TR/CSP3/#grammardef-hash-source
func digest(text string) string {
	sum := sha256.Sum256([]byte(text))
	return "sha256-" + base64.StdEncoding.EncodeToString(sum[:])
}
