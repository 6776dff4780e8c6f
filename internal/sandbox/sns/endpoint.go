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

// checkEndpoint refuses what is no endpoint of the protocol.
//
// https://docs.aws.amazon.com/sns/latest/api/API_Subscribe.html
func checkEndpoint(protocol, endpoint string) error {
	switch protocol {
	case "http", "https":
		return checkURL(protocol, endpoint)
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
// machine it runs on and the private network around it. Where a name leads is judged
// when it is dialed.
func checkURL(protocol, endpoint string) error {
	u, err := url.Parse(endpoint)
	switch {
	case err != nil || u.Scheme != protocol || u.Hostname() == "":
		return invalid("Endpoint must match the specified protocol")
	case !localName(u.Hostname()):
		return invalid("The sandbox posts to loopback and private addresses only, not to %s", u.Hostname())
	}
	return nil
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

func near(a netip.Addr) bool {
	a = a.Unmap()
	return a.IsLoopback() || a.IsPrivate()
}

var errFar = errors.New("the address is neither loopback nor private")

// onlyNear is the Control of a Dialer: whatever a name was made to lead to, it is the
// address that counts.
func onlyNear(_, address string, _ syscall.RawConn) error {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return err
	}
	a, err := netip.ParseAddr(host)
	if err != nil || !near(a.WithZone("")) {
		return errFar
	}
	return nil
}
