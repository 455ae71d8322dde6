from __future__ import annotations

from collections.abc import Sequence

import pytest

from ingest.paper import Paper
from rag import Assistant
from rag.extractive.extract import (
    LIKELIEST,
    MOST_SENTENCES,
    MOST_WORDS,
    Picked,
    asking_parts,
    gist,
    pick_and_others,
    rank_papers,
    rank_sentences,
)
from rag.retrieval.picker import HybridPicker
from rag.retrieval.retrieve import Hit
from tests.support.shelf import DIMENSION, FROG, MERGE_B, SHELF, TIDE, BagOfStems, bag, paper


def hit(p: object, score: float = 3.0) -> Hit:
    (found,) = [x for x in SHELF if x == p]
    return Hit(found, score, 0.5, 1.0, 0, len(found.abstract))


def told(question: str, hits: list[Hit], picker: HybridPicker) -> tuple[list[Picked], list[Picked]]:
    return pick_and_others(question, rank_papers(question, hits, picker), picker)


def pick(question: str, hits: list[Hit], picker: HybridPicker) -> list[Picked]:
    return told(question, hits, picker)[0]


@pytest.fixture(scope="module")
def picker() -> HybridPicker:
    return HybridPicker(bag())


@pytest.mark.parametrize(
    ("question", "about", "words"),
    [
        ("What accuracy is reached on PondBench?", FROG, "62.2% accuracy"),
        ("What is the sample complexity?", FROG, "quadratic"),
        ("What is the mean error?", TIDE, "4 cm over 30 days"),
        ("Are storm surges modelled?", TIDE, "not modelled"),
        ("Does the remedy add cost at inference?", MERGE_B, "no cost at inference"),
    ],
)
def test_the_sentence_that_says_it_is_picked(picker: HybridPicker, question: str, about: Paper, words: str) -> None:
    assert words in rank_sentences(question, about, picker)[0].text


def test_picked_sentences_are_spans_of_their_abstract_best_first(picker: HybridPicker) -> None:
    ranked = rank_sentences("What accuracy is reached?", FROG, picker)
    assert len(ranked) > 2
    assert [p.score for p in ranked] == sorted((p.score for p in ranked), reverse=True)
    for picked in ranked:
        assert picked.text == picked.paper.abstract[slice(*picked.span)]


def test_a_pick_is_short(picker: HybridPicker) -> None:
    picked = pick("frogs ponds tides harbours merging", [hit(p) for p in SHELF], picker)
    assert 1 <= len(picked) <= MOST_SENTENCES
    assert sum(len(p.text.split()) for p in picked) <= MOST_WORDS


def test_a_question_for_a_number_gets_one(picker: HybridPicker) -> None:
    about = paper(
        "Reed-7 beds",
        "Reed-7 is planted in beds of clay. Reed-7 beds of clay clean water. The beds of clay hold water for Reed-7. "
        "Beds of clay let Reed-7 clean the water well. Reed-7 beds clean the water of clay. There are 40 all over.",
    )
    found = [Hit(about, 3.0, 0.5, 1.0, 0, len(about.abstract))]
    counted = pick("How many Reed-7 beds of clay clean the water?", found, picker)
    assert counted[0].text == "There are 40 all over." and 1 < len(counted) <= MOST_SENTENCES
    assert all("40" not in p.text for p in pick("Which Reed-7 beds of clay clean the water?", found, picker))


def test_a_question_for_how_many_gets_the_sentence_that_counts_them(picker: HybridPicker) -> None:
    about = paper(
        "Reed-7",
        "Reed-7 cleans water in ponds of 14 m with reed beds of clay. Reed-7 reed beds of clay clean ponds 3 times as "
        "well. Reed-7 beds clean 5 ponds of clay. Reed-7 cleans ponds with reed beds. We looked at 11 herons, too.",
    )
    found = [Hit(about, 3.0, 0.5, 1.0, 0, len(about.abstract))]
    asked = "How many herons clean the ponds of clay with Reed-7 reed beds?"
    assert pick(asked, found, picker)[0].text == "We looked at 11 herons, too."


def test_a_measure_alone_asks_for_its_number(picker: HybridPicker) -> None:
    about = paper("Reed-7", "Reed-7 finds herons in reeds. Herons in reeds are seldom seen. It reached 0.9 at that.")
    found = [Hit(about, 3.0, 0.5, 1.0, 0, len(about.abstract))]
    assert any("0.9" in p.text for p in pick("F-score of Reed-7 for herons in reeds", found, picker))


@pytest.mark.parametrize(
    ("question", "parts"),
    [
        ("What does it cost?", ["What does it cost"]),
        ("What does it cost, and how fast is it?", ["What does it cost", "how fast is it"]),
        ("How fast is it and on which ponds?", ["How fast is it", "on which ponds"]),
        ("I read of a net for ponds. What does it cost? Does it sing?", ["What does it cost", "Does it sing"]),
        ("Tell me of ponds and frogs.", []),
    ],
)
def test_a_question_is_read_in_the_parts_that_ask(question: str, parts: list[str]) -> None:
    assert asking_parts(question) == parts


def test_each_part_of_a_question_gets_its_sentence(picker: HybridPicker) -> None:
    about = paper(
        "Ponds",
        "Ponds of frogs are mapped by kites, kites of frogs and ponds. Kites map ponds of frogs each day. "
        "Mapping ponds by kites pleases frogs in ponds. Funding was 300 euros of public money in all, wind apart.",
    )
    found = [Hit(about, 3.0, 0.5, 1.0, 0, len(about.abstract))]
    both = pick("How are ponds of frogs mapped by kites, and what was the funding in euros?", found, picker)
    assert any("300 euros" in p.text for p in both)
    assert all("300 euros" not in p.text for p in pick("How are ponds of frogs mapped by kites?", found, picker))


def test_another_paper_that_answers_nearly_as_well_is_told_of(picker: HybridPicker) -> None:
    twins = [paper(title, "Frogs sing in ponds at night.") for title in ("Ponds One", "Ponds Two")]
    first, second = (Hit(p, 3.0, 0.5, 1.0, 0, len(p.abstract)) for p in twins)
    picked, others = told("Where do frogs sing at night?", [first, second], picker)
    assert [p.paper for p in picked] == [twins[0]]
    assert [p.paper for p in others] == [twins[1]]
    far = Hit(twins[1], 1.0, 0.5, 1.0, 0, len(twins[1].abstract))
    assert told("Where do frogs sing at night?", [first, far], picker)[1] == []


def test_of_each_paper_the_likeliest_sentences_are_read(picker: HybridPicker) -> None:
    long = paper("Ponds", " ".join(f"Frogs sing in pond {i} at night." for i in range(9)) + " Toads croak there too.")
    read: list[int] = []

    class Counting(HybridPicker):
        def score(self, question: str, title: str, sentences: Sequence[str]) -> list[float]:
            read.append(len(sentences))
            return super().score(question, title, sentences)

    (best,) = rank_papers("Do toads croak?", [Hit(long, 3.0, 0.5, 1.0, 0, len(long.abstract))], Counting(bag()))
    assert best.text == "Toads croak there too." and read[-1] == LIKELIEST
    assert rank_papers("Do toads croak?", [], picker) == []


def test_the_papers_rank_weighs_beside_the_sentence(picker: HybridPicker) -> None:
    question = "What is in words that neither uses?"
    assert pick(question, [hit(FROG, 9.0), hit(TIDE, 1.0)], picker)[0].paper == FROG
    assert pick(question, [hit(FROG, 1.0), hit(TIDE, 9.0)], picker)[0].paper == TIDE


def test_nothing_is_picked_of_nothing(picker: HybridPicker) -> None:
    assert pick("What?", [], picker) == []
    empty = paper("Empty", "")
    assert pick("What?", [Hit(empty, 1.0, 0.1, 0.0, 0, 0)], picker) == []


def test_the_gist_begins_with_what_is_done_or_found() -> None:
    told = gist(hit(MERGE_B))
    assert "We show that resolving signs" in told[0].text
    assert len(told) == 3


def test_words_of_the_title_do_not_count_for_a_sentence(picker: HybridPicker) -> None:
    covered = picker.coverage("How does FrogNet count?", "FrogNet", ["FrogNet sings.", "We count."])
    assert covered[0] == 0.0
    assert covered[1] == 1.0


def test_rare_words_weigh_more() -> None:
    picker = HybridPicker(bag(), idf=lambda term: 9.0 if term == "whale" else 1.0)
    one, other = picker.coverage("whale song", "", ["a whale", "a song"])
    assert (one, other) == (0.9, 0.1)


class Refusing(BagOfStems):
    """Embeds questions alone."""

    def _get_text_embedding(self, text: str) -> list[float]:
        raise AssertionError(f"embedded again: {text}")

    def _get_query_embedding(self, query: str) -> list[float]:
        return bag().get_text_embedding(query)


def test_stored_vectors_are_used_in_place_of_the_embedder(assistant: Assistant) -> None:
    retriever = assistant.retriever
    retriever.search("frogs")
    stored = HybridPicker(Refusing(dimension=DIMENSION), stored=retriever.sentence_vector)
    first = FROG.abstract[:47]
    assert stored.similarity("frogs counted", [first])[0] == pytest.approx(
        HybridPicker(bag()).similarity("frogs counted", [first])[0], abs=1e-5
    )


def test_an_extractive_answer_is_made_of_quotes_alone(assistant: Assistant) -> None:
    for p in SHELF:
        answer = assistant.ask(f"What does “{p.title}” show?")
        claims = [s for s in answer.sentences if s.support != "not_a_claim"]
        assert claims
        for sentence in claims:
            assert [e.quote for e in sentence.evidence] == [sentence.text]
            assert sentence.text in p.abstract
