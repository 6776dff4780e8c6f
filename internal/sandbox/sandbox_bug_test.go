package sandbox

import (
	"encoding/json"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/trailspan/trailspan/internal/sandbox/wire"
)

// A bug in one operation is answered as a fault of AWS, and holds nobody else up.
func TestPanickingOperation(t *testing.T) {
	s := sample(t)
	broken := func(*wire.Call, json.RawMessage) (any, error) { panic("out of paper") }
	s.services["cloudtrail"] = wire.NewService("cloudtrail", map[string]wire.Operation{"ListTrails": broken, "DeleteTrail": broken})
	for operation, body := range map[string]string{"ListTrails": "{}", "DeleteTrail": `{"Name":"t"}`} {
		r := httptest.NewRequest("POST", "/", strings.NewReader(body))
		r.Header.Set("X-Amz-Target", "CloudTrail_20131101."+operation)
		stamp := time.Now().UTC().Format("20060102T150405Z")
		r.Header.Set("X-Amz-Date", stamp)
		r.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential=AK/"+stamp[:8]+"/us-east-1/cloudtrail/aws4_request,SignedHeaders=host,Signature="+strings.Repeat("0", 64))
		w := httptest.NewRecorder()
		s.ServeHTTP(w, r)
		if want := `{"__type":"InternalFailure","Message":"the sandbox has a bug: out of paper"}`; w.Code != 500 || w.Body.String() != want {
			t.Errorf("%s: got %d %s, want %s", operation, w.Code, w.Body, want)
		}
	}
	s.mu.Lock() // waits for ever if a lock was kept
	defer s.mu.Unlock()
}
