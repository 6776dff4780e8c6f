package cloud_test

import (
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/trailspan/trailspan/internal/cloud"
	"github.com/trailspan/trailspan/internal/trail"
)

// machine is a machine whose configuration is only what the test puts there.
func machine(t *testing.T, config string, env map[string]string) {
	t.Helper()
	for _, v := range os.Environ() {
		if name, _, _ := strings.Cut(v, "="); strings.HasPrefix(name, "AWS_") {
			t.Setenv(name, "")
			if err := os.Unsetenv(name); err != nil {
				t.Fatal(err)
			}
		}
	}
	file := filepath.Join(t.TempDir(), "config")
	if err := os.WriteFile(file, []byte(config), 0o600); err != nil {
		t.Fatal(err)
	}
	t.Setenv("AWS_CONFIG_FILE", file)
	t.Setenv("AWS_SHARED_CREDENTIALS_FILE", file+".none")
	t.Setenv("AWS_EC2_METADATA_DISABLED", "true")
	for name, value := range env {
		t.Setenv(name, value)
	}
}

const keys = "aws_access_key_id = 123456789012\naws_secret_access_key = secret\n"

const singleSignOn = "[profile p]\nsso_start_url = https://x.awsapps.com/start\nsso_region = us-east-1\nsso_account_id = 123456789012\nsso_role_name = r\n"

func TestOpenSaysWhatIsMissing(t *testing.T) {
	for _, c := range []struct {
		name, config string
		env          map[string]string
		options      cloud.Options
		want         error
		kind         cloud.Kind
	}{
		{"nothing anywhere", "", nil, cloud.Options{}, cloud.ErrNoCredentials, cloud.NoCredentials},
		{"a profile by flag", "[default]\n" + keys, nil, cloud.Options{Profile: "nobody"}, cloud.ErrNoProfile, cloud.NoProfile},
		{"a profile by variable", "[default]\n" + keys, map[string]string{"AWS_PROFILE": "nobody"}, cloud.Options{}, cloud.ErrNoProfile, cloud.NoProfile},
		{"a profile without keys", "[profile p]\nregion = eu-west-1\n", nil, cloud.Options{Profile: "p"}, cloud.ErrNoCredentials, cloud.NoCredentials},
		{"half a pair of keys", "", map[string]string{"AWS_ACCESS_KEY_ID": "a"}, cloud.Options{}, cloud.ErrNoCredentials, cloud.NoCredentials},
		{"a login that is over", singleSignOn, map[string]string{"HOME": "/nonexistent"}, cloud.Options{Profile: "p"}, nil, cloud.Expired},
	} {
		t.Run(c.name, func(t *testing.T) {
			machine(t, c.config, c.env)
			_, err := cloud.Open(t.Context(), c.options)
			if err == nil || c.want != nil && !errors.Is(err, c.want) {
				t.Fatalf("error %v, want %v", err, c.want)
			}
			if p := cloud.Explain(err); p.Kind != c.kind || p.Message == "" {
				t.Errorf("%v is %+v, want %s", err, p, c.kind)
			}
		})
	}
}

func TestOpenFindsTheRegion(t *testing.T) {
	profile := "[default]\nregion = eu-west-1\n" + keys
	for _, c := range []struct {
		name, config string
		env          map[string]string
		region       trail.Region
		want         trail.Region
	}{
		{"the flag goes first", profile, map[string]string{"AWS_REGION": "us-west-2"}, "sa-east-1", "sa-east-1"},
		{"then the variables", profile, map[string]string{"AWS_REGION": "us-west-2"}, "", "us-west-2"},
		{"that of the AWS CLI too", profile, map[string]string{"AWS_DEFAULT_REGION": "us-west-1"}, "", "us-west-1"},
		{"then the profile", profile, nil, "", "eu-west-1"},
		{"and after all", "[default]\n" + keys, nil, "", "us-east-1"},
	} {
		t.Run(c.name, func(t *testing.T) {
			machine(t, c.config, c.env)
			s, err := cloud.Open(t.Context(), cloud.Options{Region: c.region})
			if err != nil {
				t.Fatal(err)
			}
			if s.Region() != c.want {
				t.Errorf("works from %s, want %s", s.Region(), c.want)
			}
		})
	}
}

// Endpoints come from the flag, from variables for all or for one service, and from
// the profile.
func TestOpenFindsTheEndpoint(t *testing.T) {
	url := world(t, "")
	nowhere := "http://127.0.0.1:1"
	for _, c := range []struct {
		name, config string
		env          map[string]string
		options      cloud.Options
	}{
		{"flag", "", map[string]string{"AWS_ENDPOINT_URL": nowhere, "AWS_ENDPOINT_URL_CLOUDTRAIL": nowhere, "AWS_IGNORE_CONFIGURED_ENDPOINT_URLS": "true"}, cloud.Options{EndpointURL: url}},
		{"variable", "", map[string]string{"AWS_ENDPOINT_URL": url}, cloud.Options{}},
		{"variables of services", "", map[string]string{
			"AWS_ENDPOINT_URL": nowhere, "AWS_ENDPOINT_URL_CLOUDTRAIL": url, "AWS_ENDPOINT_URL_STS": url, "AWS_ENDPOINT_URL_EC2": url,
			"AWS_ENDPOINT_URL_S3": url, "AWS_ENDPOINT_URL_CLOUDFORMATION": url, "AWS_ENDPOINT_URL_ORGANIZATIONS": url,
		}, cloud.Options{}},
		{"profile", "endpoint_url = " + url + "\n", nil, cloud.Options{}},
	} {
		t.Run(c.name, func(t *testing.T) {
			machine(t, "[default]\nregion = ap-northeast-1\n"+keys+c.config, c.env)
			l := &line{rules: []rule{{action: trail.ListRegions, answer: says("AccessDeniedException", "no")}}}
			c.options.Around = l.around
			s, err := cloud.Open(t.Context(), c.options)
			if err != nil {
				t.Fatal(err)
			}
			got := collect(t, s, cloud.CollectOptions{})
			if len(got.Gaps) != 0 || len(got.Trails) != 1 {
				t.Fatalf("trails %v, Gaps %v", got.Trails, got.Gaps)
			}
			if e := s.Evidence(t.Context(), got.Trails[0]); len(e.Gaps) != 0 || !e.Bucket.Exists {
				t.Errorf("evidence %+v", e)
			}
		})
	}
}

// A profile may want a role, and the role a code of a device.
func TestOpenAsksForACode(t *testing.T) {
	machine(t, "[default]\n"+keys+"[profile p]\nregion = us-east-1\nsource_profile = default\nrole_arn = arn:aws:iam::123456789012:role/r\n"+
		"mfa_serial = arn:aws:iam::123456789012:mfa/me\n", nil)
	url, asked := world(t, ""), 0
	s, err := cloud.Open(t.Context(), cloud.Options{Profile: "p", EndpointURL: url, TokenCode: func() (string, error) {
		asked++
		return "123456", nil
	}})
	if err != nil {
		t.Fatal(err)
	}
	if id, err := s.Identify(t.Context()); err != nil || asked != 1 || !strings.Contains(id.ARN, "assumed-role/r/") {
		t.Errorf("is %+v, asked %d times, %v", id, asked, err)
	}
	if _, err := cloud.Open(t.Context(), cloud.Options{Profile: "p", EndpointURL: url}); err == nil {
		t.Error("opened without a code")
	}
}

// An embedded sandbox must not be reached by what is configured for AWS.
func TestOpenWithCredentialsOfItsOwn(t *testing.T) {
	machine(t, "[default]\n"+keys, map[string]string{
		"AWS_PROFILE": "nobody", "AWS_ENDPOINT_URL": "http://127.0.0.1:1", "AWS_ENDPOINT_URL_CLOUDTRAIL": "http://127.0.0.1:1",
		"AWS_USE_FIPS_ENDPOINT": "true", "AWS_ACCESS_KEY_ID": "999999999999", "AWS_SECRET_ACCESS_KEY": "x",
	})
	s, l := session(t, world(t, ""), production, tokyo, 0)
	if got := collect(t, s, cloud.CollectOptions{}); got.Account != production || len(got.Gaps) != 0 {
		t.Errorf("account %s, Gaps %v", got.Account, got.Gaps)
	}
	for _, c := range l.calls("") {
		if c.account != production {
			t.Errorf("called as %s", c.account)
		}
	}
}

func TestOpenNamesItself(t *testing.T) {
	var agent string
	s, _ := open(t, "", rule{answer: func(_ http.ResponseWriter, r *http.Request) (bool, error) {
		agent = r.UserAgent()
		return false, nil
	}})
	if _, err := s.Identify(t.Context()); err != nil || !strings.Contains(agent, "trailspan/0.0.0-test") {
		t.Errorf("user agent %q, %v", agent, err)
	}
}
