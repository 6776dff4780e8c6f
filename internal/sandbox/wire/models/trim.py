#!/usr/bin/env python3
"""Makes the *.json.gz of this folder from an installed botocore (Apache-2.0).

    pip install botocore && python3 trim.py

Every operation of a service keeps its name and HTTP route, so that the sandbox can
tell an operation that it does not implement from one that AWS does not have. Those
listed below keep their shapes too, without documentation. The output is the same
for the same botocore, byte for byte.
"""

import gzip
import json
import pathlib

import botocore
import botocore.loaders

WITH_SHAPES = {
    "cloudtrail": "*",
    "sts": ["AssumeRole", "GetCallerIdentity", "GetSessionToken"],
    "account": ["DisableRegion", "EnableRegion", "GetRegionOptStatus", "ListRegions"],
    "ec2": ["DescribeRegions"],
    "organizations": [
        "DescribeAccount",
        "DescribeOrganization",
        "ListAWSServiceAccessForOrganization",
        "ListAccounts",
        "ListAccountsForParent",
        "ListDelegatedAdministrators",
        "ListOrganizationalUnitsForParent",
        "ListRoots",
    ],
    "cloudformation": [
        "CancelUpdateStack",
        "ContinueUpdateRollback",
        "CreateChangeSet",
        "CreateStack",
        "DeleteChangeSet",
        "DeleteStack",
        "DescribeChangeSet",
        "DescribeStackEvents",
        "DescribeStackResource",
        "DescribeStackResources",
        "DescribeStacks",
        "ExecuteChangeSet",
        "GetTemplate",
        "GetTemplateSummary",
        "ListChangeSets",
        "ListExports",
        "ListImports",
        "ListStackResources",
        "ListStacks",
        "SetStackPolicy",
        "GetStackPolicy",
        "UpdateStack",
        "UpdateTerminationProtection",
        "ValidateTemplate",
    ],
    "iam": [
        "AttachRolePolicy",
        "CreatePolicy",
        "CreatePolicyVersion",
        "CreateRole",
        "CreateServiceLinkedRole",
        "DeletePolicy",
        "DeletePolicyVersion",
        "DeleteRole",
        "DeleteRolePolicy",
        "DetachRolePolicy",
        "GetPolicy",
        "GetPolicyVersion",
        "GetRole",
        "GetRolePolicy",
        "ListAttachedRolePolicies",
        "ListEntitiesForPolicy",
        "ListInstanceProfilesForRole",
        "ListPolicies",
        "ListPolicyTags",
        "ListPolicyVersions",
        "ListRolePolicies",
        "ListRoleTags",
        "ListRoles",
        "PutRolePolicy",
        "TagPolicy",
        "TagRole",
        "UntagPolicy",
        "UntagRole",
        "UpdateAssumeRolePolicy",
        "UpdateRole",
        "UpdateRoleDescription",
    ],
    "kms": [
        "CancelKeyDeletion",
        "CreateAlias",
        "CreateKey",
        "Decrypt",
        "DeleteAlias",
        "DescribeKey",
        "DisableKey",
        "DisableKeyRotation",
        "EnableKey",
        "EnableKeyRotation",
        "Encrypt",
        "GenerateDataKey",
        "GenerateDataKeyWithoutPlaintext",
        "GetKeyPolicy",
        "GetKeyRotationStatus",
        "ListAliases",
        "ListGrants",
        "ListKeyPolicies",
        "ListKeys",
        "ListResourceTags",
        "PutKeyPolicy",
        "ScheduleKeyDeletion",
        "TagResource",
        "UntagResource",
        "UpdateAlias",
        "UpdateKeyDescription",
    ],
    "logs": [
        "CreateLogGroup",
        "CreateLogStream",
        "DeleteLogGroup",
        "DeleteLogStream",
        "DeleteMetricFilter",
        "DeleteRetentionPolicy",
        "DescribeLogGroups",
        "DescribeLogStreams",
        "DescribeMetricFilters",
        "FilterLogEvents",
        "GetLogEvents",
        "ListTagsForResource",
        "ListTagsLogGroup",
        "PutLogEvents",
        "PutMetricFilter",
        "PutRetentionPolicy",
        "TagLogGroup",
        "TagResource",
        "UntagLogGroup",
        "UntagResource",
    ],
    "securityhub": ["BatchImportFindings", "DescribeHub", "DisableSecurityHub", "EnableSecurityHub", "GetFindings"],
    "sns": [
        "AddPermission",
        "ConfirmSubscription",
        "CreateTopic",
        "DeleteTopic",
        "GetSubscriptionAttributes",
        "GetTopicAttributes",
        "ListSubscriptions",
        "ListSubscriptionsByTopic",
        "ListTagsForResource",
        "ListTopics",
        "Publish",
        "RemovePermission",
        "SetSubscriptionAttributes",
        "SetTopicAttributes",
        "Subscribe",
        "TagResource",
        "Unsubscribe",
        "UntagResource",
    ],
    "support": [
        "DescribeTrustedAdvisorCheckRefreshStatuses",
        "DescribeTrustedAdvisorCheckResult",
        "DescribeTrustedAdvisorCheckSummaries",
        "DescribeTrustedAdvisorChecks",
        "RefreshTrustedAdvisorCheck",
    ],
}

METADATA = ["apiVersion", "protocol", "targetPrefix", "xmlNamespace"]
OPERATION = ["name", "http", "input", "output"]
SHAPE = [
    "type", "required", "members", "member", "key", "value", "enum", "min", "max",
    "pattern", "flattened", "error", "exception",
]
MEMBER = ["shape", "location", "locationName", "queryName", "flattened", "resultWrapper"]


def pick(source, keys):
    return {k: source[k] for k in keys if k in source}


def trim_shape(shape):
    out = pick(shape, SHAPE)
    for key in ("member", "key", "value"):
        if key in out:
            out[key] = pick(out[key], MEMBER)
    if "members" in out:
        out["members"] = {n: pick(m, MEMBER) for n, m in out["members"].items()}
    return out


def references(shape):
    found = [shape[k]["shape"] for k in ("member", "key", "value") if k in shape]
    return found + [m["shape"] for m in shape.get("members", {}).values()]


def trim(model, with_shapes):
    operations, wanted = {}, []
    for name, operation in model["operations"].items():
        full = with_shapes == "*" or name in with_shapes
        operations[name] = pick(operation, OPERATION if full else ["name", "http"])
        if full:
            used = [operation[k] for k in ("input", "output") if k in operation]
            used += operation.get("errors", [])
            wanted += [u["shape"] for u in used]
        for key in ("input", "output"):
            if key in operations[name]:
                operations[name][key] = pick(operations[name][key], MEMBER)
    shapes = {}
    while wanted:
        name = wanted.pop()
        if name not in shapes:
            shapes[name] = trim_shape(model["shapes"][name])
            wanted += references(shapes[name])
    return {
        "source": "botocore " + botocore.__version__,
        "metadata": pick(model["metadata"], METADATA),
        "operations": operations,
        "shapes": shapes,
    }


def main():
    loader = botocore.loaders.create_loader()
    here = pathlib.Path(__file__).parent
    for service, with_shapes in WITH_SHAPES.items():
        model = trim(loader.load_service_model(service, "service-2"), with_shapes)
        text = json.dumps(model, sort_keys=True, separators=(",", ":"))
        packed = gzip.compress(text.encode(), 9, mtime=0)
        (here / f"{service}.json.gz").write_bytes(packed)
        print(f"{service}: {len(model['operations'])} operations, {len(packed)} bytes")


if __name__ == "__main__":
    main()
