package cli_test

import (
	"context"
	"io"
	"net/http"
	"regexp"
	"testing"

	"github.com/trailspan/trailspan/internal/cli"
)

// writes hands over each write as it comes.
type writes chan string

func (w writes) Write(b []byte) (int, error) {
	w <- string(b)
	return len(b), nil
}

// Scripts wait for the first byte that `trailspan sandbox` writes, and then set what it
// wrote and call: it must all be there by then, and somebody must answer.
func TestSandboxIsReadyWhenItWrites(t *testing.T) {
	ctx, interrupt := context.WithCancel(t.Context())
	stdout, ended := make(writes), make(chan int)
	go func() {
		ended <- cli.Main(ctx, cli.Env{
			Args: []string{"sandbox", "--listen", "127.0.0.1:0"}, Getenv: func(string) string { return "" }, Stdout: stdout, Stderr: io.Discard,
		})
	}()
	first := <-stdout
	lines := regexp.MustCompile(`^export AWS_ENDPOINT_URL=(http://127\.0\.0\.1:\d+)
export AWS_ACCESS_KEY_ID=123456789012
export AWS_SECRET_ACCESS_KEY=sandbox
export AWS_REGION=ap-northeast-1
export AWS_DEFAULT_REGION=ap-northeast-1
$`).FindStringSubmatch(first)
	if lines == nil {
		t.Fatalf("it writes\n%s", first)
	}
	resp, err := http.Get(lines[1] + "/_sandbox/health")
	if err != nil {
		t.Fatal(err)
	}
	if resp.Body.Close(); resp.StatusCode != http.StatusOK {
		t.Errorf("health: %s", resp.Status)
	}
	interrupt()
	<-ended
}
