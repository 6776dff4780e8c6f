package report

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"io"
)

// packedTogether accounts are one parcel: looking at one unpacks no more than these.
const packedTogether = 40

// packer keeps HTML compressed, as a script of the page unpacks it: parcels, each a JSON
// list of texts, by gzip and base64.
// https://www.w3.org/TR/compression/#decompression-stream
type packer struct {
	parcels [][]byte
	open    []string
}

func (p *packer) add(text string) error {
	p.open = append(p.open, text)
	if len(p.open) < packedTogether {
		return nil
	}
	return p.close()
}

// close makes a parcel of what is not in one yet.
func (p *packer) close() error {
	if len(p.open) == 0 {
		return nil
	}
	text, err := json.Marshal(p.open)
	if err != nil {
		return err
	}
	var out bytes.Buffer
	z := gzip.NewWriter(&out)
	if _, err := z.Write(text); err != nil {
		return err
	}
	if err := z.Close(); err != nil {
		return err
	}
	p.parcels, p.open = append(p.parcels, out.Bytes()), p.open[:0]
	return nil
}

// writeTo writes the parcels as elements that no browser runs or shows.
func (p *packer) writeTo(w io.Writer) error {
	if err := p.close(); err != nil {
		return err
	}
	for i, parcel := range p.parcels {
		_, err := fmt.Fprintf(w, "<script type=\"application/gzip\" id=\"parcel-%d\">%s</script>\n", i, base64.StdEncoding.EncodeToString(parcel))
		if err != nil {
			return err
		}
	}
	return nil
}
