"""Follow-ups to a question of the catalogue: "and in digest 1?", "and planning?", "how many of those have code?"."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ingest.paper import Paper
from rag.answer import Turn
from rag.catalogue.conditions import conditions, without_conditions
from rag.catalogue.phrasing import read_terms
from rag.catalogue.ranking import read_ranking
from rag.questions.digests import named_digests, without_digests
from rag.questions.phrases import CODE, NO_CODE
from rag.questions.pointers import ASKED_PAPERS
from rag.questions.question import kind_of
from rag.questions.times import STATED

_AND = re.compile(
    r"^\W*(?:(?:and|but|ok(?:ay)?|so|also|now|what about|how about|same for|only)\b,?\s*)+", re.IGNORECASE
)
_OF_THOSE = re.compile(r"\bof (?:them|those|these)\b", re.IGNORECASE)
_MORE = re.compile(r"^and \d+ more\.", re.MULTILINE)
_POINTS = re.compile(
    r"\b(?:it|its|they|their|them|this|that|those|these|one|ones|the (?:other|last|first))\b", re.IGNORECASE
)
_BE = re.compile(r"^(?:are|were|is|there)\b", re.IGNORECASE)
_SHORT = 8
"""Words up to which a question is taken to vary the one before."""


def continued(text: str, history: Sequence[Turn], papers: Sequence[Paper]) -> str:
    """Return the whole of a question that varies a computed one before it; empty where it does not.

    Args:
        text: the question.
        history: the conversation so far, oldest first.
        papers: the library's papers, whose digests can be named.
    """
    before, answer = "", ""
    for turn in history:
        if turn.role == "user":
            before = _varied(turn.content, before, answer, papers) or turn.content
        else:
            answer = turn.content
    if (next_one := _next_in_order(text)) and any(t.role == "user" and read_ranking(t.content) for t in history):
        return next_one
    return _varied(text, before, answer, papers)


def _next_in_order(text: str) -> str:
    """Return a question that names a place in an order alone ("and the second oldest?") as one of papers."""
    said = _said(text)
    return f"{said} paper?" if said and read_ranking(said) and not re.search(r"\bpapers?\b", said) else ""


def _said(text: str) -> str:
    """Return what a question says after its "and" or "what about"; empty where it is not so short a variation."""
    whole = text.strip(" ?.!")
    said = _AND.sub("", whole)
    return "" if said == whole or len(said.split()) > _SHORT or _POINTS.search(said) else said


def _varied(text: str, before: str, answer: str, papers: Sequence[Paper]) -> str:
    """Return a question with what it leaves unsaid taken from the one before; empty where that is not of papers."""
    kind = kind_of(before)
    if _OF_THOSE.search(text):
        named = kind in ("count", "metadata", "list") and not _MORE.search(answer)
        return _among(text, before) if kind in ("count", "metadata", "list", "overview") and not named else ""
    said = _said(text)
    return _replaced(said, before, papers) if said and kind in ("count", "metadata") and not read_ranking(said) else ""


def _among(text: str, before: str) -> str:
    """Ask of all the papers that the question before was about: an answer names only some of many."""
    asked = _BE.sub("", ASKED_PAPERS.sub("", before).strip(" ?.!"))
    return f"{_OF_THOSE.sub('papers', text).strip(' ?.!')}, {asked}?"


def _replaced(said: str, before: str, papers: Sequence[Paper]) -> str:
    """Put what is said in the place of its like in the question before: a digest, a time, code, or a topic."""
    rest, terms = before.strip(" ?.!"), read_terms(without_digests(said, papers))
    if named_digests(said, papers):
        rest = without_digests(rest, papers)
    if STATED.search(said):
        rest = STATED.sub(" ", rest)
    if CODE.search(said) or NO_CODE.search(said):
        rest = NO_CODE.sub(" ", CODE.sub(" ", rest))
    if conditions(said, papers):
        rest = without_conditions(rest)
    if terms:
        for phrase in read_terms(without_digests(rest, papers)).phrases:
            rest = rest.replace(str(phrase), " ", 1)
    elif rest == before.strip(" ?.!") and not (
        named_digests(said, papers) or conditions(said, papers) or _filters(said)
    ):
        return ""
    return f"{' '.join(rest.replace(' ; ', ' ').split())} {said}?"


def _filters(said: str) -> bool:
    return any(pattern.search(said) for pattern in (STATED, CODE, NO_CODE))
