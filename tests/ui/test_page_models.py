"""The page in a real browser, its answers written by models that a double serves over Ollama's wire."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from string import ascii_lowercase

import pytest

from rag import Assistant
from tests.support.ollama_double import CHAT, THINKER, OllamaDouble, Reply, said, serve_ollama
from tests.support.shelf import FALSE, QUESTION, SAID, bag, fill, settings_in
from tests.ui.conftest import served
from ui.live import STOPPED

pytestmark = [
    pytest.mark.browser,
    pytest.mark.server,
    # The server runs in this process, and Gradio's queue uses what pandas has deprecated.
    pytest.mark.filterwarnings(r"ignore::DeprecationWarning:gradio\..*"),
]
DONE = "#ct-chat .ct-turn:not(.ct-busy)"


@pytest.fixture
def double() -> Iterator[OllamaDouble]:
    reply = said(f"{SAID} [1] {FALSE} [1] The end of it. [99]", thinking=("Let me ", "see."))
    with serve_ollama(OllamaDouble(models=(CHAT, THINKER), default=reply)) as serving:
        yield serving


@pytest.fixture
def page(browser, double: OllamaDouble, tmp_path):
    settings = settings_in(tmp_path)
    fill(settings).close()
    assistant = Assistant.open(
        settings, embed_model=bag(), generator="ollama", model=CHAT.name, ollama_host=double.url, answer_mode="plain"
    )
    with served(assistant) as address:
        context = browser.new_context(viewport={"width": 1280, "height": 900})
        opened = context.new_page()
        opened.goto(address)
        opened.wait_for_selector("#ct-box textarea")
        opened.wait_for_selector("#ct-writer input")
        yield opened
        context.close()
    assistant.close()


def begin(page, question: str = QUESTION) -> None:
    page.fill("#ct-box textarea", question)
    page.press("#ct-box textarea", "Enter")


def ask(page, turns: int = 1):
    begin(page)
    page.wait_for_function(f"document.querySelectorAll('{DONE}').length === {turns}", timeout=30_000)
    return page.locator(DONE).last


def choose(page, label: str) -> None:
    page.click("#ct-writer input")
    page.locator("[role=option]").filter(has_text=label).click()
    page.wait_for_function(f"document.querySelector('#ct-writer input').value.includes({json.dumps(label)})")


def until(holds: Callable[[], object], seconds: float = 10.0) -> bool:
    end = time.monotonic() + seconds
    while not holds() and time.monotonic() < end:
        time.sleep(0.02)
    return bool(holds())


def test_verdicts_stand_beside_the_sentences_of_a_model(page) -> None:
    turn = ask(page)
    assert turn.locator(".ct-text a.ct-mark").all_inner_texts() == ["1"]
    assert FALSE in turn.locator(".ct-text .ct-unsupported").first.inner_text()
    assert "99" not in turn.locator(".ct-text").inner_text().replace("99.9", "")
    assert f"ollama/{CHAT.name}" in turn.locator(".ct-foot").inner_text()


def test_who_writes_can_be_chosen_and_the_talk_goes_on(page, double: OllamaDouble) -> None:
    assert page.input_value("#ct-writer input") == CHAT.name
    ask(page)
    choose(page, "No model")
    page.wait_for_function("document.querySelector('.ct-banner').innerText.includes('extractive')")
    before = len(double.chats())
    turn = ask(page, turns=2)
    assert "extractive" in turn.locator(".ct-foot").inner_text()
    assert len(double.chats()) == before
    choose(page, THINKER.name)
    page.wait_for_function(f"document.querySelector('.ct-banner').innerText.includes('{THINKER.name}')")
    turn = ask(page, turns=3)
    assert f"ollama/{THINKER.name}" in turn.locator(".ct-foot").inner_text()
    assert double.chats()[-1].body["model"] == THINKER.name


def test_reasoning_is_folded_and_opens_at_a_click(page) -> None:
    choose(page, THINKER.name)
    turn = ask(page)
    thought = turn.locator("details.ct-thinking")
    assert thought.get_attribute("open") is None
    assert "Let me see." not in turn.locator(".ct-text").inner_text()
    assert "Let me see." not in thought.inner_text()
    thought.locator("summary").click()
    assert "Let me see." in thought.inner_text()


def test_words_and_verdicts_show_while_the_model_writes_and_a_stop_reaches_the_server(
    page, double: OllamaDouble
) -> None:
    held = threading.Event()
    going_on = (f" {a}{b}" for a in ascii_lowercase for b in ascii_lowercase)  # and not in a circle
    double.default = Reply([f"{SAID} [1] {FALSE} [1] And then", *going_on], held=held, pause=0.02)
    begin(page)
    page.wait_for_selector(".ct-busy a.ct-mark", timeout=20_000)
    assert page.locator(".ct-busy .ct-text .ct-unsupported").count() == 1
    assert "not supported by the papers" in page.locator(".ct-busy .ct-legend").inner_text()
    held.set()
    page.wait_for_function("/And then aa/.test(document.querySelector('.ct-busy').innerText)")
    page.click("#ct-box button.stop-button")
    page.wait_for_selector(DONE)
    assert until(lambda: "/api/chat" in double.dropped)
    turn = page.locator(DONE)
    assert turn.locator(".ct-text a.ct-mark").all_inner_texts() == ["1"]
    assert FALSE in turn.locator(".ct-text .ct-unsupported").inner_text()
    assert "And then" not in turn.inner_text()
    assert turn.locator(".ct-cites blockquote").all_inner_texts() == [SAID]
    assert STOPPED in turn.inner_text()
    double.default = said(f"{SAID} [1]")
    ask(page, turns=2)
    assert STOPPED in page.locator(DONE).first.inner_text()


def test_a_stop_before_the_first_verdict_says_that_nothing_was_finished(page, double: OllamaDouble) -> None:
    going_on = (f" {a}{b}" for a in ascii_lowercase for b in ascii_lowercase)
    double.default = Reply(["It", *going_on], pause=0.02)
    begin(page)
    page.wait_for_function("/It aa/.test(document.querySelector('.ct-busy')?.innerText)")
    page.click("#ct-box button.stop-button")
    page.wait_for_selector(DONE)
    assert "This answer was not finished." in page.locator(DONE).inner_text()


def test_a_model_that_is_gone_meanwhile_is_told_in_plain_words(page, double: OllamaDouble) -> None:
    double.models = (CHAT,)
    choose(page, THINKER.name)
    turn = ask(page)
    assert f"has no model '{THINKER.name}'" in turn.inner_text()
    assert f"ollama pull {THINKER.name}" in turn.inner_text()
