package plan

import "github.com/trailspan/trailspan/internal/trail"

// Evidence is what gates need beyond a Snapshot. Everything in it was read, never
// changed; what could not be read has a Gap in its place.
type Evidence struct {
	// Bucket is the bucket that the trail delivers to.
	Bucket Bucket
	// Owner is what CloudFormation says of the trail.
	Owner Owner
	// Organization is nil when the account is in none, or when that is hidden.
	Organization *Organization
	// Key, Topic and LogGroup are nil when the trail has none.
	Key      *Key
	Topic    *Topic
	LogGroup *LogGroup
	// Gaps are what could not be read.
	Gaps []trail.Gap
}

// Bucket is what was seen of a bucket.
type Bucket struct {
	Name          string
	Exists        bool
	Elsewhere     bool         // it exists but belongs to another account, or cannot be seen by this one
	Region        trail.Region // "" when unknown
	Policy        string       // JSON; "" when there is none
	RequesterPays bool
	Gap           *trail.Gap // why the policy could not be read
}

// Owner says which stack owns a trail, and what else tells who manages it.
type Owner struct {
	Stack string     // name or ARN; "" when no stack does
	Gap   *trail.Gap // why it could not be asked

	Resource string     // the logical ID of the trail in the stack
	Tags     []Tag      // of the trail
	TagGap   *trail.Gap // why they could not be read
	State    string     // the file of a Terraform state that was looked into, or ""
	Address  string     // of the trail in that state, or ""
	Source   string     // the file of which the user says that it makes the trail, or ""
	Language SourceKind // of that file
}

// Organization is the organization of the account.
type Organization struct {
	ID                string
	ManagementAccount trail.AccountID
	// Members is how many accounts it has besides the management account; it is asked
	// for organization trails only, and 0 when it is hidden.
	Members int
	// Delegated says that the account is a delegated administrator of CloudTrail; it is
	// asked where an organization trail is another account's.
	Delegated bool
}
