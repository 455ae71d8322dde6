from __future__ import annotations

import pytest

from rag.questions.inside import counted_item, other_item, series_in


@pytest.mark.parametrize(
    ("text", "items"),
    [
        ("We test on GSM8K, MathQA, and AIME24.", ("GSM8K", "MathQA", "AIME24")),
        ("It runs on MiniWoB++, a standard task suite, and Mind2Web.", ("MiniWoB++", "Mind2Web")),
        ("It gains 9% for GSM8K, and 36% for MathQA.", ("GSM8K", "MathQA")),
        (
            "The tasks are (1) step captioning: naming steps, (2) guideline summary.",
            ("step captioning", "guideline summary"),
        ),
        ("We see gains with GPT-4o and Claude 3.5 Sonnet.", ("GPT-4o", "Claude 3.5 Sonnet")),
        ("Then, we build three datasets, IQTest, FunctionQA, and PaperQA.", ("IQTest", "FunctionQA", "PaperQA")),
        ("It scores 64 on the CARLA track. It wins on nuPlan.", ("CARLA", "nuPlan")),
    ],
)
def test_what_a_text_counts_up_is_found(text: str, items: tuple[str, ...]) -> None:
    assert items in [series.items for series in series_in(text)]


@pytest.mark.parametrize(
    "text", ["", "We test on GSM8K.", "We and others did so.", "It is based on Monte Carlo and more."]
)
def test_one_thing_is_no_list(text: str) -> None:
    assert series_in(text) == []


TEXTS = ("We beat PPO and GRPO. We test on GSM8K and MathQA, (i) slow mode, (ii) quick mode.",)


@pytest.mark.parametrize(
    ("place", "kind", "item"),
    [
        (1, "which data sets did they use", "MathQA"),
        (0, "benchmark", "GSM8K"),
        (-1, "data set", "MathQA"),
        (1, "which baselines", "GRPO"),
        (1, "", "GRPO"),
        (4, "benchmark", ""),
    ],
)
def test_an_ordinal_means_an_item_of_its_kind(place: int, kind: str, item: str) -> None:
    assert counted_item(place, kind, TEXTS) == item


def test_a_long_item_is_called_by_its_first_words() -> None:
    text = "There are (1) small tasks where plain old models do better than others, (2) large tasks."
    assert counted_item(0, "", (text,)) == "small tasks where plain old models"


@pytest.mark.parametrize(
    ("known", "kind", "item"),
    [
        ("How does it do with Claude?", "model", "GPT-4o"),
        ("And with GPT-4o?", "model", "Claude 3.5 Sonnet"),
        ("How does it do?", "model", ""),
    ],
)
def test_the_other_one_is_the_one_not_spoken_of(known: str, kind: str, item: str) -> None:
    assert other_item(known, kind, ("We see gains with GPT-4o and Claude 3.5 Sonnet.",)) == item
