from __future__ import annotations

import io
import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from xml.etree import ElementTree as ET

from rich.console import Console

from evals.baseline import compare
from evals.report.html_report import html_report
from evals.report.json_report import report_json
from evals.report.junit import junit_xml
from evals.report.terminal import print_report
from evals.results import ClaimResult, GateResult
from evals.rows import ClaimRow
from evals.scorers import Score
from tests.evals.making import ALPHA, BETA, answered, declined, fact, library_run, report_of, result, tags

NASTY = '<script>alert("x")</script>&\x0b'
CLAIM = ClaimResult(
    ClaimRow("c1", ALPHA.title, f"Alpha {NASTY}", "unsupported", "overclaim"),
    "supported",
    0.9,
    ("reason",),
    {"words": 0.4},
)


def nasty_report():
    wrong = result(fact(id="r2", turns=(f"What of {NASTY}?",), note=NASTY), answered(BETA, text=f"{NASTY} [1]"))
    absent = fact(id="r3", type="absent", gold=(), nuggets=(), answerable=False)
    run = library_run(
        result(fact(), answered(ALPHA)),
        replace(wrong, history=(("user", NASTY),)),
        result(absent, declined(ALPHA)),
        claims=(CLAIM,),
        skipped=(("r9", NASTY),),
        notes=(NASTY,),
    )
    gate = GateResult("sample", "right", 0.9, False, 0.5, (NASTY,))
    return report_of(run, gates=(gate,), notes=(NASTY,))


class Tags(HTMLParser):
    """Collects every tag with its attributes and whether all that was opened was closed."""

    VOID = frozenset({"meta", "input", "br", "link", "img"})

    def __init__(self) -> None:
        super().__init__()
        self.seen: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []

    def handle_starttag(self, tag, attrs):
        self.seen.append((tag, dict(attrs)))
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.seen.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def test_the_page_loads_nothing_from_elsewhere():
    page = html_report(nasty_report())
    parser = Tags()
    parser.feed(page)
    assert parser.open == []
    assert not any({"src", "href", "srcset", "action"} & set(attributes) for _, attributes in parser.seen)
    assert not re.search(r"@import|url\(|https?://(?!github\.com/x/alpha)", page)
    assert "default-src 'none'" in page


def test_the_page_escapes_every_text():
    page = html_report(nasty_report())
    assert len(tags(page, "script")) == 1
    assert 'alert("x")' not in page
    assert page.count("&lt;script&gt;") >= 6


def test_the_page_shows_each_question_with_answer_quotes_and_what_failed():
    page = html_report(nasty_report())
    assert len(re.findall(r'<details class="row', page)) == 4
    assert page.count('data-state="wrong"') == 2
    assert "Pruning halves the cost of inference" in page
    assert "missing: 23.4% / 23.4 percent" in page
    assert tags(page, "svg")
    assert "data-type" in page


def test_the_page_shows_passages():
    answer = answered(ALPHA)
    used = replace(answer, provenance=replace(answer.provenance, passages=("a:0",)))
    run = library_run(result(fact(), used), passages={"a:0": (ALPHA.title, "the <passage>")})
    assert "the &lt;passage&gt;" in html_report(report_of(run))


def test_the_page_of_an_empty_run():
    page = html_report(report_of(library_run()))
    assert "no gates applied" in page


def test_junit_counts_and_explains():
    text = junit_xml(nasty_report())
    root = ET.fromstring(text)
    questions, claims, gates = root.findall("testsuite")
    assert (questions.get("tests"), questions.get("failures"), questions.get("skipped")) == ("4", "1", "1")
    assert (claims.get("tests"), claims.get("failures")) == ("1", "1")
    assert (gates.get("tests"), gates.get("failures")) == ("1", "1")
    failure = questions.find("testcase/failure")
    assert failure is not None
    assert failure.get("message") == "a fact asked for is missing"
    assert "nugget_recall" in (failure.text or "")


def test_junit_of_an_error():
    broken = replace(result(fact(), answered(BETA)), error="the model is gone")
    root = ET.fromstring(junit_xml(report_of(library_run(broken))))
    assert root.find("testsuite/testcase/error") is not None


def test_json_is_strict_and_whole():
    blank = replace(result(fact(), answered(ALPHA)), scores=(Score("supported_share", None, "why"),))
    data = json.loads(report_json(report_of(library_run(blank))), parse_constant=lambda name: 1 / 0)
    (row,) = data["runs"][0]["rows"]
    assert row["scores"]["supported_share"] == {"value": None, "explanation": "why"}
    assert row["answer"]["citations"][0]["title"] == ALPHA.title
    metric = next(m for m in data["runs"][0]["metrics"] if m["key"] == "supported_share")
    assert (metric["value"], metric["unscored"]) == (None, 1)


def test_the_terminal_shows_figures_gates_changes_and_skips():
    old = report_of(library_run(result(fact(), answered(BETA))))
    report = nasty_report()
    changes = compare(json.loads(report_json(old)), report)
    out = io.StringIO()
    print_report(Console(file=out, width=200), report, changes)
    text = out.getvalue()
    for expected in ("nugget_recall", "BROKEN", "1 rows were skipped", "1 rows got better", "was: a fact asked for"):
        assert expected in text
