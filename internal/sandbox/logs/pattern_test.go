package logs

import "testing"

// A ConsoleLogin of the root user, and a call that was denied.
const (
	rootLogin = `{"eventName":"ConsoleLogin","eventType":"AwsConsoleSignIn","eventSource":"signin.amazonaws.com","userIdentity":{"type":"Root"},"additionalEventData":{"MFAUsed":"No"},"errorCode":null,"readOnly":false,"count":404,"items":[{"cidr":"10.0.0.0/8"},{"cidr":"0.0.0.0/0"}],"a.b":1}`
	denied    = `{"eventName":"StopLogging","eventType":"AwsApiCall","eventSource":"cloudtrail.amazonaws.com","userIdentity":{"type":"IAMUser","invokedBy":"cloudformation.amazonaws.com"},"errorCode":"AccessDeniedException","readOnly":true}`
)

func TestPattern(t *testing.T) {
	for _, c := range []struct {
		why, pattern, message string
		want                  bool
	}{
		{"nothing matches all", ``, "x", true},
		{"a term", `ERROR`, "an ERROR occurred", true},
		{"in this case only", `error`, "an ERROR occurred", false},
		{"all terms", `ERROR occurred`, "an ERROR occurred", true},
		{"one term too many", `ERROR 404`, "an ERROR occurred", false},
		{"a phrase", `"ERROR occurred"`, "an ERROR occurred", true},
		{"another phrase", `"occurred ERROR"`, "an ERROR occurred", false},
		{"a mark within a phrase", `"say \"no\""`, `I say "no"`, true},
		{"one of two", `?WARN ?ERROR`, "an ERROR occurred", true},
		{"none of two", `?WARN ?DEBUG`, "an ERROR occurred", false},
		{"without a term", `ERROR -fatal`, "an ERROR occurred", true},
		{"with it", `ERROR -occurred`, "an ERROR occurred", false},
		{"an expression", `%4\d\d%`, "status 404", true},

		// https://docs.aws.amazon.com/securityhub/latest/userguide/cloudwatch-controls.html
		{"CIS 1: root user", `{$.userIdentity.type="Root" && $.userIdentity.invokedBy NOT EXISTS && $.eventType !="AwsServiceEvent"}`, rootLogin, true},
		{"CIS 1: another user", `{ $.userIdentity.type = "Root" && $.userIdentity.invokedBy NOT EXISTS && $.eventType != "AwsServiceEvent" }`, denied, false},
		{"CIS 2: unauthorized calls", `{($.errorCode="*UnauthorizedOperation") || ($.errorCode="AccessDenied*")}`, denied, true},
		{"CIS 2: calls without error", `{($.errorCode="*UnauthorizedOperation") || ($.errorCode="AccessDenied*")}`, rootLogin, false},
		{"CIS 3: login without MFA", `{ ($.eventName = "ConsoleLogin") && ($.additionalEventData.MFAUsed != "Yes") }`, rootLogin, true},
		{"CIS 5: changes of trails", `{($.eventName=CreateTrail) || ($.eventName=UpdateTrail) || ($.eventName=DeleteTrail) || ($.eventName=StartLogging) || ($.eventName=StopLogging)}`, denied, true},
		{"CIS 5: other calls", `{($.eventName=CreateTrail) || ($.eventName=UpdateTrail) || ($.eventName=DeleteTrail) || ($.eventName=StartLogging) || ($.eventName=StopLogging)}`, rootLogin, false},
		{"CIS 7: keys", `{($.eventSource=kms.amazonaws.com) && (($.eventName=DisableKey) || ($.eventName=ScheduleKeyDeletion))}`, denied, false},

		{"and binds more than or", `{ $.eventName = "ConsoleLogin" || $.eventName = "x" && $.eventName = "y" }`, rootLogin, true},
		{"parentheses bind most", `{ ($.eventName = "ConsoleLogin" || $.eventName = "x") && $.eventName = "y" }`, rootLogin, false},
		{"what is not there is not unequal", `{ $.nothing != "x" }`, rootLogin, false},
		{"an object is not unequal", `{ $.userIdentity != "x" }`, rootLogin, false},
		{"null", `{ $.errorCode IS NULL }`, rootLogin, true},
		{"not null", `{ $.errorCode IS NULL }`, denied, false},
		{"null exists", `{ $.errorCode NOT EXISTS }`, rootLogin, false},
		{"true", `{ $.readOnly IS TRUE }`, denied, true},
		{"false", `{ $.readOnly is false }`, rootLogin, true},
		{"equal number", `{ $.count = 404 }`, rootLogin, true},
		{"as a float", `{ $.count = 4.04e2 }`, rootLogin, true},
		{"less", `{ $.count < 405 }`, rootLogin, true},
		{"not less", `{ $.count < 404 }`, rootLogin, false},
		{"between", `{ $.count >= 404 && $.count <= 404 && $.count > 0 && $.count != 5 }`, rootLogin, true},
		{"text is no number", `{ $.eventName != 5 }`, rootLogin, false},
		{"an element", `{ $.items[0].cidr = "10.*" }`, rootLogin, true},
		{"any element", `{ $.items[*].cidr = "0.0.0.0/0" }`, rootLogin, true},
		{"no such element", `{ $.items[2].cidr = "*" }`, rootLogin, false},
		{"a member with a dot", `{ $["a.b"] = 1 }`, rootLogin, true},
		{"an expression on a member", `{ $.eventName = %^Console% }`, rootLogin, true},
		{"no JSON", `{ $.eventName = "x" }`, "eventName x", false},
		{"a broken message", `{ $.eventName = "x" }`, `{"eventName":"x"`, false},
	} {
		t.Run(c.why, func(t *testing.T) {
			p, err := parsePattern(c.pattern)
			if err != nil {
				t.Fatal(err)
			}
			if got := p.matches(c.message); got != c.want {
				t.Errorf("%s: got %v", c.pattern, got)
			}
		})
	}
}

func TestBadPattern(t *testing.T) {
	const code = "InvalidParameterException: "
	for pattern, want := range map[string]string{
		`{ $.a = 1`:         code + "Invalid filter pattern",
		`{ }`:               code + "Invalid filter pattern",
		`{ $ = 1 }`:         code + "Invalid filter pattern",
		`{ $.a }`:           code + "Invalid filter pattern",
		`{ $.a = }`:         code + "Invalid filter pattern",
		`{ $.a < "x" }`:     code + "Invalid filter pattern",
		`{ $.a = 1 && }`:    code + "Invalid filter pattern",
		`{ $.a = 1 $.b=2 }`: code + "Invalid filter pattern",
		`{ ($.a = 1 }`:      code + "Invalid filter pattern",
		`{ a = 1 }`:         code + "Invalid filter pattern",
		`"open`:             code + "Invalid filter pattern",
		`%(%`:               code + "Invalid filter pattern",
		`not-a-term`:        code + "Invalid character(s) in term 'not-a-term'",
		`[ip, user]`:        code + "The sandbox does not implement filter patterns for space-delimited events: [ip, user]",
	} {
		if _, err := parsePattern(pattern); err == nil || err.Error() != want {
			t.Errorf("%s: got %v, want %s", pattern, err, want)
		}
	}
}

func FuzzPattern(f *testing.F) {
	f.Add(`{($.errorCode="*Un*") || !($.a[0].b IS NULL)}`, denied)
	f.Add(`?a -"b c" %d%`, "a b c")
	f.Fuzz(func(_ *testing.T, text, message string) {
		if p, err := parsePattern(text); err == nil {
			p.matches(message)
		}
	})
}
