"""Another's name where the abstract says "our method", "it" or its own name."""

from __future__ import annotations

import pytest

from rag.grounding import EmbeddedChecker
from rag.grounding.align import align
from rag.grounding.calibration import Calibration
from rag.grounding.features import join
from rag.grounding.subjects import strange_subjects
from rag.grounding.tokens import tokens_of
from rag.retrieval.picker import HybridPicker
from tests.support.shelf import bag, paper

ALWAYS = Calibration({}, 5.0, supported_from=0.75, unsupported_below=0.3)
TITLE = "OatNet: Baking by Numbers"
BEFORE = "Ovens such as GrillPro bake loaves slowly."
OURS = (
    BEFORE,
    "We introduce OatNet and its loaf planner CrumbPlan.",
    "On RyeBench our method reaches 85% crispness, beating MillBot and random kneading by 4 points.",
    "We use SmokePro ovens throughout.",
    "It also lowers the cost of flour compared with MillBot.",
)
NAMED = (BEFORE, "OatNet reaches 85% crispness on RyeBench.", "MillBot is trained on wheat.")
TWO = (BEFORE, "MillBot reaches 70% crispness on oats.", "Our method reaches 85% crispness on wheat.")


def strange(claim: str, sentences: tuple[str, ...], title: str = TITLE) -> list[tuple[str, str]]:
    theirs = [tokens_of(s) for s in sentences]
    return strange_subjects(align(tokens_of(claim), join(theirs)), theirs, theirs, tokens_of(title))


@pytest.mark.parametrize(
    ("claim", "sentences", "pair"),
    [
        ("MillBot reaches 85% crispness on RyeBench.", OURS, ("millbot", "our method")),
        ("GrillPro reaches 85% crispness on RyeBench.", OURS, ("grillpro", "our method")),
        ("The GrillPro model clearly reaches 85% crispness.", OURS, ("grillpro", "our method")),
        ("Random kneading reaches 85% crispness on RyeBench.", OURS, ("kneading", "our method")),
        ("MillBot also lowers the cost of flour.", OURS, ("millbot", "it")),
        ("MillBot reaches 85% crispness on RyeBench.", NAMED, ("millbot", "oatnet")),
        ("GrillPro reaches 85% crispness on wheat.", TWO, ("grillpro", "our method")),
    ],
)
def test_anothers_name_in_the_authors_place_is_found(
    claim: str, sentences: tuple[str, ...], pair: tuple[str, str]
) -> None:
    assert strange(claim, sentences)[:1] == [pair]


@pytest.mark.parametrize(
    ("claim", "sentences"),
    [
        ("OatNet reaches 85% crispness on RyeBench.", OURS),
        ("CrumbPlan reaches 85% crispness on RyeBench.", OURS),
        ("SmokePro reaches 85% crispness on RyeBench.", OURS),
        ("The method reaches 85% crispness on RyeBench.", OURS),
        ("On RyeBench, the method reaches 85% crispness.", OURS),
        ("Compared with MillBot, the method reaches 85% crispness.", OURS),
        ("MillBot is beaten on RyeBench, where the method reaches 85% crispness.", OURS),
        ("OatNet with GrillPro reaches 85% crispness.", OURS),
        ("It lowers the cost of flour.", OURS),
        ("SmokePro ovens are used throughout.", OURS),
        ("Ovens such as GrillPro bake loaves slowly.", OURS),
        ("OatNet reaches 85% crispness on RyeBench.", NAMED),
        ("MillBot is trained on wheat.", NAMED),
        ("MillBot reaches 70% crispness on oats.", TWO),
        ("BarleyBot reaches 85% crispness on wheat.", TWO),
    ],
)
def test_what_the_authors_may_mean_what_stands_elsewhere_and_what_is_no_subject_is_not(
    claim: str, sentences: tuple[str, ...]
) -> None:
    assert strange(claim, sentences) == []


def test_it_is_what_the_sentence_before_speaks_of_and_on_back_while_that_says_it_too() -> None:
    best = "GrillPro is the best known oven."
    slow = "It bakes loaves slowly."
    said = "GrillPro bakes loaves slowly."
    assert strange(said, (best, slow, "We replace it.")) == []
    assert strange(said, (best, "It costs little.", slow, "We replace it.")) == []
    assert strange(said, (best, "SmokePro is older.", slow, "We replace it.")) == [("grillpro", "it")]


def test_the_capitals_of_a_title_without_a_colon_are_no_name_of_the_paper() -> None:
    sentences = ("Bakers know Crisp Loaves.", "Crisp Loaves reach 85% on RyeBench.", "MillBot is old.")
    assert strange("MillBot reaches 85% on RyeBench.", sentences, "How Bakers Know Crisp Loaves") == []
    assert strange("MillBot reaches 85% on RyeBench.", sentences, "Crisp Loaves: Bread") == [("millbot", "loaves")]


def test_a_verb_of_another_voice_has_another_subject() -> None:
    sentences = (BEFORE, "We train on the loaves of a mill.")
    assert strange("GrillPro is trained on loaves.", sentences) == []
    assert strange("GrillPro trained on loaves bakes.", sentences) == []


def test_it_is_told_and_not_supported() -> None:
    about = paper(TITLE, f"{BEFORE} Our method reaches 85% crispness on RyeBench with little flour. We bake it all.")
    checker = EmbeddedChecker(HybridPicker(bag()), calibration=ALWAYS)
    said = "{} reaches 85% crispness on RyeBench with little flour."
    assert checker.check(said.format("OatNet"), about).support == "supported"
    verdict = checker.check(said.format("GrillPro"), about)
    assert verdict.support == "weak"
    assert verdict.reasons == ("'grillpro' stands where the words cited have 'our method'",)
