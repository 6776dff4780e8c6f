package console

import (
	"sync"

	"github.com/trailspan/trailspan/internal/plan"
)

// plans are those that were shown, by their run: what is confirmed is what was read.
type plans struct {
	mu    sync.Mutex
	by    map[string]plan.Plan
	order []string
}

// kept is how many plans are remembered; the oldest is forgotten first.
const kept = 100

func newPlans() *plans { return &plans{by: map[string]plan.Plan{}} }

func (p *plans) keep(x plan.Plan) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.by[x.Run] = x
	p.order = append(p.order, x.Run)
	if len(p.order) > kept {
		delete(p.by, p.order[0])
		p.order = p.order[1:]
	}
}

func (p *plans) find(run string) (plan.Plan, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	x, ok := p.by[run]
	return x, ok
}
