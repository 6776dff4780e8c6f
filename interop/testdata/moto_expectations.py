"""Asks a server that plays AWS what moto's published tests of CloudTrail ask moto, and a
few more questions beside them, and prints every answer as JSON:

    {"SCENARIO: QUESTION": ANSWER, …}

usage: moto_expectations.py ENDPOINT RESET

RESET is the path that empties the server. Every scenario begins with an empty one. What
differs each time in any AWS (times, IDs) is replaced by words; errors are answers too.

The questions are those of github.com/getmoto/moto, tests/test_cloudtrail, in our own words.
"""

import datetime
import json
import re
import sys
import urllib.request

import boto3
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.config import Config
from botocore.credentials import Credentials
from botocore.exceptions import ClientError

ENDPOINT, RESET = sys.argv[1:]
ACCOUNT, HOME, ELSEWHERE, BUCKET = "123456789012", "us-east-1", "eu-west-1", "expected-logs"
TOPIC = f"arn:aws:sns:{HOME}:{ACCOUNT}:notices"
DATA = [{"ReadWriteType": "All", "IncludeManagementEvents": True,
         "DataResources": [{"Type": "AWS::S3::Object", "Values": ["arn:aws:s3:::expected-logs/"]}]}]
ADVANCED = [{"Name": "all", "FieldSelectors": [{"Field": "eventCategory", "Equals": ["Management"]}]}]

clients = {}


def aws(service="cloudtrail", region=HOME):
    key = service, region
    if key not in clients:
        clients[key] = boto3.client(
            service, region_name=region, endpoint_url=ENDPOINT,
            aws_access_key_id=ACCOUNT, aws_secret_access_key="any",
            config=Config(retries={"total_max_attempts": 1}, s3={"addressing_style": "path"}))
    return clients[key]


def arn(name, region=HOME):
    return f"arn:aws:cloudtrail:{region}:{ACCOUNT}:trail/{name}"


def ask(call, **arguments):
    """The answer, or the error: its code and sentence."""
    try:
        answer = call(**arguments)
    except ClientError as e:
        return {"error": e.response["Error"]["Code"], "says": e.response["Error"]["Message"]}
    answer.pop("ResponseMetadata", None)
    return plain(answer)


def plain(value):
    """value without what differs each time."""
    if isinstance(value, dict):
        return {k: plain(v) for k, v in value.items()}
    if isinstance(value, list):
        return [plain(v) for v in value]
    if isinstance(value, datetime.datetime):
        return "a time"
    if isinstance(value, str) and re.fullmatch(r"\d{4}-\d\d-\d\dT[\d:]{8}Z", value):
        return "a time, as text"
    return value


def names(answer):
    trails = answer["trailList"] if "trailList" in answer else answer["Trails"]
    return [t["Name"] for t in trails]


def bucket(name=BUCKET):
    """A bucket with the policy that the AWS user guide wants for a trail."""
    aws("s3").create_bucket(Bucket=name)
    service = {"Service": "cloudtrail.amazonaws.com"}
    aws("s3").put_bucket_policy(Bucket=name, Policy=json.dumps({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Principal": service, "Action": "s3:GetBucketAcl", "Resource": f"arn:aws:s3:::{name}"},
        {"Effect": "Allow", "Principal": service, "Action": "s3:PutObject", "Resource": f"arn:aws:s3:::{name}/*",
         "Condition": {"StringEquals": {"s3:x-amz-acl": "bucket-owner-full-control"}}}]}))


def make(name, region=HOME, **settings):
    return ask(aws(region=region).create_trail, Name=name, S3BucketName=BUCKET, **settings)


def three_trails():
    """One that reaches every Region, one that does not, and one at home elsewhere."""
    bucket()
    make("wide", IsMultiRegionTrail=True)
    make("narrow")
    make("far", ELSEWHERE)


# Names come before buckets: the bucket of these calls does not exist.
def trail_names():
    for name in ("a", "aa", "a" * 129, "trail!", "my#trail", "-trail", "my-_trail", "my--trail", "192.168.5.4"):
        shown = name if len(name) < 100 else f"{name[0]} × {len(name)}"
        yield shown, ask(aws().create_trail, Name=name, S3BucketName="nobodys-logs")


def buckets_of_a_trail():
    yield "one that does not exist", ask(aws().create_trail, Name="first", S3BucketName="nobodys-logs")
    aws("s3").create_bucket(Bucket="shut-logs")
    yield "one without a policy", ask(aws().create_trail, Name="first", S3BucketName="shut-logs").get("says")
    yield "no trail was made", names(ask(aws().describe_trails))


def a_trail():
    bucket()
    yield "create", make("first")
    yield "get", ask(aws().get_trail, Name="first")["Trail"].get("S3BucketName")
    yield "get by ARN", ask(aws().get_trail, Name=arn("first"))["Trail"].get("TrailARN")
    yield "get says where it is at home", ask(aws().get_trail, Name="first")["Trail"].get("HomeRegion")
    yield "describe", ask(aws().describe_trails)
    yield "list", ask(aws().list_trails)
    yield "create again", make("first").get("says")


def a_trail_with_everything():
    bucket()
    yield "create", make("full", S3KeyPrefix="prefix", IncludeGlobalServiceEvents=True, IsMultiRegionTrail=True,
                         EnableLogFileValidation=True, TagsList=[{"Key": "one", "Value": "1"}, {"Key": "two", "Value": "2"}])
    yield "describe", ask(aws().describe_trails)
    yield "describe elsewhere", ask(aws(region=ELSEWHERE).describe_trails)
    yield "tags", ask(aws().list_tags, ResourceIdList=[arn("full")])


def settings_that_name_nothing():
    bucket()
    yield "multi-Region without global events", make("odd", IncludeGlobalServiceEvents=False, IsMultiRegionTrail=True)
    yield "an organization trail without an organization", make("organized", IsOrganizationTrail=True).get("error")
    yield "words for ARNs of CloudWatch Logs", make("logged", CloudWatchLogsLogGroupArn="group", CloudWatchLogsRoleArn="role").get("error")
    yield "half of CloudWatch Logs", make("half", CloudWatchLogsLogGroupArn="group").get("error")


def a_sixth_trail():
    bucket()
    for n in range(5):
        make(f"trail{n}")
    yield "create", make("trail5").get("says")


def one_that_is_not_there():
    for name in ("?", "unknowntrail"):
        yield f"get {name}", ask(aws().get_trail, Name=name)
        yield f"status of {name}", ask(aws().get_trail_status, Name=name)
    for call in (aws().update_trail, aws().start_logging, aws().stop_logging, aws().delete_trail):
        yield call.__name__, ask(call, Name="unknowntrail")
    yield "selectors", ask(aws().get_event_selectors, TrailName="unknowntrail")
    yield "tags", ask(aws().list_tags, ResourceIdList=[arn("unknowntrail")]).get("error")
    yield "describe by name", ask(aws().describe_trails, trailNameList=["unknowntrail"])


def status():
    bucket()
    make("first")
    yield "at first", ask(aws().get_trail_status, Name="first")
    yield "at first, by ARN", ask(aws().get_trail_status, Name=arn("first"))
    ask(aws().start_logging, Name="first")
    logging = ask(aws().get_trail_status, Name="first")
    yield "started", {k: v for k, v in logging.items() if "Delivery" not in k}
    yield "started, nothing delivered yet", {k: v for k, v in logging.items() if "Delivery" in k}
    ask(aws().stop_logging, Name="first")
    stopped = ask(aws().get_trail_status, Name="first")
    yield "stopped", {k: v for k, v in stopped.items() if "Delivery" not in k}
    yield "start by ARN", ask(aws().start_logging, Name=arn("first"))
    yield "logs", ask(aws().get_trail_status, Name="first")["IsLogging"]
    yield "stop by ARN", ask(aws().stop_logging, Name=arn("first"))
    yield "does not log", ask(aws().get_trail_status, Name="first")["IsLogging"]


def the_shadow():
    bucket()
    make("wide", IsMultiRegionTrail=True)
    ask(aws().start_logging, Name="wide")
    far = aws(region=ELSEWHERE)
    yield "is described", ask(far.describe_trails)["trailList"][0]["TrailARN"]
    yield "logs", ask(far.get_trail_status, Name=arn("wide"))["IsLogging"]
    yield "by its name", ask(far.get_trail_status, Name="wide").get("says")
    yield "get by ARN", ask(far.get_trail, Name=arn("wide")).get("Trail", {}).get("Name")
    yield "update by name", ask(far.update_trail, Name="wide").get("error")
    for call in (far.update_trail, far.stop_logging, far.delete_trail):
        yield f"{call.__name__} by ARN", ask(call, Name=arn("wide")).get("error")
    yield "still logs", ask(aws().get_trail_status, Name="wide")["IsLogging"]


def describe_and_list():
    three_trails()
    far = aws(region=ELSEWHERE)
    yield "at home", sorted(names(ask(aws().describe_trails)))
    yield "at home, with shadows", sorted(names(ask(aws().describe_trails, includeShadowTrails=True)))
    yield "at home, without shadows", sorted(names(ask(aws().describe_trails, includeShadowTrails=False)))
    yield "elsewhere, with shadows", sorted(names(ask(far.describe_trails, includeShadowTrails=True)))
    yield "elsewhere, without shadows", names(ask(far.describe_trails, includeShadowTrails=False))
    yield "in a third Region", names(ask(aws(region="eu-west-3").describe_trails))
    yield "order", names(ask(aws().describe_trails))
    yield "by name", names(ask(aws().describe_trails, trailNameList=["narrow"]))
    yield "list in a third Region", sorted(names(ask(aws(region="eu-west-3").list_trails)))


def update():
    bucket()
    bucket("other-logs")
    make("first")
    yield "nothing", ask(aws().update_trail, Name="first")
    yield "everything", ask(aws().update_trail, Name="first", S3BucketName="other-logs", S3KeyPrefix="prefix",
                            IncludeGlobalServiceEvents=True, IsMultiRegionTrail=True, EnableLogFileValidation=True)
    yield "get", ask(aws().get_trail, Name="first")["Trail"].get("S3KeyPrefix")
    yield "describe elsewhere", names(ask(aws(region=ELSEWHERE).describe_trails))
    yield "by ARN, clearing the prefix", ask(aws().update_trail, Name=arn("first"), S3KeyPrefix="").get("S3KeyPrefix")
    yield "describe after clearing", ask(aws().describe_trails)["trailList"][0].get("S3KeyPrefix")
    yield "no global events on a multi-Region trail", ask(aws().update_trail, Name="first", IncludeGlobalServiceEvents=False).get("says")
    yield "a bucket that does not exist", ask(aws().update_trail, Name="first", S3BucketName="nobodys-logs").get("says")
    yield "narrow again", ask(aws().update_trail, Name="first", IsMultiRegionTrail=False)["IsMultiRegionTrail"]
    yield "describe elsewhere again", names(ask(aws(region=ELSEWHERE).describe_trails))


def widen_without_global_events():
    bucket()
    yield "create", make("first", IncludeGlobalServiceEvents=False)["IncludeGlobalServiceEvents"]
    yield "both at once", ask(aws().update_trail, Name="first", IsMultiRegionTrail=True, IncludeGlobalServiceEvents=False).get("says")
    widened = ask(aws().update_trail, Name="first", IsMultiRegionTrail=True)
    yield "widen", (widened["IsMultiRegionTrail"], widened["IncludeGlobalServiceEvents"])


def delete():
    bucket()
    make("first")
    make("wide", IsMultiRegionTrail=True)
    yield "by name", ask(aws().delete_trail, Name="first")
    yield "is gone", names(ask(aws().describe_trails))
    yield "by ARN", ask(aws().delete_trail, Name=arn("wide"))
    yield "is gone too", names(ask(aws().describe_trails))
    yield "is gone elsewhere", names(ask(aws(region=ELSEWHERE).describe_trails))


def selectors():
    bucket()
    make("first")
    yield "at first", ask(aws().get_event_selectors, TrailName="first")
    put = ask(aws().put_event_selectors, TrailName="first", EventSelectors=DATA)
    got = ask(aws().get_event_selectors, TrailName=arn("first"))
    for done, answer in ("put", put), ("get", got):
        selector = answer["EventSelectors"][0]
        yield done, {k: v for k, v in selector.items() if k != "ExcludeManagementEventSources"}
        yield f"{done}: sources left out", selector.get("ExcludeManagementEventSources")
    yield "get: members", sorted(got)
    yield "described", ask(aws().describe_trails)["trailList"][0]["HasCustomEventSelectors"]
    yield "put both kinds", ask(aws().put_event_selectors, TrailName="first", EventSelectors=DATA, AdvancedEventSelectors=ADVANCED).get("error")
    yield "put a field that is not there", ask(aws().put_event_selectors, TrailName="first", AdvancedEventSelectors=[
        {"Name": "odd", "FieldSelectors": [{"Field": "f", "Equals": ["v"]}]}]).get("error")
    yield "put advanced ones", ask(aws().put_event_selectors, TrailName="first", AdvancedEventSelectors=ADVANCED)
    got = ask(aws().get_event_selectors, TrailName="first")
    yield "get advanced ones", got["AdvancedEventSelectors"]
    yield "get advanced ones: basic ones", got.get("EventSelectors")
    yield "put none", ask(aws().put_event_selectors, TrailName="first", EventSelectors=[]).get("error")
    yield "put a pattern of buckets", ask(aws().put_event_selectors, TrailName="first", EventSelectors=[
        {"ReadWriteType": "All", "DataResources": [{"Type": "AWS::S3::Object", "Values": ["arn:aws:s3:::*/*"]}]}]).get("says")


def insights():
    bucket()
    make("first")
    rate = [{"InsightType": "ApiCallRateInsight"}]
    yield "at first", ask(aws().get_insight_selectors, TrailName="first").get("error")
    yield "put", ask(aws().put_insight_selectors, TrailName="first", InsightSelectors=rate)
    yield "get", ask(aws().get_insight_selectors, TrailName="first")
    yield "get by ARN", ask(aws().get_insight_selectors, TrailName=arn("first"))
    yield "described", ask(aws().describe_trails)["trailList"][0]["HasInsightSelectors"]
    yield "put none", ask(aws().put_insight_selectors, TrailName="first", InsightSelectors=[])
    yield "get none", ask(aws().get_insight_selectors, TrailName="first").get("error")


def topics():
    aws("sns").create_topic(Name="notices")
    aws("sns").set_topic_attributes(
        TopicArn=TOPIC, AttributeName="Policy", AttributeValue=json.dumps({"Version": "2012-10-17", "Statement": [
            {"Effect": "Allow", "Principal": {"Service": "cloudtrail.amazonaws.com"}, "Action": "SNS:Publish", "Resource": TOPIC}]}))
    bucket()
    yield "one that does not exist", make("first", SnsTopicName="nobodys-topic")
    yield "one that trusts CloudTrail", make("first", SnsTopicName="notices").get("SnsTopicARN")


def tags():
    bucket()
    make("first")
    listed = lambda: ask(aws().list_tags, ResourceIdList=[arn("first")])
    yield "at first", listed()
    yield "add", ask(aws().add_tags, ResourceId=arn("first"), TagsList=[{"Key": "one", "Value": "1"}, {"Key": "two", "Value": "2"}])
    yield "added", listed()
    ask(aws().add_tags, ResourceId=arn("first"), TagsList=[{"Key": "three", "Value": "3"}])
    yield "remove", ask(aws().remove_tags, ResourceId=arn("first"), TagsList=[{"Key": "two", "Value": "2"}])
    yield "removed", listed()
    yield "add to nobody", ask(aws().add_tags, ResourceId=arn("nobody"), TagsList=[{"Key": "k", "Value": "v"}]).get("error")


# What no SDK stands before: the bytes of the answer, for the prefix that the CLI and boto3
# send and for that of the other SDKs.
def over_the_wire():
    for prefix in ("com.amazonaws.cloudtrail.v20131101.CloudTrail_20131101", "CloudTrail_20131101"):
        request = AWSRequest("POST", ENDPOINT + "/", data=b"{}", headers={
            "X-Amz-Target": prefix + ".ListTrails", "Content-Type": "application/x-amz-json-1.1"})
        SigV4Auth(Credentials(ACCOUNT, "any"), "cloudtrail", HOME).add_auth(request)
        raw = urllib.request.Request(request.url, method="POST", data=b"{}", headers=dict(request.headers))
        with urllib.request.urlopen(raw) as answer:
            yield f"list by {prefix}", json.load(answer)


def around_trails():
    s3, sts = aws("s3"), aws("sts")
    yield "policy of a bucket that is not there", ask(s3.get_bucket_policy, Bucket="nobodys-logs")["error"]
    s3.create_bucket(Bucket="bare-logs")
    yield "policy of a bucket without one", ask(s3.get_bucket_policy, Bucket="bare-logs")["error"]
    yield "location of a bucket of us-east-1", ask(s3.get_bucket_location, Bucket="bare-logs")
    yield "versioning of a new bucket", ask(s3.get_bucket_versioning, Bucket="bare-logs")
    yield "a bad policy", ask(s3.put_bucket_policy, Bucket="bare-logs", Policy="{").get("error")
    yield "who", ask(sts.get_caller_identity)["Account"]
    assumed = ask(sts.assume_role, RoleArn="arn:aws:iam::222222222222:role/audit", RoleSessionName="me")
    yield "who, in a role", assumed.get("AssumedRoleUser", {}).get("Arn", assumed)
    yield "organization", ask(aws("organizations").describe_organization).get("error")
    ec2 = aws("ec2")
    yield "a Region", ask(ec2.describe_regions, RegionNames=["eu-west-1"])
    yield "a Region that is not there", ask(ec2.describe_regions, RegionNames=["eu-nowhere-1"]).get("error")


def security_hub():
    hub = aws("securityhub")
    finding = {
        "SchemaVersion": "2018-10-08", "Id": "first", "ProductArn": f"arn:aws:securityhub:{HOME}:{ACCOUNT}:product/{ACCOUNT}/default",
        "GeneratorId": "expected", "AwsAccountId": ACCOUNT, "Types": ["Software and Configuration Checks"],
        "CreatedAt": "2026-01-01T00:00:00Z", "UpdatedAt": "2026-01-01T00:00:00Z", "Severity": {"Label": "HIGH"},
        "Title": "title", "Description": "text", "Resources": [{"Type": "AwsAccount", "Id": f"AWS::::Account:{ACCOUNT}"}],
    }

    def send(*findings):
        answer = ask(hub.batch_import_findings, Findings=[{**finding, **f} for f in findings])
        if "error" in answer:
            return answer["error"]
        return answer["SuccessCount"], [(f["Id"], f["ErrorCode"]) for f in answer["FailedFindings"]]

    def titles(**arguments):
        answer = ask(hub.get_findings, **arguments)
        return answer.get("error") or sorted((f["Id"], f["Title"]) for f in answer["Findings"])

    yield "describe before", ask(hub.describe_hub).get("error")
    yield "disable before", ask(hub.disable_security_hub).get("error")
    yield "import before", send({})
    yield "enable", ask(hub.enable_security_hub)
    yield "enable again", ask(hub.enable_security_hub).get("error")
    described = ask(hub.describe_hub)
    yield "describe", [described[k] for k in ("HubArn", "AutoEnableControls", "ControlFindingGenerator")]
    yield "describe another", ask(hub.describe_hub, HubArn="arn:aws:securityhub:us-east-1:123456789012:hub/other").get("error")
    yield "import", send({}, {"Id": "second"})
    yield "import one without a resource", send({"Id": "third", "Resources": []}, {"Id": "fourth"})
    yield "import one with a label of its own", send({"Id": "fifth", "Severity": {"Label": "BAD"}})
    yield "import what is newer", send({"Title": "newer", "UpdatedAt": "2026-01-02T00:00:00Z"})
    yield "get after what is newer", titles(MaxResults=100)
    yield "import what is older", send({"Title": "older"})
    yield "get", titles()
    yield "get one", titles(Filters={"Id": [{"Value": "second", "Comparison": "EQUALS"}]})
    yield "import of another account", send({"AwsAccountId": "222222222222"})
    yield "disable", ask(hub.disable_security_hub)
    yield "get after disabling", titles()


def main():
    answers = {}
    for scenario in SCENARIOS:
        urllib.request.urlopen(urllib.request.Request(ENDPOINT + RESET, method="POST", data=b"")).close()
        for question, answer in scenario():
            answers[f"{scenario.__name__.replace('_', ' ')}: {question}"] = answer
    json.dump(answers, sys.stdout, indent=1)


SCENARIOS = [trail_names, buckets_of_a_trail, a_trail, a_trail_with_everything, settings_that_name_nothing, a_sixth_trail,
             one_that_is_not_there, status, the_shadow, describe_and_list, update, widen_without_global_events, delete,
             selectors, insights, topics, tags, over_the_wire, around_trails, security_hub]

if __name__ == "__main__":
    main()
