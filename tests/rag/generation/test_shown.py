"""What a reader sees of prose while it comes: no marker, wherever the pieces are cut."""

from __future__ import annotations

import pytest

from rag.generation.shown import Shown

TITLES = ("FrogNet: Counting Frogs by Sound", "ToadNet")


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("Frogs sing. [1] Toads croak [2].", "Frogs sing. Toads croak."),
        ("Frogs sing [99]. Toads croak.", "Frogs sing. Toads croak."),
        ("Frogs sing [1][2].", "Frogs sing."),
        ("Frogs sing 【1†source】 at night.", "Frogs sing at night."),
        ("Frogs [FrogNet: Counting Frogs by Sound] sing.", "Frogs sing."),
        ("Frogs sing [1](https://example.org/x) at night.", "Frogs sing at night."),
        ("**Frogs** sing [Source 1].", "Frogs sing."),
        ("Values [0.1, 0.9] and f(x) < 3 stay.", "Values [0.1, 0.9] and f(x) < 3 stay."),
        ("First (1) we fit, then (2) we prune.", "First (1) we fit, then (2) we prune."),
        ("An open [bracket at the end", "An open [bracket at the end"),
    ],
)
@pytest.mark.parametrize("size", [1, 2, 5, 1_000])
def test_markers_never_show(written: str, shown: str, size: int) -> None:
    window = Shown(TITLES)
    parts = [window.feed(written[i : i + size]) for i in range(0, len(written), size)]
    assert "".join([*parts, window.finish()]) == shown


def test_words_are_not_held_back() -> None:
    window = Shown(TITLES)
    assert window.feed("Frogs") == "Frogs"
    assert window.feed(" sing") == " sing"
    assert window.feed(" [") == ""
    assert window.feed("1]") == ""
    assert window.feed(" Toads") == " Toads"
