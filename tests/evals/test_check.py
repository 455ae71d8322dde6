from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

from evals.check import check_claims, check_facts, coverage_of, read_papers
from evals.rows import ClaimRow, load_claims, load_facts
from ingest.sample import sample_paths
from tests.evals.making import ALPHA, BETA, PAPERS, fact

CLAIM = ClaimRow("c1", ALPHA.title, "Averaging is how Alpha joins models.", "supported", "close")


def said(row, **options):
    return [str(f) for f in check_facts([row], PAPERS, **options)]


def test_a_sound_row_passes():
    assert said(fact()) == []


@pytest.mark.parametrize(
    ("change", "finding"),
    [
        ({"gold": ("Delta",)}, "no paper 'Delta'"),
        ({"maybe": ("Delta",)}, "no paper 'Delta'"),
        ({"gold": ()}, "no gold paper"),
        ({"maybe": (ALPHA.title,)}, "both gold and maybe"),
        ({"nuggets": (("31",),)}, "'31' is not found"),
        ({"turns": ("Is it 23.4 percent?",)}, "'23.4%' stands in the question"),
        ({"must_not": ("1200 tasks",)}, "must-not '1200 tasks'"),
        ({"must_not": ("Merging",)}, "must-not 'Merging'"),
        ({"type": "follow_up"}, "two to four turns"),
        ({"type": "absent"}, "not answerable"),
        ({"turns": ("Who says we merge models by averaging?",)}, "copied from the abstract"),
        ({"turns": ("we merge models by averaging?", "And then?")}, "copied from the abstract"),
        ({"type": "count", "nuggets": ()}, "unknown operation"),
        ({"recompute": {"op": "count", "where": {"authors_min": 99}}}, "finds no paper"),
        ({"answerable": False}, "it has nuggets"),
        ({"type": "absent", "answerable": False, "nuggets": ()}, "a gold paper is named"),
    ],
)
def test_an_unfit_row_is_found(change, finding):
    assert any(finding in line for line in said(fact(**change))), said(fact(**change))


def test_names_may_be_copied():
    paper = replace(ALPHA, abstract="We use the Massive Multitask Language Understanding Benchmark.")
    row = fact(turns=("Results on Massive Multitask Language Understanding Benchmark?",), nuggets=())
    assert check_facts([row], [paper]) == []
    lower = replace(row, turns=("results on massive multitask language understanding benchmark?",))
    assert check_facts([lower], [paper]) != []


def test_a_run_of_little_meaning_is_nobodys_wording():
    row = fact(turns=("Is this one of the best of its kind?",), nuggets=())
    paper = replace(ALPHA, abstract="Alpha is one of the best of its kind.")
    assert check_facts([row], [paper]) == []


def test_a_detail_whose_every_word_is_there_is_doubted():
    row = fact(type="missing_detail", answerable=False, nuggets=(), turns=("How do we merge models?",))
    (finding,) = check_facts([row], PAPERS)
    assert (finding.level, "is it answerable" in finding.message) == ("warning", True)
    assert said(replace(row, turns=("Under which licence are the merged models?",))) == []


def test_rows_about_other_papers_may_be_passed_over():
    assert said(fact(gold=("Delta",)), complete=False) == []


@pytest.mark.parametrize(
    ("change", "finding"),
    [
        ({"paper": "Delta"}, "no paper 'Delta'"),
        ({"label": "unsupported"}, "does not make"),
        ({"operator": "overclaim"}, "does not make"),
        ({"operator": "wrong_paper", "label": "unsupported"}, "'true_of'"),
        ({"true_of": BETA.title}, "'true_of'"),
        ({"operator": "wrong_paper", "label": "unsupported", "true_of": ALPHA.title}, "the paper itself"),
        ({"claim": "Alpha gains 23.4% over Beta on 1,200 tasks."}, "eight words"),
        ({"claim": "Alpha gains 99% over Beta."}, "number the abstract lacks"),
    ],
)
def test_an_unfit_claim_is_found(change, finding):
    findings = [str(f) for f in check_claims([replace(CLAIM, **change)], PAPERS)]
    assert any(finding in line for line in findings), findings


def test_a_sound_claim_passes():
    assert check_claims([CLAIM], PAPERS) == []
    moved = replace(CLAIM, paper=BETA.title, label="unsupported", operator="wrong_paper", true_of=ALPHA.title)
    assert check_claims([moved], PAPERS) == []


def test_coverage_counts_papers_that_can_be_asked_about():
    covered = coverage_of([fact(), fact(id="r2", split="test"), fact(id="r3", gold=("X",), answerable=False)])
    assert (covered.rows, covered.papers, covered.by_split) == (3, 1, {"dev": 2, "test": 1})


def errors_on(paths: list[Path], complete: bool) -> list[str]:
    papers = read_papers(paths)
    findings = check_facts(load_facts(), papers, complete=complete)
    findings += check_claims(load_claims(), papers, complete=complete)
    return [str(f) for f in findings if f.level == "error"]


def test_the_bundled_sets_fit_the_sample():
    assert errors_on(sample_paths(), complete=False) == []


@pytest.mark.digests
@pytest.mark.skipif(not os.environ.get("CITETRAIL_DIGESTS"), reason="CITETRAIL_DIGESTS is not set")
def test_the_bundled_sets_fit_the_real_digests():
    assert errors_on([Path(os.environ["CITETRAIL_DIGESTS"])], complete=True) == []


def test_the_bundled_sets_are_large_enough():
    covered, claims = coverage_of(load_facts()), load_claims()
    assert covered.rows >= 250
    assert covered.papers >= 150
    assert covered.by_split["test"] >= 80
    assert len(claims) >= 240
    assert abs(sum(c.supported for c in claims) - len(claims) / 2) <= 0.05 * len(claims)
    assert {c.split for c in claims} == {"dev", "test"}
