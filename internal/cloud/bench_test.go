package cloud_test

import (
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/trailspan/trailspan/internal/cloud"
	"github.com/trailspan/trailspan/internal/sandbox"
)

// BenchmarkCollect is one check of 17 Regions with 100 ms to each of them: three rounds,
// and what it takes to open the connections.
func BenchmarkCollect(b *testing.B) {
	box, err := sandbox.New(sandbox.Options{World: []byte(wide)})
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = box.Close() }()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		time.Sleep(100 * time.Millisecond)
		box.ServeHTTP(w, r)
	}))
	defer server.Close()
	for b.Loop() {
		s, err := cloud.Open(b.Context(), cloud.Options{
			EndpointURL: server.URL, Credentials: &cloud.Static{AccessKeyID: production, SecretAccessKey: "secret"},
		})
		if err != nil {
			b.Fatal(err)
		}
		if got := s.Collect(b.Context(), cloud.CollectOptions{}); len(got.Gaps) != 0 {
			b.Fatal(got.Gaps)
		}
	}
}
