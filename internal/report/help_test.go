package report

import (
	"io"
	"testing"

	"github.com/trailspan/trailspan/internal/say"
)

// TestHelp shows that names of any script leave what they mean in one column, that it is
// wrapped beside them, and below them where there is no room.
func TestHelp(t *testing.T) {
	m := Manual{
		About: "runs はこのマシンで実行した convert と create を一覧表示します。",
		Sections: []Section{
			{Title: "使い方:", Lines: []string{"trailspan runs [FLAG…]"}},
			{Title: "フラグ:", Rows: [][2]string{
				{"    --exclude-regions リージョン", "これらのリージョンを除外 (対象外として報告)"},
				{"-h, --help", "このヘルプを表示"},
				{"    --wait TIME", "TIME to wait until a change shows in every Region (default 10m)"},
			}},
			{Title: "その他のフラグ:", Items: []string{
				"--endpoint-url URL", "--format 形式", "--lang 言語", "--no-color", "-o/--output ファイル",
				"--a-name-that-is-wider-than-a-narrow-terminal-and-still-is-not-broken-anywhere VALUE", "--quiet",
			}},
		},
	}
	for _, r := range []reader{{say.Japanese, 80}, {say.Japanese, 60}} {
		golden(t, r.file("help"), func(w io.Writer) error { return Help(w, m, r.options()) })
	}
}
