package cloud

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"net/http"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	awsmiddleware "github.com/aws/aws-sdk-go-v2/aws/middleware"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/credentials/stscreds"
	"github.com/aws/smithy-go/logging"

	"github.com/trailspan/trailspan/internal/trail"
)

// What a person has to put right before anything can be looked at.
var (
	// ErrNoCredentials says that no source of credentials had any.
	ErrNoCredentials = errors.New("no credentials found")
	// ErrNoProfile says that the profile asked for is in neither of AWS's files.
	ErrNoProfile = errors.New("profile not found")
)

// DefaultTimeout is how long a call to one Region may take, with its retries.
const DefaultTimeout = 20 * time.Second

// openTimeout leaves time to find a device and type a code.
const openTimeout = 2 * time.Minute

// Options say where the credentials are and where AWS is. The zero value is what the
// AWS CLI would do without flags.
type Options struct {
	// Profile of AWS's configuration files; "" leaves it to AWS_PROFILE.
	Profile string
	// Region to work from; "" leaves it to AWS_REGION, AWS_DEFAULT_REGION, the
	// profile, and after all of them us-east-1. It decides the partition.
	Region trail.Region
	// EndpointURL replaces the endpoints of all services; "" leaves it to
	// AWS_ENDPOINT_URL, its variables for single services, and the profile.
	EndpointURL string
	// Credentials, when there are any, are used instead of all others, and neither
	// files nor variables are read: for a sandbox that is part of the program.
	Credentials *Static
	// TokenCode asks a person for the code of a multi-factor device, for a profile
	// whose role wants one; without it such a profile is an error.
	TokenCode func() (string, error)
	// Version of trailspan, for the user agent.
	Version string
	// Timeout of one call to one Region, retries included. 0 means DefaultTimeout.
	Timeout time.Duration
	// Around, when it is not nil, puts something around what sends the requests to
	// AWS: a counter, a fault.
	Around func(HTTPClient) HTTPClient
}

// Static is a set of credentials that is known beforehand.
type Static struct {
	AccessKeyID     string
	SecretAccessKey string
	SessionToken    string
}

// HTTPClient is what is needed of an *http.Client.
type HTTPClient interface {
	Do(*http.Request) (*http.Response, error)
}

// Open loads the configuration as the AWS CLI does and makes sure that there are
// credentials. It sends nothing but what it takes to get them (SSO, roles, the
// metadata of an instance). ErrNoCredentials and ErrNoProfile are told apart by
// errors.Is; Explain knows them and the rest.
func Open(ctx context.Context, o Options) (*Session, error) {
	ctx, cancel := context.WithTimeout(ctx, openTimeout)
	defer cancel()
	cfg, err := load(ctx, o)
	if err != nil {
		return nil, err
	}
	if _, err := cfg.Credentials.Retrieve(ctx); err != nil {
		return nil, credentialsError(err)
	}
	f := &family{byAccount: map[trail.AccountID]*limits{}}
	return newSession(cfg, cmp.Or(o.Timeout, DefaultTimeout), f, newLimits()), nil
}

func load(ctx context.Context, o Options) (aws.Config, error) {
	cfg := staticConfig(o)
	if o.Credentials == nil {
		var err error
		if cfg, err = configured(ctx, o); err != nil {
			return cfg, err
		}
	}
	if o.EndpointURL != "" { // even under AWS_IGNORE_CONFIGURED_ENDPOINT_URLS
		cfg.BaseEndpoint = &o.EndpointURL
	}
	cfg.Logger = logging.Nop{}
	cfg.APIOptions = append(cfg.APIOptions, awsmiddleware.AddUserAgentKeyValue("trailspan", cmp.Or(o.Version, "dev")))
	cfg.HTTPClient = frozen(cfg.HTTPClient)
	if o.Around != nil {
		cfg.HTTPClient = o.Around(cfg.HTTPClient)
	}
	cfg.Retryer = newRetryer // not before: the metadata of an instance that is none must fail fast
	return cfg, nil
}

// configured reads the variables and the files.
func configured(ctx context.Context, o Options) (aws.Config, error) {
	cfg, err := config.LoadDefaultConfig(ctx,
		config.WithSharedConfigProfile(o.Profile),
		config.WithRegion(string(o.Region)),
		config.WithDefaultRegion(lastRegion),
		config.WithBaseEndpoint(o.EndpointURL),
		config.WithHTTPClient(newHTTPClient()),
		config.WithLogger(logging.Nop{}),
		config.WithAssumeRoleCredentialOptions(func(a *stscreds.AssumeRoleOptions) { a.TokenProvider = o.TokenCode }),
	)
	var missing config.SharedConfigProfileNotExistError
	if errors.As(err, &missing) {
		return cfg, fmt.Errorf("loading the profile %q: %w", missing.Profile, ErrNoProfile)
	}
	if err != nil {
		return cfg, fmt.Errorf("loading the AWS configuration: %w", err)
	}
	return cfg, nil
}

// lastRegion is where to work from when nobody says.
const lastRegion = "us-east-1"

// staticConfig reads nothing: no file and no variable can send requests elsewhere.
func staticConfig(o Options) aws.Config {
	c := aws.Config{Region: cmp.Or(string(o.Region), lastRegion), HTTPClient: newHTTPClient()}
	if k := o.Credentials; k != nil {
		c.Credentials = credentials.NewStaticCredentialsProvider(k.AccessKeyID, k.SecretAccessKey, k.SessionToken)
	}
	return c
}
