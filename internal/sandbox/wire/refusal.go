package wire

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
)

// Refuse encodes an error as the service answers it. What is not an *Error is a
// fault of the sandbox, and is answered as AWS answers its own.
func (s *Service) Refuse(c *Call, err error) Answer {
	m := s.model()
	e := s.settle(asError(err))
	switch m.Metadata.Protocol {
	case "json":
		return refuseJSON(c, contentJSON11, s.messageKey(e.Code), e)
	case "rest-json":
		return refuseJSON(c, "application/json", s.messageKey(e.Code), e)
	case "ec2":
		return refuseEC2(c, e)
	default:
		return refuseQuery(c, m.Metadata.XMLNamespace, e)
	}
}

// asError finds the *Error in err.
func asError(err error) Error {
	var e *Error
	if errors.As(err, &e) {
		return *e
	}
	return Error{Code: "InternalFailure", Message: err.Error(), Status: http.StatusInternalServerError}
}

// settle fills in the HTTP status, and the code that is sent in place of the name of
// the exception. CloudTrail answers 400 whatever its model says, as do the other
// services of protocol json.
func (s *Service) settle(e Error) Error {
	m := s.model()
	if exception := m.Shapes[e.Code]; exception != nil && exception.Error != nil && m.Metadata.Protocol != "json" {
		if exception.Error.Code != "" {
			e.Code = exception.Error.Code
		}
		if e.Status == 0 {
			e.Status = exception.Error.HTTPStatusCode
		}
	}
	if e.Status == 0 {
		e.Status = http.StatusBadRequest
	}
	return e
}

// messageKey is "message" or "Message", as the exception has it. CloudTrail sends a
// capital M although its model has no such member.
func (s *Service) messageKey(code string) string {
	if s.name == "cloudtrail" {
		return "Message"
	}
	if exception := s.model().Shapes[code]; exception != nil && exception.Members["Message"] != nil {
		return "Message"
	}
	return "message"
}

// unsupported refuses an operation that AWS has and the sandbox has not.
func (s *Service) unsupported(operation string) *Error {
	code := "UnsupportedOperationException"
	switch s.model().Metadata.Protocol {
	case "query", "ec2":
		code = "UnsupportedOperation"
	}
	return Errorf(code, "The sandbox does not implement the operation %s of %s.", operation, s.name)
}

// refuseJSON sends {"__type":"TrailNotFoundException","Message":"Unknown trail: …"}.
func refuseJSON(c *Call, contentType, messageKey string, e Error) Answer {
	body := fmt.Appendf(nil, `{"__type":%s`, quoted(e.Code))
	if e.Message != "" {
		body = fmt.Appendf(body, `,"%s":%s`, messageKey, quoted(e.Message))
	}
	a := newAnswer(c, e.Status, contentType, append(body, '}'))
	if contentType != contentJSON11 {
		a.Header.Set("X-Amzn-Errortype", e.Code)
	}
	return a
}

func quoted(text string) []byte {
	b, _ := plainJSON(text) // a string always encodes
	return b
}

func refuseQuery(c *Call, namespace string, e Error) Answer {
	side := "Sender"
	if e.Status >= http.StatusInternalServerError {
		side = "Receiver"
	}
	return newAnswer(c, e.Status, contentXML, fmt.Appendf(nil,
		`<ErrorResponse xmlns="%s"><Error><Type>%s</Type><Code>%s</Code><Message>%s</Message></Error><RequestId>%s</RequestId></ErrorResponse>`,
		namespace, side, escaped(e.Code), escaped(e.Message), c.RequestID))
}

func refuseEC2(c *Call, e Error) Answer {
	return newAnswer(c, e.Status, contentXML, fmt.Appendf(nil,
		`<?xml version="1.0" encoding="UTF-8"?>`+"\n"+`<Response><Errors><Error><Code>%s</Code><Message>%s</Message></Error></Errors><RequestID>%s</RequestID></Response>`,
		escaped(e.Code), escaped(e.Message), c.RequestID))
}

// RefuseS3 encodes an error as S3 does.
func RefuseS3(c *Call, err error) Answer {
	e := asError(err)
	if e.Status == 0 {
		e.Status = http.StatusBadRequest
	}
	a := newAnswer(c, e.Status, "application/xml", fmt.Appendf(nil,
		`<?xml version="1.0" encoding="UTF-8"?>`+"\n"+`<Error><Code>%s</Code><Message>%s</Message><RequestId>%s</RequestId></Error>`,
		escaped(e.Code), escaped(e.Message), c.RequestID))
	a.Header.Set("X-Amz-Request-Id", c.RequestID)
	return a
}

// RefuseUnknown encodes an error for a service that the sandbox does not know, in
// the protocol that the request seems to speak.
func RefuseUnknown(c *Call, r *http.Request, err error) Answer {
	e := asError(err)
	if e.Status == 0 {
		e.Status = http.StatusBadRequest
	}
	switch {
	case r.Header.Get("X-Amz-Target") != "":
		return refuseJSON(c, contentJSON11, "message", e)
	case strings.HasPrefix(r.Header.Get("Content-Type"), "application/x-www-form-urlencoded"):
		return refuseQuery(c, "", e)
	default:
		return refuseJSON(c, "application/json", "message", e)
	}
}

// CodeOf returns the code that an error is answered with.
func CodeOf(err error) string { return asError(err).Code }
