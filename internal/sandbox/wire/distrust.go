package wire

import "net/http"

// A Reason says why a signature is not accepted.
type Reason int

// The reasons, in the order in which AWS looks for them.
const (
	Unsigned        Reason = iota // there is no signature
	Malformed                     // a part of the signature is missing or not in its form
	UnknownToken                  // the key, or its session token, is not one that AWS issued for this Region
	ExpiredToken                  // the session is over
	Skewed                        // signed too long ago, or in the future
	LinkExpired                   // a presigned URL is too old
	WrongPayload                  // the body is not the one that was signed
	WrongSignature                // made with another secret, or of another request
	WrongCredential               // the credential scope names what is not there
)

// Distrust returns the error that a service answers for a reason. The services
// that speak JSON, query, ec2 and S3 each have words of their own. Detail, when not
// empty, is said in place of the usual sentence.
func Distrust(service string, reason Reason, detail string) *Error {
	e := distrustTable(service)[reason]
	if detail != "" {
		e.Message = detail
	}
	return &e
}

// distrustTable returns the errors of a service by reason.
// https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/CommonErrors.html
// https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html
func distrustTable(service string) map[Reason]Error {
	switch service {
	case "s3":
		return s3Distrust()
	case "ec2":
		return ec2Distrust()
	case "sts", "cloudformation", "sns", "iam", "query":
		return queryDistrust()
	case "account":
		return jsonDistrust(http.StatusForbidden)
	}
	return jsonDistrust(http.StatusBadRequest)
}

const (
	mismatchText = "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key and signing method. Consult the service documentation for details."
	invalidText  = "The security token included in the request is invalid."
	expiredText  = "The security token included in the request is expired"
	scopeText    = "Credential should be scoped to a valid Region."
	bodyText     = "The body of the request is not the one that was signed."
)

func jsonDistrust(status int) map[Reason]Error {
	return map[Reason]Error{
		Unsigned:        {"MissingAuthenticationTokenException", "Missing Authentication Token", status},
		Malformed:       {"IncompleteSignatureException", "The request signature does not conform to AWS standards.", status},
		UnknownToken:    {"UnrecognizedClientException", invalidText, status},
		ExpiredToken:    {"ExpiredTokenException", expiredText, status},
		Skewed:          {"InvalidSignatureException", "Signature expired.", status},
		LinkExpired:     {"InvalidSignatureException", "Signature expired.", status},
		WrongPayload:    {"InvalidSignatureException", bodyText, status},
		WrongSignature:  {"InvalidSignatureException", mismatchText, status},
		WrongCredential: {"InvalidSignatureException", scopeText, status},
	}
}

func queryDistrust() map[Reason]Error {
	const forbidden = http.StatusForbidden
	return map[Reason]Error{
		Unsigned:        {"MissingAuthenticationToken", "Request is missing Authentication Token", forbidden},
		Malformed:       {"IncompleteSignature", "The request signature does not conform to AWS standards.", http.StatusBadRequest},
		UnknownToken:    {"InvalidClientTokenId", invalidText, forbidden},
		ExpiredToken:    {"ExpiredToken", expiredText, forbidden},
		Skewed:          {"SignatureDoesNotMatch", "Signature expired.", forbidden},
		LinkExpired:     {"SignatureDoesNotMatch", "Signature expired.", forbidden},
		WrongPayload:    {"SignatureDoesNotMatch", bodyText, forbidden},
		WrongSignature:  {"SignatureDoesNotMatch", mismatchText, forbidden},
		WrongCredential: {"SignatureDoesNotMatch", scopeText, forbidden},
	}
}

func ec2Distrust() map[Reason]Error {
	failure := Error{"AuthFailure", "AWS was not able to validate the provided access credentials", http.StatusUnauthorized}
	late := Error{"RequestExpired", "Request has expired.", http.StatusBadRequest}
	return map[Reason]Error{
		Unsigned:        {"MissingParameter", "The request must contain the parameter AWSAccessKeyId", http.StatusBadRequest},
		Malformed:       {"IncompleteSignature", "The request signature does not conform to AWS standards.", http.StatusBadRequest},
		UnknownToken:    failure,
		ExpiredToken:    late,
		Skewed:          late,
		LinkExpired:     late,
		WrongPayload:    failure,
		WrongSignature:  failure,
		WrongCredential: failure,
	}
}

func s3Distrust() map[Reason]Error {
	const forbidden = http.StatusForbidden
	return map[Reason]Error{
		Unsigned:        {"AccessDenied", "Access Denied", forbidden},
		Malformed:       {"AuthorizationHeaderMalformed", "The authorization header that you provided is not valid.", http.StatusBadRequest},
		UnknownToken:    {"InvalidToken", "The provided token is malformed or otherwise invalid.", http.StatusBadRequest},
		ExpiredToken:    {"ExpiredToken", "The provided token has expired.", http.StatusBadRequest},
		Skewed:          {"RequestTimeTooSkewed", "The difference between the request time and the server's time is too large.", forbidden},
		LinkExpired:     {"AccessDenied", "Request has expired", forbidden},
		WrongPayload:    {"XAmzContentSHA256Mismatch", "The provided 'x-amz-content-sha256' header does not match what was computed.", http.StatusBadRequest},
		WrongSignature:  {"SignatureDoesNotMatch", "The request signature we calculated does not match the signature you provided. Check your key and signing method.", forbidden},
		WrongCredential: {"AuthorizationHeaderMalformed", "The authorization header is malformed; the region is wrong", http.StatusBadRequest},
	}
}
