package cloud

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/xml"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"github.com/trailspan/trailspan/internal/trail"
)

// describeRegions asks EC2. The client of the SDK for EC2 takes longer to compile than
// everything else together, so that this one question is signed by hand.
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/API_DescribeRegions.html
func (c *collector) describeRegions(ctx context.Context) ([]trail.RegionView, error) {
	query := url.Values{"Action": {"DescribeRegions"}, "Version": {"2016-11-15"}, "AllRegions": {"true"}}
	return run(ctx, c.call("ec2:DescribeRegions", c.session.Region()), func(ctx context.Context) ([]trail.RegionView, error) {
		answer, err := c.session.queryEC2(ctx, query)
		if err != nil {
			return nil, err
		}
		return regionsIn(answer)
	})
}

// regionsIn reads an answer of DescribeRegions.
func regionsIn(answer []byte) ([]trail.RegionView, error) {
	var found struct {
		Regions []struct {
			Name  string `xml:"regionName"`
			OptIn string `xml:"optInStatus"`
		} `xml:"regionInfo>item"`
	}
	if err := xml.Unmarshal(answer, &found); err != nil {
		return nil, fmt.Errorf("reading the answer: %w", err)
	}
	var out []trail.RegionView
	for _, r := range found.Regions {
		out = append(out, trail.RegionView{Region: trail.Region(r.Name), OptStatus: ec2OptStatus(r.OptIn)})
	}
	return tidyRegions(out)
}

func ec2OptStatus(s string) trail.OptStatus {
	switch s {
	case "opt-in-not-required":
		return trail.EnabledByDefault
	case "opted-in":
		return trail.Enabled
	default:
		return trail.Disabled
	}
}

// queryEC2 sends one request, and again while EC2 says that it is too busy.
func (s *Session) queryEC2(ctx context.Context, query url.Values) ([]byte, error) {
	retryer := newRetryer()
	for attempt := 1; ; attempt++ {
		answer, err := s.tryEC2(ctx, query)
		recordAttempt(ctx, err)
		if err == nil || attempt == retryer.MaxAttempts() || !retryer.IsErrorRetryable(err) {
			return answer, err
		}
		delay, _ := retryer.RetryDelay(attempt, err)
		if err := sleep(ctx, delay); err != nil {
			return nil, err
		}
	}
}

func (s *Session) tryEC2(ctx context.Context, query url.Values) ([]byte, error) {
	if err := s.limits.wait(ctx, s.cfg.Region, "EC2", query.Get("Action")); err != nil {
		return nil, err
	}
	request, err := s.signEC2(ctx, query.Encode())
	if err != nil {
		return nil, err
	}
	response, err := s.cfg.HTTPClient.Do(request)
	if err != nil {
		return nil, &smithyhttp.RequestSendError{Err: err}
	}
	defer func() { _ = response.Body.Close() }()
	answer, err := io.ReadAll(io.LimitReader(response.Body, 1<<20))
	if err != nil {
		return nil, &smithyhttp.RequestSendError{Err: err}
	}
	if response.StatusCode != http.StatusOK {
		return nil, ec2Error(response, answer)
	}
	return answer, nil
}

func (s *Session) signEC2(ctx context.Context, body string) (*http.Request, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, s.ec2Endpoint(ctx), strings.NewReader(body))
	if err != nil {
		return nil, err
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded; charset=utf-8")
	credentials, err := s.cfg.Credentials.Retrieve(ctx)
	if err != nil {
		return nil, err
	}
	sum := sha256.Sum256([]byte(body))
	err = v4.NewSigner().SignHTTP(ctx, credentials, request, hex.EncodeToString(sum[:]), "ec2", s.cfg.Region, time.Now())
	return request, err
}

// ec2Endpoint is AWS's, unless the configuration has another: for this service, or for
// all of them.
func (s *Session) ec2Endpoint(ctx context.Context) string {
	for _, source := range s.cfg.ConfigSources {
		if p, ok := source.(interface {
			GetServiceBaseEndpoint(context.Context, string) (string, bool, error)
		}); ok {
			if endpoint, found, err := p.GetServiceBaseEndpoint(ctx, "EC2"); err == nil && found {
				return endpoint
			}
		}
	}
	if s.cfg.BaseEndpoint != nil {
		return aws.ToString(s.cfg.BaseEndpoint)
	}
	domain := "amazonaws.com"
	if s.Region().Partition() == trail.China {
		domain = "amazonaws.com.cn"
	}
	return fmt.Sprintf("https://ec2.%s.%s/", s.cfg.Region, domain)
}

// ec2Error reads an error answer of EC2, as far as it is one.
func ec2Error(response *http.Response, body []byte) error {
	var e struct {
		Code    string `xml:"Errors>Error>Code"`
		Message string `xml:"Errors>Error>Message"`
	}
	_ = xml.Unmarshal(body, &e)
	if e.Code == "" {
		e.Code = http.StatusText(response.StatusCode)
	}
	return &smithyhttp.ResponseError{
		Response: &smithyhttp.Response{Response: response},
		Err:      &smithy.GenericAPIError{Code: e.Code, Message: e.Message},
	}
}
