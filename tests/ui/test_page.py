"""The page in a real browser: it asks, reads the evidence, and never leaves this machine."""

from __future__ import annotations

import re

import pytest

from tests.ui.fakes import EVIL, FROG

pytestmark = [
    pytest.mark.browser,
    pytest.mark.server,
    # The server runs in this process, and Gradio's queue uses what pandas has deprecated.
    pytest.mark.filterwarnings(r"ignore::DeprecationWarning:gradio\..*"),
]
DONE = "#ct-chat .ct-turn:not(.ct-busy)"


@pytest.fixture
def open_page(browser, page_address):
    """Return a function that opens the page; afterwards nothing may have been asked of another host."""
    contexts, asked, errors = [], [], []

    def opened(width=1280, height=900, scheme="light"):
        context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme)
        contexts.append(context)
        context.on("request", lambda request: asked.append(request.url))
        page = context.new_page()
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto(page_address)
        page.wait_for_selector(".ct-head")
        page.wait_for_selector("#ct-box textarea")
        return page

    yield opened
    for context in contexts:
        context.close()
    assert asked
    assert [url for url in asked if not url.startswith((page_address, "data:", "blob:"))] == []
    assert errors == []


def ask(page, question, turns=1):
    page.fill("#ct-box textarea", question)
    page.press("#ct-box textarea", "Enter")
    page.wait_for_function(f"document.querySelectorAll('{DONE}').length === {turns}", timeout=30_000)
    return page.locator(DONE).last


def test_an_answer_comes_with_its_quoted_words(open_page):
    page = open_page()
    turn = ask(page, "How well does FrogNet do?")
    text = turn.inner_text()
    assert "It reaches 71.2% accuracy on PondBench." in text
    quotes = turn.locator("blockquote").all_inner_texts()
    assert "Training takes two hours on one GPU." in quotes
    assert "11 Sep 2025 · spring_digest, pond_digest" in text
    assert "3 papers from 3 digests" in page.inner_text("#ct-head")
    assert "extractive" in page.inner_text(".ct-banner")
    assert page.input_value("#ct-box textarea") == ""


def test_the_answer_is_seen_while_it_is_written(open_page):
    page = open_page()
    page.fill("#ct-box textarea", "How?")
    page.press("#ct-box textarea", "Enter")
    page.wait_for_function("/reaches 71/.test(document.querySelector('.ct-busy')?.innerText)", timeout=20_000)
    assert page.locator(DONE).count() == 0
    page.wait_for_selector(DONE)


def test_a_marker_leads_to_its_citation(open_page):
    page = open_page(height=500)
    turn = ask(page, "How?")
    marker = turn.locator("a.ct-mark").nth(1)
    assert marker.inner_text() == "2"
    marker.hover()
    assert "ct-pointed" in turn.locator("ol.ct-cites > li").nth(1).get_attribute("class")
    marker.click()
    page.wait_for_function("document.activeElement.id === 'cite-1-2'")
    page.wait_for_function("document.activeElement.getBoundingClientRect().bottom < innerHeight")
    assert turn.locator(".ct-meant").all_inner_texts() == ["4,000 recordings of 12 ponds"]
    turn.locator("a.ct-mark").nth(2).press("Enter")
    assert turn.locator(".ct-meant").all_inner_texts() == ["Training takes two hours on one GPU."]
    assert page.url.endswith("/")


def test_a_new_question_stands_at_the_top(open_page):
    page = open_page(390, 600)
    for turns, question in enumerate(("evil", "How?", "toads?"), start=1):
        ask(page, question, turns)
        page.wait_for_timeout(600)
        top = page.locator("#ct-chat").bounding_box()["y"]
        newest = page.locator(".ct-question").last.bounding_box()
        assert top - 1 <= newest["y"] < top + 60
        assert newest["y"] + newest["height"] < page.locator("#ct-box").bounding_box()["y"]


def test_weak_sentences_are_marked_for_the_eye_and_explained(open_page):
    turn = ask(open_page(), "How?")
    style = "e => getComputedStyle(e).textDecorationLine + ' ' + getComputedStyle(e).textDecorationStyle"
    assert turn.locator(".ct-text .ct-weak").evaluate(style) == "underline dotted"
    assert turn.locator(".ct-text .ct-unsupported").evaluate(style) == "underline wavy"
    assert "weakly supported" in turn.locator(".ct-legend").inner_text()


def test_hostile_text_is_shown_and_does_nothing(open_page):
    page = open_page()
    turn = ask(page, "evil <img src='http://evil.example/q.png'>")
    assert EVIL in turn.inner_text()
    assert "<script>document.title='owned'</script> *Stars* $$x$$" in turn.inner_text()
    assert "<img src=" in page.locator(".ct-question").inner_text()
    assert page.title() == "citetrail"
    assert page.locator("#ct-chat img, #ct-chat script, #ct-chat h1").count() == 0


def test_a_declined_question_looks_different(open_page):
    turn = ask(open_page(), "toads?")
    assert "ct-abstained" in turn.get_attribute("class")
    assert FROG in turn.locator(".ct-nearest").inner_text()


@pytest.mark.parametrize(
    ("question", "said"), [("model", "Ollama went <away>."), ("bug", "This answer was not finished.")]
)
def test_an_error_is_a_plain_message_and_the_talk_goes_on(open_page, question, said):
    page = open_page()
    assert said in ask(page, question).inner_text()
    assert page.locator(".toast-body").count() == 0
    assert "71.2%" in ask(page, "How?", turns=2).inner_text()


def test_history_belongs_to_one_visitor(open_page, assistant):
    first, second = open_page(), open_page()
    ask(first, "The first question?")
    ask(second, "Another one?")
    ask(first, "And then?", turns=2)
    call = assistant.calls[-1]
    assert call["question"] == "And then?"
    assert [turn["role"] for turn in call["history"]] == ["user", "assistant"]
    assert call["history"][0]["content"] == "The first question?"
    first.click("#ct-fresh")
    first.wait_for_function("document.querySelectorAll('.ct-turn').length === 0")
    ask(first, "Anew?")
    assert assistant.calls[-1]["history"] == []


def test_two_are_answered_at_once(open_page):
    first, second = open_page(), open_page()
    for page in (first, second):
        page.fill("#ct-box textarea", "How?")
    for page in (first, second):
        page.press("#ct-box textarea", "Enter")
    for page in (first, second):
        page.wait_for_selector(".ct-busy")
    assert first.locator(".ct-busy").count() == second.locator(".ct-busy").count() == 1
    for page in (first, second):
        page.wait_for_selector(DONE)


def test_a_list_closes_when_tab_leaves_it(open_page):
    page = open_page()
    page.focus("#ct-digest input")
    page.wait_for_selector("[role=option]")
    page.keyboard.press("Tab")
    page.wait_for_function("document.querySelectorAll('[role=option]').length === 0")


def test_a_digest_can_be_chosen(open_page, assistant):
    page = open_page()
    page.click("#ct-digest input")
    options = page.locator("ul.options li, [role=option]")
    assert [re.sub(r"\W+$|^\W+", "", text) for text in options.all_inner_texts()] == [
        "All digests",
        "evil",
        "pond_digest",
        "spring_digest",
    ]
    options.nth(2).click()
    ask(page, "How?")
    assert assistant.calls[-1]["filters"] == {"digest": "pond_digest"}


def test_an_example_is_asked_by_a_click(open_page, assistant):
    page = open_page()
    page.get_by_text("What is FrogNet, and what did it achieve?").click()
    page.wait_for_selector(DONE)
    assert assistant.calls[-1]["question"] == "What is FrogNet, and what did it achieve?"


def test_an_answer_can_be_stopped(open_page):
    page = open_page()
    page.fill("#ct-box textarea", "How?")
    page.press("#ct-box textarea", "Enter")
    page.wait_for_selector(".ct-busy")
    page.click("#ct-box button.stop-button")
    page.wait_for_selector(DONE)
    assert "This answer was not finished." in page.locator(DONE).inner_text()
    assert "71.2%" in ask(page, "How?", turns=2).inner_text()


@pytest.mark.parametrize(("width", "height", "scheme"), [(1280, 900, "light"), (390, 844, "light"), (390, 844, "dark")])
def test_it_fits_its_window(open_page, tmp_path, width, height, scheme):
    page = open_page(width, height, scheme)
    ask(page, "How?")
    ask(page, "evil", turns=2)
    overflow = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
    assert page.evaluate(overflow) <= 0
    box = page.locator("#ct-box").bounding_box()
    assert box["y"] + box["height"] <= height  # the question's box stays in sight
    shot = tmp_path / f"page-{width}-{scheme}.png"
    page.screenshot(path=str(shot))
    assert shot.stat().st_size > 10_000
    assert page.locator(".ct-why").is_visible() is (width > 560)  # on a phone it leaves its room to the answers
    light = page.evaluate("getComputedStyle(document.querySelector('.ct-text')).color.match(/\\d+/)[0] < 128")
    assert light is (scheme == "light")
