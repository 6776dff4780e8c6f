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
// model is in this package, see models. Operations that are not in the map are refused.
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
	if s.operations[c.Operation] == nil {
		return Answer{}, s.unsupported(c.Operation)
	}
	m := s.model()
	o := m.Operations[c.Operation]
	var err error
	if c.Input, err = s.input(o, r, body); err != nil {
		return Answer{}, err
	}
	if err := s.perform(c); err != nil {
		return Answer{}, err
	}
	return m.answer(c, o)
}

// perform has the call answered: from c.Input to c.Output.
func (s *Service) perform(c *Call) error {
	output, err := s.operations[c.Operation](c, c.Input)
	if err != nil {
		return err
	}
	if c.Output, err = plainJSON(output); err != nil {
		return fmt.Errorf("encoding the answer of %s: %w", c.Operation, err)
	}
	return nil
}

// Invoke has a call answered that came without HTTP, from a service that calls
// another. c names the operation, and input is a value whose JSON has the member names
// of the model. It fills in c.Input and c.Output. A value that the model does not allow is
// refused as Handle refuses it.
func (s *Service) Invoke(c *Call, input any) error {
	o := s.model().Operations[c.Operation]
	if o == nil || s.operations[c.Operation] == nil {
		return s.unsupported(c.Operation)
	}
	text, err := plainJSON(input)
	if err != nil {
		return fmt.Errorf("encoding the request of %s: %w", c.Operation, err)
	}
	c.Input = json.RawMessage("{}")
	if o.Input != nil {
		value, err := s.model().decodeJSON(o.Input, text)
		if err != nil {
			return err
		}
		if err := s.validate(o, value); err != nil {
			return err
		}
		if c.Input, err = json.Marshal(value); err != nil {
			return fmt.Errorf("encoding the request of %s: %w", c.Operation, err)
		}
	}
	return s.perform(c)
}

// Reads says whether an operation only looks. GetSessionToken and its like make
// something in spite of their name.
func (s *Service) Reads(operation string) bool {
	if s.name == "sts" {
		return operation == "GetCallerIdentity" || operation == "GetAccessKeyInfo"
	}
	return slices.ContainsFunc([]string{"Describe", "Filter", "Get", "List", "Lookup"}, func(verb string) bool {
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
