package cli

import (
	"bufio"
	"context"
	"fmt"
	"strings"

	"github.com/trailspan/trailspan/internal/trail"
)

// ask wants a yes: from --yes, or typed at a terminal. Anything else is a no. Whoever
// interrupts the question is not kept waiting for an answer.
func (a *app) ask(ctx context.Context, yes bool, question trail.Note) error {
	if yes {
		return ctx.Err()
	}
	if _, tty := terminal(a.env.Stdin); !tty {
		return fail(exitUsage, trail.Say("fail.no-terminal"))
	}
	fmt.Fprint(a.env.Stderr, a.speaker.Note(question)+" [y/N] ")
	select {
	case <-ctx.Done():
		fmt.Fprintln(a.env.Stderr)
		return ctx.Err()
	case answer := <-a.answer():
		return agreed(ctx, answer)
	}
}

// answer reads a line. Reading from a terminal cannot be called off: when nobody waits
// for the line any more, the reading ends with the process.
func (a *app) answer() <-chan string {
	line := make(chan string, 1)
	go func() {
		text, _ := bufio.NewReader(a.env.Stdin).ReadString('\n') // a broken line is a no
		line <- text
	}()
	return line
}

func agreed(ctx context.Context, answer string) error {
	switch strings.ToLower(strings.TrimSpace(answer)) {
	case "y", "yes", "はい":
		return ctx.Err()
	default:
		return fail(exitFailed, trail.Say("fail.declined"))
	}
}
