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
    scores = np.array([3.0, 4.0, 5.0, 6.0, 1.0, 5.5, 0.0, 0.5])
    kinds = np.array(["answerable"] * 4 + ["away"] * 2 + ["other"] * 2)
    tell("made up", scores, kinds)
    told = capsys.readouterr().out
    assert "answerable against other: AUC 1.000" in told
    assert "answerable against away: AUC 0.625" in told  # of 8 pairs, 5 the right way round
    assert "0.02 of the answerable declined (below 3.06): away 0.50  other 1.00" in told


@pytest.mark.parametrize("odds", [None, 6.0])
def test_evidence_grows_with_likeness(odds: float | None) -> None:
    assert evidence_of(0.1, odds) < 0 < evidence_of(0.5, odds)


def test_what_the_picker_is_sure_of_may_be_less_alike() -> None:
    assert evidence_of(0.27, 1.0) < 0 < evidence_of(0.27, 8.0)
