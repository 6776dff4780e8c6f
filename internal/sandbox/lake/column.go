package lake

import (
	"fmt"
	"strings"
)

// A shape is the type of a column.
type shape int

const (
	text   shape = iota
	flag         // boolean
	moment       // timestamp
	row          // with fields of its own
	texts        // a map of strings to strings
	list
)

// A field is a column, or a part of one.
type field struct {
	name   string
	shape  shape
	fields []field // of a row
}

// schema has the columns of an event data store, in the order of SELECT *.
//
// https://docs.aws.amazon.com/awscloudtrail/latest/userguide/query-supported-event-schemas.html
func schema() []field {
	return []field{
		{name: "eventVersion"},
		{"userIdentity", row, identity()},
		{name: "eventTime", shape: moment},
		{name: "eventSource"},
		{name: "eventName"},
		{name: "awsRegion"},
		{name: "sourceIPAddress"},
		{name: "userAgent"},
		{name: "errorCode"},
		{name: "errorMessage"},
		{name: "requestParameters", shape: texts},
		{name: "responseElements", shape: texts},
		{name: "additionalEventData", shape: texts},
		{name: "requestID"},
		{name: "eventID"},
		{name: "readOnly", shape: flag},
		{name: "resources", shape: list},
		{name: "eventType"},
		{name: "apiVersion"},
		{name: "managementEvent", shape: flag},
		{name: "recipientAccountId"},
		{name: "sharedEventID"},
		{name: "annotation"},
		{name: "vpcEndpointId"},
		{name: "vpcEndpointAccountId"},
		{name: "serviceEventDetails", shape: texts},
		{name: "addendum", shape: texts},
		{name: "edgeDeviceDetails", shape: texts},
		{name: "insightDetails", shape: texts},
		{name: "eventCategory"},
		{"tlsDetails", row, names("tlsVersion", "cipherSuite", "clientProvidedHostHeader")},
		{name: "sessionCredentialFromConsole"},
		{name: "eventJson"},
	}
}

func identity() []field {
	session := []field{
		{"attributes", row, names("creationDate", "mfaAuthenticated")},
		{"sessionIssuer", row, names("type", "principalId", "arn", "accountId", "userName")},
		{"webIdFederationData", row, []field{{name: "federatedProvider"}, {name: "attributes", shape: texts}}},
		{name: "sourceIdentity"},
		{name: "ec2RoleDelivery"},
		{name: "ec2IssuedInVpc"},
	}
	fields := names("type", "principalId", "arn", "accountId", "accessKeyId", "userName")
	fields = append(fields, field{"sessionContext", row, session})
	return append(fields, names("invokedBy", "identityProvider")...)
}

func names(list ...string) []field {
	fields := make([]field, len(list))
	for i, n := range list {
		fields[i].name = n
	}
	return fields
}

// A column is a field at a path such as userIdentity.sessionContext, spelled as AWS
// spells it.
type column struct {
	field
	path []string
}

// find returns the column of a path that is written in any case.
func find(path []string) (column, error) {
	c := column{field: field{shape: row, fields: schema()}}
	for i, name := range path {
		switch {
		case c.shape == texts:
			return c, fmt.Errorf("%s is a map: write element_at(%[1]s, '%s')", strings.Join(c.path, "."), strings.Join(path[i:], "."))
		case c.shape != row:
			return c, fmt.Errorf("%s has no fields that can be asked for", strings.Join(c.path, "."))
		}
		f, ok := named(c.fields, name)
		if !ok {
			return c, fmt.Errorf("column %q cannot be resolved", strings.Join(path[:i+1], "."))
		}
		c = column{f, append(c.path, f.name)}
	}
	return c, nil
}

func named(fields []field, name string) (field, bool) {
	for _, f := range fields {
		if strings.EqualFold(f.name, name) {
			return f, true
		}
	}
	return field{}, false
}

// same says whether two columns are one.
func (c column) same(d column) bool { return strings.Join(c.path, ".") == strings.Join(d.path, ".") }
