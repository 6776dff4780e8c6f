package sns

import (
	"errors"
	"net"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"syscall"
)

// overHTTP says whether messages are posted to the subscriber.
func (sub *Subscription) overHTTP() bool { return sub.Protocol == "http" || sub.Protocol == "https" }

// asks says whether the endpoint is asked to confirm. The others belong to AWS, which
// knows whose they are.
func asks(protocol string) bool {
	return slices.Contains([]string{"http", "https", "email", "email-json"}, protocol)
}

// checkEndpoint refuses what is no endpoint of the protocol. base is the URL of the sandbox.
//
// https://docs.aws.amazon.com/sns/latest/api/API_Subscribe.html
func checkEndpoint(protocol, endpoint, base string) error {
	switch protocol {
	case "http", "https":
		return checkURL(protocol, endpoint, base)
	case "email", "email-json":
		if name, host, ok := strings.Cut(endpoint, "@"); !ok || name == "" || host == "" {
			return invalid("Email address")
		}
	case "sqs":
		return checkService("SQS", "sqs", endpoint)
	case "lambda":
		return checkService("Lambda", "lambda", endpoint)
	case "firehose":
		return checkService("Firehose", "firehose", endpoint)
	case "application":
		return checkService("Application", "sns", endpoint)
	case "sms":
		if strings.Trim(endpoint, "+0123456789-() ") != "" || endpoint == "" {
			return invalid("Invalid SMS endpoint: %s", endpoint)
		}
	default:
		return invalid("Amazon SNS does not support this protocol string: %s", protocol)
	}
	return nil
}

func checkService(name, service, endpoint string) error {
	if p := strings.SplitN(endpoint, ":", 6); len(p) < 6 || p[0] != "arn" || p[2] != service {
		return invalid("%s endpoint ARN", name)
	}
	return nil
}

// checkURL refuses what the sandbox will not post to: it speaks to nobody but the
// machine it runs on and the private network around it, and not to itself. Where a name
// leads is judged when it is dialed.
func checkURL(protocol, endpoint, base string) error {
	u, err := url.Parse(endpoint)
	switch {
	case err != nil || u.Scheme != protocol || u.Hostname() == "":
		return invalid("Endpoint must match the specified protocol")
	case !localName(u.Hostname()):
		return invalid("The sandbox posts to loopback and private addresses only, not to %s", u.Hostname())
	case sameServer(u, base):
		return invalid("The sandbox does not post to itself, as it would to %s", u.Host)
	}
	return nil
}

// sameServer says whether a URL leads where the base does: all that is loopback is one host.
func sameServer(u *url.URL, base string) bool {
	b, err := url.Parse(base)
	if err != nil || portOf(u) != portOf(b) {
		return false
	}
	return strings.EqualFold(u.Hostname(), b.Hostname()) || isLoopback(u.Hostname()) && isLoopback(b.Hostname())
}

func portOf(u *url.URL) string {
	if port := u.Port(); port != "" || u.Scheme == "" {
		return port
	}
	return map[string]string{"http": "80", "https": "443"}[u.Scheme]
}

func isLoopback(host string) bool {
	host = strings.ToLower(strings.TrimSuffix(host, "."))
	if host == "localhost" || strings.HasSuffix(host, ".localhost") {
		return true
	}
	a, err := netip.ParseAddr(host)
	return err == nil && a.Unmap().IsLoopback()
}

// localName says whether a host can be near: by a loopback or private address, or by
// a name that the Internet does not have.
//
// https://www.rfc-editor.org/rfc/rfc6761, https://www.rfc-editor.org/rfc/rfc6762
func localName(host string) bool {
	if a, err := netip.ParseAddr(host); err == nil {
		return near(a)
	}
	host = strings.ToLower(strings.TrimSuffix(host, "."))
	if !strings.Contains(host, ".") {
		return true // localhost, or a container beside this one
	}
	return slices.ContainsFunc([]string{".localhost", ".local", ".test", ".internal"}, func(end string) bool {
		return strings.HasSuffix(host, end)
	})
}

// near says whether an address is of this machine or its private network. EC2 has its
// metadata, and the keys in them, at fd00:ec2::254, among private addresses.
//
// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instancedata-data-retrieval.html
func near(a netip.Addr) bool {
	a = a.Unmap().WithZone("")
	return (a.IsLoopback() || a.IsPrivate()) && !servicesOfEC2().Contains(a)
}

// servicesOfEC2 is where EC2 serves instances by IPv6.
func servicesOfEC2() netip.Prefix { return netip.MustParsePrefix("fd00:ec2::/32") }

var errFar = errors.New("the address is neither loopback nor private")

// onlyNear is the Control of a Dialer: whatever a name was made to lead to, it is the
// address that counts.
func onlyNear(_, address string, _ syscall.RawConn) error {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return err
	}
	a, err := netip.ParseAddr(host)
	if err != nil || !near(a) {
		return errFar
	}
	return nil
}
