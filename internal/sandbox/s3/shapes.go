package s3

// The shapes of the sub-resources of a bucket, from the request syntax of the Put
// operations in https://docs.aws.amazon.com/AmazonS3/latest/API/API_Operations.html

func versioningShape() shape {
	return group("VersioningConfiguration", oneOf("MfaDelete", "Enabled", "Disabled"), oneOf("Status", "Enabled", "Suspended"))
}

func publicAccessBlockShape() shape {
	return group("PublicAccessBlockConfiguration",
		boolean("BlockPublicAcls"), boolean("IgnorePublicAcls"), boolean("BlockPublicPolicy"), boolean("RestrictPublicBuckets"))
}

func encryptionShape() shape {
	return group("ServerSideEncryptionConfiguration",
		group("Rule",
			group("ApplyServerSideEncryptionByDefault",
				oneOf("SSEAlgorithm", "AES256", "aws:kms", "aws:kms:dsse").must(), word("KMSMasterKeyID")),
			boolean("BucketKeyEnabled"),
			group("BlockedEncryptionTypes", oneOf("EncryptionType", "NONE", "SSE-C").each()),
		).must())
}

func tagShape() shape { return group("Tag", word("Key").must(), word("Value").must()) }

func taggingShape() shape {
	return group("Tagging", group("TagSet", tagShape().each()).must())
}

func ownershipShape() shape {
	return group("OwnershipControls",
		group("Rule", oneOf("ObjectOwnership", "BucketOwnerPreferred", "ObjectWriter", "BucketOwnerEnforced").must()).must())
}

func lifecycleShape() shape {
	classes := []string{"GLACIER", "STANDARD_IA", "ONEZONE_IA", "INTELLIGENT_TIERING", "DEEP_ARCHIVE", "GLACIER_IR"}
	sizes := []shape{number("ObjectSizeGreaterThan"), number("ObjectSizeLessThan")}
	and := group("And", append(sizes, word("Prefix"), tagShape().each())...)
	filter := group("Filter", append(sizes, word("Prefix"), tagShape(), and)...)
	return group("LifecycleConfiguration",
		group("Rule",
			word("ID"), word("Prefix"), filter, status().must(),
			group("Expiration", date("Date"), number("Days"), boolean("ExpiredObjectDeleteMarker")),
			group("Transition", date("Date"), number("Days"), oneOf("StorageClass", classes...)).each(),
			group("NoncurrentVersionTransition",
				number("NoncurrentDays"), oneOf("StorageClass", classes...), number("NewerNoncurrentVersions")).each(),
			group("NoncurrentVersionExpiration", number("NoncurrentDays"), number("NewerNoncurrentVersions")),
			group("AbortIncompleteMultipartUpload", number("DaysAfterInitiation")),
		).must().each())
}

func granteeShape() shape {
	return group("Grantee", word("ID"), word("DisplayName"), word("URI"), word("EmailAddress"))
}

func loggingShape() shape {
	return group("BucketLoggingStatus",
		group("LoggingEnabled",
			word("TargetBucket").must(),
			word("TargetPrefix").must(),
			group("TargetGrants",
				group("Grant", granteeShape(), oneOf("Permission", "FULL_CONTROL", "READ", "WRITE")).each()),
			group("TargetObjectKeyFormat",
				group("SimplePrefix"),
				group("PartitionedPrefix", oneOf("PartitionDateSource", "EventTime", "DeliveryTime"))),
		))
}

func notificationShape() shape {
	to := func(name, target string) shape {
		rule := group("FilterRule", oneOf("Name", "prefix", "suffix", "Prefix", "Suffix"), word("Value")).each()
		return group(name, word("Id"), word(target).must(), word("Event").must().each(), group("Filter", group("S3Key", rule))).each()
	}
	return group("NotificationConfiguration",
		to("TopicConfiguration", "Topic"),
		to("QueueConfiguration", "Queue"),
		to("CloudFunctionConfiguration", "CloudFunction"),
		group("EventBridgeConfiguration"))
}

func corsShape() shape {
	return group("CORSConfiguration",
		group("CORSRule",
			word("ID"), word("AllowedHeader").each(), word("AllowedMethod").must().each(), word("AllowedOrigin").must().each(),
			word("ExposeHeader").each(), number("MaxAgeSeconds"),
		).must().each())
}

func websiteShape() shape {
	redirect := group("Redirect", word("HostName"), word("HttpRedirectCode"), oneOf("Protocol", "http", "https"),
		word("ReplaceKeyPrefixWith"), word("ReplaceKeyWith"))
	return group("WebsiteConfiguration",
		group("IndexDocument", word("Suffix").must()),
		group("ErrorDocument", word("Key").must()),
		group("RedirectAllRequestsTo", word("HostName").must(), oneOf("Protocol", "http", "https")),
		group("RoutingRules",
			group("RoutingRule",
				group("Condition", word("HttpErrorCodeReturnedEquals"), word("KeyPrefixEquals")),
				redirect.must(),
			).each()))
}

func replicationShape() shape {
	minutes := func(name string) shape { return group(name, number("Minutes")) }
	filter := group("Filter", word("Prefix"), tagShape(), group("And", word("Prefix"), tagShape().each()))
	destination := group("Destination",
		word("Bucket").must(), word("Account"),
		oneOf("StorageClass", storageClasses()...),
		group("AccessControlTranslation", oneOf("Owner", "Destination").must()),
		group("EncryptionConfiguration", word("ReplicaKmsKeyID")),
		group("ReplicationTime", status().must(), minutes("Time").must()),
		group("Metrics", status().must(), minutes("EventThreshold")))
	return group("ReplicationConfiguration",
		word("Role").must(),
		group("Rule",
			word("ID"), number("Priority"), word("Prefix"), filter, status().must(),
			group("SourceSelectionCriteria",
				group("SseKmsEncryptedObjects", status().must()), group("ReplicaModifications", status().must())),
			group("ExistingObjectReplication", status().must()),
			destination.must(),
			group("DeleteMarkerReplication", status()),
		).must().each())
}

func accelerateShape() shape {
	return group("AccelerateConfiguration", oneOf("Status", "Enabled", "Suspended"))
}

func requestPaymentShape() shape {
	return group("RequestPaymentConfiguration", oneOf("Payer", "Requester", "BucketOwner").must())
}

func objectLockShape() shape {
	return group("ObjectLockConfiguration",
		oneOf("ObjectLockEnabled", "Enabled"),
		group("Rule", group("DefaultRetention", oneOf("Mode", "GOVERNANCE", "COMPLIANCE"), number("Days"), number("Years"))))
}

// storageClasses lists those that objects can be written to.
func storageClasses() []string {
	return []string{"STANDARD", "REDUCED_REDUNDANCY", "STANDARD_IA", "ONEZONE_IA", "INTELLIGENT_TIERING", "GLACIER", "DEEP_ARCHIVE", "GLACIER_IR"}
}
