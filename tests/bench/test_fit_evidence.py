"""What decides whether a library answers: the fit, and the point from which it declines."""

from __future__ import annotations

import numpy as np
import pytest

from bench.fit_evidence import fit, tell
from rag.abstention.declining import evidence_of


def test_the_fit_finds_the_weights_that_made_the_data() -> None:
    rng = np.random.default_rng(0)
    rows = rng.normal(size=(20_000, 2))
    chance = 1 / (1 + np.exp(-(rows @ np.array([2.0, -1.0]) + 0.5)))
    solved = fit(rows, rng.random(len(rows)) < chance)
    assert solved == pytest.approx([2.0, -1.0, 0.5], abs=0.1)


def test_points_are_told_with_what_they_decline(capsys: pytest.CaptureFixture[str]) -> None:
    fitted = np.array([3.0, 4.0, 5.0, 6.0])
    tell("made up", fitted, np.array([3.5, 3.0, 5.5, 2.0]), np.array([True, True, False, False]))
    told = capsys.readouterr().out
    assert "made up: AUC 0.500" in told  # of 4 pairs, 2 the right way round
    assert "below 3.06: 0.50 of the answered, 0.50 of the others" in told


@pytest.mark.parametrize("odds", [None, 6.0])
def test_evidence_grows_with_likeness(odds: float | None) -> None:
    assert evidence_of(0.1, odds, 3.0) < 0 < evidence_of(0.5, odds, 3.0)


def test_what_the_picker_is_sure_of_may_be_less_alike() -> None:
    assert evidence_of(0.27, 1.0, 3.0) < 0 < evidence_of(0.27, 8.0, 3.0)


def test_what_is_asked_in_rarer_words_may_be_less_alike() -> None:
    assert evidence_of(0.27, 1.0, 3.0) < 0 < evidence_of(0.27, 1.0, 4.5)
