package cli

import "context"

// ahead is how many results, for each worker, may wait for a slow one before them.
const ahead = 4

// inOrder does work for 0 to n-1 side by side, at most width at a time, and hands what
// comes of it to emit one after the other, in order. No more than a window of results
// is in memory. It ends early with the error of emit or, once what was begun has
// ended, that of ctx.
func inOrder[T any](ctx context.Context, n, width int, work func(ctx context.Context, i int) T, emit func(i int, v T) error) error {
	ctx, stop := context.WithCancelCause(ctx)
	defer stop(nil)
	window := make(chan chan T, width*ahead)
	go func() {
		defer close(window)
		slots := make(chan struct{}, width)
		for i := range n {
			select {
			case <-ctx.Done():
				return
			case slots <- struct{}{}:
			}
			result := make(chan T, 1)
			window <- result
			go func() {
				defer func() { <-slots }()
				result <- work(ctx, i)
			}()
		}
	}()
	i := 0
	for result := range window {
		v := <-result
		if ctx.Err() == nil {
			if err := emit(i, v); err != nil {
				stop(err)
			}
		}
		i++
	}
	return context.Cause(ctx)
}
