"""Judges answers of CloudTrail, as they came over the wire, by the model of the
installed botocore. botocore itself ignores what it does not know; the judge does not.

usage: answers_judge.py < a JSON list of {"operation", "status", "body"}
Prints a JSON list that has a list of complaints for each.
"""

import json
import re
import sys

from botocore.loaders import create_loader

# Errors that any operation of CloudTrail may answer.
# https://docs.aws.amazon.com/awscloudtrail/latest/APIReference/CommonErrors.html
COMMON = {
    "AccessDeniedException", "ExpiredTokenException", "IncompleteSignature", "InternalFailure",
    "MalformedHttpRequestException", "NotAuthorized", "OptInRequired", "RequestAbortedException",
    "RequestEntityTooLargeException", "RequestExpired", "RequestTimeoutException", "ServiceUnavailable",
    "ThrottlingException", "UnrecognizedClientException", "UnknownOperationException", "ValidationError",
    # Any service of the JSON protocol has these for requests that cannot be read.
    "SerializationException", "ValidationException",
}

# Errors that the sandbox answers though the model has them for other operations only.
# Of a conversion into a Region that has five trails AWS says nothing; see conversionQuota.
BEYOND = {("UpdateTrail", "MaximumNumberOfTrailsExceededException")}

# What a value of a type of the model is in JSON. Timestamps are epoch seconds, blobs base64.
JSON_TYPES = {
    "structure": dict, "map": dict, "list": list, "string": str, "blob": str, "boolean": bool,
    "integer": int, "long": int, "float": (int, float), "double": (int, float), "timestamp": (int, float),
}


class Judge:
    """Complaints are sentences. seen has, for each operation, the paths of members that its answers had."""

    def __init__(self):
        self.model = create_loader().load_service_model("cloudtrail", "service-2")
        self.shapes = self.model["shapes"]
        self.seen = {}

    def complaints(self, operation, status, body):
        """What is wrong with an answer; an empty list when nothing is."""
        try:
            value = json.loads(body)
        except ValueError:
            return [f"the body is not JSON: {body[:200]!r}"]
        if not isinstance(value, dict):
            return ["the body is not an object"]
        if status >= 300:
            return self.error(operation, value)
        output = self.model["operations"][operation].get("output")
        if output is None:
            return [f"an answer of {operation} has no members"] if value else []
        return self.value(output["shape"], value, "", self.seen.setdefault(operation, set()))

    def error(self, operation, value):
        code = value.pop("__type", None)
        modelled = {e["shape"] for e in self.model["operations"][operation].get("errors", [])}
        if not isinstance(code, str) or code not in modelled | COMMON and (operation, code) not in BEYOND:
            return [f"the error {code} is none of {operation}, and not common"]
        members = {"message", "Message"}
        if code in modelled:
            members |= self.shapes[code].get("members", {}).keys()
        found = [f"the error {code} has the unknown member {name}" for name in value.keys() - members]
        said = [v for k, v in value.items() if k.lower() == "message"]
        if len(said) != 1 or not isinstance(said[0], str) or not said[0]:
            found.append(f"the error {code} has not one message")
        return found

    def value(self, shape_name, value, path, seen):
        shape = self.shapes[shape_name]
        kind, at = shape["type"], path or "the answer"
        stray = isinstance(value, bool) and kind != "boolean"  # True is an int to Python
        if stray or not isinstance(value, JSON_TYPES[kind]):
            return [f"{at} is {json.dumps(value)[:80]}, not a {kind}"]
        if kind == "structure":
            return self.structure(shape, value, path, seen)
        if kind == "list":
            return [c for v in value for c in self.value(shape["member"]["shape"], v, path + "[]", seen)]
        if kind == "map":
            return [c for k, v in value.items() for c in
                    self.value(shape["key"]["shape"], k, path + "{}", seen) + self.value(shape["value"]["shape"], v, path + "{}", seen)]
        return self.scalar(shape, value, at)

    def structure(self, shape, value, path, seen):
        found = []
        for name in shape.get("required", []):
            if name not in value:
                found.append(f"{path}.{name} is required, and missing")
        for name, v in value.items():
            if name not in shape["members"]:
                found.append(f"{path}.{name} is unknown")
                continue
            seen.add(f"{path}.{name}")
            found += self.value(shape["members"][name]["shape"], v, f"{path}.{name}", seen)
        return found

    def scalar(self, shape, value, at):
        if "enum" in shape and value not in shape["enum"]:
            return [f"{at} is {value!r}, none of {shape['enum']}"]
        size = len(value) if isinstance(value, str) else value
        if not shape.get("min", size) <= size <= shape.get("max", size):
            return [f"{at} is {str(value)[:80]!r}, not within {shape.get('min')} and {shape.get('max')}"]
        if "pattern" in shape and not re.search(shape["pattern"], value):
            return [f"{at} is {value[:80]!r}, not like {shape['pattern']}"]
        return []

    def unseen(self, operation):
        """The members of an answer that none had yet."""
        output = self.model["operations"][operation].get("output")
        return self.members(output["shape"], "", ()) - self.seen.get(operation, set()) if output else set()

    def members(self, shape_name, path, above):
        shape, found = self.shapes[shape_name], set()
        if shape_name in above:
            return found
        above += (shape_name,)
        for name, member in shape.get("members", {}).items():
            found |= {f"{path}.{name}"} | self.members(member["shape"], f"{path}.{name}", above)
        for key, mark in (("member", "[]"), ("value", "{}")):
            if key in shape:
                found |= self.members(shape[key]["shape"], path + mark, above)
        return found


if __name__ == "__main__":
    judge = Judge()
    print(json.dumps([judge.complaints(a["operation"], a["status"], a["body"]) for a in json.load(sys.stdin)]))
