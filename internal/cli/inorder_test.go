package cli

import (
	"context"
	"errors"
	"slices"
	"sync/atomic"
	"testing"
)

// Results come in order whichever is ready first, and not all of them wait in memory.
func TestInOrder(t *testing.T) {
	const n, width = 200, 4
	var begun, most atomic.Int64
	var got []int
	release := make(chan struct{})
	err := inOrder(t.Context(), n, width, func(_ context.Context, i int) int {
		if begun.Add(1) == width*ahead { // the first waits until a window has passed it
			close(release)
		}
		if i == 0 {
			<-release
		}
		return i
	}, func(i, v int) error {
		most.Store(max(most.Load(), begun.Load()-int64(i)))
		got = append(got, v)
		return nil
	})
	if err != nil || len(got) != n || !slices.IsSorted(got) {
		t.Errorf("%v: %v", err, got)
	}
	if most.Load() > width*(ahead+2) {
		t.Errorf("%d results were waiting or under way at a time", most.Load())
	}
}

// What emit says ends it, and so does the context.
func TestInOrderEnds(t *testing.T) {
	full := errors.New("full")
	ctx, cancel := context.WithCancel(t.Context())
	for name, tt := range map[string]struct {
		emit func(i, v int) error
		want error
	}{
		"emit":    {func(i, _ int) error { return map[bool]error{i == 3: full}[true] }, full},
		"context": {func(int, int) error { cancel(); return nil }, context.Canceled},
	} {
		n := 0
		err := inOrder(ctx, 1000, 2, func(context.Context, int) int { return 0 }, func(i, v int) error { n++; return tt.emit(i, v) })
		if !errors.Is(err, tt.want) || n > 10 {
			t.Errorf("%s: %v after %d", name, err, n)
		}
		ctx, cancel = context.WithCancel(t.Context())
	}
	cancel()
}
