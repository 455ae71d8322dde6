from __future__ import annotations

from pathlib import Path

import pytest

from ingest.paper import Paper
from rag.grounding import EmbeddedChecker, make_checker
from rag.grounding.checker import disagreements, find_quote
from rag.retrieval.picker import HybridPicker
from tests.support.shelf import BREAD, FROG, MERGE_B, NAKED, SHELF, bag, paper, settings_in


@pytest.fixture(scope="module")
def checker() -> EmbeddedChecker:
    return EmbeddedChecker(HybridPicker(bag()))


def test_every_quote_of_an_abstract_is_supported_by_exactly_itself(checker: EmbeddedChecker) -> None:
    for p in SHELF:
        quote = p.abstract[: p.abstract.index(".") + 1]
        verdict = checker.check(quote, p)
        assert (verdict.support, verdict.score) == ("supported", 1.0)
        assert [p.abstract[a:b] for a, b in verdict.evidence] == [quote]


def test_close_words_with_the_same_facts_are_supported(checker: EmbeddedChecker) -> None:
    verdict = checker.check("On PondBench it reaches 62.2% accuracy, against 48.5% for the best baseline.", FROG)
    assert verdict.support == "supported"
    assert "62.2%" in FROG.abstract[slice(*verdict.evidence[0])]
    assert verdict.reasons == ()


@pytest.mark.parametrize(
    ("claim", "about", "reason"),
    [
        ("It reaches 65.2% accuracy on PondBench, against 48.5% for the best baseline.", FROG, "number 65.2%"),
        ("It reaches 62.2% accuracy on PondBench, against 84.5% for the best baseline.", FROG, "number 84.5%"),
        ("Loaves rise in 9 of 20 trials.", BREAD, "number 20"),
        ("It reaches 62.2% accuracy on SwampBench, against 48.5% for the best baseline.", FROG, "name 'swampbench'"),
        ("We show with GPT-4 that resolving signs before merging lowers the error by 18%.", MERGE_B, "name 'gpt4'"),
    ],
)
def test_an_altered_number_or_name_is_not_supported(
    checker: EmbeddedChecker, claim: str, about: Paper, reason: str
) -> None:
    verdict = checker.check(claim, about)
    assert verdict.support == "unsupported"
    assert any(said.startswith(reason) for said in verdict.reasons)


def test_the_right_claim_scores_above_the_altered_one(checker: EmbeddedChecker) -> None:
    right = checker.check("Resolving signs before merging lowers the error by 18%.", MERGE_B)
    wrong = checker.check("Resolving signs before merging lowers the error by 81%.", MERGE_B)
    assert right.support == "supported"
    assert right.score > wrong.score


@pytest.mark.parametrize(
    ("claim", "reason"),
    [
        ("We show that resolving signs before merging raises the error by 18%.", "direction"),
        ("We show that resolving signs before merging never lowers the error by 18%.", "negation"),
        ("We show that resolving signs before merging always lowers the error by 18%.", "reach 'always'"),
    ],
)
def test_a_flipped_direction_a_negation_or_a_wider_reach_is_not_supported(
    checker: EmbeddedChecker, claim: str, reason: str
) -> None:
    verdict = checker.check(claim, MERGE_B)
    assert verdict.support in ("weak", "unsupported")
    assert any(said.startswith(reason) for said in verdict.reasons)


def test_a_claim_of_something_else_is_not_supported(checker: EmbeddedChecker) -> None:
    assert checker.check("Penguins migrate across Antarctica every winter.", BREAD).support == "unsupported"


def test_evidence_lies_within_the_abstract_and_is_whole_sentences(checker: EmbeddedChecker) -> None:
    for p in SHELF:
        for other in SHELF:
            for start, end in checker.check(f"The work says: {other.title}.", p).evidence:
                assert 0 <= start < end <= len(p.abstract)
                assert p.abstract[end - 1] == "."


def test_a_paper_without_an_abstract_supports_nothing(checker: EmbeddedChecker) -> None:
    verdict = checker.check("It counts frogs.", paper("Nothing", ""))
    assert (verdict.support, verdict.evidence) == ("unsupported", ())


def test_scores_lie_between_0_and_1(checker: EmbeddedChecker) -> None:
    claims = [p.abstract for p in SHELF] + [p.title for p in SHELF] + ["", "?", "1 2 3"]
    assert all(0.0 <= checker.check(c, p).score <= 1.0 for c in claims for p in SHELF)


@pytest.mark.parametrize("claim", ["It reaches 62.2 percent.", "It reached 62.2 %.", "It gets 62.2."])
def test_other_writings_of_a_number_agree(claim: str) -> None:
    assert disagreements(claim, "It reaches 62.2% accuracy on PondBench.", FROG) == ()


def test_a_name_of_the_title_agrees() -> None:
    titled = paper("BakeBot: Dough", "A robot arm kneads dough.")
    assert disagreements("BakeBot kneads dough.", titled.abstract, titled) == ()
    assert disagreements("BakeBoy kneads dough.", titled.abstract, titled) != ()


def test_a_quote_is_found_where_it_stands() -> None:
    assert find_quote(" at most 3 levels. ", NAKED) == (
        NAKED.abstract.index("at most"),
        NAKED.abstract.index("levels.") + len("levels."),
    )
    assert find_quote("at least 3 levels", NAKED) is None
    assert find_quote("  ", NAKED) is None


def test_the_settings_give_the_embedded_checker(tmp_path: Path) -> None:
    assert isinstance(make_checker(settings_in(tmp_path), bag()), EmbeddedChecker)
