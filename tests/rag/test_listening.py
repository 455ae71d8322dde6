"""Reasoning told from answer, and texts that go in circles."""

from __future__ import annotations

import pytest

from ingest.errors import ModelError
from rag.listening import Listener
from rag.listening.circles import Circles, circle
from rag.listening.thoughts import Thoughts
from rag.writer import Piece

PROSE = (
    "FrogNet counts frogs in ponds from audio alone. It reaches 62.2% accuracy on PondBench, against 48.5% for the "
    "best baseline. Its sample complexity is quadratic in the number of ponds. TidePredict forecasts tides. "
)


def split(text: str, size: int) -> tuple[str, str]:
    """Return what is told to be answer and reasoning when a text comes in pieces of a size."""
    thoughts = Thoughts()
    pieces = [p for i in range(0, len(text), size) for p in thoughts.feed(text[i : i + size])]
    pieces += thoughts.rest()
    assert all(piece.text for piece in pieces)
    kinds = {kind: "".join(p.text for p in pieces if p.kind == kind) for kind in ("text", "thinking")}
    return kinds["text"], kinds["thinking"]


@pytest.mark.parametrize("size", [1, 2, 3, 7, 1000])
@pytest.mark.parametrize(
    ("text", "answer", "reasoning"),
    [
        ("No tags here.", "No tags here.", ""),
        ("<think>Let me see.</think>It is 5.", "It is 5.", "Let me see."),
        ("\n <think>\nLet me see.\n</think>\n\nIt is 5.", "It is 5.", "\nLet me see.\n"),
        ("<THINK>a</Think>b", "b", "a"),
        ("<thinking>a < b</thinking>c", "c", "a < b"),
        ("[THINK]a[/THINK]b", "b", "a"),
        ("<think></think>b", "b", ""),
        ("<think>a</think><think>b</think>c", "c", "ab"),
        ("<think>never closed", "", "never closed"),
        ("<think>almost closed</thi", "", "almost closed</thi"),
        ("It writes <think> tags</think> first.", "It writes <think> tags</think> first.", ""),
        ("<thin ice>", "<thin ice>", ""),
        ("<", "<", ""),
        ("  indented", "  indented", ""),
        ("", "", ""),
    ],
)
def test_reasoning_is_told_from_answer_however_it_is_cut(text: str, answer: str, reasoning: str, size: int) -> None:
    assert split(text, size) == (answer, reasoning)


def test_an_answer_is_handed_on_at_once() -> None:
    thoughts = Thoughts()
    assert list(thoughts.feed("It")) == [Piece("It")]
    assert list(thoughts.feed(" is <")) == [Piece(" is <")]


@pytest.mark.parametrize(
    "again",
    ["very ", "The code is at hand. ", "[1] [2] ", "\n", "a", PROSE, "1. It counts frogs.\n", "我们提出了一种新方法。"],
)
def test_a_text_that_goes_in_circles_is_noticed(again: str) -> None:
    circles = Circles()
    fed = PROSE + again * 400
    stops = [i for i in range(0, len(fed), 5) if circles.feed(fed[i : i + 5])]
    assert stops
    assert stops[0] - len(PROSE) < max(5 * len(again), 300) + 2 * 45


def test_numbers_that_count_up_are_no_news() -> None:
    circles = Circles()
    assert any(circles.feed(f"{n}. The paper counts frogs in a pond.\n") for n in range(8, 30))


@pytest.mark.parametrize(
    "text",
    [
        PROSE,
        "No. " * 5 + PROSE,
        PROSE * 4,
        "".join(f"- **{name}** merges models by averaging weights [{n}].\n" for n, name in enumerate("ABCDEFGHIJ")),
        '{"sentences": [' + ", ".join(map(str, range(1, 60))) + "]}",
        "| --- | --- | --- | --- |\n| a | b | c | d |\n" * 2,
    ],
)
def test_what_merely_repeats_a_little_is_left_alone(text: str) -> None:
    circles = Circles()
    assert not any(circles.feed(text[i : i + 5]) for i in range(0, len(text), 5))


def test_the_shortest_stretch_is_named() -> None:
    assert circle("once upon a time " + "and again " * 60) in ("and again ", "again and ")
    assert circle("") is None


class TestListener:
    def test_it_knows_words_from_reasoning_and_blanks(self) -> None:
        heard = Listener()
        assert list(heard.thought("hm")) == [Piece("hm", "thinking")]
        assert (heard.begun, heard.spoke) == (True, False)
        assert list(heard.text(" \n")) == []
        assert not heard.spoke
        assert list(heard.text("Yes.")) == [Piece(" \nYes.")]
        assert heard.spoke

    def test_nothing_is_nothing(self) -> None:
        heard = Listener()
        assert [*heard.text(""), *heard.thought(""), *heard.rest()] == []
        assert not heard.begun

    @pytest.mark.parametrize("kind", ["text", "thought"])
    def test_it_stops_a_circle_after_the_piece_that_shows_it(self, kind: str) -> None:
        heard = Listener()
        said: list[Piece] = []
        with pytest.raises(ModelError, match=r"repeats itself.*and again") as stopped:
            for _ in range(100):
                for piece in getattr(heard, kind)("and again and again, "):
                    said.append(piece)
        assert 300 <= sum(len(p.text) for p in said) < 400
        assert "another model" in stopped.value.fix

    def test_reasoning_and_text_are_not_mixed_up(self) -> None:
        heard = Listener()
        for _ in range(12):
            list(heard.thought("the same thought "))
            list(heard.text("the same words "))
