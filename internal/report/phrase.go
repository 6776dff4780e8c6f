package report

import "unicode"

// Japanese puts no space between its phrases, and a phrase that is broken reads badly:
// 作 / 成します. A phrase begins with Kanji, Katakana or Latin after the Hiragana that
// ended the one before. That is less than a dictionary knows, and needs none.

// phraseBetween says whether a phrase begins with after, which stands next to before.
func phraseBetween(before, after rune) bool {
	switch {
	case unicode.Is(unicode.Hiragana, after):
		return endsSentence(before)
	case endsSentence(before), closes(before), endsNoLine(after):
		return true
	default:
		return endsPhrase(before)
	}
}

func endsSentence(r rune) bool { return r == '、' || r == '。' || r == '，' || r == '．' }

func closes(r rune) bool { return r == '」' || r == '』' || r == '）' || r == '…' }

// endsPhrase knows the Hiragana that end a phrase: particles, and the endings of verbs
// and adjectives. Those of the stem that joins two verbs (読み取り) are not among them.
func endsPhrase(r rune) bool {
	switch r {
	case 'を', 'が', 'は', 'に', 'で', 'と', 'の', 'も', 'へ', 'や', 'て', 'た', 'だ',
		'る', 'く', 'う', 'む', 'す', 'つ', 'ぬ', 'ぶ', 'ぐ', 'な', 'か', 'ら', 'ば', 'ず', 'ん':
		return true
	default:
		return false
	}
}

// phraseAfterSpace says whether a phrase begins with after, which a space parts from
// before: not with the particle of a Latin word, nor with what a number counts.
func phraseAfterSpace(before, after rune) bool {
	counted := unicode.IsDigit(before) && runeColumns(after) == 2
	return !counted && !unicode.Is(unicode.Hiragana, after)
}
