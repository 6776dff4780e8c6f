package sns

import (
	"net/netip"
	"strings"
	"testing"
)

// Where the sandbox posts to, by what a subscriber calls itself.
func TestLocalName(t *testing.T) {
	for host, want := range map[string]bool{
		"127.0.0.1": true, "::1": true, "10.1.2.3": true, "192.168.0.1": true, "172.16.0.1": true, "fd00::1": true,
		"localhost": true, "hook.localhost": true, "subscriber": true, "host.docker.internal": true, "printer.local": true, "HOOK.TEST.": true,
		"8.8.8.8": false, "169.254.169.254": false, "0.0.0.0": false, "2606:4700::1111": false, "::ffff:8.8.8.8": false, "fd00:ec2::254": false,
		"example.com": false, "sns.us-east-1.amazonaws.com": false, "localhost.evil.example": false, "internal.example": false,
	} {
		if got := localName(host); got != want {
			t.Errorf("%s: %v, want %v", host, got, want)
		}
	}
}

// Whatever a name leads to, it is the address that is judged.
func TestOnlyNear(t *testing.T) {
	for address, want := range map[string]bool{
		"127.0.0.1:80": true, "[::1]:80": true, "10.0.0.1:443": true, "[fd00::1]:80": true,
		"93.184.216.34:80": false, "169.254.169.254:80": false, "[2606:4700::1111]:443": false, "[fd00:ec2::254]:80": false, "[fd00:ec2::254%eth0]:80": false, "": false, "name:80": false,
	} {
		if err := onlyNear("tcp", address, nil); (err == nil) != want {
			t.Errorf("%s: %v, want allowed: %v", address, err, want)
		}
	}
	if near(netip.Addr{}) {
		t.Error("no address is near")
	}
}

// The sandbox does not post to itself, by whatever name it has on this machine.
func TestNotToItself(t *testing.T) {
	for _, tt := range []struct {
		endpoint, base string
		ok             bool
	}{
		{"http://127.0.0.1:4599/_sandbox/reset", "http://127.0.0.1:4599", false},
		{"http://localhost:4599/", "http://127.0.0.1:4599", false},
		{"http://[::1]:4599/", "http://sandbox.localhost:4599", false},
		{"http://SANDBOX:80/", "http://sandbox", false},
		{"https://10.0.0.1", "https://10.0.0.1:443", false},
		{"http://127.0.0.1:4600/", "http://127.0.0.1:4599", true},
		{"http://10.0.0.1:4599/", "http://127.0.0.1:4599", true},
		{"http://127.0.0.1:4599/", "", true}, // nobody knows where it is
	} {
		protocol, _, _ := strings.Cut(tt.endpoint, ":")
		if err := checkEndpoint(protocol, tt.endpoint, tt.base); (err == nil) != tt.ok {
			t.Errorf("%s from %s: %v", tt.endpoint, tt.base, err)
		}
	}
}
