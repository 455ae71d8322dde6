"""Orders over the catalogue: the oldest, the second newest, the five with the most authors, all by date."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from ingest.paper import Paper
from rag.catalogue.computed import Computed, Line, enumerated, inferred_words, plural, quoted
from rag.catalogue.fields import BY_NAME, Field, Value, field_asked
from rag.catalogue.scope import Scope
from rag.questions.numbers import NUMBER, ORDINAL, number_of, ordinal_word
from rag.questions.phrases import THING

_THAN_ALL = r"(?=\s+(?:authors|comments)\b.{0,20}\bthan\s+(?:the\s+(?:rest|others)|any|all)\b)"
_HIGH = rf"most(?: recent(?:ly)?)?|largest|biggest|highest|newest|latest|maximum|longest|more{_THAN_ALL}"
_LOW = rf"fewest|least(?: recent(?:ly)?)?|smallest|lowest|oldest|earliest|minimum|shortest|fewer{_THAN_ALL}"
_EXTREME = re.compile(
    rf"(?<!\bat )\b(?:(?P<high>{_HIGH})|(?P<low>{_LOW}))\b"
    r"|\b(?P<first>published first|came (?:out )?first|first (?:paper|one) (?:to be )?published)\b"
    r"|\b(?P<last>published last|came (?:out )?last|last (?:paper|one) (?:to be )?published)\b",
    re.IGNORECASE,
)
_OF_DATES = re.compile(r"newest|latest|recent|oldest|earliest|first|last|date|chrono", re.IGNORECASE)
_DEGREE = rf"(?:{_HIGH}|{_LOW})"
_NTH = re.compile(rf"\b(?P<n>{ORDINAL}|next)[- ]+(?={_DEGREE}\b)", re.IGNORECASE)
_FEW = re.compile(
    rf"\b(?:top|first|last|latest|newest|oldest|earliest|most recent)\s+(?P<a>{NUMBER})\b"
    rf"|\b(?P<b>{NUMBER})\s+(?:[\w-]+\s+)?(?={_DEGREE}\b)"
    rf"|\b(?P<c>{NUMBER})\s+{THING}\s+(?:with|having|that have|by|which have)\s+(?:the\s+)?(?={_DEGREE}\b)",
    re.IGNORECASE,
)
_SEVERAL = re.compile(
    r"\b(?:newest|latest|oldest|earliest|most recent|longest|shortest)\s+"
    r"(?:papers|articles|works|studies|ones|titles|abstracts)\b"
    r"|\b(?:papers|articles|works|studies|ones) are (?:the )?(?:newest|latest|oldest|earliest|most recent)",
    re.IGNORECASE,
)
_SORTED = re.compile(
    r"\b(?:sort|order|rank|arrang)(?:ed|ing|e)?\b.{0,60}?\b(?:by|from)\b|\bchronological|\b(?:newest|oldest) first\b"
    r"|\bby (?:publication )?date\b|\bby (?:the )?number of (?:authors|comments)\b",
    re.IGNORECASE,
)
_RISING = re.compile(
    r"chronological|oldest first|earliest first|ascending|fewest first|from the oldest|increasing", re.I
)
_TOP = re.compile(r"\btop\b", re.IGNORECASE)
_FEW_BY_DEFAULT = 5
_NAMED = 10


@dataclass(frozen=True)
class Ranking:
    """An order asked for."""

    field: Field
    lowest: bool
    place: int = 1
    """Which one in the order, from 1."""
    count: int = 1
    """How many from there on; 0 for all."""


def read_ranking(text: str) -> Ranking | None:
    """Read the order that a question asks for; ``None`` where it asks for none."""
    extreme = _EXTREME.search(text)
    sorts = _SORTED.search(text)
    field = _field(text, extreme or sorts)
    if field is None:
        return None
    if sorts:
        return Ranking(field, _RISING.search(text) is not None, count=_few(text))
    if extreme is None:
        return Ranking(field, lowest=False, count=_few(text)) if _TOP.search(text) and _few(text) else None
    lowest = bool(extreme["low"] or extreme["first"])
    if nth := _NTH.search(text):
        return Ranking(field, lowest, place=2 if nth["n"].lower() == "next" else number_of(nth["n"]))
    if few := _few(text):
        return Ranking(field, lowest, count=few)
    return Ranking(field, lowest, count=_FEW_BY_DEFAULT if _SEVERAL.search(text) else 1)


def _field(text: str, asked: re.Match[str] | None) -> Field | None:
    """Return the metadata to order by: the one the degree itself is of ("newest"), else the first named after it."""
    if asked and _OF_DATES.search(asked.group()):
        return BY_NAME["published"]
    return (field_asked(text[asked.start() :]) if asked else None) or field_asked(text)


def _few(text: str) -> int:
    """Return how many are asked for; 0 where the text does not say."""
    few = _FEW.search(text)
    return number_of(few["a"] or few["b"] or few["c"]) if few else 0


def ranked(text: str, scope: Scope) -> Computed | None:
    """Answer a question after an order; ``None`` where the text asks for none."""
    ranking = read_ranking(text)
    if ranking is None:
        return None
    field, name = ranking.field, f"{'min' if ranking.lowest else 'max'}_{ranking.field.name}"
    known = [(value, paper) for paper in scope.papers if (value := field.value(paper)) is not None]
    unknown = len(scope.papers) - len(known)
    if not known:
        said = f"None of {scope.named()} has {field.having}." if scope.papers else scope.none()
        return Computed(name, "", said, (), len(scope.papers), unknown, " ".join(scope.caveats))
    order = sorted(known, key=lambda pair: pair[0], reverse=not ranking.lowest)
    caveats = list(scope.caveats)
    if unknown and not scope.unknown:
        has = "has" if len(known) == 1 else "have"
        caveats.insert(
            0, f"{len(known)} of {len(scope.papers)} papers {has} {field.having}; the others are not counted."
        )
    found = _several(ranking, order) if ranking.count != 1 else _one(ranking, order, name)
    return replace(
        found, considered=len(scope.papers), unknown=unknown, caveat=" ".join([*caveats, found.caveat]).strip()
    )


def _one(ranking: Ranking, order: Sequence[tuple[Value, Paper]], name: str) -> Computed:
    """Answer with the paper at one place, and those that tie with it."""
    field, place = ranking.field, ranking.place
    if place > len(order):
        has = "has" if len(order) == 1 else "have"
        return Computed(name, "", f"Only {plural(len(order), 'paper')} {has} {field.having}.", (), 0)
    best = order[place - 1][0]
    papers = tuple(paper for value, paper in order if value == best)
    nth = "" if place == 1 else f"{ordinal_word(place)} "
    return Computed(
        name if place == 1 else f"{name}_{place}",
        str(best),
        _said(field, ranking.lowest, nth, best, papers),
        papers,
        0,
        cited=papers[:_NAMED],
    )


def _said(field: Field, lowest: bool, nth: str, best: Value, papers: Sequence[Paper]) -> str:
    named = enumerated([quoted(paper) for paper in papers[:_NAMED]])
    more = f" and {len(papers) - _NAMED} more" if len(papers) > _NAMED else ""
    called = field.low if lowest else field.high
    if field.name == "published":
        verb = "is" if len(papers) == 1 else "are"
        return f"The {nth}{called} {verb} {named}{more}, dated {best}{inferred_words(papers[0])}."
    verb = "has" if len(papers) == 1 else "have"
    return f"{named}{more} {verb} {called.replace('the ', f'the {nth}')}: {_measure(field, best)}."


def _measure(field: Field, value: Value) -> str:
    return field.said(value) if field.name in ("title", "abstract") else str(value)


def _several(ranking: Ranking, order: Sequence[tuple[Value, Paper]]) -> Computed:
    """Answer with the first few of an order, or all."""
    field = ranking.field
    shown = order[: ranking.count or len(order)]
    tied = [paper for value, paper in order[len(shown) :] if value == shown[-1][0]]
    caveat = f"{plural(len(tied), 'more paper')} {'ties' if len(tied) == 1 else 'tie'} with the last." if tied else ""
    called = field.low if ranking.lowest else field.high
    if not ranking.count:
        by = "date" if field.name == "published" else f"number of {field.name}"
        statement = f"{plural(len(shown), 'paper')} by {by}, {'lowest' if ranking.lowest else 'highest'} first:"
        statement = statement.replace("lowest", "oldest").replace("highest", "newest") if by == "date" else statement
    elif field.name == "published":
        statement = f"The {len(shown)} {called}:" if len(shown) > 1 else f"The {called}:"
    else:
        statement = f"The {plural(len(shown), 'paper')} with {called}:"
    lines = tuple(Line(f"{paper.title} ({field.said(value)}{_year(field, paper)})", paper) for value, paper in shown)
    papers = tuple(paper for _, paper in shown)
    values = ", ".join(str(value) for value, _ in shown)
    return Computed(f"order_{field.name}", values, statement, papers, 0, caveat=caveat, lines=lines)


def _year(field: Field, paper: Paper) -> str:
    return ", year inferred" if field.name == "published" and paper.year_inferred else ""
