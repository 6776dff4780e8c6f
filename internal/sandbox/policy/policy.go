// Package policy judges requests by IAM policies, such as the policy of an S3 bucket,
// or those of a role: a Request is allowed, explicitly denied, or matched by no
// statement at all.
//
// It evaluates one policy document. What else AWS would weigh (other policies,
// service control policies, ownership of the resource) is for the caller to add.
// It never looks anything up: all it knows of a request is in the Request.
//
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_evaluation-logic.html
package policy

// A Decision is what a policy says of a request.
type Decision int

// The order is that of strength: of two decisions the larger one wins.
const (
	Implicit Decision = iota // no statement matches: denied, unless another policy allows
	Allow                    // a statement allows and none denies
	Deny                     // a statement denies, whatever others say
)

func (d Decision) String() string {
	return [...]string{"Implicit", "Allow", "Deny"}[d]
}

// A Request is one action that someone wants to do to one resource.
type Request struct {
	Principal Principal
	Action    string // s3:PutObject
	Resource  string // arn:aws:s3:::bucket/key
	// Context holds the condition keys of the request, such as aws:SourceArn.
	// The case of the keys does not matter. A key without values counts as absent.
	Context map[string][]string
}

// A Principal is who asks. The zero Principal is anonymous.
type Principal struct {
	Service string // cloudtrail.amazonaws.com, when an AWS service asks by itself
	AWS     string // an account ID, or the ARN of a user, role, session or account root
}

// Evaluate judges r by the policy document doc, a JSON text. The error says in one
// sentence what is wrong with the document; the Decision is then Implicit.
func Evaluate(doc string, r Request) (Decision, error) {
	p, err := Parse(doc)
	if err != nil {
		return Implicit, err
	}
	return p.Evaluate(r), nil
}

// Evaluate judges r: one statement that denies outweighs any that allow.
func (p *Policy) Evaluate(r Request) Decision {
	c := newContext(r.Context)
	verdict := Implicit
	for _, s := range p.statements {
		if s.matches(r, c) {
			verdict = max(verdict, s.effect)
		}
	}
	return verdict
}
