package sns

import (
	"net/netip"
	"testing"
)

// Where the sandbox posts to, by what a subscriber calls itself.
func TestLocalName(t *testing.T) {
	for host, want := range map[string]bool{
		"127.0.0.1": true, "::1": true, "10.1.2.3": true, "192.168.0.1": true, "172.16.0.1": true, "fd00::1": true,
		"localhost": true, "hook.localhost": true, "subscriber": true, "host.docker.internal": true, "printer.local": true, "HOOK.TEST.": true,
		"8.8.8.8": false, "169.254.169.254": false, "0.0.0.0": false, "2606:4700::1111": false, "::ffff:8.8.8.8": false,
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
		"93.184.216.34:80": false, "169.254.169.254:80": false, "[2606:4700::1111]:443": false, "": false, "name:80": false,
	} {
		if err := onlyNear("tcp", address, nil); (err == nil) != want {
			t.Errorf("%s: %v, want allowed: %v", address, err, want)
		}
	}
	if near(netip.Addr{}) {
		t.Error("no address is near")
	}
}
