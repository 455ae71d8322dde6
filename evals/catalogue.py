"""How the answer to a count or metadata question is held against the recomputed truth.

- **count**: the number stands in the text, in digits or as a word up to twenty, and is the first number there unless
  the answer carries a catalogue whose value is the same number.
- **list, max, min**: the papers named (titles in the text, and citations) are exactly the expected ones; where the
  catalogue of the answer holds exactly the expected papers, naming some of them and nothing else of a long list is
  enough, and so is naming others beside all of them (runners-up).
- **value**: the value stands in the text; a date in one of its common spellings. Where there is no value, the right
  answer declines or names the gap.
- **digests_of**: every digest is named: its name, the part of it before the first ``_`` or ``-``, or its day.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Collection, Mapping

from evals.matching import match_form, occurs, occurs_any, title_key, without_markers
from evals.recompute import Expected
from ingest.paper import Paper
from rag.answer import Answer

_WORDS = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen"
    " eighteen nineteen twenty"
).split()
_NUMBER = re.compile(r"(?<![\w.\[])(\d+|" + "|".join(_WORDS) + r"|no|none)(?![\w\]]|\.\d)")


def numbers_said(text: str) -> list[int]:
    """Return the whole numbers of a text in order, words up to twenty included, citation markers not."""
    found = _NUMBER.findall(match_form(without_markers(text)))
    return [int(n) if n.isdigit() else 0 if n in ("no", "none") else _WORDS.index(n) for n in found]


def spellings(date: str) -> tuple[str, ...]:
    """Return the ways an ISO date, or one without a year (``--MM-DD``), is commonly written."""
    try:
        day = datetime.date.fromisoformat(date.replace("--", "2000-", 1) if date.startswith("--") else date)
    except ValueError:
        return (date,)
    months = (f"{day:%b}", f"{day:%B}", f"{day:%b}.")
    plain = [f"{month} {day.day}" for month in months] + [f"{day.day} {month}" for month in months]
    if date.startswith("--"):
        return (*plain, f"{day:%m-%d}")
    return (date, *(f"{p}, {day.year}" for p in plain), *(f"{p} {day.year}" for p in plain))


def papers_named(answer: Answer, papers: Mapping[str, Paper]) -> set[str]:
    """Return the ids of the papers cited or whose title stands in the text."""
    text = f" {title_key(answer.text)} "
    named = {c.paper_id for c in answer.citations}
    for key, paper_id in sorted(((title_key(p.title), i) for i, p in papers.items()), key=lambda pair: -len(pair[0])):
        if key and f" {key} " in text:
            named.add(paper_id)
            text = text.replace(f" {key} ", " | ")
    return named


def _count(expected: Expected, answer: Answer) -> tuple[bool, str]:
    right = int(expected.values[0])
    said = numbers_said(answer.text)
    if right not in said:
        return False, f"{right} is not in the text"
    computed = numbers_said(answer.catalogue.value) if answer.catalogue else said[:1]
    return right in computed[:1], f"expected {right}; computed {computed[:1] or 'nothing'}"


def _papers(expected: Expected, answer: Answer, papers: Mapping[str, Paper]) -> tuple[bool, str]:
    named, right = papers_named(answer, papers), set(expected.paper_ids)
    counted = set(answer.catalogue.paper_ids) if answer.catalogue else set()
    ok = named == right or (counted == right and bool(named) and (named <= right or right <= named))
    missed, astray = _titles(right - named, papers), _titles(named - right, papers)
    return ok, f"{len(right)} papers expected; not named: {missed}; named beside: {astray}"


def _titles(ids: Collection[str], papers: Mapping[str, Paper]) -> str:
    return "; ".join(sorted(papers[i].title if i in papers else i for i in ids)) or "none"


def _value(expected: Expected, answer: Answer) -> tuple[bool, str]:
    if not expected.values:
        return answer.abstained or bool(answer.missing), "no value is known; it should say so"
    value = expected.values[0]
    accepted = spellings(value) if "-" in value else (value,)
    return occurs_any(accepted, without_markers(answer.text)), f"expected {value}"


def _digests(expected: Expected, answer: Answer, papers: Mapping[str, Paper]) -> tuple[bool, str]:
    days = {a.digest: a.day for i in expected.paper_ids for a in papers[i].appearances}
    unnamed = [
        digest
        for digest in expected.values
        if not occurs_any((digest, re.split(r"[_-]", digest, maxsplit=1)[0]), answer.text)
        and not (days.get(digest) and any(occurs(s, answer.text) for s in spellings(days[digest])))
    ]
    return not unnamed, f"digests not named: {', '.join(unnamed) or 'none'}"


def catalogue_score(expected: Expected, answer: Answer, papers: Mapping[str, Paper]) -> tuple[float, str]:
    """Return 1 or 0 by the rules above, and why."""
    if expected.operation == "count":
        ok, why = _count(expected, answer)
    elif expected.operation == "value":
        ok, why = _value(expected, answer)
    elif expected.operation == "digests_of":
        ok, why = _digests(expected, answer, papers)
    else:
        ok, why = _papers(expected, answer, papers)
    return float(ok), why
