package say

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// TestTerms holds the Japanese catalog to the words of the AWS console and to one way
// of writing them.
func TestTerms(t *testing.T) {
	known := terms()
	for _, e := range readAll(t, Japanese) {
		for _, fault := range wrongTerms(e, known) {
			t.Error(fault)
		}
	}
}

// TestTermsOfPapers holds the Japanese papers to the same words, outside of their
// fenced blocks.
func TestTermsOfPapers(t *testing.T) {
	pages, err := filepath.Glob("../../docs/ja/*.md")
	if err != nil || len(pages) == 0 {
		t.Fatalf("docs/ja holds %v, %v", pages, err)
	}
	known := terms()
	for _, page := range append(pages, "../../README.ja.md") {
		text, err := os.ReadFile(page)
		if err != nil {
			t.Fatal(err)
		}
		for i, part := range strings.Split(string(text), "```") {
			if fenced := i%2 == 1; fenced {
				continue
			}
			for line := range strings.Lines(part) {
				for _, fault := range wrongTerms(entry{page, page, line}, known) {
					t.Error(fault)
				}
			}
		}
	}
}

// term is a spelling that is not used, and what is used instead.
type term struct {
	wrong *regexp.Regexp
	right string
}

// terms are what a translation is tempted by. A wrong one is a regular expression.
func terms() []term {
	var out []term
	for _, t := range [][2]string{
		{"トレイル|トレール|軌跡|追跡", "証跡"},
		{"単一(?:の)?リージョン|シングルリージョンの証跡|シングル・リージョン", "シングルリージョン証跡"},
		{"(複数|全|マルチ)リージョンの証跡|マルチ・リージョン|多リージョン", "マルチリージョン証跡"},
		{"組織証跡|組織トレイル|オーガニゼーション", "組織の証跡"},
		{"マネジメントイベント|管理用イベント|コントロールプレーンイベント", "管理イベント"},
		{"グローバルサービスのイベント|グローバル サービス", "グローバルサービスイベント"},
		{"ホーム・リージョン|本拠|リージョナル", "ホームリージョン"},
		{"オプトイン・リージョン|オプト・イン", "オプトインリージョン"},
		{"ログ検証|ログファイル検証|ログの検証|整合性検証", "ログファイルの検証"},
		{"ダイジェスト(?:[^ファチ]|$)", "ダイジェストファイル"},
		{"代理管理者|委任された管理者|委譲", "委任管理者"},
		{"マスターアカウント|マスタアカウント|親アカウント", "管理アカウント"},
		{"子アカウント|メンバアカウント", "メンバーアカウント"},
		{"セレクタ(?:[^ー]|$)", "セレクター"},
		{"高度なセレクター|アドバンスト", "高度なイベントセレクター"},
		{"データストア", "イベントデータストア"},
		{"バケットのポリシー", "バケットポリシー"},
		{"要求", "リクエスト"},
		{"既定", "デフォルト"},
		{"パラメーター", "パラメータ"},
		{"フォルダ(?:[^ー]|$)", "フォルダー"},
		{"ユーザ(?:[^ー]|$)", "ユーザー"},
		{"サーバ(?:[^ー]|$)", "サーバー"},
		{"フィルタ(?:[^ーリ]|$)", "フィルター"},
		{"計画", "プラン"},
		{"読め(?:ま|な|る)", "読み取れ"},
		{"下さい", "ください"},
		{"出来", "でき"},
		{"(?:^|[^一合])致し", "し"},
		{"既に", "すでに"},
		{"全て", "すべて"},
		{"分か[りっら]", "わか"},
		{"他", "ほか"},
		{"することができ", "でき"},
		{"[０-９Ａ-Ｚａ-ｚ（）：！？]", "half-width letters, digits and marks"},
		{"[、。] |[ ][、。]", "no space at 、 and 。"},
		{"[ぁ-んァ-ヶー一-龥],|[ぁ-んァ-ヶー一-龥]\\.", "、 and 。"},
	} {
		out = append(out, term{regexp.MustCompile(t[0]), t[1]})
	}
	return out
}

// except are the longer words in which a wrong spelling is right.
func except() *strings.Replacer {
	return strings.NewReplacer("イベントデータストア", "", "その他", "")
}

var (
	// crowded is a Latin letter, a digit or a value that touches a Japanese word.
	crowded = regexp.MustCompile(`[A-Za-z0-9}][ぁ-んァ-ヶー一-龥]|[ぁ-んァ-ヶー一-龥][A-Za-z0-9{]`)
	// japaneseValue is a placeholder whose value is a Japanese word.
	japaneseValue = regexp.MustCompile(`\{(?:span|default)\}`)
	// parted is a space between two Japanese words.
	parted = regexp.MustCompile(`[ぁ-んァ-ヶー一-龥] [ぁ-んァ-ヶー一-龥]`)
)

// wrongTerms returns what is wrong with the words of one Japanese sentence.
func wrongTerms(e entry, terms []term) []string {
	var out []string
	text := except().Replace(e.text)
	for _, term := range terms {
		if wrong := term.wrong.FindString(text); wrong != "" {
			out = append(out, fmt.Sprintf("%s: %q is written %s", e.key, wrong, term.right))
		}
	}
	if at := crowded.FindString(strings.ReplaceAll(japaneseValue.ReplaceAllString(e.text, ""), "`", "")); at != "" {
		out = append(out, fmt.Sprintf("%s: a space belongs into %q", e.key, at))
	}
	// a head of a table is broken at its spaces
	if at := parted.FindString(e.text); at != "" && !strings.HasPrefix(e.key, "report.head.") {
		out = append(out, fmt.Sprintf("%s: no space belongs into %q", e.key, at))
	}
	return out
}

// TestWrongTerms shows that each kind of fault would be found, and what is no fault.
func TestWrongTerms(t *testing.T) {
	for text, want := range map[string][]string{
		"マルチリージョン証跡はログ記録中です": nil,
		"トレイルがありません":         {`a.k: "トレイル" is written 証跡`},
		"マルチリージョンの証跡":        {`a.k: "マルチリージョンの証跡" is written マルチリージョン証跡`},
		"CloudTrailの証跡":      {`a.k: a space belongs into "lの"`},
		"{count}個の証跡":        {`a.k: a space belongs into "}個"`},
		"証跡 証跡":              {`a.k: no space belongs into "跡 証"`},
		"{span}のイベント":        nil, // the value is Japanese: 30 日間
		"イベントデータストア":         nil,
		"セレクタを選ぶ":            {`a.k: "セレクタを" is written セレクター`},
		"イベントセレクターを選ぶ":       nil,
		"その他のサービス":           nil,
		"（組織）":               {`a.k: "（" is written half-width letters, digits and marks`},
	} {
		if got := wrongTerms(entry{"a.json", "a.k", text}, terms()); !slices.Equal(got, want) {
			t.Errorf("%s: found %q, want %q", text, got, want)
		}
	}
}
