"""Makes the classic mistake in moto: one trail that records one Region, logging to a
bucket with the policy of the AWS user guide.

usage: moto_world.py ENDPOINT            makes it
       moto_world.py ENDPOINT describe   prints the trail as another Region sees it, as JSON
"""

import json
import sys

import boto3

ENDPOINT, BUCKET, HOME, ACCOUNT = sys.argv[1], "moto-logs", "eu-west-1", "123456789012"


def client(service, region=HOME):
    return boto3.client(service, region_name=region, endpoint_url=ENDPOINT,
                        aws_access_key_id="any", aws_secret_access_key="any")


if sys.argv[2:] == ["describe"]:
    trails = client("cloudtrail", "us-west-2").describe_trails()["trailList"]
    print(json.dumps([{k: t[k] for k in ("Name", "HomeRegion", "IsMultiRegionTrail")} for t in trails]))
    sys.exit()

service = {"Service": "cloudtrail.amazonaws.com"}
s3 = client("s3")
s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": HOME})
s3.put_bucket_policy(Bucket=BUCKET, Policy=json.dumps({"Version": "2012-10-17", "Statement": [
    {"Sid": "AWSCloudTrailAclCheck20150319", "Effect": "Allow", "Principal": service,
     "Action": "s3:GetBucketAcl", "Resource": f"arn:aws:s3:::{BUCKET}"},
    {"Sid": "AWSCloudTrailWrite20150319", "Effect": "Allow", "Principal": service,
     "Action": "s3:PutObject", "Resource": f"arn:aws:s3:::{BUCKET}/AWSLogs/{ACCOUNT}/*",
     "Condition": {"StringEquals": {"s3:x-amz-acl": "bucket-owner-full-control"}}}]}))
cloudtrail = client("cloudtrail")
cloudtrail.create_trail(Name="main", S3BucketName=BUCKET)
cloudtrail.start_logging(Name="main")
