package interop_test

// Pages of AWS, and answers of AWS that others recorded.
const (
	api       = "https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/"
	userGuide = "https://docs.aws.amazon.com/awscloudtrail/latest/userguide/"
	hubAPI    = "https://docs.aws.amazon.com/securityhub/1.0/APIReference/"
	hubGuide  = "https://docs.aws.amazon.com/securityhub/latest/userguide/finding-update-batchimportfindings.html"
	custodian = "recorded answer: github.com/cloud-custodian/cloud-custodian, tests/data/placebo/"
)

// motoDifferences is where moto 5.2.1 is not AWS. A difference that is not here fails
// TestMotoExpectations, and so does one that is here and no longer is.
func motoDifferences() []difference {
	const (
		unknown    = `{"error": "TrailNotFoundException", "says": "Unknown trail: arn:aws:cloudtrail:us-east-1:123456789012:trail/unknowntrail for the user: 123456789012"}`
		needGlobal = `"Multi-Region trail must include global service events."`
	)
	return []difference{
		{
			[]string{"trail names: my-_trail", "trail names: my--trail"},
			`{"error": "InvalidTrailNameException", "says": "Trail name cannot have adjacent periods, hyphens, or underscores."}`,
			"A trail's name has no adjacent periods, underscores or dashes. The sentence is ours.", api + "API_CreateTrail.html",
		},
		{
			[]string{"trail names: 192.168.5.4"},
			`{"error": "InvalidTrailNameException", "says": "Trail name cannot be in the format of an IP address."}`,
			"A trail's name is not in the format of an IP address. The sentence is ours.", api + "API_CreateTrail.html",
		},
		{
			[]string{"buckets of a trail: one without a policy"},
			`"Incorrect S3 bucket policy is detected for bucket: shut-logs"`,
			"A trail is refused when CloudTrail may not write to its bucket.", userGuide + "create-s3-bucket-policy-for-cloudtrail.html",
		},
		{
			[]string{"buckets of a trail: no trail was made"},
			`[]`,
			"A trail that is refused is not there.", userGuide + "create-s3-bucket-policy-for-cloudtrail.html",
		},
		{
			[]string{"a trail: get says where it is at home"},
			`"us-east-1"`,
			"A trail that is got has a HomeRegion.", api + "API_Trail.html",
		},
		{
			[]string{"a trail: create again"},
			`"Trail first already exists for customer: 123456789012"`,
			"A second trail of one name in a Region is refused.", api + "API_CreateTrail.html",
		},
		{
			[]string{"settings that name nothing: an organization trail without an organization"},
			`"OrganizationsNotInUseException"`,
			"Organization trails need an organization.", api + "API_CreateTrail.html",
		},
		{
			[]string{"settings that name nothing: words for ARNs of CloudWatch Logs"},
			`"InvalidCloudWatchLogsLogGroupArnException"`,
			"A log group is given by its ARN.", api + "API_CreateTrail.html",
		},
		{
			[]string{"settings that name nothing: half of CloudWatch Logs"},
			`"InvalidParameterCombinationException"`,
			"A log group needs a role, and a role a log group.", api + "API_CreateTrail.html",
		},
		{
			[]string{"a sixth trail: create"},
			`"User: 123456789012 already has 5 trails in us-east-1."`,
			"A Region has five trails at most, and the quota cannot be raised.", userGuide + "WhatIsCloudTrail-Limits.html",
		},
		{
			[]string{
				"one that is not there: update_trail", "one that is not there: start_logging", "one that is not there: stop_logging",
				"one that is not there: delete_trail", "one that is not there: selectors",
			},
			unknown,
			"What is done to a trail that is not there is refused, with the ARN that the name would have.", custodian + "test_cloudtrail_delete/cloudtrail.DeleteTrail_2.json",
		},
		{
			[]string{"one that is not there: tags", "tags: add to nobody"},
			`"ResourceNotFoundException"`,
			"Tags are of trails that are there.", api + "API_ListTags.html",
		},
		{
			[]string{"status: started, nothing delivered yet"},
			`{"LatestDeliveryAttemptTime": "", "LatestDeliveryAttemptSucceeded": ""}`,
			"LatestDeliveryTime is when log files were delivered last; StartLogging delivers none.", api + "API_GetTrailStatus.html",
		},
		{
			[]string{"status: start by ARN", "status: stop by ARN"},
			`{}`,
			"Logging is started and stopped by name or by ARN. (moto 5.2.1 breaks; a test that moto published later expects it.)", api + "API_StartLogging.html",
		},
		{
			[]string{"status: logs"},
			`true`,
			"A trail that was started by its ARN logs.", api + "API_StartLogging.html",
		},
		{
			[]string{"the shadow: by its name"},
			`"Unknown trail: arn:aws:cloudtrail:eu-west-1:123456789012:trail/wide for the user: 123456789012"`,
			"The status of a shadow trail is asked for by ARN: a name means the Region that is asked.", api + "API_GetTrailStatus.html",
		},
		{
			[]string{"the shadow: get by ARN"},
			`"wide"`,
			"GetTrail takes an ARN where a shadow of the trail is.", api + "API_GetTrail.html",
		},
		{
			[]string{"the shadow: update_trail by ARN", "the shadow: stop_logging by ARN", "the shadow: delete_trail by ARN"},
			`"InvalidHomeRegionException"`,
			"Trails are changed in their home Region only.", api + "API_UpdateTrail.html",
		},
		{
			[]string{"describe and list: order"},
			`["narrow", "wide"]`,
			"Trails are described in the order of their names.", custodian + "*/cloudtrail.DescribeTrails_*.json: all of them are",
		},
		{
			[]string{"describe and list: by name"},
			`["narrow"]`,
			"trailNameList chooses.", api + "API_DescribeTrails.html",
		},
		{
			[]string{"describe and list: list in a third Region"},
			`["far", "narrow", "wide"]`,
			"ListTrails lists the trails of the account, each with its home Region.", api + "API_ListTrails.html",
		},
		{
			[]string{"update: describe after clearing"},
			`null`,
			"What is not set is left out.", custodian + "test_cloudtrail_create/cloudtrail.DescribeTrails_*.json",
		},
		{
			[]string{"update: no global events on a multi-Region trail", "widen without global events: both at once"},
			needGlobal,
			"A multi-Region trail includes global service events; UpdateTrail minds as CreateTrail does.", userGuide + "cloudtrail-concepts.html",
		},
		{
			[]string{"widen without global events: widen"},
			`[true, true]`,
			"Conversion to a multi-Region trail turns global service events on.", userGuide + "cloudtrail-concepts.html",
		},
		{
			[]string{"update: a bucket that does not exist"},
			`"S3 bucket nobodys-logs does not exist!"`,
			"UpdateTrail looks for the bucket as CreateTrail does.", api + "API_UpdateTrail.html",
		},
		{
			[]string{"delete: is gone too", "delete: is gone elsewhere"},
			`[]`,
			"A trail is deleted by name or by ARN.", api + "API_DeleteTrail.html",
		},
		{
			[]string{"selectors: at first"},
			`{"TrailARN": "arn:aws:cloudtrail:us-east-1:123456789012:trail/first", "EventSelectors": [
				{"ReadWriteType": "All", "IncludeManagementEvents": true, "DataResources": [], "ExcludeManagementEventSources": []}]}`,
			"A trail selects all management events until told otherwise, and says so.", userGuide + "cloudtrail-additional-cli-commands.html",
		},
		{
			[]string{"selectors: put: sources left out", "selectors: get: sources left out"},
			`[]`,
			"A selector says that it leaves out no sources.", userGuide + "cloudtrail-additional-cli-commands.html",
		},
		{
			[]string{"selectors: get: members"},
			`["EventSelectors", "TrailARN"]`,
			"Selectors are basic or advanced; the others are left out.", custodian + "*/cloudtrail.GetEventSelectors_*.json: all of them are",
		},
		{
			[]string{"selectors: get advanced ones: basic ones"},
			`null`,
			"Selectors are basic or advanced; the others are left out.", userGuide + "cloudtrail-additional-cli-commands.html",
		},
		{
			[]string{"selectors: described"},
			`true`,
			"HasCustomEventSelectors is true once selectors were put.", api + "API_Trail.html",
		},
		{
			[]string{"selectors: put both kinds"},
			`"InvalidEventSelectorsException"`,
			"A trail has basic selectors or advanced ones, not both.", api + "API_PutEventSelectors.html",
		},
		{
			[]string{"selectors: put a field that is not there"},
			`"InvalidEventSelectorsException"`,
			"Advanced selectors know certain fields, and want eventCategory.", api + "API_AdvancedFieldSelector.html",
		},
		{
			[]string{"selectors: put none"},
			`"InvalidEventSelectorsException"`,
			"There are one to five selectors.", api + "API_PutEventSelectors.html",
		},
		{
			[]string{"selectors: put a pattern of buckets"},
			`"Value arn:aws:s3:::*/* for DataResources.Values is invalid."`,
			"Data resources are ARNs or beginnings of ARNs; there are no wildcards.",
			"recorded answer: github.com/aws-samples/aws-security-reference-architecture-examples/issues/335",
		},
		{
			[]string{"insights: at first", "insights: get none"},
			`"InsightNotEnabledException"`,
			"Insights that are not enabled are an error, not an empty list.", api + "API_GetInsightSelectors.html",
		},
		{
			[]string{"insights: described"},
			`true`,
			"HasInsightSelectors is true once Insights were enabled.", api + "API_Trail.html",
		},
		{
			[]string{"security hub: import before"},
			`"InvalidAccessException"`,
			"Only where Security Hub is enabled findings are taken.", hubAPI + "API_BatchImportFindings.html",
		},
		{
			[]string{"security hub: enable again"},
			`"ResourceConflictException"`,
			"Security Hub is enabled once: Account is already subscribed to Security Hub.", hubAPI + "API_EnableSecurityHub.html",
		},
		{
			[]string{"security hub: describe another"},
			`"ResourceNotFoundException"`,
			"There is one hub, and it is named default.", hubAPI + "API_DescribeHub.html",
		},
		{
			[]string{"security hub: import one with a label of its own"},
			`[0, [["fifth", "InvalidInput"]]]`,
			"A finding that is not in the format is refused.", hubAPI + "API_Severity.html",
		},
		{
			[]string{"security hub: get"},
			`[["first", "newer"], ["fourth", "title"], ["second", "title"]]`,
			"An update that is not newer by its UpdatedAt is ignored.", hubGuide,
		},
		{
			[]string{"security hub: get one"},
			`[["second", "title"]]`,
			"Filters choose.", hubAPI + "API_GetFindings.html",
		},
		{
			[]string{"security hub: get after what is newer"},
			`[["first", "newer"], ["fourth", "title"], ["second", "title"]]`,
			"A finding that is not in the format is refused.", hubAPI + "API_Severity.html",
		},
		{
			[]string{"security hub: import of another account"},
			`"AccessDeniedException"`,
			"The caller is the account of the finding.", hubGuide + " and github.com/prowler-cloud/prowler/issues/867",
		},
		{
			[]string{"security hub: get after disabling"},
			`"InvalidAccessException"`,
			"Only where Security Hub is enabled findings are given.", hubAPI + "API_GetFindings.html",
		},
		{
			[]string{"around trails: a bad policy"},
			`"MalformedPolicy"`,
			"A bucket policy is JSON.", "https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html",
		},
		{
			[]string{"around trails: a Region that is not there"},
			`"InvalidParameterValue"`,
			"DescribeRegions of a name that is no Region is an error.", "https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html",
		},
	}
}
