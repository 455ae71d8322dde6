"""A question of the shelf put to a model that says what it is told to, and a reader who does not wait for the end."""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator
from typing import Any

from rag import Answer, Assistant
from rag.answer import Event
from tests.support.answers import check_answer
from tests.support.llms import FakeWriter
from tests.support.shelf import BY_ID, QUESTION

Asking = Callable[..., Assistant]
"""The fixture ``asking``: opens the shelf for a writer, with settings of the test's own."""


def plainly(asking: Asking, written: Any, question: str = QUESTION, **settings: Any) -> Answer:
    """Return the answer made of prose."""
    writer = written if isinstance(written, FakeWriter) else FakeWriter(written)
    answer = asking(writer, answer_mode="plain", **settings).ask(question)
    check_answer(answer, BY_ID)
    return answer


def leave(events: Iterator[Event | Answer]) -> None:
    """Close a stream before its end, as when its reader goes away."""
    assert isinstance(events, Generator)
    events.close()
