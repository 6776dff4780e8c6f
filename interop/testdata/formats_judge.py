"""Reads the reports of `trailspan check` with parsers and schemas that are not ours.

usage: formats_judge.py NAME DIRECTORY

DIRECTORY holds check.csv, check.md, check.junit, check.ocsf and check.asff. NAME is what an
account is called in them. Each judgment is a line: "ok WHAT" or "FAIL WHAT: WHY".
"""

import csv
import json
import sys
from pathlib import Path

name, directory = sys.argv[1], Path(sys.argv[2])


def judged(what, judge):
    try:
        judge()
    except Exception as why:  # whatever a foreign parser raises is a judgment
        print(f"FAIL {what}: {type(why).__name__}: {' '.join(str(why).split())[:600]}")
    else:
        print("ok", what)


def want(have, what):
    if have != what:
        raise ValueError(f"it is {have!r}, want {what!r}")


def read_csv():
    with open(directory / "check.csv", newline="", encoding="utf-8") as f:
        rows = list(csv.DictReader(f))
    # what a spreadsheet would run as a formula has an apostrophe before it
    want({r["name"] for r in rows}, {"'" + name if name[0] in "=+-@" else name})
    want(sum(r["verdict"] != "disabled" for r in rows), 17)


def read_markdown():
    from markdown_it import MarkdownIt

    tokens = MarkdownIt("gfm-like", {"linkify": False}).parse((directory / "check.md").read_text())
    headings = ["".join(c.content for c in t.children if c.type != "softbreak")
                for t, before in zip(tokens[1:], tokens) if before.type == "heading_open" and before.tag == "h2"]
    if not any(name in h for h in headings):
        raise ValueError(f"no heading has {name!r}: {headings}")
    odd = {c.type for t in tokens for c in t.children or []} - {"text", "softbreak", "html_inline", "text_special"}
    want(odd, set())
    want({c.content for t in tokens for c in t.children or [] if c.type == "html_inline"}, {"<br>"})


def read_junit():
    from junitparser import Error, Failure, JUnitXml

    suites = list(JUnitXml.fromfile(str(directory / "check.junit")))
    want([s.name for s in suites], ["123456789012 " + name])
    cases = list(suites[0])
    want(len(cases), 18)
    failures = [c.name for c in cases if any(isinstance(r, Failure) for r in c.result)]
    want((len(failures), suites[0].failures, suites[0].tests), (17, 17, 18))
    want([c.name for c in cases if any(isinstance(r, Error) for r in c.result)], [])


def ocsf():
    return json.loads((directory / "check.ocsf").read_text())


def read_ocsf_schema():
    import jsonschema
    from ocsf_json_schema.embedded import OcsfJsonSchemaEmbedded
    from ocsf_json_schema.loader import get_ocsf_schema

    events = ocsf()
    schema = OcsfJsonSchemaEmbedded(get_ocsf_schema(version=events[0]["metadata"]["version"]))
    judge = jsonschema.Draft202012Validator(schema.get_class_schema("compliance_finding", ["cloud"]))
    for e in events:
        judge.validate(e)
    want({e["cloud"]["account"]["name"] for e in events}, {name})
    broken = dict(events[0], severity_id="bad")
    if not list(judge.iter_errors(broken)):
        raise ValueError("the schema takes everything")


def read_ocsf_models():
    from py_ocsf_models.events.findings.compliance_finding import ComplianceFinding

    for e in ocsf():
        ComplianceFinding(**e)


def read_asff():
    import botocore.session
    from botocore.validate import ParamValidator

    model = botocore.session.get_session().get_service_model("securityhub")
    shape = model.operation_model("BatchImportFindings").input_shape
    findings = json.loads((directory / "check.asff").read_text())
    report = ParamValidator().validate({"Findings": findings}, shape)
    if report.has_errors():
        raise ValueError(report.generate_report())
    want(len({f["Id"] for f in findings}), len(findings))
    statuses = [f["Compliance"]["Status"] for f in findings]
    if "PASSED" not in statuses or "FAILED" not in statuses:
        raise ValueError(f"the statuses are {set(statuses)}")


judged("CSV as Python reads it", read_csv)
judged("Markdown as markdown-it reads it", read_markdown)
judged("JUnit as junitparser reads it", read_junit)
judged("OCSF by its schema", read_ocsf_schema)
judged("OCSF by the models of Prowler", read_ocsf_models)
judged("ASFF by botocore's model of Security Hub", read_asff)
