"""Numbers as words."""

from __future__ import annotations

import pytest

from rag.questions.numbers import ordinal_word


@pytest.mark.parametrize(
    ("place", "said"),
    [(1, "first"), (3, "third"), (10, "tenth"), (11, "11th"), (21, "21st"), (22, "22nd"), (112, "112th")],
)
def test_a_place_is_said(place: int, said: str) -> None:
    assert ordinal_word(place) == said
