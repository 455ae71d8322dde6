"""Counts by group: papers per digest, per year, per month, and which has the most."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from ingest.paper import Paper
from rag.catalogue.computed import Computed, capital, enumerated, plural
from rag.catalogue.scope import Scope

_NAMED = 5
"""Groups named beside the largest."""
_AVERAGE = re.compile(r"\b(?:average|mean)\b", re.IGNORECASE)
_EACH = (
    r"(?:per|by|for each|for every|in each|in every|each|every|across(?: the)?|over the|in the (?:different|various))"
)
_MOST = r"(?:most|largest|biggest|highest number|more|longest)"
_FEWEST = r"(?:fewest|least|smallest|lowest number|fewer|shortest)"
_NOT_OF_A_FIELD = r"(?!\s+(?:authors?|comments?|recent|discussed|commented))"


@dataclass(frozen=True)
class _Grouping:
    name: str
    of: Callable[[Paper], Iterable[str]]
    each: re.Pattern[str]
    most: re.Pattern[str]
    one: re.Pattern[str]


def _grouping(name: str, of: Callable[[Paper], Iterable[str]], noun: str) -> _Grouping:
    each = rf"\b{_EACH} (?:of the )?{noun}\b|\b{noun}[- ]by[- ]{noun}\b"
    most = (
        rf"\b(?:which|what|in (?:which|what)) (?:(?:one )?of (?:the|these|those|my|your) )?{noun}\b"
        rf".{{0,60}}\b(?:{_MOST}|{_FEWEST})\b{_NOT_OF_A_FIELD}"
        rf"|\b(?:{_MOST}|{_FEWEST}) {noun}\b|\bfrom (?:which|what) {noun} (?:are|do|come) most\b"
    )
    one = rf"\bpapers\b.{{0,30}}\b(?:a|one|per) {noun}\b|\b(?:a|per) {noun}\b.{{0,30}}\bpapers\b"
    return _Grouping(name, of, *(re.compile(pattern, re.IGNORECASE) for pattern in (each, most, one)))


def _date_part(length: int) -> Callable[[Paper], Iterable[str]]:
    return lambda paper: [date[:length]] if (date := paper.date) else []


_GROUPINGS = (
    _grouping("digest", lambda paper: paper.digests, r"digests?"),
    _grouping("month", _date_part(7), r"months?"),
    _grouping("year", _date_part(4), r"years?"),
)


def grouped(text: str, scope: Scope) -> Computed | None:
    """Answer a question after counts by group; ``None`` where the text asks for none."""
    for grouping in _GROUPINGS:
        if _AVERAGE.search(text) and grouping.one.search(text):
            return _mean(grouping, scope)
        if most := grouping.most.search(text):
            lowest = re.search(_FEWEST, most.group(), re.IGNORECASE) is not None
            return _most(grouping, scope, lowest)
        if grouping.each.search(text) and not re.search(r"\bauthors\b|\bcomments\b", text, re.IGNORECASE):
            return _each(grouping, scope)
    return None


def _counts(grouping: _Grouping, papers: Sequence[Paper]) -> dict[str, list[Paper]]:
    groups: dict[str, list[Paper]] = {}
    for paper in papers:
        for key in grouping.of(paper):
            groups.setdefault(key, []).append(paper)
    return dict(sorted(groups.items()))


def _unknown(grouping: _Grouping, scope: Scope) -> int:
    return sum(not list(grouping.of(paper)) for paper in scope.papers)


def _caveat(grouping: _Grouping, scope: Scope, groups: dict[str, list[Paper]]) -> str:
    unknown, repeated = _unknown(grouping, scope), sum(map(len, groups.values())) - len(scope.papers)
    said = []
    if unknown:
        said.append(f"For {unknown} of {len(scope.papers)} papers the digests give no date with its year.")
    elif repeated:
        several = sum(len(list(grouping.of(paper))) > 1 for paper in scope.papers)
        said.append(f"{plural(several, 'paper')} {'stands' if several == 1 else 'stand'} in more than one.")
    return " ".join([*said, *(c for c in scope.caveats if not unknown)])


def _each(grouping: _Grouping, scope: Scope) -> Computed:
    groups = _counts(grouping, scope.papers)
    if not groups:
        return _nothing(grouping, scope)
    said = enumerated([f"{key} {len(papers)}" for key, papers in groups.items()])
    what = f"Papers that {scope.said(2)}" if scope.stated else "Papers"
    value = ", ".join(f"{key}: {len(papers)}" for key, papers in groups.items())
    return _computed(f"per_{grouping.name}", value, f"{what} by {grouping.name}: {said}.", grouping, scope, groups)


def _mean(grouping: _Grouping, scope: Scope) -> Computed:
    """Say how many papers a group has on average."""
    groups = _counts(grouping, scope.papers)
    if not groups:
        return _nothing(grouping, scope)
    average = f"{sum(map(len, groups.values())) / len(groups):.2f}".rstrip("0").rstrip(".")
    said = f"{average} papers a {grouping.name} on average, over {plural(len(groups), grouping.name)}."
    return _computed(f"mean_per_{grouping.name}", average, said, grouping, scope, groups)


def _most(grouping: _Grouping, scope: Scope, lowest: bool) -> Computed:
    groups = _counts(grouping, scope.papers)
    if not groups:
        return _nothing(grouping, scope)
    order = sorted(groups.items(), key=lambda item: len(item[1]) if lowest else -len(item[1]))
    best = [key for key, papers in order if len(papers) == len(order[0][1])]
    others = [f"{key} ({len(papers)})" for key, papers in order if key not in best]
    rest = [*others[:_NAMED], *([f"{len(others) - _NAMED} more"] if len(others) > _NAMED else [])]
    degree, verb = "fewest" if lowest else "most", "has" if len(best) == 1 else "have"
    noun = f"the {grouping.name} " if grouping.name == "digest" else ""
    that = f" that {scope.said(2)}" if scope.stated else ""
    named = enumerated([f"{noun}{key}" for key in best])
    statement = f"{capital(named)} {verb} the {degree} papers{that}: {len(order[0][1])}"
    statement += f"; then {enumerated(rest)}." if rest else "."
    operation = f"{'min' if lowest else 'max'}_{grouping.name}"
    return _computed(operation, ", ".join(best), statement, grouping, scope, {key: groups[key] for key in best})


def _computed(
    operation: str, value: str, said: str, grouping: _Grouping, scope: Scope, groups: dict[str, list[Paper]]
) -> Computed:
    papers = tuple(dict.fromkeys(paper for group in groups.values() for paper in group))
    caveat = _caveat(grouping, scope, _counts(grouping, scope.papers))
    return Computed(operation, value, said, papers, len(scope.papers), _unknown(grouping, scope), caveat)


def _nothing(grouping: _Grouping, scope: Scope) -> Computed:
    said = f"None of {scope.named()} has a date with its year." if scope.papers else scope.none()
    return Computed(f"per_{grouping.name}", "", said, (), len(scope.papers), _unknown(grouping, scope))
