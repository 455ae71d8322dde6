"""An answer on the page while it is written."""

from __future__ import annotations

import gradio as gr

from rag.answer import Answer, Grounded, Sentence, Thought, Token, cite
from tests.ui.fakes import PAPERS, FakeAssistant, standing_in
from ui.live import STOPPED, Live
from ui.page import Conversation
from ui.page_html import BUSY

PAPER = PAPERS[0]
TRUE = Sentence("Frogs sing.", 0, 15, "supported")
FALSE = Sentence("Frogs fly.", 16, 26, "unsupported")


def test_words_show_as_they_come() -> None:
    live = Live("1")
    live.add(Token("Frogs"))
    html = live.add(Token(" <sing>"))
    assert html.startswith(BUSY)
    assert "Frogs &lt;sing&gt;" in html


def test_before_the_first_word_it_says_that_papers_are_read() -> None:
    assert "Reading the papers" in Live("1").add(Token(""))
    assert "Reading the papers" in Live("1").add(Thought("Hm."))


def test_a_verdict_takes_the_place_of_the_words_and_what_follows_stays() -> None:
    live = Live("1")
    live.add(Token("Frogs sing. Frogs fl"))
    html = live.add(Grounded(TRUE, "Frogs sing. [1]", (cite(1, PAPER),), "Frogs fl"))
    assert html.count("Frogs sing.") == 1
    assert 'class="ct-mark"' in html
    assert "</span> Frogs fl" in html
    html = live.add(Token("y."))
    assert "Frogs fly." in html
    html = live.add(Grounded(FALSE, "Frogs sing. [1] Frogs fly.", (cite(1, PAPER),)))
    assert '<span class="ct-unsupported"' in html
    assert html.count("Frogs fly.") == 1


def test_a_stop_leaves_what_was_judged_and_says_so() -> None:
    live = Live("1")
    live.add(Thought("Hm."))
    live.add(Token("Frogs sing. Frogs fl"))
    assert live.stopped("ollama/x") is None
    live.add(Grounded(TRUE, "Frogs sing. [1]", (cite(1, PAPER),), "Frogs fl"))
    left = live.stopped("ollama/x")
    assert left is not None
    assert (left.text, left.sentences, left.citations) == ("Frogs sing. [1]", (TRUE,), (cite(1, PAPER),))
    assert left.provenance.notes == (STOPPED,)
    assert (left.provenance.thinking, left.generator) == ("Hm.", "ollama/x")


def test_what_a_stop_leaves_is_shown_once_and_remembered() -> None:
    talk = Conversation(standing_in(FakeAssistant()))
    live = Live("1")
    live.add(Grounded(TRUE, "Frogs sing. [1]", (cite(1, PAPER),), "Frogs fl"))
    left = live.stopped("ollama/x")
    assert left is not None
    busy = [{"role": "user", "content": "Q"}, {"role": "assistant", "content": BUSY}]
    shown, told, _, rest = talk.unfinished(busy, [], ("Do frogs sing?", left))
    assert STOPPED in shown[-1]["content"]
    assert [turn["content"] for turn in told] == ["Do frogs sing?", "Frogs sing. [1]"]
    assert rest is None
    assert talk.unfinished(shown, told, rest)[:2] == (gr.skip(), gr.skip())  # Gradio tells of a stop twice


def test_reasoning_is_folded_and_no_part_of_the_text() -> None:
    live = Live("1")
    html = live.add(Thought("Let me <think>."))
    assert "<details" in html
    assert "Let me &lt;think&gt;." in html.partition('<div class="ct-text">')[0]
    assert "Let me" not in live.add(Token("Frogs")).partition('<div class="ct-text">')[2]


def test_a_finished_answer_keeps_it_folded() -> None:
    from dataclasses import replace

    from rag.answer import Provenance
    from ui.page_html import answer_html

    answer = Answer("", "", "Frogs sing. [1]", "ollama/x", (TRUE,), (cite(1, PAPER),))
    assert "<details" not in answer_html(answer, "1")
    thought = replace(answer, provenance=Provenance(thinking="Let me see."))
    assert "Let me see." in answer_html(thought, "1").partition('<div class="ct-text">')[0]
