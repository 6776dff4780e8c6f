package kms

import (
	"regexp"
	"strings"

	"github.com/trailspan/trailspan/internal/sandbox/wire"
)

// home is where a name without account and Region belongs.
type home struct{ partition, account, region string }

func homeOf(c *wire.Call) home { return home{c.Partition, c.Account, c.Region} }

// arn completes a name to an ARN.
func (h home) arn(name string) string {
	switch {
	case strings.HasPrefix(name, "arn:"):
		return name
	case strings.HasPrefix(name, "alias/"):
		return h.prefix() + name
	}
	return h.prefix() + "key/" + name
}

func (h home) prefix() string {
	return "arn:" + h.partition + ":kms:" + h.region + ":" + h.account + ":"
}

var (
	keyID   = regexp.MustCompile(`^(mrk-[0-9a-f]{32}|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})$`)
	keyARN  = regexp.MustCompile(`^arn:(aws[a-z-]*):kms:([a-z0-9-]+):([0-9]{12}):(key|alias)/(.+)$`)
	anAlias = regexp.MustCompile(`^[a-zA-Z0-9/_-]+$`) // alias/logs
)

// complete makes an ARN of what a call names a key by. Aliases are among it only where
// the operation takes them.
//
// https://docs.aws.amazon.com/kms/latest/developerguide/find-cmk-id-arn.html
func complete(c *wire.Call, name string, aliases bool) (string, error) {
	if strings.HasPrefix(name, "arn:") {
		return name, checkARN(c, name, aliases)
	}
	if strings.HasPrefix(name, "alias/") && aliases || keyID.MatchString(name) {
		return homeOf(c).arn(name), nil
	}
	return "", wire.Errorf("NotFoundException", "Invalid keyId '%s'", name)
}

func checkARN(c *wire.Call, arn string, aliases bool) error {
	m := keyARN.FindStringSubmatch(arn)
	switch {
	case m == nil:
		return wire.Errorf("InvalidArnException", "Invalid arn %s", arn)
	case m[4] == "alias" && !aliases:
		return wire.Errorf("NotFoundException", "Invalid keyId '%s'", arn)
	case m[1] != c.Partition || m[2] != c.Region:
		return wire.Errorf("NotFoundException", "Invalid arn %s", m[2])
	}
	return nil
}

// isAlias says whether an ARN is of an alias.
func isAlias(arn string) bool { return strings.Contains(arn, ":alias/") }

// accountOf is the account in an ARN.
func accountOf(arn string) string {
	if m := keyARN.FindStringSubmatch(arn); m != nil {
		return m[3]
	}
	return ""
}

// noSuchKey is what is said of an ARN that names nothing.
func noSuchKey(arn string) error {
	if isAlias(arn) {
		return wire.Errorf("NotFoundException", "Alias %s is not found.", arn)
	}
	return wire.Errorf("NotFoundException", "Key '%s' does not exist", arn)
}
