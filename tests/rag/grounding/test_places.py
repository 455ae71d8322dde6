from __future__ import annotations

import pytest

from rag.grounding import EmbeddedChecker
from rag.grounding.align import align
from rag.grounding.bindings import listed_otherwise
from rag.grounding.calibration import Calibration
from rag.grounding.checker import disagreements
from rag.grounding.features import join
from rag.grounding.places import crossed_sides, repeats, replaced_words
from rag.grounding.tokens import tokens_of
from rag.retrieval.picker import HybridPicker
from tests.support.shelf import bag, paper

TASTE = "OatNet surpasses a strong baseline that tastes expert dough within the oven."
SMALL = "Small bakers can knead more tasty loaves than MillBot."
REGIMES = "Comparing RyeBots with plain mixers, we see soft doughs where plain mixers clearly outperform RyeBots."
TWO = (
    "Results for rye and oats confirm that sour loaves keep well.",
    "Results for wheat show a great role of late salt in the tin.",
)
OVENS = (
    "Ovens such as GrillPro and SmokePro are widely used in bakeries.",
    "Our recipe warms the tray of SmokePro to 200 degrees with only 3 logs.",
)


def crossed(claim: str, evidence: str) -> str:
    return crossed_sides(align(tokens_of(claim), tokens_of(evidence)))


def replaced(claim: str, *sentences: str) -> list[tuple[str, str]]:
    theirs = [tokens_of(s) for s in sentences]
    return replaced_words(align(tokens_of(claim), join(theirs)), theirs, theirs)


@pytest.mark.parametrize(
    ("claim", "evidence", "word"),
    [
        ("A strong baseline that tastes expert dough within the oven surpasses OatNet.", TASTE, "surpasses"),
        ("A strong baseline that tastes expert dough within the oven beats OatNet.", TASTE, "beats"),
        ("MillBot can knead more tasty loaves than small bakers.", SMALL, "than"),
        ("RyeBots do better than plain mixers on soft doughs.", REGIMES, "better"),
        ("GrillPro replaces SmokePro in bakeries.", "SmokePro replaces GrillPro in bakeries.", "replaces"),
    ],
)
def test_sides_that_changed_places_are_found(claim: str, evidence: str, word: str) -> None:
    assert crossed(claim, evidence) == word


@pytest.mark.parametrize(
    ("claim", "evidence"),
    [
        ("Within the oven, OatNet surpasses a strong baseline that tastes expert dough.", TASTE),
        ("A strong baseline that tastes expert dough is surpassed by OatNet.", TASTE),
        ("Small bakers can knead more tasty loaves than MillBot.", SMALL),
        ("Plain mixers do better than RyeBots on soft doughs.", REGIMES),
        ("Soft doughs differ from RyeBots.", "RyeBots differ from soft doughs."),
    ],
)
def test_sides_that_stand_as_they_were_are_not(claim: str, evidence: str) -> None:
    assert crossed(claim, evidence) == ""


def test_a_word_of_one_sentence_in_the_place_of_anothers_is_found() -> None:
    assert replaced("Results for rye show a great role of late salt in the tin.", *TWO) == [("rye", "wheat")]
    assert replaced("Our recipe warms the tray of GrillPro to 200 degrees with 3 logs.", *OVENS) == [
        ("grillpro", "smokepro")
    ]


@pytest.mark.parametrize(
    ("claim", "sentences"),
    [
        ("Results for wheat show a great role of late salt in the tin.", TWO),
        ("Results for barley show a great role of late salt in the tin.", TWO),
        ("Results for oats and rye confirm that sour loaves keep well.", TWO),
        ("Our recipe warms the tray of SmokePro to 200 degrees with only 3 logs.", OVENS),
    ],
)
def test_a_word_in_its_own_place_an_item_of_a_list_and_a_word_of_no_other_sentence_are_not(
    claim: str, sentences: tuple[str, ...]
) -> None:
    assert replaced(claim, *sentences) == []


def test_what_was_replaced_or_crossed_is_told() -> None:
    def told(claim: str, evidence: str) -> str:
        return " | ".join(disagreements(claim, evidence, paper("Baking", evidence)))

    assert "sides of 'than'" in told("MillBot can knead more tasty loaves than small bakers.", SMALL)
    both = " ".join(OVENS).replace(". Our", "; our")
    assert "'grillpro' stands where" in told("Our recipe warms the tray of GrillPro to 200 degrees.", both)


@pytest.mark.parametrize(
    ("claim", "expected"),
    [
        ("The tray of SmokePro warms to 200 degrees.", False),
        ("The recipe warms the tray of SmokePro to 200 degrees.", True),
        ("The recipe warms SmokePro to 200 degrees.", True),
        ("The recipe does not warm the tray of SmokePro to 200 degrees.", False),
        ("The tray of SmokePro is warmed by the recipe to 200 degrees with logs.", False),
        ("Warms tray.", False),
    ],
)
def test_a_claim_in_the_words_and_order_of_a_sentence_repeats_it(claim: str, expected: bool) -> None:
    assert repeats(tokens_of(claim), [tokens_of(s) for s in OVENS]) is expected


def test_a_negation_left_out_is_no_repetition() -> None:
    sentence = tokens_of("More salt does not always guarantee a better soup.")
    assert repeats(tokens_of("More salt does not always guarantee better soup."), [sentence])
    assert not repeats(tokens_of("More salt does always guarantee a better soup."), [sentence])


def test_what_repeats_a_sentence_is_supported_however_far_it_is_from_the_rest() -> None:
    never = Calibration({}, -9.0, supported_from=0.75, unsupported_below=0.3)
    checker = EmbeddedChecker(HybridPicker(bag()), calibration=never)
    about = paper("Baking", " ".join(OVENS))
    assert checker.check("The recipe warms the tray of SmokePro to 200 degrees.", about).support == "supported"
    assert checker.check("The recipe warms the tray of SmokePro to 300 degrees.", about).support == "unsupported"


def test_the_name_a_title_opens_with_belongs_to_every_sentence() -> None:
    evidence = "Such ovens bake 1.4x more loaves at 20% lower cost."
    about = paper("Crumbwise: Baking in Phases", f"We bake with Crumbwise. {evidence}")
    assert disagreements("With Crumbwise, ovens bake 1.4x more loaves at 20% lower cost.", evidence, about) == ()


LISTS = (
    "Compared with DoughNet~miller2018dough, it gains 1% on RyeBench and OatBench, against recent methods of "
    "RyeBot~lee2019rye and OatBot~kim2020oat."
)


@pytest.mark.parametrize(
    ("claim", "told"),
    [
        ("On RyeBench and OatBench it gains 1% over DoughNet and OatBot.", [("doughnet", "ryebot")]),
        ("On RyeBench and OatBench it gains 1% over RyeBot and OatBot.", []),
        ("It gains 1% over OatBot and RyeBot.", []),
        ("It gains 1% over OatBot.", []),
        ("It gains over SourNet and OatBot.", []),
    ],
)
def test_a_name_listed_in_the_place_of_another_is_told(claim: str, told: list[tuple[str, str]]) -> None:
    assert listed_otherwise(align(tokens_of(claim), list(tokens_of(LISTS)), None)) == told
