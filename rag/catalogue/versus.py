"""Papers held against each other by their metadata: which of two is older, which has more authors."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ingest.paper import Paper
from rag.catalogue.computed import Computed, capital, enumerated, inferred_words, quoted
from rag.catalogue.fields import Field, Value, field_asked

_MORE = re.compile(
    r"\b(?:newer|later|more recent(?:ly)?|more|most|longer|newest|latest|last|larger|bigger)\b", re.IGNORECASE
)
_LESS = re.compile(
    r"\b(?:older|earlier|fewer|fewest|less|shorter|oldest|earliest|first|smaller|before)\b", re.IGNORECASE
)
_LEAST = 2


def versus(text: str, papers: Sequence[Paper]) -> Computed | None:
    """Answer which of some papers has more or less of something; ``None`` where the text does not ask that."""
    field = field_asked(text)
    lowest = _LESS.search(text) is not None
    if field is None or len(papers) < _LEAST:
        return None
    known = [(value, paper) for paper in papers if (value := field.value(paper)) is not None]
    operation = f"{'min' if lowest else 'max'}_{field.name}"
    if not (lowest or _MORE.search(text)):
        return _each(field, papers)
    lacking = [paper for paper in papers if field.value(paper) is None]
    told = [
        f"{quoted(p)} {_has(field, value)}{inferred_words(p) if field.name == 'published' else ''}"
        for value, p in known
    ]
    if lacking:
        gap = f"the digests give no {field.having.split(' ', 1)[1]} for {enumerated(list(map(quoted, lacking)))}"
        said = f"That cannot be said: {enumerated([*told, gap])}."
        return Computed(operation, "", said, tuple(papers), len(papers), len(lacking), cited=tuple(papers))
    values = [value for value, _ in known]
    if len(set(values)) == 1:
        said = f"Neither: {enumerated(told)}."
        return Computed(operation, str(values[0]), said, tuple(papers), len(papers), cited=tuple(papers))
    best = (min if lowest else max)(values, key=lambda v: (isinstance(v, str), v))
    winners = tuple(paper for value, paper in known if value == best)
    said = f"{enumerated(told)}: {enumerated(list(map(quoted, winners)))} {_verdict(field, lowest, len(papers))}."
    return Computed(operation, str(best), said, winners, len(papers), cited=tuple(papers))


def _each(field: Field, papers: Sequence[Paper]) -> Computed:
    """Say the value of each paper, where none is asked to be more than the others."""
    values = [field.value(paper) for paper in papers]
    what = field.having.split(" ", 1)[1]
    told = [
        f"{quoted(paper)} {_has(field, value)}"
        if value is not None
        else f"the digests give no {what} for {quoted(paper)}"
        for paper, value in zip(papers, values, strict=True)
    ]
    said = f"{capital(enumerated(told))}."
    shown = ", ".join("" if value is None else str(value) for value in values)
    return Computed(
        f"{field.name}_of", shown, said, tuple(papers), len(papers), values.count(None), cited=tuple(papers)
    )


def _has(field: Field, value: Value) -> str:
    return f"{'is' if field.name == 'published' else 'has'} {field.said(value)}"


def _verdict(field: Field, lowest: bool, count: int) -> str:
    if count > _LEAST:
        return f"{'is the' if field.name == 'published' else 'has'} {field.low if lowest else field.high}"
    if field.name == "published":
        return "is the older" if lowest else "is the newer"
    return f"has {'fewer' if lowest else 'more'}"
