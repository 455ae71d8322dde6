"""The rows of the fact set and the claim set, and how they are read.

Both are JSON Lines. A fact row asks something; a claim row states something about one paper. Papers are named by
their title, so that a row works with every library that holds the paper.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, Literal, TypeVar, cast

from ingest.errors import InputError

DATA = Path(__file__).parent / "data"
FACTS = DATA / "facts.jsonl"
CLAIMS = DATA / "claims.jsonl"

Split = Literal["dev", "test"]
SPLITS = ("dev", "test")
Row = TypeVar("Row", "FactRow", "ClaimRow")
TYPES = (
    "fact", "paraphrase", "list", "overview", "compare", "count", "metadata", "follow_up", "missing_detail", "absent",
    "false_premise", "injection", "typo", "language", "small_talk", "filter",
)  # fmt: skip
FAITHFUL = ("close", "free")
CORRUPTED = (
    "altered_number", "swapped_name", "flipped_direction", "changed_relation", "overclaim", "wrong_paper",
)  # fmt: skip
OPERATORS = FAITHFUL + CORRUPTED


@dataclass(frozen=True)
class FactRow:
    """One question (its last turn is scored) and what a right answer holds.

    ``gold``: titles of the papers that answer, or that an unanswerable question is about. ``maybe``: titles that count
    neither way. ``nuggets``: what the answer must contain, each with its accepted spellings. ``recompute``: how the
    answer follows from the catalogue (see :mod:`evals.recompute`).
    """

    id: str
    type: str
    turns: tuple[str, ...]
    gold: tuple[str, ...] = ()
    maybe: tuple[str, ...] = ()
    nuggets: tuple[tuple[str, ...], ...] = ()
    must_not: tuple[str, ...] = ()
    answerable: bool = True
    recompute: Mapping[str, Any] = field(default_factory=dict)
    split: Split = "dev"
    note: str = ""

    @property
    def question(self) -> str:
        """The turn that is scored."""
        return self.turns[-1]

    @property
    def titles(self) -> tuple[str, ...]:
        """Every paper the row cannot do without."""
        named = self.recompute.get("paper")
        return (*self.gold, *([named] if isinstance(named, str) else []))


@dataclass(frozen=True)
class ClaimRow:
    """One statement about ``paper`` (a title), faithful or corrupted by ``operator``."""

    id: str
    paper: str
    claim: str
    label: Literal["supported", "unsupported"]
    operator: str
    true_of: str = ""
    split: Split = "dev"
    note: str = ""

    @property
    def supported(self) -> bool:
        """Whether the paper says so."""
        return self.label == "supported"


def _need(ok: bool, problem: str) -> None:
    if not ok:
        raise ValueError(problem)


def _strings(data: Mapping[str, Any], key: str) -> tuple[str, ...]:
    value = data.get(key, [])
    _need(isinstance(value, list) and all(isinstance(v, str) and v for v in value), f"{key!r} must be a list of texts")
    return tuple(value)


def _text(data: Mapping[str, Any], key: str, default: str | None = None) -> str:
    value = data.get(key, default)
    _need(isinstance(value, str) and (bool(value) or default is not None), f"{key!r} must be a text")
    return cast(str, value)


def _choice(data: Mapping[str, Any], key: str, allowed: tuple[str, ...], default: str | None = None) -> str:
    value = data.get(key, default)
    _need(value in allowed, f"{key!r} is {value!r}; choose one of {', '.join(allowed)}")
    return cast(str, value)


def _known(data: Mapping[str, Any], kind: type[FactRow] | type[ClaimRow]) -> None:
    unknown = sorted(set(data) - {f.name for f in fields(kind)})
    _need(not unknown, f"unknown key {unknown[0]!r}" if unknown else "")


def fact_row(data: Mapping[str, Any]) -> FactRow:
    """Make a fact row of a JSON object.

    Raises:
        ValueError: a key is missing, unknown or of the wrong kind.
    """
    _known(data, FactRow)
    turns = _strings(data, "turns")
    _need(bool(turns), "'turns' must hold at least the question")
    groups = data.get("nuggets", [])
    _need(isinstance(groups, list) and all(isinstance(g, list) and g for g in groups), "'nuggets' must be lists")
    answerable = data.get("answerable", True)
    _need(isinstance(answerable, bool), "'answerable' must be true or false")
    recompute = data.get("recompute", {})
    _need(isinstance(recompute, dict), "'recompute' must be an object")
    return FactRow(
        id=_text(data, "id"),
        type=_choice(data, "type", TYPES),
        turns=turns,
        gold=_strings(data, "gold"),
        maybe=_strings(data, "maybe"),
        nuggets=tuple(_strings({"nuggets": group}, "nuggets") for group in groups),
        must_not=_strings(data, "must_not"),
        answerable=answerable,
        recompute=recompute,
        split=cast(Split, _choice(data, "split", SPLITS, "dev")),
        note=_text(data, "note", ""),
    )


def claim_row(data: Mapping[str, Any]) -> ClaimRow:
    """Make a claim row of a JSON object.

    Raises:
        ValueError: a key is missing, unknown or of the wrong kind.
    """
    _known(data, ClaimRow)
    label = _choice(data, "label", ("supported", "unsupported"))
    return ClaimRow(
        id=_text(data, "id"),
        paper=_text(data, "paper"),
        claim=_text(data, "claim"),
        label=cast(Literal["supported", "unsupported"], label),
        operator=_choice(data, "operator", OPERATORS),
        true_of=_text(data, "true_of", ""),
        split=cast(Split, _choice(data, "split", SPLITS, "dev")),
        note=_text(data, "note", ""),
    )


def read_jsonl(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield each line's number and object; blank lines are passed over.

    Raises:
        InputError: the file cannot be read, or a line is not a JSON object (its number is named).
    """
    try:
        lines = path.read_text(encoding="utf-8").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{path} could not be read: {error}.", "Give a JSON Lines file in UTF-8.") from error
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            data = json.loads(line)
        except json.JSONDecodeError as error:
            raise InputError(f"{path}:{number}: not JSON: {error.msg}.", "Mend that line.") from error
        if not isinstance(data, dict):
            raise InputError(f"{path}:{number}: not a JSON object.", "Write one object a line.")
        yield number, data


def _load(path: Path, make: Callable[[Mapping[str, Any]], Row]) -> list[Row]:
    rows: list[Row] = []
    seen: dict[str, int] = {}
    for number, data in read_jsonl(path):
        try:
            row = make(data)
        except ValueError as error:
            raise InputError(f"{path}:{number}: {error}.", "Mend that line.") from error
        if row.id in seen:
            raise InputError(f"{path}:{number}: id {row.id!r} stands in line {seen[row.id]} too.", "Rename one.")
        seen[row.id] = number
        rows.append(row)
    return rows


def load_facts(path: Path = FACTS) -> list[FactRow]:
    """Read a fact set.

    Raises:
        InputError: naming the line that is wrong.
    """
    return _load(path, fact_row)


def load_claims(path: Path = CLAIMS) -> list[ClaimRow]:
    """Read a claim set.

    Raises:
        InputError: naming the line that is wrong.
    """
    return _load(path, claim_row)
