from __future__ import annotations

import pytest

from ingest.paper import Paper
from rag import Assistant
from rag.abstention.premises import holds, otherwise, proper_names, strange_numbers, taken_for_granted
from rag.grounding.checker import EmbeddedChecker
from rag.retrieval.picker import HybridPicker
from tests.support.shelf import BREAD, CHESS, FROG, MERGE_A, MERGE_B, QUANT_A, TIDE, WIND, bag
from tests.support.shelf import paper as make_paper


@pytest.mark.parametrize(
    ("question", "names"),
    [
        ("How does the Bidirectional Feature Pyramid Network inside FrogNet help?",
         ("FrogNet", "Bidirectional Feature Pyramid Network")),
        ("Does FrogNet beat Tree of Thoughts on PondBench?", ("FrogNet", "PondBench", "Tree of Thoughts")),
        ("Which pond is best? Every frog knows.", ()),
        ("What do LLMs make of it?", ()),
        ("WHAT DOES IT REACH ON PONDS", ()),
        ("In welcher Sprache sind die Frösche im Teich geschrieben?", ()),
        ("Apart from English, which languages were tried?", ("English",)),
        ("How often does Whisper invent sentences?", ("Whisper",)),
        ("Can you explain FrogNet like I'm five, where I’d sing?", ("FrogNet",)),
    ],
)  # fmt: skip
def test_names_are_read_from_acronyms_and_runs_of_capitals(question: str, names: tuple[str, ...]) -> None:
    assert set(proper_names(question)) == set(names)


def test_a_name_of_several_words_is_held_where_all_its_long_words_are() -> None:
    assert holds(TIDE, "Gaussian Processes")
    assert not holds(TIDE, "Gaussian Splatting")
    assert holds(BREAD, "North") is False


@pytest.mark.parametrize(
    ("question", "numbers"),
    [
        ("Why does FrogNet reach only 40% accuracy?", ["40%"]),
        ("FrogNet reaches 62.2 % accuracy; against what?", []),
        ("FrogNet reaches 0.622; against what?", []),
        ("Which three ponds were used?", []),
        ("Does FrogNet need 1000 recordings?", ["1000"]),
    ],
)
def test_numbers_that_the_abstract_does_not_give_are_told(question: str, numbers: list[str]) -> None:
    assert strange_numbers(question, FROG) == numbers


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("Why do merged networks fail when signs agree?", ["merged networks fail when signs agree"]),
        ("MergeKing needs a lot of data. Which data is it?", ["MergeKing needs a lot of data"]),
        ("I half remember a paper on frogs. What was it?", []),
        ("What explains that merging raises the error by 18%?", ["merging raises the error by 18%"]),
        ("How much did TinyBits gain in perplexity?", ["TinyBits gain in perplexity"]),
        ("What is FrogNet?", []),
        ("Tell me that FrogNet loses accuracy at night.", []),
        ("List the ponds that FrogNet was tried on.", []),
        ("Please explain the sample complexity of FrogNet to me.", []),
        ("Give the accuracy of FrogNet on PondBench. Compare it with the baseline.", []),
        ("Explain why does FrogNet lose accuracy at night.", ["FrogNet lose accuracy at night."]),
        ("on which ponds was FrogNet tried", []),
        ("FrogNet accuracy on small ponds", []),
        ("FrogNet: what accuracy on small ponds.", []),
        ("On what was FrogNet tried.", []),
        ("FrogNet loses accuracy on small ponds.", ["FrogNet loses accuracy on small ponds"]),
        ("As FrogNet loses accuracy at night, what is tried?", ["FrogNet loses accuracy at night"]),
        ("If frogs are so loud at night, why count by day?", ["frogs are so loud at night"]),
        ("If frogs are loud at night, what is counted?", []),
        ("What made FrogNet lose accuracy at night?", ["FrogNet lose accuracy at night"]),
        ("The gap is known to be small; how large is it?", ["The gap is known to be small"]),
        ("and the other ponds they visit - is it loud there?", []),
        ("FrogNet hears best at night, I read. How well?", ["FrogNet hears best at night"]),
        ("I read that FrogNet hears best at night. How well?", ["FrogNet hears best at night"]),
        ("I recall someone counting frogs. How many?", []),
    ],
)
def test_what_a_question_takes_for_granted_is_read(question: str, said: list[str]) -> None:
    assert [statement for statement, _ in taken_for_granted(question)] == said


@pytest.mark.parametrize(
    ("question", "paper"),
    [
        ("Why does resolving signs before merging raise the error by 18%?", MERGE_B),
        ("Why does resolving signs before merging lower the error by 25%?", MERGE_B),
        ("Club players rated 12% of its explanations as useful. Why?", CHESS),
    ],
)
def test_a_premise_that_the_abstract_says_otherwise_is_found(question: str, paper: Paper) -> None:
    checker = EmbeddedChecker(HybridPicker(bag()))
    found = otherwise(question, paper, checker)
    assert found is not None
    assert found.reasons
    assert found.spans


@pytest.mark.parametrize(
    "question",
    [
        "Why does resolving signs before merging lower the error by 18%?",
        "How does it cope with something quite different from all that?",
        "What does the remedy cost?",
    ],
)
def test_a_premise_that_holds_or_is_said_in_other_words_is_let_pass(question: str) -> None:
    assert otherwise(question, MERGE_B, EmbeddedChecker(HybridPicker(bag()))) is None


SERENADE = make_paper(
    "Serenades",
    "We record frogs at dusk in forty gardens of a small town and sort what we hear by loudness. Bright lamps do not "
    "disturb the serenades of tree frogs. Toads sing on.",
)


def test_a_premise_is_held_against_sentences_beside_the_nearest_one() -> None:
    checker = EmbeddedChecker(HybridPicker(bag()))
    found = otherwise("Why do bright street lamps disturb tree frogs near lakes?", SERENADE, checker)
    assert found is not None
    assert not found.sure
    assert [SERENADE.abstract[a:b] for a, b in found.spans] == [
        "Bright lamps do not disturb the serenades of tree frogs."
    ]


def test_another_papers_name_is_corrected_before_anything_is_quoted(assistant: Assistant) -> None:
    answer = assistant.ask("Does TidePredict work in the North Sea?")
    first = answer.sentences[0]
    assert "does not mention North Sea" in first.text
    assert WIND.title in first.text
    assert first.support == "computed"
    assert "North Sea" in answer.missing
    assert {c.paper_id for c in answer.citations} >= {TIDE.paper_id, WIND.paper_id}


def test_a_turned_premise_is_answered_with_what_the_abstract_says(assistant: Assistant) -> None:
    answer = assistant.ask("Why did TinyBits double the memory?")
    quotes = {e.quote for s in answer.sentences for e in s.evidence}
    assert any("halves the memory" in q for q in quotes)
    assert QUANT_A.title in {c.title for c in answer.citations}


def test_two_papers_that_do_not_mention_each_other_are_told_apart(assistant: Assistant) -> None:
    answer = assistant.ask("How is PondBench used to train MergeKing?")
    assert "No abstract here mentions both" in answer.text
    assert MERGE_A.title in {c.title for c in answer.citations}


def test_an_abbreviation_is_held_where_its_words_stand_side_by_side() -> None:
    told = make_paper("On names", "Named-entity recognition and pre-trained language models. Ponds and reeds grow.")
    assert holds(told, "NER") and holds(told, "PLMs")
    assert not holds(told, "PAR") and not holds(told, "NLP")


def test_the_plural_of_a_word_of_the_field_is_no_name() -> None:
    assert proper_names("How many rivals did a team of AIs beat with GPUs?") == ()
