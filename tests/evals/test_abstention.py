from __future__ import annotations

import pytest

from evals.metrics.abstention import (
    Outcome,
    abstention_precision,
    abstention_recall,
    aurc,
    false_answer_rate,
    false_refusal_rate,
    risk_coverage,
)

ANSWERED = Outcome(True, False, False, True, 0.9)
WRONG = Outcome(True, False, False, False, 0.2)
REFUSED = Outcome(True, True, False, False)
FLAGGED = Outcome(True, False, True, True, 0.5)
HELD = Outcome(False, True, False, True)
NAMED = Outcome(False, False, True, True, 0.4)
FOOLED = Outcome(False, False, False, False, 0.8)
CORRECTED = Outcome(False, False, False, True, 0.6)


def test_precision_suffers_from_a_refusal_and_from_a_false_flag():
    assert abstention_precision([HELD, NAMED]) == 1
    assert abstention_precision([HELD, REFUSED]) == 0.5
    assert abstention_precision([HELD, FLAGGED]) == 0.5
    assert abstention_precision([ANSWERED]) is None


def test_recall_suffers_from_an_answer_that_cannot_be():
    assert abstention_recall([HELD, FOOLED, ANSWERED]) == 0.5
    assert abstention_recall([ANSWERED]) is None


def test_false_answers():
    assert false_answer_rate([HELD, FOOLED]) == 0.5
    assert false_answer_rate([HELD, CORRECTED]) == 0
    assert false_answer_rate([ANSWERED, WRONG]) is None


def test_false_refusals_are_of_answerable_questions_only():
    assert false_refusal_rate([REFUSED, ANSWERED, HELD]) == 0.5
    assert false_refusal_rate([FLAGGED]) == 0
    assert false_refusal_rate([HELD]) is None


def test_the_curve_goes_from_the_surest_to_all():
    points = risk_coverage([0.9, 0.8, 0.1], [False, True, False])
    assert points == [(1 / 3, 0.0), (2 / 3, 0.5), (1.0, pytest.approx(1 / 3))]


def test_equal_confidences_enter_together():
    assert risk_coverage([0.5, 0.5], [True, False]) == [(1.0, 0.5)]


def test_declining_is_last_and_an_error_there():
    assert risk_coverage([None, 0.1], [False, False]) == [(0.5, 0.0), (1.0, 0.5)]
    assert aurc([None, None], [False, False]) == 1


def test_the_area_rewards_knowing_what_one_does_not_know():
    knowing = aurc([0.9, 0.8, 0.2, 0.1], [False, False, True, True])
    unknowing = aurc([0.1, 0.2, 0.8, 0.9], [False, False, True, True])
    assert knowing < 0.5 < unknowing
    assert aurc([0.9, 0.1], [False, False]) == 0
    assert aurc([0.9, 0.1], [True, True]) == 1


def test_the_area_by_hand():
    assert aurc([0.9, 0.1], [False, True]) == pytest.approx(0.5 * 0 + 0.5 * 0.25)


def test_lengths_must_agree():
    with pytest.raises(ValueError, match="each question"):
        risk_coverage([0.1], [])
    with pytest.raises(ValueError, match="no question"):
        aurc([], [])
