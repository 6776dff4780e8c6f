package s3

import (
	"net/netip"
	"regexp"
	"strings"
)

// bucketName is what all names have in common; validBucketName has the rest.
var bucketName = regexp.MustCompile(`^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$`)

// validBucketName follows
// https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html
func validBucketName(name string) bool {
	if !bucketName.MatchString(name) || strings.Contains(name, "..") {
		return false
	}
	if _, err := netip.ParseAddr(name); err == nil {
		return false
	}
	for _, prefix := range []string{"xn--", "sthree-", "amzn-s3-demo-"} {
		if strings.HasPrefix(name, prefix) {
			return false
		}
	}
	for _, suffix := range []string{"-s3alias", "--ol-s3", ".mrap", "--x-s3", "--table-s3"} {
		if strings.HasSuffix(name, suffix) {
			return false
		}
	}
	return true
}

// splitAddress takes the bucket and the key from a request: path style
// (/bucket/key), or virtual-hosted style where a label stands before localhost,
// 127.0.0.1 or an S3 host of AWS (bucket.localhost:4566/key). The key is decoded
// and may begin with a slash.
func splitAddress(host, path string) (bucket, key string, virtual bool) {
	path = strings.TrimPrefix(path, "/")
	if bucket = bucketInHost(host); bucket != "" {
		return bucket, path, true
	}
	bucket, key, _ = strings.Cut(path, "/")
	return bucket, key, false
}

// bucketInHost returns the bucket that a Host header names, or "". What stands
// before the domain may end in s3 or s3.REGION, which is not part of the bucket.
func bucketInHost(host string) string {
	if colon := strings.LastIndexByte(host, ':'); colon >= 0 && !strings.Contains(host[colon:], "]") {
		host = host[:colon]
	}
	host = strings.ToLower(host)
	for _, domain := range []string{"localhost", "127.0.0.1", "amazonaws.com", "amazonaws.com.cn"} {
		labels, ok := strings.CutSuffix(host, "."+domain)
		if !ok {
			continue
		}
		if i := strings.LastIndex("."+labels, ".s3."); i >= 0 {
			return strings.TrimSuffix(labels[:i], ".")
		}
		if labels == "s3" {
			return ""
		}
		return strings.TrimSuffix(labels, ".s3")
	}
	return ""
}
