from __future__ import annotations

import pytest

from evals.metrics.intervals import bootstrap, bootstrap_mean, paired_bootstrap


def test_the_interval_holds_the_mean_and_narrows_with_rows():
    few, many = bootstrap_mean([0, 1] * 5), bootstrap_mean([0, 1] * 500)
    assert few.low < 0.5 < few.high
    assert many.high - many.low < 0.1 < few.high - few.low
    assert few.n == 10


def test_equal_values_have_no_spread():
    found = bootstrap_mean([0.7] * 8)
    assert found.low == pytest.approx(found.high)


def test_the_same_rows_give_the_same_interval():
    assert bootstrap_mean([0, 1, 1]) == bootstrap_mean([0, 1, 1])


def test_a_mean_of_nothing_is_refused():
    with pytest.raises(ValueError, match="at least one"):
        bootstrap_mean([])


def test_a_figure_undefined_on_some_resamples_keeps_its_interval():
    values = [1, 0, 0]
    found = bootstrap(3, lambda rows: float(len(rows)) if any(values[i] for i in rows) else None)
    assert found is not None
    assert (found.value, found.low, found.high) == (3, 3, 3)
    assert bootstrap(2, lambda rows: None) is None
    assert bootstrap(0, lambda rows: 1.0) is None


def test_a_steady_gain_is_more_than_noise():
    found = paired_bootstrap([0.0] * 30 + [1.0] * 30, [1.0] * 60)
    assert found.change == 0.5
    assert found.beyond_noise
    assert found.p < 0.01


def test_one_row_turned_is_noise():
    old = [1.0] * 50
    found = paired_bootstrap(old, [0.0, *old[1:]])
    assert not found.beyond_noise
    assert found.p > 0.05


def test_no_change_is_no_change():
    found = paired_bootstrap([0.0, 1.0], [0.0, 1.0])
    assert (found.change, found.p, found.beyond_noise) == (0, 1, False)


def test_pairs_are_needed():
    with pytest.raises(ValueError, match="same rows"):
        paired_bootstrap([1.0], [])
