"""Sums over the catalogue: averages, medians, totals, the span of dates."""

from __future__ import annotations

import re
from statistics import mean, median

from rag.catalogue.computed import Computed, capital, quoted
from rag.catalogue.fields import BY_NAME, field_asked
from rag.catalogue.scope import Scope

_AVERAGE = re.compile(r"\b(?:average|averages|mean|median|typical(?:ly)?|on average|usual(?:ly)?)\b", re.IGNORECASE)
_TOTAL = re.compile(
    r"\btotal (?:number of |count of )?(?:authors|comments)\b|\bsum of\b"
    r"|\b(?:authors|comments)\b.{0,60}\b(?:in all|in total|altogether|all together|combined|overall|taken together)\b"
    r"|\bhow many (?:authors|comments|people|researchers)\b.{0,30}\b(?:wrote|have|are)?\b.{0,30}"
    r"\b(?:all|library|collection|in total|altogether|papers|digests?)\b",
    re.IGNORECASE,
)
_SPAN = re.compile(
    r"\b(?:date|time|year|publication) ?(?:range|span|frame|period)\b|\brange of (?:dates|years)\b"
    r"|\b(?:what|which) (?:period|years?|dates|time|timespan)\b.{0,40}\b(?:cover|span|range|come from|stem|fall)"
    r"|\bhow (?:far back|old are)\b|\bspan of (?:time|years|dates)\b",
    re.IGNORECASE,
)


def summed(text: str, scope: Scope) -> Computed | None:
    """Answer a question after an average, a total or the span of dates; ``None`` where the text asks for none."""
    if _SPAN.search(text):
        return _span(scope)
    field = field_asked(text)
    if field is None or field.name == "published" or not (_AVERAGE.search(text) or _TOTAL.search(text)):
        return None
    known = [int(value) for paper in scope.papers if (value := field.value(paper)) is not None]
    papers = tuple(paper for paper in scope.papers if field.value(paper) is not None)
    unknown = len(scope.papers) - len(known)
    if not known:
        said = f"None of {scope.named()} has {field.having}." if scope.papers else scope.none()
        return Computed(f"mean_{field.name}", "", said, (), len(scope.papers), unknown)
    whose = f"{len(known)} of {scope.named()} have {field.having}" if unknown else capital(scope.named())
    noun = field.name if field is not BY_NAME["title"] and field is not BY_NAME["abstract"] else "words"
    if _AVERAGE.search(text):
        middle = mean(known)
        said = f"{_figure(middle)} {noun} on average (median {_figure(median(known))}, {min(known)} to {max(known)})"
        operation, value = f"mean_{field.name}", _figure(middle)
    else:
        said, operation, value = f"{sum(known)} {noun} in all", f"sum_{field.name}", str(sum(known))
    statement = f"{whose}: {said}." if unknown else f"{whose} have {said}."
    caveat = "Someone with several papers is counted once for each." if operation == "sum_authors" else ""
    return Computed(
        operation, value, statement, papers, len(scope.papers), unknown, " ".join([caveat, *scope.caveats]).strip()
    )


def _span(scope: Scope) -> Computed:
    known = sorted((date, paper.title, paper) for paper in scope.papers if (date := paper.date))
    unknown = len(scope.papers) - len(known)
    if not known:
        said = f"None of {scope.named()} has a date with its year." if scope.papers else scope.none()
        return Computed("span_published", "", said, (), len(scope.papers), unknown)
    (first, _, oldest), (last, _, newest) = known[0], known[-1]
    statement = f"They are dated {first} ({quoted(oldest)}) to {last} ({quoted(newest)})."
    caveat = f"{len(known)} of {len(scope.papers)} papers have a date with its year." if unknown else ""
    ends = (oldest, newest)
    return Computed(
        "span_published", f"{first} to {last}", statement, ends, len(scope.papers), unknown, caveat, cited=ends
    )


def _figure(number: float) -> str:
    return f"{number:.1f}".removesuffix(".0")
