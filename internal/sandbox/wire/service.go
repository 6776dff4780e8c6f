package wire

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"sync"
)

// A Service decodes the requests of one AWS service and encodes its answers. It is
// safe for concurrent use. Its model is read on first use.
type Service struct {
	name       string
	operations map[string]Operation
	model      func() *model
}

// NewService returns the service of that signing name, which must be one whose
// model is in this package: cloudtrail, sts, account, ec2, organizations,
// cloudformation, kms or sns. Operations that are not in the map are refused.
func NewService(name string, operations map[string]Operation) *Service {
	return &Service{name: name, operations: operations, model: sync.OnceValue(func() *model {
		m, err := load(name)
		if err != nil {
			panic(err) // the models are part of the program, and tests read each
		}
		return m
	})}
}

// Has says whether AWS has an operation of that name, implemented or not.
func (s *Service) Has(operation string) bool { return s.model().Operations[operation] != nil }

// Describes says whether the model has more of an operation than its name: an
// operation without input and output has nothing that could be described.
func (s *Service) Describes(operation string) bool {
	o := s.model().Operations[operation]
	return o != nil && (o.Input != nil || o.Output != nil)
}

// Name says which operation a request asks for. The error is of an operation that
// AWS does not have.
func (s *Service) Name(r *http.Request, body []byte) (string, *Error) {
	switch m := s.model(); m.Metadata.Protocol {
	case "json":
		return s.targetName(r.Header.Get("X-Amz-Target"))
	case "rest-json":
		return m.routeName(r)
	default:
		return m.actionName(r, body)
	}
}

// Handle decodes and validates the request, has it answered, and encodes the
// answer. The request must have been named by Name, and c must say so.
func (s *Service) Handle(c *Call, r *http.Request, body []byte) (Answer, error) {
	m := s.model()
	o := m.Operations[c.Operation]
	operation := s.operations[c.Operation]
	if operation == nil {
		return Answer{}, s.unsupported(c.Operation)
	}
	input, err := s.input(o, r, body)
	if err != nil {
		return Answer{}, err
	}
	c.Input = input
	output, err := operation(c, input)
	if err != nil {
		return Answer{}, err
	}
	if c.Output, err = plainJSON(output); err != nil {
		return Answer{}, fmt.Errorf("encoding the answer of %s: %w", o.Name, err)
	}
	return m.answer(c, o)
}

// Reads says whether an operation only looks. GetSessionToken and its like make
// something in spite of their name.
func (s *Service) Reads(operation string) bool {
	if s.name == "sts" {
		return operation == "GetCallerIdentity" || operation == "GetAccessKeyInfo"
	}
	return slices.ContainsFunc([]string{"Describe", "Get", "List", "Lookup"}, func(verb string) bool {
		return len(operation) > len(verb) && operation[:len(verb)] == verb
	})
}

// input returns the request as JSON with the member names of the model.
func (s *Service) input(o *operationModel, r *http.Request, body []byte) (json.RawMessage, error) {
	if o.Input == nil {
		return json.RawMessage("{}"), nil
	}
	m := s.model()
	value, err := m.decode(o, r, body)
	if err != nil {
		return nil, err
	}
	if err := s.validate(o, value); err != nil {
		return nil, err
	}
	return json.Marshal(value)
}

// decode reads the request into maps, slices and scalars, of the types that the
// model wants and with the names it has.
func (m *model) decode(o *operationModel, r *http.Request, body []byte) (map[string]any, error) {
	switch m.Metadata.Protocol {
	case "json":
		return m.decodeJSON(o.Input, body)
	case "rest-json":
		return m.decodeREST(o, r, body)
	default:
		return m.decodeQuery(o.Input, form(r, body))
	}
}
