"""The whole path with the real embedder, on twelve papers of the bundled sample."""

from __future__ import annotations

import pytest

from rag import Assistant
from tests.support.answers import check_answer

pytestmark = pytest.mark.slow


def test_each_paper_is_the_first_found_for_its_own_sentences(real: Assistant) -> None:
    papers = real.library.papers()
    first = [real.search(p.abstract.split(". ")[1], 1)[0].paper_id == p.paper_id for p in papers]
    assert sum(first) >= len(papers) - 1


@pytest.mark.parametrize(
    ("question", "title"),
    [
        ("How large is the instruction tuning data set of TextSquare?", "TextSquare"),
        ("What flaw do traditional inverse reinforcement learning methods have?", "Inverse Reinforcement Learning"),
        ("Does more pretraining data help zero-shot performance?", 'No "Zero-Shot"'),
        ("How fast can a quantum computer solve systems of linear equations?", "Quantum algorithm"),
    ],
)
def test_a_question_in_other_words_is_answered_from_the_right_paper(real: Assistant, question: str, title: str) -> None:
    answer = real.ask(question)
    assert not answer.abstained
    assert answer.citations[0].title.startswith(title)
    check_answer(answer, {p.paper_id: p for p in real.library.papers()})


@pytest.mark.parametrize("question", ["What is the capital of Peru?", "How do I bake sourdough bread at home?"])
def test_a_question_of_something_else_is_declined(real: Assistant, question: str) -> None:
    answer = real.ask(question)
    assert answer.abstained
    assert answer.citations == ()


@pytest.mark.parametrize("topic", ["reinforcement learning", "quantum computing", "zero-shot performance"])
def test_a_small_library_lists_the_papers_of_a_topic(real: Assistant, topic: str) -> None:
    answer = real.ask(f"Which papers are about {topic}?")
    assert not answer.abstained
    assert answer.citations
