"""The rule by which a checking model's reading and the embedded checker's verdict become one."""

from __future__ import annotations

import pytest

from ingest.paper import Paper
from ingest.text import Span
from rag.grounding.entailment import Entailment
from rag.grounding.second import CARRIES, CONTRADICTS, SecondChecker, words_of
from rag.grounding.verdict import Verdict
from tests.support.shelf import FROG

SPAN = (0, 55)
WEAK = Verdict("weak", 0.5, (SPAN,), ("the abstract says it in other words",))
SUPPORTED = Verdict("supported", 0.9, (SPAN,))
FAR = Verdict("unsupported", 0.2, (SPAN,), ("no sentence of the abstract says so",))
DISAGREES = Verdict("weak", 0.4, (SPAN,), ("number 3 is not in the words cited",), disagrees=True)
FOREIGN = Verdict("unsupported", 0.1, (SPAN,), ("name 'x' is not in the paper",), disagrees=True)
QUOTE = Verdict("supported", 1.0, (SPAN,), quoted=True)
NOTHING = Verdict("unsupported", 0.0, (), ("there are no words to compare",))


class First:
    """Says what it is told to."""

    def __init__(self, verdict: Verdict) -> None:
        self.verdict = verdict
        self.spans: list[Span] = []

    def check(self, claim: str, paper: Paper) -> Verdict:
        return self.verdict

    def check_against(self, claim: str, paper: Paper, span: Span) -> Verdict:
        self.spans.append(span)
        return self.verdict


class Reads:
    """Reads the same into everything, and keeps what it was given."""

    def __init__(self, carried: float, contradicted: float = 0.0) -> None:
        self.reading = Entailment(carried, contradicted)
        self.asked: list[tuple[str, str]] = []

    def read(self, text: str, claim: str) -> Entailment:
        self.asked.append((text, claim))
        return self.reading


def weighed(verdict: Verdict, carried: float, contradicted: float = 0.0) -> Verdict:
    return SecondChecker(First(verdict), Reads(carried, contradicted)).check("Frogs are counted.", FROG)


@pytest.mark.parametrize(
    ("first", "carried", "contradicted", "support"),
    [
        (WEAK, CARRIES, 0.0, "supported"),
        (WEAK, CARRIES - 0.01, 0.0, "weak"),
        (WEAK, 0.1, CONTRADICTS, "unsupported"),
        (WEAK, 0.1, CONTRADICTS - 0.01, "weak"),
        (SUPPORTED, 0.0, 0.0, "supported"),
        (SUPPORTED, 0.1, 0.9, "unsupported"),
        (FAR, 0.99, 0.0, "weak"),
        (FAR, 0.5, 0.0, "unsupported"),
        (DISAGREES, 0.99, 0.0, "weak"),
        (DISAGREES, 0.0, 0.99, "unsupported"),
        (FOREIGN, 0.99, 0.0, "unsupported"),
    ],
)
def test_the_rule(first: Verdict, carried: float, contradicted: float, support: str) -> None:
    verdict = weighed(first, carried, contradicted)
    assert verdict.support == support
    assert verdict.score == pytest.approx((first.score + carried) / 2)
    assert verdict.evidence == first.evidence


def test_reasons_tell_what_the_model_made_of_it() -> None:
    assert weighed(WEAK, 0.9).reasons == ()
    assert "contradiction" in weighed(SUPPORTED, 0.0, 0.9).reasons[-1]
    assert weighed(FAR, 0.9).reasons == ("only the checking model finds it in the words cited",)
    assert weighed(DISAGREES, 0.9).reasons == DISAGREES.reasons


@pytest.mark.parametrize("verdict", [QUOTE, NOTHING])
def test_quotes_and_claims_without_evidence_are_not_read(verdict: Verdict) -> None:
    reads = Reads(0.0, 1.0)
    assert SecondChecker(First(verdict), reads).check("Frogs.", FROG) == verdict
    assert reads.asked == []


def test_the_words_cited_are_read_under_the_title_and_the_claim_without_markers() -> None:
    reads = Reads(0.5)
    SecondChecker(First(WEAK), reads).check("Frogs are counted [1].", FROG)
    assert reads.asked == [(f"{FROG.title}. {FROG.abstract[slice(*SPAN)].strip()}", "Frogs are counted.")]
    assert words_of(Paper("p", "", "One.  Two.\nThree."), [(0, 4), (6, 17)]) == "One. Two. Three."


def test_a_stretch_is_handed_on() -> None:
    first = First(WEAK)
    assert SecondChecker(first, Reads(0.9)).check_against("Frogs.", FROG, (3, 9)).support == "supported"
    assert first.spans == [(3, 9)]
