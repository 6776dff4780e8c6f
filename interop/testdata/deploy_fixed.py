"""Deploys every template of a directory on the sandbox, one stack at a time, and prints for
each a line "NAME<tab>multi" when all its trails reach every Region, or else what went wrong.

A bucket that a template only names is made before, with a policy that lets CloudTrail in.
"""

import json
import pathlib
import re
import sys

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

config = Config(retries={"max_attempts": 0}, connect_timeout=10, read_timeout=60)
cloudformation = boto3.client("cloudformation", config=config)
cloudtrail = boto3.client("cloudtrail", config=config)
s3 = boto3.client("s3", config=config)


def buckets(text):
    """Makes the buckets that a template names."""
    named = set(re.findall(r"""S3BucketName["']?\s*:\s*["']?([a-z0-9][a-z0-9.-]{2,62})\b""", text))
    for name in named:
        try:
            s3.create_bucket(Bucket=name)
        except ClientError as e:
            if e.response["Error"]["Code"] not in ("BucketAlreadyOwnedByYou", "BucketAlreadyExists"):
                raise
        allow = {"Effect": "Allow", "Principal": {"Service": "cloudtrail.amazonaws.com"}}
        policy = [
            dict(allow, Action="s3:GetBucketAcl", Resource=f"arn:aws:s3:::{name}"),
            dict(allow, Action="s3:PutObject", Resource=f"arn:aws:s3:::{name}/*"),
        ]
        s3.put_bucket_policy(Bucket=name, Policy=json.dumps({"Version": "2012-10-17", "Statement": policy}))


def deploy(number, text):
    """Returns multi, or what went wrong."""
    buckets(text)
    stack = f"case-{number}"
    try:
        cloudformation.create_stack(StackName=stack, TemplateBody=text, Capabilities=["CAPABILITY_AUTO_EXPAND"])
        cloudformation.get_waiter("stack_create_complete").wait(StackName=stack, WaiterConfig={"Delay": 0.1, "MaxAttempts": 100})
        trails = cloudtrail.describe_trails()["trailList"]
        kinds = {t["IsMultiRegionTrail"] and t["IncludeGlobalServiceEvents"] for t in trails}
        return "multi" if kinds == {True} else f"trails: {[(t['Name'], t['IsMultiRegionTrail']) for t in trails]}"
    except ClientError as e:
        return e.response["Error"]["Message"]
    except BotoCoreError:
        events = cloudformation.describe_stack_events(StackName=stack)["StackEvents"]
        return "; ".join(e["ResourceStatusReason"] for e in events if e["ResourceStatus"] == "CREATE_FAILED")
    finally:
        cloudformation.delete_stack(StackName=stack)
        for _ in range(100):
            if not cloudtrail.describe_trails()["trailList"]:
                break


for number, file in enumerate(sorted(pathlib.Path(sys.argv[1]).iterdir())):
    text = file.read_bytes().decode("utf-8-sig")
    text = re.sub(r"""(S3BucketName["']?\s*:\s*["']?)b\b""", r"\1bucket-b", text)  # S3 takes no name that short
    print(file.name, " ".join(deploy(number, text).split()), sep="\t", flush=True)
