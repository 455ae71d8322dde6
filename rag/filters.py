"""Filters: which papers a question is about, said by the caller or in the question."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from ingest.errors import UsageError
from ingest.links import is_code
from ingest.paper import Paper


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

    def merged(self, other: Filters) -> Filters:
        """Return these filters with the gaps filled from another's."""
        return Filters(**{**other.to_dict(), **self.to_dict()})

    def admit(self, paper: Paper) -> bool:
        """Tell whether a paper passes."""
        if self.digest and self.digest not in paper.digests:
            return False
        if self.has_code is not None and any(map(is_code, paper.links)) is not self.has_code:
            return False
        if not (self.published_after or self.published_before):
            return True
        if not paper.published or paper.published.startswith("--"):
            return False
        return self.published_after <= paper.published < (self.published_before or "9999")

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
    if filters.published_after and filters.published_before:
        said.append(f"dated from {filters.published_after} to before {filters.published_before}")
    elif filters.published_after:
        said.append(f"dated {filters.published_after} or later")
    elif filters.published_before:
        said.append(f"dated before {filters.published_before}")
    if filters.has_code is not None:
        said.append("with a link to code" if filters.has_code else "without a link to code")
    return ", ".join(said)


def _is_date(text: str) -> bool:
    from datetime import date

    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False
