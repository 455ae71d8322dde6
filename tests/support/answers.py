"""What must hold of every answer, whatever made it."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator

import rag
from ingest.paper import Paper
from rag.answer import Answer
from rag.grounding import strip_markers

SCHEMA = Path(str(rag.__file__)).with_name("answer.schema.json")
MARKERS = re.compile(r"(?:\[\d+\])+$")
NUMBER = re.compile(r"\[(\d+)\]")


@cache
def validator() -> Draft202012Validator:
    """Return the validator of the schema that stands beside the code."""
    schema: dict[str, Any] = json.loads(SCHEMA.read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(schema)
    return Draft202012Validator(schema)


def faults_of(data: Mapping[str, Any]) -> list[str]:
    """Return where a JSON answer is not as the schema has it."""
    return [f"{error.json_path}: {error.message}" for error in validator().iter_errors(data)]


def check_answer(answer: Answer, papers: Mapping[str, Paper]) -> None:
    """Check an answer: its form, its offsets, its markers, its numbering.

    Args:
        answer: as the assistant gave it.
        papers: the library's papers by id.
    """
    assert faults_of(json.loads(json.dumps(answer.to_dict()))) == []
    _check_sentences(answer)
    _check_citations(answer, papers)
    _check_sources(answer, papers)
    for missing in answer.missing:
        assert missing in answer.text


def _check_sentences(answer: Answer) -> None:
    at = 0
    for sentence in answer.sentences:
        assert answer.text[at : sentence.start].strip() == "", "only white space stands between sentences"
        told = answer.text[sentence.start : sentence.end]
        bare = MARKERS.sub("", told).rstrip()
        assert bare == sentence.text == sentence.text.strip(), "a sentence is its span without the markers"
        if sentence.support not in ("computed", "not_a_claim", "supported"):  # a title or a quote may hold brackets
            assert strip_markers(sentence.text) == sentence.text
        at = sentence.end
    assert answer.text[at:] == ""


def _check_citations(answer: Answer, papers: Mapping[str, Paper]) -> None:
    numbers: list[int] = []
    for sentence in answer.sentences:
        closing = MARKERS.search(answer.text[sentence.start : sentence.end])
        marked = [int(n) for n in NUMBER.findall(closing.group())] if closing else []
        assert {e.n for e in sentence.evidence} <= set(marked)
        assert sentence.support != "supported" or sentence.evidence, "what is supported shows by what"
        numbers += marked
    assert [c.n for c in answer.citations] == list(range(1, len(answer.citations) + 1))
    assert list(dict.fromkeys(numbers)) == [c.n for c in answer.citations], "numbered as they appear, none besides"
    assert len({c.paper_id for c in answer.citations}) == len(answer.citations)
    cited = {c.n: papers[c.paper_id] for c in answer.citations}
    for citation in answer.citations:
        paper = cited[citation.n]
        assert (citation.title, citation.text_hash) == (paper.title, paper.text_hash)
        assert (citation.digests, citation.published) == (paper.digests, paper.published)
    for evidence in (e for s in answer.sentences for e in s.evidence):
        assert evidence.quote == cited[evidence.n].abstract[evidence.start : evidence.end] != ""


def _check_sources(answer: Answer, papers: Mapping[str, Paper]) -> None:
    assert [s.rank for s in answer.sources] == list(range(1, len(answer.sources) + 1))
    assert len({s.paper_id for s in answer.sources}) == len(answer.sources)
    assert all(papers[s.paper_id].title == s.title for s in answer.sources)
    for passage in answer.provenance.passages:
        paper_id, _, span = passage.rpartition(":")
        start, end = map(int, span.split("-"))
        assert 0 <= start <= end <= len(papers[paper_id].abstract)
