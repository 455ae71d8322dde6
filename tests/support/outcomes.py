"""What a reader may get when a model or its server fails: the outcomes, and what each is held to.

``extractive``
    The papers' own sentences stand in place of the model's; a note says what failed and what to do next.
``kept``
    What the model wrote and was grounded so far is kept; a note says what failed. A sentence that was cut off is
    unsupported, whatever its words.
``declined``
    The question is declined, with the nearest papers.
``judged``
    The model's answer is shown, each sentence with its verdict. What no abstract carries is marked as unsupported.
``answered``
    As if nothing had happened.

In no case is there a traceback or a hang (each answer has :data:`SECONDS`), a marker that points nowhere, a quote that
is not in its abstract, or a sentence shown as supported that is not.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, Literal

from rag import Answer, Assistant
from rag.answer import Sentence
from rag.generation.sources import sources_of
from rag.ollama import OllamaWriter
from tests.support.answers import check_answer
from tests.support.ollama_double import CHAT, OllamaDouble
from tests.support.shelf import BY_ID, FROG

SECONDS = 20.0
FALSE = "It reaches 99.9% accuracy on PondBench, against 12.1% for the best baseline."
MODES = ("select", "write", "plain")
Mode = Literal["select", "write", "plain"]
Outcome = Literal["extractive", "kept", "declined", "judged", "answered"]


def writer_for(double: OllamaDouble, **more: Any) -> OllamaWriter:
    return replace(OllamaWriter(CHAT.name, double.url, 8192, 4.0), **more)


def within(seconds: float, ask: Callable[[], Answer]) -> Answer:
    """Return an answer that must come in time."""
    found: list[Answer] = []
    thread = threading.Thread(target=lambda: found.append(ask()), daemon=True)
    thread.start()
    thread.join(seconds)
    assert found, "it hangs, or an error reached the reader"
    return found[0]


def form(mode: Mode, *sentences: str, source: int = 1, numbers: Sequence[int] = ()) -> str:
    """Return sentences in the form that a way of answering asks for, or the numbers of sentences."""
    if mode == "plain":
        return " ".join(f"{sentence} [{source}]" for sentence in sentences)
    if mode == "write":
        items = [{"source": source, "words": s.rstrip("."), "sentence": s} for s in sentences]
        return json.dumps({"sentences": items, "missing": []})
    return json.dumps({"sentences": list(numbers)})


def number_of(sentence: str) -> int:
    """Return the number under which a sentence of the first paper is shown."""
    return sources_of([FROG])[0].sentences.index(sentence) + 1


def check(answer: Answer, outcome: Outcome, plain: Assistant, note: str = "") -> None:
    """Hold an answer to the outcome of its row, and to what holds in every row."""
    check_answer(answer, BY_ID)
    assert all(_is_carried(sentence) for sentence in answer.sentences if sentence.support == "supported")
    assert not any(junk in answer.text for junk in ("[99]", "Traceback", '{"', "HACKED"))
    notes = " ".join(answer.provenance.notes)
    assert note in notes
    if outcome == "extractive":
        assert (answer.generator, answer.text) == ("extractive", plain.ask(answer.question).text)
        assert notes
    else:
        assert answer.generator == f"ollama/{CHAT.name}"
    assert answer.abstained == (outcome == "declined")
    if outcome == "kept":
        assert notes
    if outcome == "answered":
        assert {s.support for s in answer.sentences} == {"supported"}


def _is_carried(sentence: Sentence) -> bool:
    """Tell whether a sentence repeats its evidence, which is all that the doubles here write that is true."""
    return any(sentence.text.rstrip(".") in e.quote or e.quote in sentence.text for e in sentence.evidence)
