"""Walks through CloudTrail with boto3: every operation that the sandbox has, and every
error that one can provoke, each by the class that boto3 makes of it. Every answer, as it
comes over the wire, is judged by the model of botocore too: see answers_judge.py.

usage: cloudtrail_walk.py ENDPOINT BILLING UNTRUSTING

BILLING and UNTRUSTING are endpoints of worlds whose organization shares bills only, or
does not trust CloudTrail. Prints a line per check. Ends with exit code 1 when one of them failed.
"""

import json
import sys
import urllib.request

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

from answers_judge import Judge

ENDPOINT, BILLING, UNTRUSTING = sys.argv[1:]
MANAGEMENT, MEMBER, DELEGATE, LONER, CROWD = (
    "111111111111", "222222222222", "333333333333", "444444444444", "555555555555")
OPERATORS = ("Equals", "StartsWith", "EndsWith", "NotEquals", "NotStartsWith", "NotEndsWith")
HOME, ELSEWHERE = "eu-west-1", "us-west-2"
BUCKET = "walk-logs"
WRITERS = (MANAGEMENT, MEMBER, DELEGATE, LONER, CROWD, "o-exampleorgid")  # into the bucket

walked = set()  # operations that succeeded
judge = Judge()
failures = 0

# Members of answers that the walk does not meet.
OF_LISTED_STORES = (
    "AdvancedEventSelectors", "CreatedTimestamp", "MultiRegionEnabled", "OrganizationEnabled", "RetentionPeriod", "Status",
    "TerminationProtectionEnabled", "UpdatedTimestamp")
NEVER = {
    # Deprecated: AWS answers names and ARNs only.
    "ListEventDataStores": tuple(".EventDataStores[]." + m for m in OF_LISTED_STORES),
    # Federation with Lake Formation is not in the sandbox.
    "GetEventDataStore": (".Federation", ".PartitionKeys"),
    "UpdateEventDataStore": (".Federation",),
    # No query fails, none delivers its result to a bucket, and none is made from a prompt.
    "DescribeQuery": (".ErrorMessage", ".Delivery", ".Prompt"),
    "GetQueryResults": (".ErrorMessage",),
    # Insights of event data stores are not in the sandbox.
    "GetInsightSelectors": (".EventDataStoreArn", ".InsightsDestination"),
    "PutInsightSelectors": (".EventDataStoreArn", ".InsightsDestination"),
    # All fits in one answer.
    "ListPublicKeys": (".NextToken",), "ListTags": (".NextToken",), "ListTrails": (".NextToken",),
}


def client(service="cloudtrail", account=LONER, region=HOME, endpoint=ENDPOINT, **config):
    c = boto3.client(
        service, region_name=region, endpoint_url=endpoint,
        aws_access_key_id=account, aws_secret_access_key="any",
        config=Config(retries={"total_max_attempts": 1}, s3={"addressing_style": "path"}, **config))
    c.meta.events.register("before-parse.cloudtrail", note)
    return c


def note(operation_model, response_dict, **_):
    """Judges an answer before boto3 reads it."""
    name, status, body = operation_model.name, response_dict["status_code"], response_dict["body"]
    if status == 200:
        walked.add(name)
    for complaint in judge.complaints(name, status, body):
        check(f"the answer {status} of {name}", False, complaint)


def check(name, ok, detail=""):
    global failures
    print("ok  " if ok else "FAIL", name, "" if ok else detail, flush=True)
    failures += not ok


def equal(name, got, want):
    check(name, got == want, f"got {got!r}, want {want!r}")


def refused(code, call, says="", **arguments):
    """call must fail with the error code, and boto3 must know its class."""
    name = f"{call.__name__} -> {code}"
    try:
        got = call(**arguments)
        check(name, False, f"succeeded: {got}")
    except ClientError as e:
        error, status = e.response["Error"], e.response["ResponseMetadata"]["HTTPStatusCode"]
        ok = error["Code"] == code and status == 400 and says in error["Message"] and error["Message"]
        check(name, ok, f"got {status} {error}, want 400 {code} with {says!r}")
        known = getattr(call.__self__.exceptions, code, None)
        check(f"{name}: typed", known is None or isinstance(e, known), f"raised {type(e)}")


def admin(what, body=None):
    """Asks something of the sandbox that AWS does not have."""
    urllib.request.urlopen(urllib.request.Request(f"{ENDPOINT}/_sandbox/{what}", data=body, method="POST")).read()


def arn(name, account=LONER, region=HOME):
    return f"arn:aws:cloudtrail:{region}:{account}:trail/{name}"


def policy(bucket, *accounts):
    service = {"Service": "cloudtrail.amazonaws.com"}
    return json.dumps({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Principal": service, "Action": "s3:GetBucketAcl", "Resource": f"arn:aws:s3:::{bucket}"},
        {"Effect": "Allow", "Principal": service, "Action": "s3:PutObject",
         "Resource": [f"arn:aws:s3:::{bucket}/*AWSLogs/{a}/*" for a in accounts],
         "Condition": {"StringEquals": {"s3:x-amz-acl": "bucket-owner-full-control"}}}]})


def bucket():
    s3 = client("s3", MANAGEMENT)
    s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": HOME})
    s3.put_bucket_policy(Bucket=BUCKET, Policy=policy(BUCKET, *WRITERS))
    s3.create_bucket(Bucket="shut-logs", CreateBucketConfiguration={"LocationConstraint": HOME})


def encryption_key():
    """The ARN of a new KMS key that lets CloudTrail in."""
    statements = [{"Effect": "Allow", "Principal": {"AWS": f"arn:aws:iam::{LONER}:root"}, "Action": "kms:*", "Resource": "*"},
                  {"Effect": "Allow", "Principal": {"Service": "cloudtrail.amazonaws.com"}, "Resource": "*",
                   "Action": ["kms:GenerateDataKey*", "kms:Decrypt", "kms:DescribeKey"]}]
    policy = json.dumps({"Version": "2012-10-17", "Statement": statements})
    return client("kms").create_key(Policy=policy)["KeyMetadata"]["Arn"]


def topic():
    """The ARN of a new SNS topic that lets CloudTrail publish."""
    sns = client("sns")
    made = sns.create_topic(Name="trail")["TopicArn"]
    sns.set_topic_attributes(TopicArn=made, AttributeName="Policy", AttributeValue=json.dumps({
        "Version": "2012-10-17", "Statement": {"Effect": "Allow", "Principal": {"Service": "cloudtrail.amazonaws.com"},
                                               "Action": "SNS:Publish", "Resource": made}}))
    return made


def told(ct):
    """What topics and log groups have to do with the status of the trail called rich."""
    ct.start_logging(Name="rich")
    admin("clock?advance=5m")
    status = ct.get_trail_status(Name="rich")
    equal("delivered", sorted(m for m in status if m.startswith(("LatestCloudWatchLogsDelivery", "LatestNotification"))), [
        "LatestCloudWatchLogsDeliveryTime", "LatestNotificationAttemptSucceeded", "LatestNotificationAttemptTime", "LatestNotificationTime"])
    client("sns").delete_topic(TopicArn=f"arn:aws:sns:{HOME}:{LONER}:trail")
    client("logs").delete_log_group(logGroupName="trail")
    admin("clock?advance=5m")
    status = ct.get_trail_status(Name="rich")
    for error in ("LatestCloudWatchLogsDeliveryError", "LatestNotificationError"):
        check(error, status.get(error), str(status))


def trails():
    ct, far = client(), client(region=ELSEWHERE)
    made = ct.create_trail(Name="walk", S3BucketName=BUCKET, S3KeyPrefix="p", EnableLogFileValidation=True,
                           TagsList=[{"Key": "team", "Value": "audit"}])
    made.pop("ResponseMetadata")
    equal("create_trail answers", made, {
        "Name": "walk", "S3BucketName": BUCKET, "S3KeyPrefix": "p", "IncludeGlobalServiceEvents": True,
        "IsMultiRegionTrail": False, "TrailARN": arn("walk"), "LogFileValidationEnabled": True, "IsOrganizationTrail": False})
    equal("a new trail does not log", ct.get_trail_status(Name="walk")["IsLogging"], False)
    equal("list_trails", [t["Name"] for t in ct.list_trails()["Trails"]], ["walk"])
    equal("get_trail", ct.get_trail(Name=arn("walk"))["Trail"]["HomeRegion"], HOME)
    equal("describe_trails of an unknown name leaves it out", ct.describe_trails(trailNameList=["nobody"])["trailList"], [])

    refused("TrailAlreadyExistsException", ct.create_trail, Name="walk", S3BucketName=BUCKET,
            says="Trail walk already exists for customer: " + LONER)
    refused("S3BucketDoesNotExistException", ct.create_trail, Name="other", S3BucketName="no-such-logs", says="no-such-logs")
    refused("InsufficientS3BucketPolicyException", ct.create_trail, Name="other", S3BucketName="shut-logs",
            says="Incorrect S3 bucket policy is detected for bucket: shut-logs")
    refused("InvalidParameterCombinationException", ct.create_trail, Name="other", S3BucketName=BUCKET,
            IsMultiRegionTrail=True, IncludeGlobalServiceEvents=False, says="Multi-Region trail must include global service events.")
    for name, says in [("ab", "too short"), ("x" * 129, "too long"), ("-abc", "starts with"), ("abc-", "ends with"),
                       ("a b", "can only contain"), ("my-_name", ""), ("my--name", ""), ("192.168.5.4", "")]:
        refused("InvalidTrailNameException", ct.create_trail, Name=name, S3BucketName=BUCKET, says=says)
    refused("InvalidS3BucketNameException", ct.create_trail, Name="other", S3BucketName="NOT/a bucket")
    refused("InvalidS3PrefixException", ct.create_trail, Name="other", S3BucketName=BUCKET, S3KeyPrefix="x" * 201)

    refused("TrailNotFoundException", ct.get_trail, Name="nobody", says=f"Unknown trail: nobody for the user: {LONER}")
    refused("CloudTrailARNInvalidException", ct.get_trail, Name="arn:aws:cloudtrail:nowhere")
    for call in (ct.get_trail_status, ct.update_trail, ct.delete_trail, ct.start_logging, ct.stop_logging):
        refused("TrailNotFoundException", call, Name="nobody", says=f"Unknown trail: {arn('nobody')} for the user: {LONER}")
        refused("CloudTrailARNInvalidException", call, Name="arn:aws:cloudtrail:nowhere")
    refused("TrailNotFoundException", far.get_trail_status, Name="walk", says=arn("walk", region=ELSEWHERE))
    for call in (far.update_trail, far.delete_trail, far.start_logging, far.stop_logging):
        refused("InvalidHomeRegionException", call, Name=arn("walk"))

    role = f"arn:aws:iam::{LONER}:role/logs"
    group = f"arn:aws:logs:{HOME}:{LONER}:log-group:trail:*"
    client("logs").create_log_group(logGroupName="trail")
    iam = client("iam")
    iam.create_role(RoleName="logs", AssumeRolePolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": {
        "Effect": "Allow", "Principal": {"Service": "cloudtrail.amazonaws.com"}, "Action": "sts:AssumeRole"}}))
    iam.put_role_policy(RoleName="logs", PolicyName="write", PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": {
        "Effect": "Allow", "Action": ["logs:CreateLogStream", "logs:PutLogEvents"], "Resource": group[:-2] + ":log-stream:*"}}))
    key = encryption_key()
    for code, settings in [
            ("InvalidSnsTopicNameException", {"SnsTopicName": "to pic"}),
            ("InvalidKmsKeyIdException", {"KmsKeyId": "key"}),
            ("KmsKeyNotFoundException", {"KmsKeyId": key.replace(HOME, ELSEWHERE)}),
            ("InvalidCloudWatchLogsLogGroupArnException", {"CloudWatchLogsLogGroupArn": "group", "CloudWatchLogsRoleArn": role}),
            ("InvalidCloudWatchLogsRoleArnException", {
                "CloudWatchLogsLogGroupArn": group, "CloudWatchLogsRoleArn": role.replace(LONER, MEMBER)}),
            ("InvalidParameterCombinationException", {"CloudWatchLogsLogGroupArn": group})]:
        refused(code, ct.update_trail, Name="walk", **settings)
    settings = {"SnsTopicName": topic(), "KmsKeyId": key,
                "CloudWatchLogsLogGroupArn": group, "CloudWatchLogsRoleArn": role}
    ct.update_trail(Name="walk", **settings)
    described = ct.describe_trails()["trailList"][0]
    equal("settings are described as they were made", {k: described.get(k) for k in settings}, settings)
    equal("and shown by get_trail", {k: ct.get_trail(Name="walk")["Trail"].get(k) for k in settings}, settings)
    ct.create_trail(Name="rich", S3BucketName=BUCKET, **settings)
    told(ct)
    ct.delete_trail(Name="rich")
    ct.update_trail(Name="walk", **dict.fromkeys(settings, ""))
    described = ct.describe_trails()["trailList"][0]
    equal("settings are cleared by empty strings", {k: described[k] for k in settings if k in described}, {})

    ct.start_logging(Name="walk")
    ct.start_logging(Name=arn("walk"))  # again: no error
    widened = ct.update_trail(Name="walk", IsMultiRegionTrail=True)
    equal("update_trail widens", (widened["IsMultiRegionTrail"], "HomeRegion" in widened), (True, False))
    equal("the shadow", [(t["Name"], t["HomeRegion"]) for t in far.describe_trails()["trailList"]], [("walk", HOME)])
    equal("no shadow when not asked for", far.describe_trails(includeShadowTrails=False)["trailList"], [])
    status = far.get_trail_status(Name=arn("walk"))
    equal("the shadow logs", status["IsLogging"], True)
    for legacy in ("LatestDeliveryAttemptTime", "LatestNotificationAttemptTime", "LatestNotificationAttemptSucceeded",
                   "LatestDeliveryAttemptSucceeded", "TimeLoggingStarted", "TimeLoggingStopped"):
        check(f"status has the string {legacy}", isinstance(status.get(legacy), str), str(status))
    refused("InvalidParameterCombinationException", ct.update_trail, Name="walk", IncludeGlobalServiceEvents=False)
    refused("TrailAlreadyExistsException", far.create_trail, Name="walk", S3BucketName=BUCKET)
    narrowed = ct.update_trail(Name="walk", IsMultiRegionTrail=False, S3KeyPrefix="")
    equal("update_trail narrows and clears", (narrowed["IsMultiRegionTrail"], narrowed.get("S3KeyPrefix", "")), (False, ""))
    equal("the shadow is gone", far.describe_trails()["trailList"], [])
    admin("clock?advance=2h")  # log files and digests are delivered
    check("delivered", "LatestDigestDeliveryTime" in ct.get_trail_status(Name="walk"))
    s3 = client("s3", MANAGEMENT)
    s3.delete_bucket_policy(Bucket=BUCKET)
    ct.list_trails()
    admin("clock?advance=2h")
    equal("refused by the bucket", ct.get_trail_status(Name="walk").get("LatestDeliveryError"), "AccessDenied")
    s3.put_bucket_policy(Bucket=BUCKET, Policy=policy(BUCKET, *WRITERS))
    ct.stop_logging(Name="walk")
    equal("stopped", ct.get_trail_status(Name="walk")["IsLogging"], False)


def quota():
    ct = client(account=CROWD)
    for n in range(5):
        ct.create_trail(Name=f"crowd{n}", S3BucketName=BUCKET)
    refused("MaximumNumberOfTrailsExceededException", ct.create_trail, Name="crowd5", S3BucketName=BUCKET,
            says=f"User: {CROWD} already has 5 trails in {HOME}.")
    far = client(account=CROWD, region=ELSEWHERE)
    far.create_trail(Name="wide", S3BucketName=BUCKET)
    refused("MaximumNumberOfTrailsExceededException", far.update_trail, Name="wide", IsMultiRegionTrail=True)


def selectors():
    ct, far = client(), client(region=ELSEWHERE)
    equal("the default selector", ct.get_event_selectors(TrailName="walk")["EventSelectors"], [
        {"ReadWriteType": "All", "IncludeManagementEvents": True, "DataResources": [], "ExcludeManagementEventSources": []}])
    put = ct.put_event_selectors(TrailName="walk", EventSelectors=[
        {"ReadWriteType": "ReadOnly", "IncludeManagementEvents": True, "ExcludeManagementEventSources": ["kms.amazonaws.com"]}])
    equal("put_event_selectors", (put["TrailARN"], put["EventSelectors"][0]["ReadWriteType"]), (arn("walk"), "ReadOnly"))
    advanced = [{"Name": "all", "FieldSelectors": [{"Field": "eventCategory", "Equals": ["Management"]}]}]
    put = ct.put_event_selectors(TrailName="walk", AdvancedEventSelectors=advanced)
    equal("advanced selectors replace basic ones", (put.get("AdvancedEventSelectors"), "EventSelectors" in put), (advanced, False))
    every = [{"Name": "objects", "FieldSelectors": [
        {"Field": "eventCategory", "Equals": ["Data"]}, {"Field": "eventName", **{o: ["Put"] for o in OPERATORS}},
        {"Field": "resources.type", "Equals": ["AWS::S3::Object"]}]}]
    equal("every operator", ct.put_event_selectors(TrailName="walk", AdvancedEventSelectors=every)["AdvancedEventSelectors"], every)
    equal("and read back", ct.get_event_selectors(TrailName="walk")["AdvancedEventSelectors"], every)
    objects = [{"Type": "AWS::S3::Object", "Values": ["arn:aws:s3:::other/"]}]
    ct.put_event_selectors(TrailName="walk", EventSelectors=[{"ReadWriteType": "All", "DataResources": objects}])
    equal("data resources", ct.get_event_selectors(TrailName="walk")["EventSelectors"][0]["DataResources"], objects)
    ct.put_event_selectors(TrailName="walk", AdvancedEventSelectors=advanced)
    check("described as custom", ct.describe_trails()["trailList"][0]["HasCustomEventSelectors"])
    refused("InvalidEventSelectorsException", ct.put_event_selectors, TrailName="walk", EventSelectors=[])
    refused("InvalidEventSelectorsException", ct.put_event_selectors, TrailName="walk",
            EventSelectors=[{"ReadWriteType": "All"}] * 6)
    refused("TrailNotFoundException", ct.get_event_selectors, TrailName="nobody")
    refused("TrailNotFoundException", ct.put_event_selectors, TrailName="nobody", AdvancedEventSelectors=advanced)
    refused("InvalidHomeRegionException", far.put_event_selectors, TrailName=arn("walk"), AdvancedEventSelectors=advanced)

    refused("InsightNotEnabledException", ct.get_insight_selectors, TrailName="walk")
    put = ct.put_insight_selectors(TrailName="walk", InsightSelectors=[
        {"InsightType": "ApiErrorRateInsight", "EventCategories": ["Management"]}])
    equal("put_insight_selectors", put["InsightSelectors"][0]["InsightType"], "ApiErrorRateInsight")
    equal("get_insight_selectors", ct.get_insight_selectors(TrailName="walk")["TrailARN"], arn("walk"))
    check("described with Insights", ct.describe_trails()["trailList"][0]["HasInsightSelectors"])
    refused("InvalidInsightSelectorsException", ct.put_insight_selectors, TrailName="walk", InsightSelectors=[{"InsightType": "No"}])
    ct.put_insight_selectors(TrailName="walk", InsightSelectors=[])
    refused("InsightNotEnabledException", ct.get_insight_selectors, TrailName="walk")


def tags():
    ct, far = client(), client(region=ELSEWHERE)
    listed = lambda: ct.list_tags(ResourceIdList=[arn("walk")])["ResourceTagList"][0]["TagsList"]
    equal("tags of creation", listed(), [{"Key": "team", "Value": "audit"}])
    ct.add_tags(ResourceId=arn("walk"), TagsList=[{"Key": "team", "Value": "blue"}, {"Key": "bare"}])
    equal("add_tags replaces and adds", sorted(t["Key"] + "=" + t.get("Value", "") for t in listed()), ["bare=", "team=blue"])
    ct.remove_tags(ResourceId=arn("walk"), TagsList=[{"Key": "team"}])
    equal("remove_tags", [t["Key"] for t in listed()], ["bare"])
    refused("ResourceNotFoundException", ct.add_tags, ResourceId=arn("nobody"), TagsList=[{"Key": "k"}])
    refused("InvalidTagParameterException", ct.add_tags, ResourceId=arn("walk"), TagsList=[{"Key": "k"}, {"Key": "k"}])
    refused("TagsLimitExceededException", ct.add_tags, ResourceId=arn("walk"), TagsList=[{"Key": f"k{n}"} for n in range(50)])
    refused("CloudTrailARNInvalidException", ct.list_tags, ResourceIdList=["walk"])
    refused("ResourceTypeNotSupportedException", ct.list_tags, ResourceIdList=["arn:aws:s3:::walk/logs"])
    refused("InvalidTokenException", ct.list_tags, ResourceIdList=[arn("walk")], NextToken="no")
    refused("ValidationException", ct.list_trails, NextToken="no")
    refused("CloudTrailARNInvalidException", far.list_tags, ResourceIdList=[arn("walk")],
            says=f"you can only access resources in region {ELSEWHERE}")
    refused("CloudTrailARNInvalidException", ct.list_tags, ResourceIdList=[arn("walk", account=MEMBER)],
            says=f"you can only access resources with AccountID {LONER}")


def organization():
    boss, member, loner = client(account=MANAGEMENT), client(account=MEMBER), client()
    made = boss.create_trail(Name="org", S3BucketName=BUCKET, IsOrganizationTrail=True, IsMultiRegionTrail=True)
    equal("an organization trail", (made["TrailARN"], made["IsOrganizationTrail"]), (arn("org", MANAGEMENT), True))
    boss.start_logging(Name="org")
    equal("members see it", [t["TrailARN"] for t in member.describe_trails()["trailList"]], [arn("org", MANAGEMENT)])
    equal("members ask by ARN", member.get_trail_status(Name=arn("org", MANAGEMENT))["IsLogging"], True)
    equal("members read selectors", member.get_event_selectors(TrailName=arn("org", MANAGEMENT))["TrailARN"], arn("org", MANAGEMENT))
    refused("TrailNotFoundException", member.get_trail_status, Name="org")
    for call in (member.stop_logging, member.update_trail, member.delete_trail):
        refused("AccessDeniedException", call, Name=arn("org", MANAGEMENT), says="You do not have permission to operate on this resource")
    refused("NotOrganizationMasterAccountException", member.create_trail, Name="mine", S3BucketName=BUCKET, IsOrganizationTrail=True)
    refused("OrganizationsNotInUseException", loner.create_trail, Name="mine", S3BucketName=BUCKET, IsOrganizationTrail=True)

    refused("NotOrganizationManagementAccountException", member.register_organization_delegated_admin, MemberAccountId=MEMBER)
    refused("CannotDelegateManagementAccountException", boss.register_organization_delegated_admin, MemberAccountId=MANAGEMENT)
    refused("AccountNotFoundException", boss.register_organization_delegated_admin, MemberAccountId=LONER)
    boss.register_organization_delegated_admin(MemberAccountId=DELEGATE)
    others = ("777777777777", "888888888888")
    for other in others:
        boss.register_organization_delegated_admin(MemberAccountId=other)
    refused("DelegatedAdminAccountLimitExceededException", boss.register_organization_delegated_admin, MemberAccountId=MEMBER)
    for other in others:
        boss.deregister_organization_delegated_admin(DelegatedAdminAccountId=other)
    refused("AccountRegisteredException", boss.register_organization_delegated_admin, MemberAccountId=DELEGATE)
    delegate = client(account=DELEGATE)
    made = delegate.create_trail(Name="delegated", S3BucketName=BUCKET, IsOrganizationTrail=True)
    equal("the management account owns what its delegate makes", made["TrailARN"], arn("delegated", MANAGEMENT))
    refused("TrailNotFoundException", delegate.start_logging, Name="delegated")
    delegate.start_logging(Name=arn("delegated", MANAGEMENT))
    delegate.delete_trail(Name=arn("delegated", MANAGEMENT))
    boss.deregister_organization_delegated_admin(DelegatedAdminAccountId=DELEGATE)
    refused("AccountNotRegisteredException", boss.deregister_organization_delegated_admin, DelegatedAdminAccountId=DELEGATE)
    boss.delete_trail(Name="org")
    equal("gone for members too", member.describe_trails()["trailList"], [])

    for endpoint, code in [(BILLING, "OrganizationNotInAllFeaturesModeException"), (UNTRUSTING, "CloudTrailAccessNotEnabledException")]:
        refused(code, client(account=MANAGEMENT, endpoint=endpoint).create_trail,
                Name="org", S3BucketName=BUCKET, IsOrganizationTrail=True)


def rich(ct):
    """An event data store that has all that one can have, and a list of two pages."""
    selectors = [{"Name": "all", "FieldSelectors": [
        {"Field": "eventCategory", "Equals": ["Management"]}, {"Field": "eventName", **{o: ["Put"] for o in OPERATORS}}]}]
    key = encryption_key()
    made = ct.create_event_data_store(
        Name="rich", TerminationProtectionEnabled=False, AdvancedEventSelectors=selectors, KmsKeyId=key,
        TagsList=[{"Key": "team", "Value": "audit"}])
    store = made["EventDataStoreArn"]
    equal("selectors of a store", made["AdvancedEventSelectors"], selectors)
    equal("key of a store", ct.get_event_data_store(EventDataStore=store)["KmsKeyId"], key)
    ct.update_event_data_store(EventDataStore=store, RetentionPeriod=30)
    check("a page of stores", ct.list_event_data_stores(MaxResults=1)["NextToken"])
    ct.delete_event_data_store(EventDataStore=store)
    equal("restore_event_data_store", ct.restore_event_data_store(EventDataStore=store)["Status"], "ENABLED")
    refused("InvalidEventDataStoreStatusException", ct.restore_event_data_store, EventDataStore=store)
    refused("InvalidEventSelectorsException", ct.update_event_data_store, EventDataStore=store,
            AdvancedEventSelectors=[{"FieldSelectors": [{"Field": "eventName", "Equals": ["Put"]}]}])
    ct.delete_event_data_store(EventDataStore=store)


def queries():
    """A query takes a minute here: see the switch queryDuration in the world of this walk."""
    ct, far = client(), client(region=ELSEWHERE)
    store = ct.create_event_data_store(Name="asked", TerminationProtectionEnabled=False)["EventDataStoreArn"]
    far.list_trails()
    far.list_trails()
    statement = f"SELECT eventName, awsRegion FROM {store[-36:]} WHERE awsRegion = '{ELSEWHERE}'"
    owner = {"EventDataStoreOwnerAccountId": LONER}
    started = ct.start_query(QueryStatement=statement, **owner)
    query = {"QueryId": started["QueryId"], **owner}
    equal("a query runs", ct.describe_query(**query)["QueryStatus"], "RUNNING")
    equal("and has no rows", ct.get_query_results(**query)["QueryResultRows"], [])
    other = ct.start_query(QueryStatement=statement)["QueryId"]
    equal("cancel_query", ct.cancel_query(QueryId=other, **owner)["QueryStatus"], "CANCELLED")
    refused("InactiveQueryException", ct.cancel_query, QueryId=other)
    admin("clock?advance=1m")
    described = ct.describe_query(**query)
    equal("a query finishes", (described["QueryStatus"], described["QueryStatistics"]["EventsMatched"]), ("FINISHED", 2))
    page = ct.get_query_results(MaxQueryResults=1, **query)
    equal("get_query_results", page["QueryResultRows"], [[{"eventName": "ListTrails"}, {"awsRegion": ELSEWHERE}]])
    equal("total", page["QueryStatistics"]["TotalResultsCount"], 2)
    page = ct.get_query_results(NextToken=page["NextToken"], **query)
    equal("the last page", (len(page["QueryResultRows"]), "NextToken" in page), (1, False))
    listed = ct.list_queries(EventDataStore=store, MaxResults=1)
    check("a page of queries", listed["NextToken"])
    equal("list_queries", {q["QueryStatus"] for q in ct.list_queries(EventDataStore=store)["Queries"]}, {"FINISHED", "CANCELLED"})
    refused("InvalidNextTokenException", ct.get_query_results, NextToken="none", **query)
    refused("InvalidNextTokenException", ct.list_queries, EventDataStore=store, NextToken="none")
    refused("InvalidDateRangeException", ct.list_queries, EventDataStore=store, StartTime=2000000000, EndTime=1000000000)
    refused("InvalidQueryStatementException", ct.start_query, QueryStatement="DROP TABLE x", says="only SELECT queries are supported")
    refused("EventDataStoreNotFoundException", ct.start_query, QueryStatement="SELECT eventName FROM x")
    refused("InvalidParameterException", ct.start_query)
    refused("InvalidParameterException", ct.describe_query)
    nobody = "00000000-0000-0000-0000-000000000000"
    for call in (ct.describe_query, ct.get_query_results, ct.cancel_query):
        refused("QueryIdNotFoundException", call, QueryId=nobody)
    for _ in range(10):
        ct.start_query(QueryStatement=statement)
    refused("MaxConcurrentQueriesException", ct.start_query, QueryStatement=statement)
    ct.delete_event_data_store(EventDataStore=store)
    refused("InactiveEventDataStoreException", ct.start_query, QueryStatement=statement)
    refused("InactiveEventDataStoreException", ct.get_query_results, **query)


def data_stores():
    ct = client()
    made = ct.create_event_data_store(Name="lake", TerminationProtectionEnabled=False)
    store = made["EventDataStoreArn"]
    rich(ct)
    equal("an event data store", (made["MultiRegionEnabled"], made["OrganizationEnabled"]), (True, False))
    equal("get_event_data_store", ct.get_event_data_store(EventDataStore=store)["Name"], "lake")
    equal("list_event_data_stores", [e["EventDataStoreArn"] for e in ct.list_event_data_stores()["EventDataStores"]][0], store)
    refused("InvalidEventDataStoreStatusException", ct.start_event_data_store_ingestion, EventDataStore=store)
    ct.stop_event_data_store_ingestion(EventDataStore=store)
    equal("stopped", ct.get_event_data_store(EventDataStore=store)["Status"], "STOPPED_INGESTION")
    ct.start_event_data_store_ingestion(EventDataStore=store)
    ct.update_event_data_store(EventDataStore=store, Name="pond", TerminationProtectionEnabled=True)
    equal("renamed", ct.get_event_data_store(EventDataStore=store)["Name"], "pond")
    refused("EventDataStoreAlreadyExistsException", ct.create_event_data_store, Name="pond")
    refused("EventDataStoreTerminationProtectedException", ct.delete_event_data_store, EventDataStore=store)
    ct.update_event_data_store(EventDataStore=store, TerminationProtectionEnabled=False)
    ct.delete_event_data_store(EventDataStore=store)
    refused("InactiveEventDataStoreException", ct.update_event_data_store, EventDataStore=store, Name="puddle")
    refused("EventDataStoreARNInvalidException", ct.get_event_data_store, EventDataStore=arn("walk"))
    refused("EventDataStoreNotFoundException", ct.get_event_data_store,
            EventDataStore=store[:-36] + "00000000-0000-0000-0000-000000000000")


def recorded():
    ct = client()
    found = ct.lookup_events(LookupAttributes=[{"AttributeKey": "EventName", "AttributeValue": "CreateEventDataStore"}], MaxResults=1)["Events"]
    equal("lookup_events", [(e["EventName"], e["EventSource"], e["ReadOnly"]) for e in found],
          [("CreateEventDataStore", "cloudtrail.amazonaws.com", "false")])
    keys = ct.list_public_keys()["PublicKeyList"]
    equal("list_public_keys", [len(k["Value"]) for k in keys], [270])
    check("valid for 30 days", (keys[0]["ValidityEndTime"] - keys[0]["ValidityStartTime"]).days == 30, str(keys))
    refused("InvalidTimeRangeException", ct.list_public_keys, StartTime=2000000000, EndTime=1000000000)
    refused("InvalidTokenException", ct.list_public_keys, NextToken="no")


def end():
    ct = client()
    ct.delete_trail(Name="walk")
    refused("TrailNotFoundException", ct.delete_trail, Name="walk")
    refused("UnrecognizedClientException", client(region="af-south-1").describe_trails)


def throttled():
    body = json.dumps([{"action": "cloudtrail:ListTrails", "throttle": 1}]).encode()
    admin("faults", body)
    ct = client()
    refused("ThrottlingException", ct.list_trails)
    equal("and then it answers", ct.list_trails()["Trails"], [])


def the_rest():
    """What was not walked must be refused by name: never a silent success."""
    ct = client(parameter_validation=False)
    ct.meta.events.unregister("before-parse.cloudtrail", note)
    for name in ct.meta.service_model.operation_names:
        if name in walked:
            continue
        try:
            ct._make_api_call(name, {})
            check(f"{name} is refused", False, "it succeeded, and no check above calls it")
        except ClientError as e:
            check(f"{name} is refused by name", name in str(e.response["Error"]["Message"]), str(e.response["Error"]))


def richness():
    """Every member that an answer may have was there in one, unless it is said why not."""
    for name in sorted(walked):
        unseen = sorted(m for m in judge.unseen(name) if not m.startswith(NEVER.get(name, ())))
        check(f"{name}: every member was judged", not unseen, f"no answer had {unseen}")


for part in (bucket, trails, quota, selectors, tags, organization, data_stores, queries, recorded, end, throttled, richness, the_rest):
    print("#", part.__name__)
    try:
        part()
    except Exception as e:  # an answer that boto3 cannot read, or an error that nobody expected
        check(part.__name__, False, f"{type(e).__name__}: {e}")
sys.exit(failures > 0)
