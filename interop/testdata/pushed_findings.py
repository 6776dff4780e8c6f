"""Compares the findings in a file with those that Security Hub gives back, member by
member; what Security Hub adds by itself is left out.

usage: pushed_findings.py ENDPOINT FILE
"""

import json
import sys

import boto3

endpoint, file = sys.argv[1:]
hub = boto3.client("securityhub", region_name="eu-west-1", endpoint_url=endpoint,
                   aws_access_key_id="123456789012", aws_secret_access_key="any")
with open(file, encoding="utf-8") as f:
    printed = {finding["Id"]: finding for finding in json.load(f)}
taken = {}
for page in hub.get_paginator("get_findings").paginate(PaginationConfig={"PageSize": 7}):
    taken.update({finding["Id"]: finding for finding in page["Findings"]})


def without_additions(name, have):
    if name == "ProductFields":
        return {k: v for k, v in have.items() if not k.startswith("aws/securityhub/")}
    if name == "Severity":
        return {k: v for k, v in have.items() if k != "Normalized"}
    return have


if set(printed) != set(taken):
    sys.exit(f"printed {sorted(printed)}\ntaken {sorted(taken)}")
for id, finding in printed.items():
    for name, want in finding.items():
        have = without_additions(name, taken[id].get(name))
        if have != want:
            sys.exit(f"{id}: {name} is {have}, printed as {want}")
print("ok", len(printed))
