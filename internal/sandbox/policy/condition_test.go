package policy_test

import (
	"testing"

	"github.com/trailspan/trailspan/internal/sandbox/policy"
)

func TestCondition(t *testing.T) {
	context := map[string][]string{
		"aws:SourceArn":       {trail},
		"aws:SecureTransport": {"true"},
		"aws:SourceIp":        {"203.0.113.7"},
		"aws:CurrentTime":     {"2026-03-01T12:00:00Z"},
		"aws:EpochTime":       {"1772366400"},
		"s3:max-keys":         {"10"},
		"aws:TagKeys":         {"team", "cost"},
		"data":                {"QmluYXJ5"},
		"six":                 {"2001:db8::1"},
		"word":                {"Hello"},
		"empty":               {},
	}
	for _, c := range []struct {
		why       string
		condition string
		holds     bool
	}{
		{"no condition always holds", `{}`, true},
		{"equal", `{"StringEquals":{"word":"Hello"}}`, true},
		{"equal minds case", `{"StringEquals":{"word":"hello"}}`, false},
		{"keys do not mind case", `{"StringEquals":{"WORD":"Hello"}}`, true},
		{"equal takes stars as text", `{"StringEquals":{"word":"H*"}}`, false},
		{"one of several values suffices", `{"StringEquals":{"word":["Bye","Hello"]}}`, true},
		{"every key must hold", `{"StringEquals":{"word":"Hello","data":"x"}}`, false},
		{"every operator must hold", `{"StringEquals":{"word":"Hello"},"Bool":{"aws:SecureTransport":"false"}}`, false},
		{"an absent key is not equal", `{"StringEquals":{"gone":"x"}}`, false},
		{"a key without values is absent", `{"StringEquals":{"empty":"x"}}`, false},
		{"IfExists forgives absence", `{"StringEqualsIfExists":{"gone":"x"}}`, true},
		{"IfExists compares what is there", `{"StringEqualsIfExists":{"word":"x"}}`, false},
		{"not equal", `{"StringNotEquals":{"word":"Bye"}}`, true},
		{"not equal to each of several", `{"StringNotEquals":{"word":["Bye","Hello"]}}`, false},
		{"an absent key is not equal, so NotEquals holds", `{"StringNotEquals":{"gone":"x"}}`, true},
		{"ignoring case", `{"StringEqualsIgnoreCase":{"word":"HELLO"}}`, true},
		{"not, ignoring case", `{"StringNotEqualsIgnoreCase":{"word":"HELLO"}}`, false},
		{"like", `{"StringLike":{"word":"H?l*"}}`, true},
		{"not like", `{"StringNotLike":{"word":"H?l*"}}`, false},
		{"like with a variable", `{"StringLike":{"aws:SourceArn":"*/${word}"}}`, false},
		{"equal with a variable", `{"StringEquals":{"word":"${word}"}}`, true},
		{"a variable without value equals nothing", `{"StringEquals":{"word":"${gone}"}}`, false},

		{"ARN equal", `{"ArnEquals":{"aws:SourceArn":"` + trail + `"}}`, true},
		{"ARN equal takes wildcards as ArnLike does", `{"ArnEquals":{"aws:SourceArn":"arn:aws:cloudtrail:*:123456789012:trail/*"}}`, true},
		{"ARN like", `{"ArnLike":{"aws:SourceArn":"arn:*:cloudtrail:us-*-1:*:trail/m???"}}`, true},
		{"a star of an ARN stays between its colons", `{"ArnLike":{"aws:SourceArn":"arn:aws:*:trail/main"}}`, false},
		{"while a star of StringLike does not", `{"StringLike":{"aws:SourceArn":"arn:aws:*:trail/main"}}`, true},
		{"a lone star is every ARN", `{"ArnLike":{"aws:SourceArn":"*"}}`, true},
		{"what is no ARN matches none", `{"ArnLike":{"word":"arn:aws:cloudtrail:*:*:trail/*"}}`, false},
		{"ARN not like", `{"ArnNotLike":{"aws:SourceArn":"arn:aws:cloudtrail:eu-west-1:*:trail/*"}}`, true},
		{"ARN not equal, absent", `{"ArnNotEquals":{"gone":"` + trail + `"}}`, true},
		{"ARN not equal", `{"ArnNotEquals":{"aws:SourceArn":"` + trail + `"}}`, false},

		{"bool as text", `{"Bool":{"aws:SecureTransport":"true"}}`, true},
		{"bool as JSON", `{"Bool":{"aws:SecureTransport":true}}`, true},
		{"bool in capitals", `{"Bool":{"aws:SecureTransport":"TRUE"}}`, true},
		{"bool false", `{"Bool":{"aws:SecureTransport":"false"}}`, false},
		{"bool absent", `{"Bool":{"gone":"false"}}`, false},
		{"bool absent, if it exists", `{"BoolIfExists":{"gone":"false"}}`, true},

		{"null of an absent key", `{"Null":{"gone":"true"}}`, true},
		{"null of a key that is there", `{"Null":{"word":"true"}}`, false},
		{"not null", `{"Null":{"word":"false"}}`, true},
		{"not null, but absent", `{"Null":{"gone":false}}`, false},

		{"number equal in another spelling", `{"NumericEquals":{"s3:max-keys":"10.0"}}`, true},
		{"number as JSON", `{"NumericEquals":{"s3:max-keys":10}}`, true},
		{"number not equal", `{"NumericNotEquals":{"s3:max-keys":10}}`, false},
		{"number less", `{"NumericLessThan":{"s3:max-keys":10}}`, false},
		{"number less or equal", `{"NumericLessThanEquals":{"s3:max-keys":10}}`, true},
		{"number greater", `{"NumericGreaterThan":{"s3:max-keys":9.5}}`, true},
		{"number greater or equal", `{"NumericGreaterThanEquals":{"s3:max-keys":11}}`, false},
		{"what is no number equals none", `{"NumericEquals":{"word":10}}`, false},
		{"what is no number is unequal to all", `{"NumericNotEquals":{"word":10}}`, true},

		{"date equal", `{"DateEquals":{"aws:CurrentTime":"2026-03-01T12:00:00Z"}}`, true},
		{"date equal in another zone", `{"DateEquals":{"aws:CurrentTime":"2026-03-01T21:00:00+09:00"}}`, true},
		{"date equal in seconds", `{"DateEquals":{"aws:EpochTime":"2026-03-01T12:00:00Z"}}`, true},
		{"date not equal", `{"DateNotEquals":{"aws:CurrentTime":"2026-03-01"}}`, true},
		{"date less", `{"DateLessThan":{"aws:CurrentTime":"2026-03-02"}}`, true},
		{"date less or equal", `{"DateLessThanEquals":{"aws:CurrentTime":"2026-03-01T11:59Z"}}`, false},
		{"date greater", `{"DateGreaterThan":{"aws:CurrentTime":"2026-01-01T00:00:00Z"}}`, true},
		{"date greater or equal", `{"DateGreaterThanEquals":{"aws:CurrentTime":"2027-01-01"}}`, false},

		{"address in a network", `{"IpAddress":{"aws:SourceIp":"203.0.113.0/24"}}`, true},
		{"one address", `{"IpAddress":{"aws:SourceIp":["198.51.100.1","203.0.113.7"]}}`, true},
		{"address outside", `{"IpAddress":{"aws:SourceIp":"198.51.100.0/24"}}`, false},
		{"address of version 6", `{"IpAddress":{"six":"2001:db8::/32"}}`, true},
		{"not in a network", `{"NotIpAddress":{"aws:SourceIp":"203.0.113.0/24"}}`, false},
		{"services have no address, so NotIpAddress holds", `{"NotIpAddress":{"gone":"203.0.113.0/24"}}`, true},
		{"not in a network, if it exists", `{"NotIpAddressIfExists":{"gone":"203.0.113.0/24"}}`, true},

		{"binary", `{"BinaryEquals":{"data":"QmluYXJ5"}}`, true},
		{"binary differs", `{"BinaryEquals":{"data":"QmluYXJ6"}}`, false},

		{"each value is in the list", `{"ForAllValues:StringEquals":{"aws:TagKeys":["team","cost","stage"]}}`, true},
		{"one value is not in the list", `{"ForAllValues:StringEquals":{"aws:TagKeys":["team"]}}`, false},
		{"all of none is true", `{"ForAllValues:StringEquals":{"gone":["team"]}}`, true},
		{"any value is in the list", `{"ForAnyValue:StringLike":{"aws:TagKeys":["co*"]}}`, true},
		{"no value is in the list", `{"ForAnyValue:StringEquals":{"aws:TagKeys":["stage"]}}`, false},
		{"any of none is false", `{"ForAnyValue:StringEquals":{"gone":["team"]}}`, false},
		{"any of none, if it exists", `{"ForAnyValue:StringEqualsIfExists":{"gone":["team"]}}`, true},
		{"any value differs", `{"ForAnyValue:StringNotEquals":{"aws:TagKeys":["team"]}}`, true},
		{"any of none differs is false", `{"ForAnyValue:StringNotEquals":{"gone":["team"]}}`, false},
		{"each value differs", `{"ForAllValues:StringNotEquals":{"aws:TagKeys":["team"]}}`, false},
	} {
		t.Run(c.why, func(t *testing.T) {
			r := service()
			r.Context = context
			want := policy.Implicit
			if c.holds {
				want = policy.Allow
			}
			expect(t, statement(`"Condition":`+c.condition), r, want)
		})
	}
}
