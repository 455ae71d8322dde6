"""JUnit XML: a suite of questions and one of claims a library, and one of gates."""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

from evals.results import LibraryRun, Report, RowResult

_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def clean(text: str) -> str:
    """Replace the characters that XML 1.0 forbids."""
    return _FORBIDDEN.sub("\ufffd", text)


def _suite(root: ET.Element, name: str, seconds: float) -> ET.Element:
    return ET.SubElement(root, "testsuite", name=clean(name), time=f"{seconds:.3f}")


def _case(suite: ET.Element, group: str, name: str, seconds: float = 0.0) -> ET.Element:
    return ET.SubElement(suite, "testcase", classname=clean(group), name=clean(name), time=f"{seconds:.3f}")


def _fail(case: ET.Element, message: str, text: str) -> None:
    ET.SubElement(case, "failure", message=clean(message)).text = clean(text)


def _count(suite: ET.Element) -> None:
    suite.set("tests", str(len(suite.findall("testcase"))))
    suite.set("failures", str(len(suite.findall("testcase/failure"))))
    suite.set("errors", str(len(suite.findall("testcase/error"))))
    suite.set("skipped", str(len(suite.findall("testcase/skipped"))))


def _row(suite: ET.Element, kind: str, result: RowResult) -> None:
    name = f"{result.row.id}: {result.row.question}"
    case = _case(suite, f"{kind}.{result.row.type}", name, result.milliseconds / 1000)
    if result.error:
        ET.SubElement(case, "error", message=clean(result.error))
    elif not result.right:
        scores = "\n".join(f"{s.name} = {s.value}: {s.explanation}" for s in result.scores)
        _fail(case, result.why, f"{result.answer.text}\n\n{scores}")


def _run(root: ET.Element, run: LibraryRun) -> None:
    suite = _suite(root, f"{run.kind} questions", run.seconds)
    for result in run.results:
        _row(suite, run.kind, result)
    for row_id, why in run.skipped:
        ET.SubElement(_case(suite, f"{run.kind}.skipped", row_id), "skipped", message=clean(why))
    _count(suite)
    if run.claims:
        suite = _suite(root, f"{run.kind} claims", 0.0)
        for claim in run.claims:
            case = _case(suite, f"{run.kind}.{claim.row.operator}", f"{claim.row.id}: {claim.row.claim}")
            if not claim.right:
                _fail(case, f"called {claim.verdict}, is {claim.row.label}", "; ".join(claim.reasons))
        _count(suite)


def junit_xml(report: Report) -> str:
    """Return a run as JUnit XML: a wrong row is a failure, a row not asked is skipped, a broken gate a failure."""
    root = ET.Element("testsuites", name="citetrail evals", time=f"{report.seconds:.3f}")
    for run in report.runs:
        _run(root, run)
    suite = _suite(root, "gates", 0.0)
    for gate in report.gates:
        case = _case(suite, f"gates.{gate.kind}", gate.key)
        if not gate.passed:
            _fail(case, gate.rule, "\n".join(gate.cost))
    _count(suite)
    ET.indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(root, encoding="unicode") + "\n"
