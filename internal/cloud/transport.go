package cloud

import (
	"net"
	"net/http"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
)

// newHTTPClient: every Region is called at once, so that connections are kept for all
// of them, and a Region that does not answer a dial is given up early enough to be
// tried again.
func newHTTPClient() *awshttp.BuildableClient {
	return awshttp.NewBuildableClient().
		WithDialerOptions(func(d *net.Dialer) { d.Timeout = 5 * time.Second }).
		WithTransportOptions(func(t *http.Transport) {
			t.MaxIdleConns = 1024
			t.MaxIdleConnsPerHost = 128 // a sandbox is one host for all Regions
			t.TLSHandshakeTimeout = 5 * time.Second
		})
}

// frozen keeps the SDK from giving every client, which is to say every Region, a copy
// of its own with connections of its own.
func frozen(c aws.HTTPClient) aws.HTTPClient {
	if b, ok := c.(*awshttp.BuildableClient); ok {
		return b.Freeze()
	}
	return c
}
