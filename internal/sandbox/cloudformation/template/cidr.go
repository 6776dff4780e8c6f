package template

import (
	"math/big"
	"math/bits"
	"net/netip"
	"strconv"
	"strings"
)

// mostBlocks is how many blocks Fn::Cidr gives at most.
const mostBlocks = 256

func errCidr() error {
	return templateErrorf("every Fn::Cidr object requires three parameters, (1) an IP block, (2) a count between 1 and 256 and (3) the number of subnet bits")
}

// cidr cuts blocks out of a block of addresses, each of 2^bits addresses.
//
// https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/intrinsic-function-reference-cidr.html
func (e evaluator) cidr(given []any) (any, error) {
	values := make([]string, len(given))
	for i, g := range given {
		v, err := e.value(g)
		if err != nil {
			return nil, err
		}
		s, ok := text(v)
		if !ok {
			return nil, errCidr()
		}
		values[i] = s
	}
	block, err := netip.ParsePrefix(values[0])
	if err != nil {
		return nil, templateErrorf("Fn::Cidr %s is not a valid CIDR block", values[0])
	}
	count, err := strconv.Atoi(values[1])
	if err != nil || count < 1 || count > mostBlocks {
		return nil, errCidr()
	}
	width := block.Addr().BitLen()
	host := width - block.Bits() - bits.Len(uint(count-1)) // as large as fits
	if len(values) == 3 {
		if host, err = strconv.Atoi(values[2]); err != nil {
			return nil, errCidr()
		}
	}
	if host < 0 || host > width-block.Bits() || !fits(count, width-block.Bits()-host) {
		return nil, templateErrorf("Fn::Cidr cannot cut %d blocks of %d bits out of %s", count, host, strings.TrimSpace(values[0]))
	}
	return blocks(block.Masked().Addr(), count, host), nil
}

// fits says whether a number of blocks can be told apart by some bits.
func fits(count, apart int) bool { return apart >= 9 || count <= 1<<apart }

// blocks are the first blocks from an address on, each of 2^host addresses.
func blocks(first netip.Addr, count, host int) []any {
	at := new(big.Int).SetBytes(first.AsSlice())
	step := new(big.Int).Lsh(big.NewInt(1), uint(host))
	items := make([]any, count)
	for i := range items {
		raw := at.FillBytes(make([]byte, first.BitLen()/8))
		addr, _ := netip.AddrFromSlice(raw)
		items[i] = netip.PrefixFrom(addr, first.BitLen()-host).String()
		at.Add(at, step)
	}
	return items
}
