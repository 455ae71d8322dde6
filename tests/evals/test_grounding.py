from __future__ import annotations

from evals.grounding import baseline_scorers, judge_claims, pairs_of, summarise_claims
from evals.rows import ClaimRow
from evals.variants import Memo
from tests.evals.making import ALPHA, BETA, PAPERS
from tests.evals.test_datasets import Verdict
from tests.evals.test_variants import HashEmbedding

CLAIMS = [
    ClaimRow("c1", ALPHA.title, "Models are merged by averaging.", "supported", "close"),
    ClaimRow("c2", ALPHA.title, "Averaging joins models.", "supported", "free"),
    ClaimRow("c3", ALPHA.title, "Alpha gains 32.4% over Beta.", "unsupported", "altered_number"),
    ClaimRow("c4", BETA.title, "Models are merged by averaging.", "unsupported", "wrong_paper", ALPHA.title),
    ClaimRow("c5", "Delta", "It is far away.", "supported", "close"),
]
VERDICTS = {"c1": ("supported", 0.9), "c2": ("weak", 0.5), "c3": ("supported", 0.8), "c4": ("unsupported", 0.1)}


class Scripted:
    """Says what the script says, in order."""

    def __init__(self) -> None:
        self.script = iter(VERDICTS.values())

    def check(self, claim, paper):
        return Verdict(*next(self.script))


def judged():
    here, pairs, away = pairs_of(CLAIMS, PAPERS)
    assert away == ["c5"]
    results, speed = judge_claims(here, pairs, Scripted(), baseline_scorers(pairs, Memo(HashEmbedding())))
    assert speed > 0
    return results


def test_weak_does_not_pass():
    assert {r.row.id: r.right for r in judged()} == {"c1": True, "c2": False, "c3": False, "c4": True}


def test_false_alarms_and_what_was_let_through_per_operator():
    values = {m.key: m.value for m in summarise_claims(judged())}
    errors = {k.rsplit("/", 1)[-1]: v for k, v in values.items() if "/error/" in k}
    assert errors == {"close": 0, "free": 1, "altered_number": 1, "wrong_paper": 0, "corrupted": 0.5}
    assert values["grounding/ours/auc"] == 0.75
    assert values["grounding/ours/balanced_accuracy"] == 0.5


def test_baselines_are_scored_beside():
    keys = {m.key for m in summarise_claims(judged())}
    assert {"grounding/word coverage/auc", "grounding/embedding similarity/balanced_accuracy"} <= keys
    coverage = {r.row.id: r.baselines["word coverage"] for r in judged()}
    assert coverage["c1"] == 1
    assert coverage["c4"] == 0


def test_one_class_alone_has_no_auc():
    assert not [m for m in summarise_claims(judged()[:1]) if m.key.endswith("auc")]
