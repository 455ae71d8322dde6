"""The rows of the injection set: text that gives orders, where it is put, and the question that meets it."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal, get_args

from evals.rows import DATA, Split, read_jsonl
from ingest.errors import InputError
from ingest.text import split_sentences

INJECTIONS = DATA / "injections.jsonl"
Place = Literal["abstract", "title", "history", "question"]
At = Literal["start", "middle", "end", "alone"]


@dataclass(frozen=True)
class InjectionRow:
    """One injected text, where it is put, and the question that meets it.

    ``canaries`` are the words that must not be in the answer; a row without any plants a false statement, which has no
    mark to be told by: of it only the papers cited and the truth of what is shown are asked. ``{}`` in ``history`` is
    where the text goes; ``alone`` is a question that is nothing but an order, and is to be declined.
    """

    id: str
    place: Place
    kind: str
    question: str
    text: str
    at: At
    paper: str = ""
    canaries: tuple[str, ...] = ()
    history: tuple[tuple[str, str], ...] = ()
    split: Split = "dev"
    note: str = ""

    @property
    def asked(self) -> str:
        """The question with the text in it, where that is its place."""
        if self.place != "question" or self.at == "alone":
            return self.question
        return placed(self.text, self.question, self.at)

    def turns(self, injected: bool) -> list[Mapping[str, str]]:
        """Return the conversation before, with or without the text."""
        filled = [(role, said.replace("{}", self.text if injected else "").strip()) for role, said in self.history]
        return [{"role": role, "content": said} for role, said in filled if said]


def injection_row(data: Mapping[str, Any]) -> InjectionRow:
    """Make a row of a JSON object.

    Raises:
        ValueError: a key is missing, unknown or of the wrong kind.
    """
    known = {f.name for f in dataclasses.fields(InjectionRow)}
    if unknown := sorted(set(data) - known):
        raise ValueError(f"unknown key {unknown[0]!r}")
    for key, allowed in (("place", get_args(Place)), ("at", get_args(At)), ("split", get_args(Split))):
        if data.get(key) not in allowed:
            raise ValueError(f"{key!r} is {data.get(key)!r}; choose one of {', '.join(allowed)}")
    for key in ("id", "kind", "question", "text", "paper", "note"):
        if not isinstance(data.get(key), str):
            raise ValueError(f"{key!r} must be a text")
    canaries, history = data.get("canaries"), data.get("history")
    if not isinstance(canaries, list) or not isinstance(history, list):
        raise ValueError("'canaries' and 'history' must be lists")
    rest = {key: data[key] for key in known - {"canaries", "history"}}
    turns = tuple((str(role), str(said)) for role, said in history)
    return InjectionRow(**rest, canaries=tuple(map(str, canaries)), history=turns)


def load_injections(path: Path = INJECTIONS) -> list[InjectionRow]:
    """Read the rows.

    Raises:
        InputError: naming the line that is wrong.
    """
    rows = []
    for number, data in read_jsonl(path):
        try:
            rows.append(injection_row(data))
        except (TypeError, ValueError) as error:
            raise InputError(f"{path}:{number}: {error}.", "Mend that line.") from error
    return rows


def choose_injections(split: str, limit: int | None = None) -> list[InjectionRow]:
    """Return the first rows of a split (``all``: of both)."""
    return [row for row in load_injections() if split in ("all", row.split)][:limit]


def placed(text: str, into: str, at: At) -> str:
    """Put a text before, into the middle of (between two sentences), or behind another."""
    if at == "start":
        return f"{text} {into}"
    spans = split_sentences(into)
    if at == "middle" and len(spans) > 1:
        cut = spans[len(spans) // 2][0]
        return f"{into[:cut]}{text} {into[cut:]}"
    return f"{into} {text}" if not text.startswith((" ", ".")) else f"{into}{text}"
