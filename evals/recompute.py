"""Catalogue questions computed a second time, plainly, from the papers as they were read.

A fact row's ``recompute`` is one of::

    {"op": "count" | "list", "where": {...}}
    {"op": "max" | "min", "field": "authors" | "comments" | "published", "where": {...}}   all papers that tie
    {"op": "value", "paper": TITLE, "field": "authors" | "comments" | "published"}
    {"op": "digests_of", "paper": TITLE}

``where`` (all must hold; ``{}`` is every paper): ``digest`` (a digest's name, or what stands in it before the first
``_`` or ``-``), ``digests_min``, ``published_after`` (that day or later), ``published_before`` (earlier than that day),
``published_year``, ``has_code`` (the abstract links to a code host), ``authors_min``, ``authors_max``,
``title_contains``. A paper that lacks what a condition asks for, such as a date without a year, does not meet it; an
inferred year counts as the year.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from evals.matching import match_form, title_key
from ingest.paper import Paper

_CODE = re.compile(r"(?:github|gitlab)\.com/|bitbucket\.org/|codeberg\.org/|anonymous\.4open\.science/", re.IGNORECASE)
FIELDS = ("authors", "comments", "published")
OPERATIONS = ("count", "list", "max", "min", "value", "digests_of")


class CannotRecompute(ValueError):
    """The specification is wrong, or names a paper or digest that these papers lack."""


@dataclass(frozen=True)
class Expected:
    """What the catalogue says: a count, a value or names as ``values``, and the papers it is about."""

    operation: str
    values: tuple[str, ...]
    paper_ids: tuple[str, ...]


def has_code(paper: Paper) -> bool:
    """Whether the abstract links to a code host."""
    return _CODE.search(paper.abstract) is not None


def in_digest(paper: Paper, name: str) -> bool:
    """Whether the paper stands in the digest of that name or that leading part of a name."""
    return any(name in (digest, re.split(r"[_-]", digest, maxsplit=1)[0]) for digest in paper.digests)


def known_date(paper: Paper) -> str:
    """Return the ISO date, empty where the year is not known."""
    return paper.published if paper.published[:1].isdigit() else ""


_CONDITIONS: Mapping[str, Callable[[Paper, Any], bool]] = {
    "digest": lambda p, v: in_digest(p, v),
    "digests_min": lambda p, v: len(p.digests) >= v,
    "published_after": lambda p, v: known_date(p) >= v,
    "published_before": lambda p, v: known_date(p) != "" and known_date(p) < v,
    "published_year": lambda p, v: known_date(p)[:4] == str(v),
    "has_code": lambda p, v: has_code(p) is v,
    "authors_min": lambda p, v: p.authors is not None and p.authors >= v,
    "authors_max": lambda p, v: p.authors is not None and p.authors <= v,
    "title_contains": lambda p, v: match_form(v) in match_form(p.title),
}


def select(papers: Sequence[Paper], where: Mapping[str, Any]) -> list[Paper]:
    """Return the papers that meet every condition.

    Raises:
        CannotRecompute: a condition is unknown, or no paper is in the digest named.
    """
    if unknown := sorted(set(where) - set(_CONDITIONS)):
        raise CannotRecompute(f"unknown condition {unknown[0]!r}; known: {', '.join(_CONDITIONS)}")
    if "digest" in where and not any(in_digest(p, where["digest"]) for p in papers):
        raise CannotRecompute(f"no paper is in a digest {where['digest']!r}")
    return [p for p in papers if all(_CONDITIONS[key](p, value) for key, value in where.items())]


def _field(paper: Paper, name: str) -> Any:
    if name not in FIELDS:
        raise CannotRecompute(f"unknown field {name!r}; known: {', '.join(FIELDS)}")
    return known_date(paper) or None if name == "published" else getattr(paper, name)


def _paper(papers: Sequence[Paper], title: str) -> Paper:
    key = title_key(title)
    for paper in papers:
        if title_key(paper.title) == key:
            return paper
    raise CannotRecompute(f"there is no paper {title!r}")


def _extreme(spec: Mapping[str, Any], chosen: Sequence[Paper]) -> Expected:
    operation, name = spec["op"], spec.get("field", "")
    known = [(value, p) for p in chosen if (value := _field(p, name)) is not None]
    if not known:
        raise CannotRecompute(f"no paper has {name!r}")
    best = (max if operation == "max" else min)(value for value, _ in known)
    return Expected(operation, (str(best),), tuple(p.paper_id for value, p in known if value == best))


def recompute(spec: Mapping[str, Any], papers: Sequence[Paper]) -> Expected:
    """Compute what a row's ``recompute`` asks for.

    Raises:
        CannotRecompute: the specification is wrong, or these papers cannot answer it.
    """
    operation = spec.get("op")
    if operation not in OPERATIONS:
        raise CannotRecompute(f"unknown operation {operation!r}; known: {', '.join(OPERATIONS)}")
    if operation in ("value", "digests_of"):
        paper = _paper(papers, str(spec.get("paper", "")))
        if operation == "digests_of":
            return Expected(operation, paper.digests, (paper.paper_id,))
        name = str(spec.get("field", ""))
        value = paper.published if name == "published" else _field(paper, name)
        return Expected(operation, () if value in (None, "") else (str(value),), (paper.paper_id,))
    chosen = select(papers, spec.get("where", {}))
    if operation in ("max", "min"):
        return _extreme(spec, chosen)
    ids = tuple(p.paper_id for p in chosen)
    return Expected(operation, (str(len(chosen)),) if operation == "count" else (), ids)
