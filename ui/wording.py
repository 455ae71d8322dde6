"""Words that the terminal and the page share."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from rag.answer import Answer, Catalogue, Citation, Sentence

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_DATE = re.compile(r"(\d{4}-|--)(\d{2})-(\d{2})")
MARKER = re.compile(r"\[(\d+)\]")
"""A citation marker in an answer's text."""
SUPPORT: Mapping[str, str] = {
    "weak": "weakly supported",
    "unsupported": "not supported by the papers",
    "unscored": "not checked",
}
"""What is said of a sentence that the cited words do not fully carry."""
NEAREST = 5
"""Papers named when a question is declined."""


def plural(count: int, one: str, many: str = "") -> str:
    """Return ``1 paper``, ``2 papers``."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def shown_date(published: str) -> str:
    """Return ``11 Sep 2025`` for an ISO date, ``11 Sep`` where the year is unknown, as it stands otherwise."""
    found = _DATE.fullmatch(published)
    if found is None or not 1 <= int(found.group(2)) <= 12:
        return published
    year, month, day = found.groups()
    name = f"{int(day)} {_MONTHS[int(month) - 1]}"
    return f"{name}, year unknown" if year == "--" else f"{name} {year[:4]}"


def about(citation: Citation) -> str:
    """Return a citation's date and digests in one line."""
    return " · ".join(part for part in (shown_date(citation.published), ", ".join(citation.digests)) if part)


def quotes(answer: Answer) -> dict[int, list[str]]:
    """Return the quoted words under each citation's number, each once, in the answer's order."""
    found: dict[int, list[str]] = {citation.n: [] for citation in answer.citations}
    for sentence in answer.sentences:
        for evidence in sentence.evidence:
            listed = found.setdefault(evidence.n, [])
            if evidence.quote not in listed:
                listed.append(evidence.quote)
    return found


def is_heading(answer: Answer, sentence: Sentence) -> bool:
    """Tell whether a sentence that claims nothing has a line of its own with more below it, as in a list."""
    text = answer.text
    begins = sentence.start == 0 or text[sentence.start - 1] == "\n"
    return sentence.support == "not_a_claim" and begins and text[sentence.end : sentence.end + 1] == "\n"


def counted(catalogue: Catalogue) -> str:
    """Say what a computed answer rests on."""
    said = f"Computed over {plural(catalogue.considered, 'paper')} of the library"
    if catalogue.unknown:
        lacks = "lacks" if catalogue.unknown == 1 else "lack"
        return f"{said}; {plural(catalogue.unknown, 'paper')} {lacks} what it needs."
    return f"{said}."


def made_by(answer: Answer) -> str:
    """Say what wrote an answer, and in what time."""
    who = "extractive: the papers' own sentences" if answer.generator == "extractive" else answer.generator
    took = answer.timings.get("total", sum(answer.timings.values()))
    return f"{who} · {took / 1000:.2f} s" if took else who
