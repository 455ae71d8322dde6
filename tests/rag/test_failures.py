"""What the reader gets when the model's server fails, row by row, over its own wire protocol.

The outcomes are those of :mod:`tests.support.outcomes`.
"""

from __future__ import annotations

import itertools
import threading
from dataclasses import dataclass, replace
from typing import Any

import pytest

from ingest.settings import Settings
from rag import Answer, Assistant, Token
from rag.ollama import OllamaWriter
from rag.ollama.waiting import Patience
from tests.support.asking import Asking, leave
from tests.support.ollama_double import ManualClock, OllamaDouble, Reply, closed_port, said, serve_ollama
from tests.support.outcomes import MODES, SECONDS, Mode, Outcome, check, form, number_of, within, writer_for
from tests.support.shelf import QUESTION, SAID, bag

pytestmark = pytest.mark.server


@dataclass(frozen=True)
class Row:
    """A fault of the server: what it does, and what the reader gets."""

    fault: str
    reply: Reply
    outcome: Outcome
    note: str = ""


WIRE = (
    Row("500 before the first word", Reply(status=500, error="model runner has stopped"), "extractive", "has stopped"),
    Row("404: the model is not there", Reply(status=404, error="model not found"), "extractive", "ollama pull"),
    Row("out of memory", Reply(status=500, error="model requires more system memory (9 GiB)"), "extractive", "memory"),
    Row("the server is busy", Reply(status=503, error="server busy, please try again"), "extractive", "busy"),
    Row("cut before the first word", Reply(then="cut"), "extractive", "stopped answering"),
    Row("an error line before the first word", Reply(then="error"), "extractive", "runner has stopped"),
    Row("a broken line before the first word", Reply(then="broken"), "extractive", "stopped answering"),
    Row("an empty answer", Reply(), "extractive", "without a word"),
    Row("reasoning and no answer", Reply(thinking=["Hm. "]), "extractive", "without a word"),
)


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("row", WIRE, ids=lambda row: row.fault)
def test_before_the_first_word(
    asking: Asking, assistant: Assistant, double: OllamaDouble, row: Row, mode: Mode
) -> None:
    double.default = row.reply
    chat = asking(writer_for(double), answer_mode=mode)
    check(within(SECONDS, lambda: chat.ask(QUESTION)), row.outcome, assistant, row.note)


@pytest.mark.parametrize("then", ["error", "cut", "broken", "end"])
@pytest.mark.parametrize("mode", ["write", "plain"])
def test_in_mid_sentence(asking: Asking, assistant: Assistant, double: OllamaDouble, mode: Mode, then: Any) -> None:
    """500, a cut, a broken line, an end without a last record: what was grounded so far is kept."""
    half = "Its sample complexity is quadratic in"
    cut = form(mode, SAID, half).partition("quadratic in")[0] + "quadratic in"
    double.default = said(cut, then=then)
    chat = asking(writer_for(double), answer_mode=mode)
    answer = within(SECONDS, lambda: chat.ask(QUESTION))
    check(answer, "kept", assistant)
    assert answer.sentences[0].text == SAID
    assert answer.sentences[0].support == "supported"
    assert {s.support for s in answer.sentences[1:]} <= {"unsupported"}


@pytest.mark.parametrize("then", ["error", "cut", "broken", "end"])
def test_in_mid_choice(asking: Asking, assistant: Assistant, double: OllamaDouble, then: Any) -> None:
    """A choice that is not closed is none: the papers' own sentences are shown."""
    double.default = said('{"sentences": [2, ', then=then)
    chat = asking(writer_for(double), answer_mode="select")
    check(within(SECONDS, lambda: chat.ask(QUESTION)), "extractive", assistant)


def test_refused_connection(asking: Asking, assistant: Assistant) -> None:
    chat = asking(OllamaWriter("x", f"http://127.0.0.1:{closed_port()}", 8192))
    check(within(SECONDS, lambda: chat.ask(QUESTION)), "extractive", assistant, "ollama serve")


def test_a_name_that_nobody_knows(asking: Asking, assistant: Assistant) -> None:
    chat = asking(OllamaWriter("x", "http://nowhere.invalid:11434", 8192))
    check(within(SECONDS, lambda: chat.ask(QUESTION)), "extractive", assistant, "nowhere.invalid")


@pytest.mark.parametrize("mode", MODES)
def test_a_first_token_after_ninety_seconds_is_waited_for(
    asking: Asking, assistant: Assistant, double: OllamaDouble, mode: Mode
) -> None:
    clock = ManualClock()
    double.sleep = clock.sleep
    double.default = said(form(mode, SAID, numbers=[number_of(SAID)]), delay=90)
    chat = asking(writer_for(double, clock=clock), answer_mode=mode)
    check(within(SECONDS, lambda: chat.ask(QUESTION)), "answered", assistant)


def test_a_first_token_that_comes_too_late(asking: Asking, assistant: Assistant, double: OllamaDouble) -> None:
    double.default = said(SAID, delay=30)
    chat = asking(writer_for(double, patience=Patience(0.3, 0.3)))
    check(within(SECONDS, lambda: chat.ask(QUESTION)), "extractive", assistant, "ollama_timeout")


def test_a_stall_in_mid_stream(asking: Asking, assistant: Assistant, double: OllamaDouble) -> None:
    double.default = Reply([f"{SAID} [1] ", "More"], pause=30)
    chat = asking(writer_for(double, patience=Patience(5.0, 0.3)), answer_mode="plain")
    answer = within(SECONDS, lambda: chat.ask(QUESTION))
    check(answer, "kept", assistant, "ollama_stall")
    assert answer.text == f"{SAID} [1]"


@pytest.mark.parametrize("mode", MODES)
def test_a_prompt_that_the_server_cut(asking: Asking, assistant: Assistant, double: OllamaDouble, mode: Mode) -> None:
    """The server says by its count that it read only a part: what was written stands, and that is said."""
    double.default = said(form(mode, SAID, numbers=[number_of(SAID)]), counted=8192)
    chat = asking(writer_for(double), answer_mode=mode)
    check(within(SECONDS, lambda: chat.ask(QUESTION)), "kept", assistant, "num_ctx")


def test_an_answer_at_its_greatest_length(asking: Asking, assistant: Assistant, double: OllamaDouble) -> None:
    double.default = said(f"{SAID} [1] The mean", reason="length")
    chat = asking(writer_for(double), answer_mode="plain")
    answer = within(SECONDS, lambda: chat.ask(QUESTION))
    check(answer, "kept", assistant, "cut off at its greatest length")
    assert [s.support for s in answer.sentences] == ["supported", "unsupported"]


def test_two_users_at_once_with_one_slot(asking: Asking, assistant: Assistant) -> None:
    """The second waits for its turn and gets its own answer."""
    loaves = "Loaves rise in 9 of 10 trials."
    replies = {"dough": said(f"{loaves} [1]", pause=0.02), "frognet": said(f"{SAID} [1]", pause=0.02)}
    with serve_ollama(OllamaDouble(slots=1, replies=replies)) as double:
        chat = asking(writer_for(double), answer_mode="plain")
        questions = ("In how many trials do loaves of the dough robot rise?", QUESTION)
        found: dict[str, Answer] = {}
        threads = [threading.Thread(target=lambda q=q: found.update({q: chat.ask(q)})) for q in questions]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(SECONDS)
        assert double.at_once == 1
    for question, text in zip(questions, (loaves, SAID), strict=True):
        check(found[question], "answered", assistant)
        assert found[question].text == f"{text} [1]"


def test_the_server_is_restarted_between_questions(asking: Asking, assistant: Assistant) -> None:
    """While it is gone the papers' own sentences are shown; when it is back the model answers again."""
    reply = said(f"{SAID} [1]")
    with serve_ollama(OllamaDouble(default=reply)) as double:
        port = int(double.url.rpartition(":")[2])
        chat = asking(writer_for(double), answer_mode="plain")
        check(within(SECONDS, lambda: chat.ask(QUESTION)), "answered", assistant)
    check(within(SECONDS, lambda: chat.ask(QUESTION)), "extractive", assistant, "ollama serve")
    with serve_ollama(OllamaDouble(default=reply), port):
        check(within(SECONDS, lambda: chat.ask(QUESTION)), "answered", assistant)


@pytest.mark.parametrize("mode", MODES)
def test_a_reader_who_leaves_stops_the_model(asking: Asking, double: OllamaDouble, mode: Mode) -> None:
    double.default = Reply(itertools.repeat("word ", 100_000), pause=0.01)
    events = asking(writer_for(double), answer_mode=mode).stream(QUESTION)
    assert isinstance(next(events), Token)
    leave(events)
    assert double.left() == ["/api/chat"]


def test_a_server_that_is_away_when_the_library_is_opened(shelf_settings: Settings, assistant: Assistant) -> None:
    settings = replace(shelf_settings, generator="auto", ollama_host=f"127.0.0.1:{closed_port()}")
    chat = Assistant.open(settings, embed_model=bag())
    assert chat.ask(QUESTION).text == assistant.ask(QUESTION).text
    chat.close()
