package console

// Policy is the Content-Security-Policy of every answer.
func Policy() string { return policy() }
