"""Pairs of claim and evidence, one table a mechanism: the faithful one passes, the corrupted one is told."""

from __future__ import annotations

import pytest

from rag.grounding.checker import disagreements
from tests.support.shelf import paper

MENU = (
    "GrillBench holds 1,200 recipes in 7 cuisines."
    " Cooks rated 40% of the recipes by ChefNet and 75% of those by PanBot as edible."
)
RATES = "SoupNet reaches on average 83.7% and 91.2% tasty soups for GasStove and CampFire, well above the baseline."
EACH = "On 9 menus, SoupNet attains an average rate of 83.7% with GasStove and 86.8% with CampFire 3.5."
JARS = "Cooks stored 300 jars of honey in Lisbon and 500 jars of jam in Porto."
CROWD = "The crowd comprises one million tasks and six million annotations."
UPTO = "The oven saves up to 24% energy and bakes in less than 9 minutes."
SPEED = "KneadNet surpasses the hand mixer on rye dough while reducing the noise."
HARD = "We find that gains in both taste and speed are difficult to achieve."
HEDGE = "More salt does not always guarantee a better taste of the soup."
SOME = "Encouraging cooks to taste early can be harmful for some recipes."
RYE = "The recipe needs no tuning when a new flour is added. Folding is not strictly necessary for rye bread."
TINS = "The method fills the tins with only 100 loaves and 6 baking trials."
LISTED = "Using RyeBot and OatBot, the rating of the loaves rises by 4.5% and 5%, respectively."
PRICE = "Compared with a stone oven, the tin oven bakes 1.4x higher loaves at 20% lower cost."
TASTE = "OatNet surpasses a strong baseline that tastes expert dough within the oven."
BOUND = "We derive a new lower bound when the dough is bounded, with taste comparable to that of rye bread."
SALT = "Kitchens like RyeHouse are wasteful and lack careful tasting."
TRAPPED = "Sour doughs suffer from poor taste compared with sweet dough (SWD) and tend to be trapped in tins."
GATHERED = (
    "Loaves were gathered in Lisbon from March 2021 to June 2022, about 3,400 in all, and half of them were tasted"
    " within three weeks. The oven may reduce waste by up to 12.5 g per loaf."
)


def told(claim: str, evidence: str) -> str:
    return " | ".join(disagreements(claim, evidence, paper("Kitchen Trials with LadleBot", evidence)))


@pytest.mark.parametrize(
    ("claim", "evidence"),
    [
        ("GrillBench has 1200 recipes from seven cuisines.", MENU),
        ("Cooks rated 75% of PanBot's recipes as edible.", MENU),
        ("SoupNet reaches 91.2% tasty soups for CampFire.", RATES),
        ("With CampFire 3.5, SoupNet's average rate over its nine menus is 86.8%.", EACH),
        ("SoupNet attains 83.7% on average with GasStove.", EACH),
        ("The crowd has 6 million annotations and 1 million tasks.", CROWD),
        ("The oven saves up to 24% energy and bakes in under 9 minutes.", UPTO),
        ("In Porto cooks stored 500 jars of jam.", JARS),
        ("KneadNet surpasses the hand mixer on rye dough and reduces noise.", SPEED),
        ("Gains in both taste and speed are hard to achieve.", HARD),
        ("A better taste of the soup is not always guaranteed by more salt.", HEDGE),
        ("Folding is not strictly necessary for rye bread.", RYE),
        ("The recipe does not need tuning when a new flour is added.", RYE),
        ("LadleBot cooks rated 40% of the recipes by ChefNet as edible.", MENU),
        ("About 3.4k loaves were gathered in Lisbon from March 2021 to June 2022.", GATHERED),
        ("50% of the loaves were tasted within 3 weeks.", GATHERED),
        ("Half of the 3400 loaves were tasted within three weeks.", GATHERED),
        ("The oven may reduce waste by as much as 12.5 grams per loaf.", GATHERED),
        ("The method fills the tins with 6 baking trials and 100 loaves.", TINS),
        ("With OatBot and RyeBot the rating of the loaves rises by 5% and 4.5%, respectively.", LISTED),
        ("The tin oven bakes 1.4x higher loaves than a stone oven at 20% lower cost.", PRICE),
        ("Within the oven, OatNet outperforms a strong baseline that tastes expert dough.", TASTE),
        ("A strong baseline that tastes expert dough is surpassed by OatNet.", TASTE),
        ("Kitchens like RyeHouse lack careful tasting and are wasteful.", SALT),
        ("Sour doughs suffer from poor taste compared with sweet dough (SWD).", TRAPPED),
    ],
)
def test_a_faithful_claim_passes(claim: str, evidence: str) -> None:
    assert told(claim, evidence) == ""


@pytest.mark.parametrize(
    ("claim", "evidence", "reason"),
    [
        ("GrillBench holds 2,100 recipes in 7 cuisines.", MENU, "number 2100 is not"),
        ("Cooks rated 57% of the recipes by PanBot as edible.", MENU, "number 57% is not"),
        ("SoupNet reaches 83.7% tasty soups for CampFire.", RATES, "number 83.7% belongs to something else"),
        ("With CampFire 3.5, SoupNet's average rate over its nine menus is 83.7%.", EACH, "number 83.7% belongs"),
        ("SoupNet attains 86.8% with GasStove.", EACH, "number 86.8% belongs"),
        ("The crowd comprises six million tasks.", CROWD, "number six million belongs to something else"),
        ("The oven saves at least 24% energy.", UPTO, "number 24% is bounded otherwise"),
        ("The oven saves 24% energy.", UPTO, "number 24% is bounded otherwise"),
        ("The method fills the tins with only 6 loaves and 100 baking trials.", TINS, "number 6 belongs"),
        ("The method fills the tins with only 100 loaves and 6% of the baking trials.", TINS, "number 6% is not"),
        ("The rating of the loaves rises by 5% on RyeBot and 4.5% on OatBot.", LISTED, "number 5% belongs"),
        ("The tin oven bakes 20% higher loaves at 1.4x lower cost.", PRICE, "number 20% belongs"),
        ("Loaves were gathered in Lisbon from March 2020 to June 2022.", GATHERED, "number 2020 is not"),
        ("Loaves were gathered in Lisbon from June 2021 to March 2022.", GATHERED, "'june' and 'march' stand"),
        ("Loaves were gathered in Lisbon from May 2021 to June 2022.", GATHERED, "'may' stands where"),
        ("Half of them were tasted within three months.", GATHERED, "number three is not"),
        ("A quarter of them were tasted within three weeks.", GATHERED, "number quarter is not"),
        ("The oven may reduce waste by up to 12.5 kg per loaf.", GATHERED, "number 12.5 is not"),
        ("The oven may reduce waste by up to 12.5% per loaf.", GATHERED, "number 12.5% is not"),
        ("The crowd comprises a fifth million tasks.", CROWD, "number fifth million is not"),
    ],
)
def test_a_number_that_is_not_there_or_measures_something_else_is_told(claim: str, evidence: str, reason: str) -> None:
    assert reason in told(claim, evidence)


@pytest.mark.parametrize(
    ("claim", "reason"),
    [
        ("GrillBench holds the recipes, rated with WokBot.", "name 'wokbot' is not in the paper"),
        ("Cooks in Lisbon rated the recipes by ChefNet as edible.", "name 'lisbon' is not in the paper"),
        ("The recipes by BOT are edible.", "name 'bot' is not in the paper"),
    ],
)
def test_a_name_that_the_paper_lacks_is_told(claim: str, reason: str) -> None:
    assert reason in told(claim, MENU)


@pytest.mark.parametrize(
    ("claim", "evidence", "reason"),
    [
        ("KneadNet falls short of the hand mixer on rye dough.", SPEED, "direction 'falls'"),
        ("KneadNet surpasses the hand mixer on rye dough while increasing the noise.", SPEED, "direction 'increasing'"),
        ("Gains in both taste and speed are easy to achieve.", HARD, "direction 'easy'"),
        ("Folding is strictly necessary for rye bread.", RYE, "negation of 'necessary'"),
        ("The recipe needs tuning when a new flour is added.", RYE, "negation of 'tuning'"),
        ("We derive a new lower bound when the dough is unbounded.", BOUND, "negation of 'unbounded'"),
        ("We derive a new upper bound when the dough is bounded.", BOUND, "direction 'upper'"),
        ("We derive taste superior to that of rye bread.", BOUND, "direction 'superior'"),
        ("The tin oven bakes 1.4x higher loaves at 20% higher cost.", PRICE, "direction 'higher'"),
        ("Kitchens like RyeHouse are not wasteful and lack careful tasting.", SALT, "negation of 'wasteful'"),
    ],
)
def test_a_turned_direction_or_negation_is_told(claim: str, evidence: str, reason: str) -> None:
    assert reason in told(claim, evidence)


@pytest.mark.parametrize(
    ("claim", "evidence", "reason"),
    [
        ("More salt never guarantees a better taste of the soup.", HEDGE, "reach 'never'"),
        ("Encouraging cooks to taste early is harmful for all recipes.", SOME, "reach 'all'"),
        ("Encouraging cooks to taste early is harmful for recipes.", SOME, "the words cited say 'some'"),
        ("LadleBot is the first to hold 1,200 recipes.", MENU, "reach 'first'"),
        ("The oven reduces waste by up to 12.5 g per loaf.", GATHERED, "the words cited say 'may'"),
    ],
)
def test_a_wider_reach_or_a_dropped_hedge_is_told(claim: str, evidence: str, reason: str) -> None:
    assert reason in told(claim, evidence)
