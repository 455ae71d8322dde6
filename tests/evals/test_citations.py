from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from evals.judge import coverage, word_judge
from evals.metrics.citations import citation_score, quote_failures, supported_share
from tests.evals.making import ALPHA, BETA, SHELF, answered

PAPERS = dict(SHELF.papers)


def contains(claim: str, contexts: Sequence[str]) -> bool | None:
    if claim == "?":
        return None
    return all(word in " ".join(contexts) for word in claim.split())


def test_a_sentence_carried_by_its_citation():
    score = citation_score([("a b", ["a b c"])], contains)
    assert (score.recall, score.precision, score.failures) == (1, 1, ())


def test_a_sentence_its_citation_does_not_carry():
    score = citation_score([("a b", ["a"]), ("a", ["a"])], contains)
    assert (score.recall, score.precision) == (0.5, 0.5)
    assert "a b" in score.failures[0]


def test_a_sentence_without_citation_is_not_recalled():
    score = citation_score([("a", []), ("a", ["a"])], contains)
    assert (score.recall, score.precision) == (0.5, 1)
    assert score.failures == ("cites nothing: a",)


def test_no_citation_at_all_is_precision_zero():
    score = citation_score([("a", [])], contains)
    assert (score.recall, score.precision) == (0, 0)


def test_a_citation_that_adds_nothing_costs_precision_only():
    score = citation_score([("a b", ["a b", "x"])], contains)
    assert (score.recall, score.precision) == (1, 0.5)
    assert "citation 2" in score.failures[0]


def test_two_citations_that_carry_it_only_together_are_both_precise():
    score = citation_score([("a b", ["a", "b"])], contains)
    assert (score.recall, score.precision) == (1, 1)


def test_what_the_judge_cannot_tell_is_left_out_and_counted():
    score = citation_score([("?", ["a"]), ("a", ["a"])], contains)
    assert (score.recall, score.unscored) == (1, 1)


def test_no_sentence_is_refused():
    with pytest.raises(ValueError, match="no sentence"):
        citation_score([], contains)


def test_weak_and_unscored_sentences_are_not_supported():
    answer = answered(ALPHA, BETA)
    assert supported_share(answer) == 1
    weak = replace(answer, sentences=(answer.sentences[0], replace(answer.sentences[1], support="weak")))
    assert supported_share(weak) == 0.5
    talk = replace(answer, sentences=(replace(answer.sentences[0], support="not_a_claim"),))
    with pytest.raises(ValueError, match="states nothing"):
        supported_share(talk)


def test_exact_quotes():
    answer = answered(ALPHA, BETA)
    assert quote_failures(answer, PAPERS) == (2, [])


@pytest.mark.parametrize("change", [{"quote": "Something else entirely"}, {"start": 1}, {"n": 7}])
def test_a_quote_that_is_not_at_its_place_is_caught(change):
    answer = answered(ALPHA, BETA)
    first = answer.sentences[0]
    spoilt = replace(first, evidence=(replace(first.evidence[0], **change),))
    broken = replace(answer, sentences=(spoilt, answer.sentences[1]))
    total, failures = quote_failures(broken, PAPERS)
    assert (total, len(failures)) == (2, 1)


def test_a_quote_of_another_version_is_caught():
    answer = answered(ALPHA)
    stale = replace(answer, citations=(replace(answer.citations[0], text_hash="0" * 16),))
    total, failures = quote_failures(stale, PAPERS)
    assert total == len(failures) > 0


def test_a_quote_of_a_paper_that_is_not_there_is_caught():
    total, failures = quote_failures(answered(ALPHA), {})
    assert total == len(failures) > 0


def test_the_word_judge_wants_the_numbers_and_most_of_the_words():
    context = ["Alpha gains 23.4% over Beta on 1,200 tasks."]
    assert word_judge("Over Beta, Alpha has gained 23.4% on 1200 tasks.", context) is True
    assert word_judge("Alpha gains 24.3% over Beta.", context) is False
    assert word_judge("Diffusion policies steer robots well.", context) is False
    assert word_judge("It is.", context) is None
    assert word_judge("Alpha gains", []) is False
    assert coverage("", "text") == 0
