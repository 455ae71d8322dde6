"""Filters: which papers a question is about, said by the caller or in the question."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from typing import Any

from ingest.errors import UsageError
from ingest.links import is_code
from ingest.paper import Paper
from rag.questions.times import spoken


@dataclass(frozen=True)
class Filters:
    """Conditions a paper must meet, all of them. An empty one admits every paper."""

    digest: str = ""
    """Name of a digest."""
    published_after: str = ""
    """ISO date: published on that day or later. A paper whose date is unknown does not pass."""
    published_before: str = ""
    """ISO date: published before that day."""
    has_code: bool | None = None
    """With (or without) a link to a code repository in the abstract."""

    @classmethod
    def of(cls, given: Mapping[str, Any] | None) -> Filters:
        """Read filters as a caller gives them.

        Raises:
            UsageError: an unknown filter, or a date that is none.
        """
        given = {k: v for k, v in (given or {}).items() if v not in (None, "")}
        if unknown := sorted(set(given) - set(cls.__dataclass_fields__)):
            known = ", ".join(cls.__dataclass_fields__)
            raise UsageError(f"There is no filter {unknown[0]!r}.", f"Known filters: {known}.")
        for name in ("published_after", "published_before"):
            if name in given and not _is_date(str(given[name])):
                raise UsageError(f"The filter {name} = {given[name]!r} is no date.", "Give YYYY-MM-DD.")
        if not isinstance(given.get("has_code", True), bool):
            raise UsageError(f"The filter has_code = {given['has_code']!r} is neither true nor false.", "Give a bool.")
        if not isinstance(given.get("digest", ""), str):
            raise UsageError(f"The filter digest = {given['digest']!r} is no name.", "See: citetrail papers")
        return cls(**given)

    @property
    def dated(self) -> bool:
        """Whether a date is asked for."""
        return bool(self.published_after or self.published_before)

    def merged(self, other: Filters) -> Filters:
        """Return these filters with the gaps filled from another's."""
        return Filters(**{**other.to_dict(), **self.to_dict()})

    def admit(self, paper: Paper) -> bool:
        """Tell whether a paper passes."""
        if self.digest and self.digest not in paper.digests:
            return False
        if self.has_code is not None and any(map(is_code, paper.links)) is not self.has_code:
            return False
        if not self.dated:
            return True
        return paper.date is not None and self.published_after <= paper.date < (self.published_before or "9999")

    def contradicts(self, paper: Paper) -> bool:
        """Tell whether a paper is known not to pass; one whose date is unknown may."""
        return not self.admit(paper) and (not self.dated or paper.date is not None)

    def to_dict(self) -> dict[str, Any]:
        """Return the conditions that are set."""
        return {k: v for k, v in asdict(self).items() if v not in (None, "")}

    def __bool__(self) -> bool:
        """Tell whether any condition is set."""
        return bool(self.to_dict())


def filter_words(filters: Filters) -> str:
    """Say filters in words, as an answer echoes them."""
    said = []
    if filters.digest:
        said.append(f"in the digest {filters.digest}")
    if filters.dated:
        said.append(f"dated {spoken(filters.published_after, filters.published_before)}")
    if filters.has_code is not None:
        said.append("with a link to code" if filters.has_code else "without a link to code")
    return ", ".join(said)


def looking_only(filters: Filters, papers: Sequence[Paper]) -> str:
    """Say which papers are looked at, and how many are left out because they do not tell what is asked for."""
    passing, unknown = sum(map(filters.admit, papers)), _untold(filters, papers)
    said = f"Looking only at the {passing} paper{'s' * (passing != 1)} {filter_words(filters)}"
    return f"{said}; {unknown} more have no date with its year." if unknown else f"{said}."


def nothing_passes(filters: Filters, papers: Sequence[Paper]) -> str:
    """Say that no paper passes: "None of the 30 papers in the digest 002 is dated 2019."."""
    of_digest = Filters(digest=filters.digest)
    rest = replace(filters, digest="")
    within = [paper for paper in papers if of_digest.admit(paper)] if rest else papers
    where = f" {filter_words(of_digest)}" if filters.digest and rest else ""
    words = filter_words(rest or filters)
    said = f"None of the {len(within)} papers{where} {'comes' if words.startswith('with') else 'is'} {words}"
    unknown = _untold(filters, papers)
    return f"{said}; for {unknown} of them the digests give no date with its year." if unknown else f"{said}."


def _untold(filters: Filters, papers: Sequence[Paper]) -> int:
    """Return how many papers fail for want of a date alone."""
    if not filters.dated:
        return 0
    others = replace(filters, published_after="", published_before="")
    return sum(others.admit(paper) and paper.date is None for paper in papers)


def _is_date(text: str) -> bool:
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False
