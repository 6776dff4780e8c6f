package sandbox

import (
	"bytes"
	"compress/flate"
	"encoding/hex"
	"io"
	"slices"
	"strings"
	"time"
)

// blockSize is how many bytes of records are compressed together. Larger blocks take
// less memory, and longer to read one record of.
const blockSize = 32 << 10

// A block has some entries of a stream, one after the other. A copy of it is a view
// of that moment, as everything that it points to is only ever added to.
type block struct {
	marks  []mark
	newest int64 // the latest mark.at
	sealed bool  // nothing will be added, and body is compressed
	body   []byte
}

// A mark is an entry without its record; texts are numbers of words in the lexicon.
type mark struct {
	seq                       uint64
	at                        int64 // Unix seconds
	id                        [16]byte
	end                       uint32 // of the record, in the uncompressed body
	oddID                     uint32 // the event ID when it is not a UUID, which 0, "", is not
	source, name, user, key   uint32
	resources                 uint32
	readOnly, manages, global bool
}

func (b *block) add(e entry, words *lexicon) {
	m := mark{
		seq: e.Seq, at: e.Time.Unix(),
		source: words.number(e.EventSource), name: words.number(e.EventName),
		user: words.number(e.Username), key: words.number(e.AccessKeyID),
		resources: words.number(joinResources(e.Resources)),
		readOnly:  e.ReadOnly, manages: e.Management, global: e.Global,
	}
	var ok bool
	if m.id, ok = packUUID(e.EventID); !ok {
		m.oddID = words.number(e.EventID)
	}
	b.body = append(b.body, e.Text...)
	m.end = uint32(len(b.body))
	b.marks = append(b.marks, m)
	if len(b.marks) == 1 || m.at > b.newest {
		b.newest = m.at
	}
}

func (b *block) full() bool { return len(b.body) >= blockSize }

// seal compresses the block. Views of it keep what they have.
func (b *block) seal(p *press) {
	b.body, b.marks, b.sealed = p.squeeze(b.body), slices.Clone(b.marks), true
}

// A press compresses. It keeps its large tables from one time to the next.
type press struct {
	writer *flate.Writer
	out    bytes.Buffer
}

func (p *press) squeeze(body []byte) []byte {
	p.out.Reset()
	if p.writer == nil {
		p.writer, _ = flate.NewWriter(&p.out, flate.BestSpeed) // which is a level that there is
	} else {
		p.writer.Reset(&p.out)
	}
	_, _ = p.writer.Write(body) // memory takes what it is given
	_ = p.writer.Close()
	return bytes.Clone(p.out.Bytes())
}

// texts returns the records of the block in a row.
func (b *block) texts() []byte {
	if !b.sealed {
		return b.body
	}
	out := make([]byte, 0, b.marks[len(b.marks)-1].end)
	into := bytes.NewBuffer(out)
	_, _ = io.Copy(into, flate.NewReader(bytes.NewReader(b.body))) // seal made it, so that it can be read
	return into.Bytes()
}

// entry returns the entry at an index; texts is that of the method.
func (b *block) entry(i int, from origin, texts []byte, words []string) entry {
	m := b.marks[i]
	begin := uint32(0)
	if i > 0 {
		begin = b.marks[i-1].end
	}
	return entry{
		Seq: m.seq, Account: from.account, Region: from.region, Time: time.Unix(m.at, 0).UTC(),
		EventID: m.eventID(words), EventSource: words[m.source], EventName: words[m.name],
		Username: words[m.user], AccessKeyID: words[m.key], Resources: splitResources(words[m.resources]),
		ReadOnly: m.readOnly, Management: m.manages, Global: m.global,
		Text: texts[begin:m.end:m.end],
	}
}

func (m *mark) eventID(words []string) string {
	if m.oddID != 0 {
		return words[m.oddID]
	}
	return formatUUID(m.id)
}

// packUUID reads a UUID in its usual spelling, in small letters.
func packUUID(text string) (id [16]byte, ok bool) {
	raw, err := hex.DecodeString(strings.ReplaceAll(text, "-", ""))
	if err != nil || len(raw) != len(id) {
		return id, false
	}
	copy(id[:], raw)
	return id, formatUUID(id) == text
}

func formatUUID(b [16]byte) string {
	h := hex.EncodeToString(b[:])
	return h[:8] + "-" + h[8:12] + "-" + h[12:16] + "-" + h[16:20] + "-" + h[20:]
}

// A lexicon numbers words, as most come again and again. Number 0 is "".
type lexicon struct {
	words   []string
	numbers map[string]uint32
}

func (l *lexicon) number(word string) uint32 {
	if len(l.words) == 0 {
		l.words = append(l.words, "")
		l.numbers[""] = 0
	}
	n, ok := l.numbers[word]
	if !ok {
		n = uint32(len(l.words))
		word = strings.Clone(word)
		l.words = append(l.words, word)
		l.numbers[word] = n
	}
	return n
}

// joinResources makes one word of resources. No name of AWS has a zero byte in it.
func joinResources(list []resource) string {
	parts := make([]string, 0, 2*len(list))
	for _, r := range list {
		parts = append(parts, r.Type, r.Name)
	}
	return strings.Join(parts, "\x00")
}

func splitResources(word string) []resource {
	if word == "" {
		return nil
	}
	parts := strings.Split(word, "\x00")
	list := make([]resource, 0, len(parts)/2)
	for i := 0; i+1 < len(parts); i += 2 {
		list = append(list, resource{parts[i], parts[i+1]})
	}
	return list
}
