from __future__ import annotations

import pytest

from rag.answer import cut
from rag.compose import Composer
from tests.support.shelf import FROG, MERGE_A, MERGE_B, POND

FIRST = (0, 45)


def span_of(words: str) -> tuple[int, int]:
    start = FROG.abstract.index(words)
    return start, start + len(words)


def test_a_sentence_is_followed_by_its_marker_and_spans_both() -> None:
    composer = Composer()
    composer.add("It counts frogs.", "weak", [(FROG, FIRST)], score=0.5)
    assert composer.text == "It counts frogs. [1]"
    (sentence,) = composer.sentences
    assert (sentence.text, sentence.support, sentence.score) == ("It counts frogs.", "weak", 0.5)
    assert composer.text[sentence.start : sentence.end] == "It counts frogs. [1]"


def test_numbers_follow_the_order_of_appearance_and_a_paper_keeps_its_own() -> None:
    composer = Composer()
    composer.add("B.", "supported", [(MERGE_B, (0, 5))])
    composer.add("A.", "supported", [(MERGE_A, (0, 5))])
    composer.add("B again.", "supported", [(MERGE_B, (6, 9))])
    assert composer.text == "B. [1] A. [2] B again. [1]"
    assert [(c.n, c.paper_id) for c in composer.citations] == [(1, MERGE_B.paper_id), (2, MERGE_A.paper_id)]


def test_a_sentence_of_two_papers_carries_both_markers_once_each() -> None:
    composer = Composer()
    composer.add("Both.", "supported", [(FROG, (0, 5)), (POND, (0, 5)), (FROG, (6, 9))])
    assert composer.text == "Both. [1][2]"
    assert [e.n for e in composer.sentences[0].evidence] == [1, 2, 1]


def test_markers_of_one_sentence_ascend_whatever_the_order_of_its_evidence() -> None:
    composer = Composer()
    composer.add("One.", "supported", [(FROG, (0, 5))])
    composer.add("Two.", "supported", [(POND, (0, 5)), (FROG, (0, 5))])
    assert composer.text.endswith("Two. [1][2]")


def test_evidence_is_cut_from_the_abstract() -> None:
    composer = Composer()
    composer.add("Accuracy.", "supported", [(FROG, span_of("62.2% accuracy"))])
    (evidence,) = composer.sentences[0].evidence
    assert evidence.quote == "62.2% accuracy" == FROG.abstract[evidence.start : evidence.end]


def test_a_computed_statement_cites_papers_without_a_quote() -> None:
    composer = Composer()
    composer.add("Two papers.", "computed", cited=[MERGE_A, MERGE_B])
    assert composer.text == "Two papers. [1][2]"
    assert composer.sentences[0].evidence == ()


def test_what_claims_nothing_has_no_marker() -> None:
    composer = Composer()
    composer.say("Hello.")
    composer.say("A heading:", lead="\n")
    assert composer.text == "Hello.\nA heading:"
    assert {s.support for s in composer.sentences} == {"not_a_claim"}
    assert composer.citations == []


def test_spans_cover_the_text_but_for_what_separates_them() -> None:
    composer = Composer()
    composer.say("Heading:")
    composer.add("One.", "supported", [(FROG, FIRST)], lead="\n  ")
    composer.add("Two.", "unsupported")
    pieces = [composer.text[s.start : s.end] for s in composer.sentences]
    assert pieces == ["Heading:", "One. [1]", "Two."]
    assert composer.text == "Heading:\n  One. [1] Two."


@pytest.mark.parametrize("span", [(0, 0), (5, 4), (-3, 4), (0, len(FROG.abstract) + 1)])
def test_a_span_that_is_no_part_of_the_abstract_is_refused(span: tuple[int, int]) -> None:
    with pytest.raises(ValueError, match="outside"):
        cut(1, FROG, *span)


def test_a_citation_carries_what_the_paper_is_known_by() -> None:
    composer = Composer()
    composer.add("x", "computed", cited=[POND])
    (citation,) = composer.citations
    assert citation.title == POND.title
    assert citation.digests == ("001_alpha", "002_beta")
    assert citation.published == "2023-02-11"
    assert citation.text_hash == POND.text_hash
