"""The conversation in a prompt: shortened to its room, and a question that leans on it made to stand alone."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from contextlib import closing

from ingest.errors import ModelError
from ingest.text import split_sentences
from prompts import rendered
from rag.answer import Turn
from rag.grounding.markers import strip_markers
from rag.lexical import STOPWORDS, Analyzer
from rag.questions.phrases import OF_QUESTIONS
from rag.writer import Message, Writer

STANDALONE = "standalone"
_WHOLE_TURNS = 2
"""Last turns that are told whole where there is room."""
_LONGEST_TURN = 600
_READ_TURNS = 6
"""Turns that a model is given to make a question stand alone."""
_MOST_TOKENS = 200
_LONGER = 3
_LONGER_BY = 120
_LEAST_FAMILIAR = 0.75
"""Share of a rewritten question's words that must come from the question or the conversation."""
_analyzer = Analyzer()


def told_in(turns: Sequence[Turn], room: float, tokens: Callable[[str], float]) -> tuple[str, list[str]]:
    """Return the conversation as a prompt tells it, and a word on what was left out.

    The last question and answer are told as they were; of those before, each question and the first sentence of each
    answer; the oldest go first where the room does not do.

    Args:
        turns: oldest first.
        room: tokens it may have.
        tokens: measures a text.
    """
    early, late = turns[:-_WHOLE_TURNS], turns[-_WHOLE_TURNS:]
    told = [*map(_summed_up, early), *map(_told, late)]
    total = sum(map(tokens, told))
    left = 0
    while told and total > room:
        total -= tokens(told.pop(0))
        left += 1
    note = f"the oldest {left} of {len(turns)} turns of the conversation did not fit the model's window"
    return "\n".join(told), [note] if left else []


def _told(turn: Turn) -> str:
    text = " ".join(strip_markers(turn.content).split())
    return f"{turn.role}: {text if len(text) <= _LONGEST_TURN else text[:_LONGEST_TURN] + ' …'}"


def _summed_up(turn: Turn) -> str:
    if turn.role == "user":
        return _told(turn)
    text = " ".join(strip_markers(turn.content).split())
    first = split_sentences(text)[:1]
    return _told(Turn(turn.role, text[slice(*first[0])] if first else ""))


def standalone_messages(question: str, turns: Sequence[Turn]) -> list[Message]:
    """Render the prompt that asks to make a question stand alone."""
    history = "\n".join(map(_told, turns[-_READ_TURNS:]))
    return rendered(STANDALONE, history=history, question=question)


def rewritten(writer: Writer, question: str, turns: Sequence[Turn]) -> str:
    """Let a model make a question stand alone.

    Returns:
        The question in other words; empty where the model failed or gave something odd, so that the rule-based
        reading is to be kept.
    """
    written = ""
    try:
        with closing(writer.write(standalone_messages(question, turns), most=_MOST_TOKENS)) as pieces:
            for piece in pieces:
                written += piece.text if piece.kind == "text" else ""
                if len(written) > _longest(question):
                    return ""
    except ModelError:
        return ""
    return accepted(written, question, turns)


def accepted(written: str, question: str, turns: Sequence[Turn]) -> str:
    """Return a rewritten question where it can be one, else nothing.

    It is one line, not much longer than the question, and nearly all of its words come from the question or the
    conversation: what does not was made up, or is another language, or an answer.
    """
    lines = [line.strip() for line in written.strip().splitlines() if line.strip()]
    text = re.sub(r"^(?:standalone question|rewritten question|question)\s*:\s*", "", " ".join(lines), flags=re.I)
    text = text.strip("\"'“”‘’*` ")
    if len(lines) != 1 or not text or len(text) > _longest(question) or re.search(r"[{}<>]|\[\d+\]", text):
        return ""
    known = _words(" ".join([question, *(turn.content for turn in turns)]))
    words = _words(text)
    familiar = len(words & known) >= _LEAST_FAMILIAR * len(words)
    return text if words and familiar and _words(question) <= words | _words(_POINTING) else ""


_POINTING = "one ones second first third other another same paper papers method methods work authors thing"
"""Words that a question may lose when what they point to takes their place."""


def _longest(question: str) -> int:
    return _LONGER * len(question) + _LONGER_BY


def _words(text: str) -> set[str]:
    """Return the stems of a text's words, those of asking aside."""
    found = re.findall(r"[^\W_]+", text.lower())
    return {_analyzer.stem(word) for word in found if word not in STOPWORDS and word not in OF_QUESTIONS}
