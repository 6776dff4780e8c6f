package s3

import (
	"strings"
	"testing"
)

// Every sub-resource is asked for before it is set, set, asked for, and deleted.
func TestConfigurations(t *testing.T) {
	for _, tc := range []struct {
		sub, document string
		unset         string // code, or a piece of the default document
		deletable     bool
	}{
		{"versioning", "<VersioningConfiguration><Status>Enabled</Status></VersioningConfiguration>", "<VersioningConfiguration xmlns=", false},
		{"encryption", "<ServerSideEncryptionConfiguration><Rule><ApplyServerSideEncryptionByDefault><SSEAlgorithm>aws:kms</SSEAlgorithm></ApplyServerSideEncryptionByDefault><BucketKeyEnabled>true</BucketKeyEnabled></Rule></ServerSideEncryptionConfiguration>", "AES256", true},
		{"tagging", "<Tagging><TagSet><Tag><Key>k</Key><Value>v</Value></Tag></TagSet></Tagging>", "NoSuchTagSet", true},
		{"lifecycle", "<LifecycleConfiguration><Rule><ID>x</ID><Filter><Prefix>a</Prefix></Filter><Status>Enabled</Status><Expiration><Days>30</Days></Expiration></Rule></LifecycleConfiguration>", "NoSuchLifecycleConfiguration", true},
		{"logging", "<BucketLoggingStatus><LoggingEnabled><TargetBucket>logs</TargetBucket><TargetPrefix>p</TargetPrefix></LoggingEnabled></BucketLoggingStatus>", "<BucketLoggingStatus xmlns=", false},
		{"notification", "<NotificationConfiguration><TopicConfiguration><Id>x</Id><Topic>arn:aws:sns:us-east-1:111111111111:t</Topic><Event>s3:ObjectCreated:*</Event></TopicConfiguration></NotificationConfiguration>", "<NotificationConfiguration xmlns=", false},
		{"cors", "<CORSConfiguration><CORSRule><AllowedMethod>GET</AllowedMethod><AllowedOrigin>*</AllowedOrigin></CORSRule></CORSConfiguration>", "NoSuchCORSConfiguration", true},
		{"website", "<WebsiteConfiguration><IndexDocument><Suffix>i.html</Suffix></IndexDocument></WebsiteConfiguration>", "NoSuchWebsiteConfiguration", true},
		{"accelerate", "<AccelerateConfiguration><Status>Enabled</Status></AccelerateConfiguration>", "<AccelerateConfiguration xmlns=", false},
		{"requestPayment", "<RequestPaymentConfiguration><Payer>Requester</Payer></RequestPaymentConfiguration>", "BucketOwner", false},
		{"ownershipControls", "<OwnershipControls><Rule><ObjectOwnership>ObjectWriter</ObjectOwnership></Rule></OwnershipControls>", "BucketOwnerEnforced", true},
		{"publicAccessBlock", "<PublicAccessBlockConfiguration><BlockPublicAcls>true</BlockPublicAcls><IgnorePublicAcls>true</IgnorePublicAcls><BlockPublicPolicy>false</BlockPublicPolicy><RestrictPublicBuckets>false</RestrictPublicBuckets></PublicAccessBlockConfiguration>", "<BlockPublicPolicy>true<", true},
	} {
		t.Run(tc.sub, func(t *testing.T) {
			s := newSite(t)
			s.bucket("logs")
			target := "/logs?" + tc.sub
			if got := s.send("GET", target, ""); !strings.Contains(got.body, tc.unset) {
				t.Errorf("unset: %s, want %s", got.body, tc.unset)
			}
			if got := s.send("PUT", target, tc.document, "Content-Md5", md5Of(tc.document)); got.status/100 != 2 {
				t.Fatalf("put: %d %s", got.status, got.body)
			}
			inner := tc.document[strings.IndexByte(tc.document, '>')+1:]
			if got := s.send("GET", target, ""); !strings.HasSuffix(got.body, inner) || !strings.Contains(got.body, `xmlns="`+xmlns+`"`) {
				t.Errorf("get: %s, want it to end in %s", got.body, inner)
			}
			got := s.send("DELETE", target, "")
			if !tc.deletable {
				wantText(t, "delete", xmlCode(got.body), "MethodNotAllowed")
				return
			}
			if got.status != 204 {
				t.Errorf("delete: %d %s", got.status, got.body)
			}
			if got := s.send("GET", target, ""); strings.HasSuffix(got.body, inner) {
				t.Errorf("after delete: %s", got.body)
			}
		})
	}
}

// Deleting is not the same as never having set, for what new buckets are given.
func TestDeletingWhatNewBucketsHave(t *testing.T) {
	s := newSite(t)
	s.bucket("logs")
	for sub, code := range map[string]string{
		"publicAccessBlock": "NoSuchPublicAccessBlockConfiguration",
		"ownershipControls": "OwnershipControlsNotFoundError",
	} {
		s.send("DELETE", "/logs?"+sub, "")
		wantText(t, sub, xmlCode(s.send("GET", "/logs?"+sub, "").body), code)
	}
	if b, _ := s.store.Bucket("logs"); b.Ownership != "ObjectWriter" {
		t.Errorf("without controls the writer owns, not %s", b.Ownership)
	}
}

func TestBadConfigurations(t *testing.T) {
	rule := func(inner string) string {
		return "<LifecycleConfiguration><Rule>" + inner + "</Rule></LifecycleConfiguration>"
	}
	tag := "<Tag><Key>k</Key><Value>v</Value></Tag>"
	for _, tc := range []struct{ sub, document, code, why string }{
		{"versioning", "", "MalformedXML", "no document"},
		{"versioning", "<VersioningConfiguration>", "MalformedXML", "not well-formed"},
		{"versioning", "<Versioning/>", "MalformedXML", "another document"},
		{"versioning", "<VersioningConfiguration/>", "IllegalVersioningConfigurationException", "says nothing"},
		{"versioning", "<VersioningConfiguration><Status>On</Status></VersioningConfiguration>", "MalformedXML", "no such status"},
		{"versioning", "<VersioningConfiguration><Status>Enabled</Status><MfaDelete>Enabled</MfaDelete></VersioningConfiguration>", "NotImplemented", "there is no MFA here"},
		{"versioning", "<VersioningConfiguration><Status>Enabled</Status><Status>Enabled</Status></VersioningConfiguration>", "MalformedXML", "twice"},
		{"versioning", strings.Repeat("<a>", 30), "MalformedXML", "too deep"},
		{"encryption", "<ServerSideEncryptionConfiguration/>", "MalformedXML", "no rule"},
		{"encryption", "<ServerSideEncryptionConfiguration><Rule><ApplyServerSideEncryptionByDefault><SSEAlgorithm>AES256</SSEAlgorithm><KMSMasterKeyID>k</KMSMasterKeyID></ApplyServerSideEncryptionByDefault></Rule></ServerSideEncryptionConfiguration>", "InvalidArgument", "a key without KMS"},
		{"tagging", "<Tagging><TagSet>" + tag + tag + "</TagSet></Tagging>", "InvalidTag", "a key twice"},
		{"tagging", "<Tagging><TagSet>" + strings.Repeat(tag, 51) + "</TagSet></Tagging>", "BadRequest", "51 tags"},
		{"ownershipControls", "<OwnershipControls/>", "MalformedXML", "no rule"},
		{"lifecycle", rule("<Filter/><Status>Enabled</Status>"), "InvalidRequest", "no action"},
		{"lifecycle", rule("<Filter/><Status>Enabled</Status><Expiration><Days>0</Days></Expiration>"), "InvalidArgument", "no days"},
		{"lifecycle", rule("<Filter/><Status>Enabled</Status><Expiration><Days>x</Days></Expiration>"), "MalformedXML", "not a number"},
		{"lifecycle", rule("<Status>Enabled</Status><Expiration><Days>1</Days></Expiration>"), "MalformedXML", "neither filter nor prefix"},
		{"lifecycle", "<LifecycleConfiguration>" + strings.Repeat("<Rule><ID>x</ID><Filter/><Status>Enabled</Status><Expiration><Days>1</Days></Expiration></Rule>", 2) + "</LifecycleConfiguration>", "InvalidArgument", "an ID twice"},
		{"logging", "<BucketLoggingStatus><LoggingEnabled><TargetBucket>absent</TargetBucket><TargetPrefix/></LoggingEnabled></BucketLoggingStatus>", "InvalidTargetBucketForLogging", "no such target"},
		{"logging", "<BucketLoggingStatus><LoggingEnabled><TargetBucket>foreign</TargetBucket><TargetPrefix/></LoggingEnabled></BucketLoggingStatus>", "InvalidTargetBucketForLogging", "a target of others"},
		{"logging", "<BucketLoggingStatus><LoggingEnabled><TargetBucket>far</TargetBucket><TargetPrefix/></LoggingEnabled></BucketLoggingStatus>", "CrossLocationLoggingProhibited", "a target in another Region"},
		{"notification", "<NotificationConfiguration><QueueConfiguration><Queue>q</Queue><Event>s3:ObjectCreated:*</Event></QueueConfiguration></NotificationConfiguration>", "InvalidArgument", "not an ARN"},
		{"cors", "<CORSConfiguration><CORSRule><AllowedMethod>FETCH</AllowedMethod><AllowedOrigin>*</AllowedOrigin></CORSRule></CORSConfiguration>", "InvalidRequest", "no such method"},
		{"website", "<WebsiteConfiguration/>", "InvalidArgument", "neither index nor redirect"},
		{"replication", "<ReplicationConfiguration><Role>r</Role><Rule><Status>Enabled</Status><Prefix/><Destination><Bucket>arn:aws:s3:::far</Bucket></Destination></Rule></ReplicationConfiguration>", "InvalidRequest", "versioning is off"},
		{"object-lock", "<ObjectLockConfiguration><ObjectLockEnabled>Enabled</ObjectLockEnabled></ObjectLockConfiguration>", "InvalidBucketState", "versioning is off"},
		{"requestPayment", "<RequestPaymentConfiguration><Payer>Nobody</Payer></RequestPaymentConfiguration>", "MalformedXML", "no such payer"},
	} {
		s := newSite(t)
		s.bucket("logs")
		must(t, s.store.Create("foreign", stranger, "us-east-1"))
		must(t, s.store.Create("far", owner, "eu-west-1"))
		got := s.send("PUT", "/logs?"+tc.sub, tc.document, "Content-Md5", md5Of(tc.document))
		if code := xmlCode(got.body); code != tc.code {
			t.Errorf("%s: %s: %d %q, want %q", tc.why, tc.document, got.status, code, tc.code)
		}
	}
}

func TestLifecycleNeedsADigestAndTellsItsMinimum(t *testing.T) {
	s := newSite(t)
	s.bucket("logs")
	document := "<LifecycleConfiguration><Rule><Filter/><Status>Enabled</Status><Expiration><Days>1</Days></Expiration></Rule></LifecycleConfiguration>"
	wantText(t, "without digest", xmlCode(s.send("PUT", "/logs?lifecycle", document).body), "InvalidRequest")
	s.send("PUT", "/logs?lifecycle", document, "Content-Md5", md5Of(document))
	got := s.send("GET", "/logs?lifecycle", "")
	wantText(t, "minimum", got.header.Get("x-amz-transition-default-minimum-object-size"), "all_storage_classes_128K")
	if !strings.Contains(got.body, "<ID>") {
		t.Errorf("S3 gives an ID to a rule without: %s", got.body)
	}
}

func TestGranteesKeepTheirKind(t *testing.T) {
	s := newSite(t)
	s.bucket("logs")
	must(t, s.store.Create("target", owner, "us-east-1"))
	s.send("DELETE", "/target?ownershipControls", "")
	document := `<BucketLoggingStatus xmlns:xsi="` + xsi + `"><LoggingEnabled><TargetBucket>target</TargetBucket><TargetPrefix>a&amp;b</TargetPrefix><TargetGrants><Grant><Grantee xsi:type="Group"><URI>http://acs.amazonaws.com/groups/global/AllUsers</URI></Grantee><Permission>READ</Permission></Grant></TargetGrants></LoggingEnabled></BucketLoggingStatus>`
	if got := s.send("PUT", "/logs?logging", document); got.status != 200 {
		t.Fatal(got.body)
	}
	if got := s.send("GET", "/logs?logging", ""); !strings.Contains(got.body, `xsi:type="Group"`) || !strings.Contains(got.body, "a&amp;b") {
		t.Error(got.body)
	}
}

func TestReplicationNeedsVersionsOnBothSides(t *testing.T) {
	s := newSite(t)
	s.bucket("logs")
	must(t, s.store.Create("copies", owner, "eu-west-1"))
	versioned := func(name string) {
		s.store.buckets[name].Documents["versioning"] = tree("VersioningConfiguration", text("Status", "Enabled"))
	}
	put := func(target string) reply {
		document := "<ReplicationConfiguration><Role>r</Role><Rule><Status>Enabled</Status><Prefix/><Destination><Bucket>arn:aws:s3:::" + target + "</Bucket></Destination></Rule></ReplicationConfiguration>"
		return s.send("PUT", "/logs?replication", document, "Content-Md5", md5Of(document))
	}
	message := func(r reply) string {
		e, err := parseXML([]byte(r.body))
		must(t, err)
		return e.text("Message")
	}
	wantText(t, "source", message(put("copies")), "Versioning must be 'Enabled' on the bucket to apply a replication configuration")
	versioned("logs")
	wantText(t, "no target", message(put("nowhere")), "Destination bucket must exist.")
	wantText(t, "target", message(put("copies")), "Destination bucket must have versioning enabled.")
	versioned("copies")
	if got := put("copies"); got.status != 200 {
		t.Error(got.body)
	}
}
