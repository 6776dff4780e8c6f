package cloudformation

import (
	"crypto/rand"
	"regexp"
	"strings"

	"github.com/trailspan/trailspan/internal/sandbox/wire"
)

// stackARN is the ID of a stack, or of a change set.
func stackARN(c *wire.Call, kind, name string) string {
	return "arn:" + c.Partition + ":cloudformation:" + c.Region + ":" + c.Account + ":" + kind + "/" + name + "/" + wire.NewUUID()
}

var stackName = regexp.MustCompile(`^[a-zA-Z][-a-zA-Z0-9]*$`)

// checkName refuses what cannot be the name of a stack or of a change set; member is how
// the sentence calls it.
//
// https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_CreateStack.html
func checkName(member, name string) error {
	const failed = "1 validation error detected: Value '%s' at '%s' failed to satisfy constraint: Member must "
	switch {
	case len(name) > 128:
		return invalid(failed+"have length less than or equal to 128", name, member)
	case !stackName.MatchString(name):
		return invalid(failed+"satisfy regular expression pattern: [a-zA-Z][-a-zA-Z0-9]*", name, member)
	}
	return nil
}

// generateName makes the name of a resource that the template does not name:
// stack-LogicalId-RANDOM, cut to what the service allows.
//
// https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/aws-properties-name.html
func generateName(stack, logicalID string, longest int) string {
	random := randomText("ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789abcdefghijklmnopqrstuvwxyz", 12)
	room := longest - len(random) - 2
	if len(stack)+len(logicalID) > room {
		half := room / 2
		if len(logicalID) < half {
			half = room - len(logicalID)
		}
		stack = stack[:min(len(stack), half)]
		logicalID = logicalID[:min(len(logicalID), room-len(stack))]
	}
	return stack + "-" + logicalID + "-" + random
}

// generateBucketName is generateName for buckets, whose names have no capitals.
func generateBucketName(stack, logicalID string) string {
	return strings.ToLower(generateName(stack, logicalID, 63))
}

func randomText(alphabet string, n int) string {
	b := make([]byte, n)
	_, _ = rand.Read(b) // never fails
	for i := range b {
		b[i] = alphabet[int(b[i])%len(alphabet)]
	}
	return string(b)
}
