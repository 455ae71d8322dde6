from __future__ import annotations

import pytest

from rag.lexical import LexicalIndex
from rag.questions.topic import read_topic, telling_words
from rag.retrieval.topic_words import TopicWords
from tests.support.shelf import BREAD, FROG, MERGE_A, SHELF, paper

MCTS = paper(
    "Planning Ahead", "We plan by Monte Carlo Tree Search methods. Reinforcement Learning (RL) tunes the planner."
)
LLM = paper("Small Talk", "Large Language Models (LLMs) chat about ponds. No chat needed human labels.")
THESIS = paper("On Ponds", "This thesis gives a theory of ponds.")
SHELVED = (*SHELF, MCTS, LLM, THESIS)


@pytest.fixture
def words() -> TopicWords:
    return TopicWords(SHELVED, LexicalIndex(SHELVED))


@pytest.mark.parametrize(
    ("question", "alternatives"),
    [
        ("Which papers are about model merging?", ("model merging",)),
        ("Model merging: what is on offer?", ("Model merging",)),
        ("Frog calls - anything on that?", ("Frog calls",)),
        ("Might you kindly fetch whatever articles there are concerning tidal power?", ("tidal power",)),
        ("I only care about the theory of ponds. Show me those.", ("theory of ponds",)),
        ("For an exhibition I need papers on the pond life of cities.", ("pond life of cities",)),
        ("papers on length generalization of transformers", ("length generalization of transformers",)),
        ("what do we have about process reward models", ("process reward models",)),
        ("Is there any work here on grokking?", ("grokking",)),
        ("Is anyone working on grokking?", ("grokking",)),
        ("Do any papers ask whether models know what they don't know?", ("whether models know what they don't know",)),
        ("List everything on RLHF.", ("RLHF",)),
        ("papers on code generation", ("code generation",)),
        ("instruction tuning papers", ("instruction tuning",)),
        ("papers on quantization or pruning", ("quantization", "pruning")),
        ("papers about GUI or web agents", ("GUI agents", "web agents")),
        ("papers on jailbreaks or adversarial attacks", ("jailbreaks", "adversarial attacks")),
        ("papers on vision, speech or robotics", ("vision", "speech", "robotics")),
        ("planning or learning for web agents", ("planning for web agents", "learning for web agents")),
        ("papers on LLMs that call tools or APIs", ("LLMs that call tools", "LLMs that APIs")),
        ("LLMs that call external tools or APIs", ("LLMs that call external tools", "LLMs that call external APIs")),
        ("papers on games like StarCraft or Go", ("StarCraft", "Go", "games")),
        ("Which deal with money: investing, trading, credit?", ("investing", "trading", "credit", "money")),
        ("papers on optimizers or the convergence of descent", ("optimizers", "the convergence of descent")),
        ("What's been published since 2024 on model merging?", ("model merging",)),
        ("In the Oct 31 digest, which papers are about planning?", ("planning",)),
        ("I'm after studies of whale song. Which ones are there?", ("whale song",)),
        ("calibration and overconfidence papers", ("calibration and overconfidence",)),
        ("papers on GUI agents and web agents", ("GUI agents and web agents", "GUI agents", "web agents")),
        ("papers on tree search for games and web agents", ("tree search for games and web agents",)),
        ("GUI agents and web agents and chess bots", ("GUI agents and web agents and chess bots",)),
        ("judging outputs of their own or other models'", ("judging outputs of their own or other models'",)),
        (
            "judging outputs of small or large models'",
            ("judging outputs of small models'", "judging outputs of large models'"),
        ),
    ],
)
def test_the_topic_is_what_is_left_without_the_words_that_ask(question: str, alternatives: tuple[str, ...]) -> None:
    assert read_topic(question).alternatives == alternatives


@pytest.mark.parametrize(
    "question", ["Which papers are there?", "Which papers are in digest 2?", "papers with code", "?"]
)
def test_a_question_of_papers_alone_has_no_topic(question: str) -> None:
    assert not read_topic(question)


@pytest.mark.parametrize(
    ("question", "alternatives", "lacking"),
    [
        ("merging methods that need no retraining", ("merging methods",), ("retraining",)),
        ("Which papers do without a reward model?", (), ("reward model",)),
        ("training-free merging", ("merging",), ("training",)),
        ("Which papers on RL do not need a simulator?", ("RL",), ("simulator",)),
        ("approaches with no human feedback", (), ("human feedback",)),
        ("Which papers have a method that needs no training at all?", (), ("training",)),
    ],
)
def test_what_a_paper_must_do_without_is_a_condition_on_it(
    question: str, alternatives: tuple[str, ...], lacking: tuple[str, ...]
) -> None:
    topic = read_topic(question)
    assert (topic.alternatives, topic.lacking, topic.excluded) == (alternatives, lacking, "")


@pytest.mark.parametrize(
    "question",
    [
        "Which papers are about merging but not with transformers?",
        "papers on merging, excluding transformers",
        "merging papers other than those on transformers",
    ],
)
def test_what_papers_must_not_mention_is_told_apart(question: str) -> None:
    topic = read_topic(question)
    assert topic.excluded == "transformers"
    assert "transformers" not in " ".join(topic.alternatives)
    assert "merging" in topic.alternatives[0]


def test_words_that_tell_nothing_are_left_out_unless_there_are_no_others() -> None:
    assert telling_words("new methods for the kneading of dough") == ["kneading", "dough"]
    assert telling_words("new methods") == ["new", "methods"]


@pytest.mark.parametrize(
    ("text", "of", "share"),
    [
        ("reinforcement learning", MCTS, 1.0),
        ("RL", MCTS, 1.0),
        ("MCTS", MCTS, 1.0),
        ("LLMs", LLM, 1.0),
        ("language models", LLM, 1.0),
        ("theses", THESIS, 1.0),
        ("kneading dough", BREAD, 1.0),
        ("frogs", BREAD, 0.0),
    ],
)
def test_a_topic_is_carried_in_any_of_its_wordings(words: TopicWords, text: str, of: object, share: float) -> None:
    place = next(i for i, p in enumerate(SHELVED) if p == of)
    assert words.coverage(words.wordings(text), place) == pytest.approx(share)


def test_rare_words_weigh_more_than_common_ones(words: TopicWords) -> None:
    place = SHELVED.index(BREAD)
    rare, common = words.coverage(words.wordings("dough frogs"), place), words.coverage(words.wordings("frogs"), place)
    assert common == 0.0 < rare < 1.0


def test_words_that_stand_apart_do_not_stand_together(words: TopicWords) -> None:
    place = SHELVED.index(FROG)
    assert words.together("sample complexity", place) == 1.0
    assert words.together("pond accuracy", place) == 0.0
    assert words.together("ponds", place) == 1.0


@pytest.mark.parametrize(
    ("sentence", "thing", "denied"),
    [
        ("The method is training-free.", "training", True),
        ("It transfers without any additional training.", "retraining", True),
        ("No labeling effort is needed.", "human labels", True),
        ("It does not require labels.", "labels", True),
        ("It avoids retraining on the data.", "training", True),
        ("Training is not necessary for speed.", "training", False),
        ("We train without data.", "training", False),
        ("It needs training.", "training", False),
    ],
)
def test_denial_is_told_from_mention(words: TopicWords, sentence: str, thing: str, denied: bool) -> None:
    assert words.denies(sentence, thing) is denied


def test_a_paper_that_does_without_says_so_in_some_sentence(words: TopicWords) -> None:
    assert words.does_without("data", SHELVED.index(MERGE_A))
    assert words.does_without("retraining", SHELVED.index(BREAD))
    assert not words.does_without("data", SHELVED.index(FROG))


def test_only_a_topic_of_acronyms_is_spelled_out(words: TopicWords) -> None:
    assert words.spelled("RL") == "RL (reinforcement learning)"
    assert words.spelled("MCTS").startswith("MCTS (mont")
    assert words.spelled("RL for ponds") == "RL for ponds"
    assert words.spelled("XYZ") == "XYZ"


@pytest.mark.parametrize(
    ("question", "lacking"),
    [
        ("papers that judge frogs without anybody labelling the steps", "labelling"),
        ("papers that judge frogs without anyone labelling each step", "labelling"),
        ("papers that judge frogs without having labels for them", "labels"),
    ],
)
def test_who_would_do_what_is_done_without_is_left_out_and_what_it_is_done_to(question: str, lacking: str) -> None:
    assert read_topic(question).lacking == (lacking,)


def test_another_kind_of_thing_than_one_that_is_named_may_be_mentioned_beside_it() -> None:
    assert read_topic("frog calls in a language other than English").excluded == ""
    assert read_topic("frog calls in a language but not English").excluded == "English"
