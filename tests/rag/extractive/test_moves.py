from __future__ import annotations

import pytest

from rag.extractive.moves import Move, told_by
from rag.extractive.telling import telling_sentence
from rag.lexical import LexicalIndex
from rag.questions.topic import read_topic
from rag.retrieval.retrieve import Hit
from rag.retrieval.topic_words import TopicWords
from tests.support.flat import Flat
from tests.support.shelf import paper

LAMP = paper(
    "GlowBot: Lamps That Dim Themselves",
    "Lamps waste much power in empty rooms. However, existing sensors fail at night. In this paper we propose "
    "GlowBot, a lamp that dims itself. It is trained by imitation on a data set of 40 rooms. GlowBot cuts the power "
    "used by 31%. Its sensor costs two dollars. It still fails in rooms with mirrors.",
)
SILENT = paper("Lamps", "Lamps shine. Rooms are dark at night when no lamp shines in them.")


def moves_of(text: str) -> frozenset[Move]:
    return next(t.moves for t in told_by(LAMP) if LAMP.abstract[slice(*t.span)].startswith(text))


@pytest.mark.parametrize(
    ("text", "move"),
    [
        ("In this paper", "aim"),
        ("It is trained", "method"),
        ("It is trained", "data"),
        ("GlowBot cuts", "result"),
        ("Its sensor", "cost"),
        ("It still fails", "limit"),
        ("Lamps waste", "background"),
        ("However, existing", "background"),
    ],
)
def test_a_sentence_makes_the_moves_its_words_tell(text: str, move: Move) -> None:
    if text == "GlowBot cuts":
        assert next(t for t in told_by(LAMP) if LAMP.abstract[slice(*t.span)].startswith(text)).measured
    else:
        assert move in moves_of(text)


def test_nothing_is_background_from_where_the_paper_speaks_of_itself() -> None:
    scene = [LAMP.abstract[slice(*t.span)] for t in told_by(LAMP) if "background" in t.moves]
    assert [s.split()[0] for s in scene] == ["Lamps", "However,"]


def test_an_abstract_that_never_speaks_of_itself_has_no_background() -> None:
    assert not any("background" in t.moves for t in told_by(SILENT))
    assert told_by(paper("Nothing", "")) == ()


@pytest.mark.parametrize(
    ("text", "measured"),
    [
        ("We reach an accuracy of 62.2% now.", True),
        ("We are 3x faster than all before.", True),
        ("We use 16,384 tokens of context.", True),
        ("We label 40 rooms by hand here.", True),
        ("We use Qwen2 and GPT-4 in 2024.", False),
        ("We try it on EPIC-Kitchens-55 alone.", False),
    ],
)
def test_figures_are_told_from_names_and_years(text: str, measured: bool) -> None:
    assert told_by(paper("Rooms", text))[0].measured is measured


@pytest.mark.parametrize(
    ("question", "begins"),
    [
        ("papers on lamps that dim themselves", "In this paper we propose"),
        ("Which papers use imitation?", "It is trained by imitation"),
        ("papers on mirrors", "It still fails"),
        ("", "In this paper we propose"),
    ],
)
def test_a_paper_is_told_by_what_it_says_of_the_topic_itself(question: str, begins: str) -> None:
    words = TopicWords((LAMP,), LexicalIndex((LAMP,)))
    told = telling_sentence(read_topic(question), Hit(LAMP, 1.0, 0.5, 1.0, 0, 5), Flat(), words)
    assert told is not None
    assert told.text.startswith(begins)


def test_a_paper_with_no_abstract_is_told_by_nothing() -> None:
    empty = paper("On Emptiness", "")
    words = TopicWords((empty,), LexicalIndex((empty,)))
    assert telling_sentence(read_topic("papers on emptiness"), Hit(empty, 1.0, 0.5, 1.0, 0, 0), Flat(), words) is None


def test_what_follows_an_announcement_of_findings_is_a_result() -> None:
    text = (
        "We study lamps at night. We have several interesting findings. First, old lamps lag behind new ones. "
        "(2) In particular, red light is hard to see. The code is on a page of ours."
    )
    results = [text[a:b] for a, b in (t.span for t in told_by(paper("Lamps", text)) if "result" in t.moves)]
    assert [r.split()[0] for r in results] == ["First,", "(2)"]


def test_an_example_goes_on_with_what_was_found() -> None:
    text = "We try ten lamps. The results reveal how dim they are. For example, nine of them light no more than a wall."
    assert "result" in told_by(paper("Lamps", text))[-1].moves
    text = "We try ten lamps. They hang in a hall. For example, nine of them hang on a wall."
    assert "result" not in told_by(paper("Lamps", text))[-1].moves
