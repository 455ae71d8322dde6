from __future__ import annotations

import json

import numpy as np
import pytest

from bench.calibrate_checker import FOLDS, Measured, fit, folds_of, left_out, out_of_fold
from evals.metrics.binary import auc
from ingest.paper import Paper
from rag.grounding import EmbeddedChecker
from rag.grounding.calibration import MEASURED, PATH, Calibration, load_calibration, logit, sigmoid
from rag.grounding.checker import lowered, statement_spans
from rag.grounding.features import Reading, choose, read
from rag.grounding.meaning import alike
from rag.grounding.tokens import tokens_of
from rag.retrieval.picker import HybridPicker
from tests.support.shelf import FROG, bag, paper

STRICT = Calibration({"soft": 0.0}, 0.0, 0.9, 0.1)


def a_reading() -> Reading:
    return read("frogs sing", "", ["Frogs sing."], alike(1))


def made_up(name: str, seed: int, rows: int = 200) -> Measured:
    rng = np.random.default_rng(seed)
    measured = rng.normal(size=(rows, len(MEASURED)))
    truth = measured[:, 0] + rng.normal(scale=0.5, size=rows) > seed - 1
    documents = tuple(f"{name}-{i // 4}" for i in range(rows))
    return Measured(name, measured, truth, documents, tuple(a_reading() for _ in range(rows)))


def test_what_ships_weighs_what_is_measured_and_tells_its_figures() -> None:
    calibration = load_calibration()
    assert set(calibration.weights) == set(MEASURED) <= a_reading().values.keys()
    assert 0 < calibration.unsupported_below < calibration.supported_from < 1
    figures = json.loads(PATH.read_text(encoding="utf-8"))["figures"]
    assert all(0.5 < f["low"] < f["auc"] < f["high"] < 1 for way in figures.values() for f in way.values())


def test_closer_words_score_higher_and_turned_ones_lower() -> None:
    calibration = load_calibration()
    values = dict.fromkeys(MEASURED, 0.5)
    assert calibration({**values, "soft": 0.9}) > calibration(values) > calibration({**values, "turned": 1.0})
    assert calibration({**values, "sign": 1.0}) > calibration(values) > calibration({**values, "sign": -1.0})


def test_the_score_is_a_chance() -> None:
    assert sigmoid(logit(0.3)) == pytest.approx(0.3)
    assert 0 <= sigmoid(-1e6) < sigmoid(0) == 0.5 < sigmoid(1e6) <= 1
    assert logit(1.0) < float("inf")


def test_disagreements_cost_more_where_the_words_are_close() -> None:
    far = Reading((0,), a_reading().links, {"soft": 0.5}, {"reach": ["all"]})
    close = Reading((0,), a_reading().links, {"soft": 1.0}, {"reach": ["all"]})
    assert lowered(0.8, close) < lowered(0.8, far) == pytest.approx(0.8)


def test_below_the_operating_point_nothing_is_supported() -> None:
    close = "On PondBench it reaches 62.2% accuracy, against 48.5% for the best baseline."
    assert EmbeddedChecker(HybridPicker(bag())).check(close, FROG).support == "supported"
    assert EmbeddedChecker(HybridPicker(bag()), calibration=STRICT).check(close, FROG).support == "weak"


def test_markers_in_a_claim_do_not_count() -> None:
    checker = EmbeddedChecker(HybridPicker(bag()))
    plain = checker.check("It reaches 62.2% accuracy on PondBench.", FROG)
    assert checker.check("It reaches 62.2% accuracy on PondBench [3].", FROG) == plain


def test_a_number_of_the_paper_that_the_words_cited_lack_is_weak_and_one_of_nowhere_unsupported() -> None:
    about = Paper(
        "p", "Dough", "Dough rises for 9 hours in the cold cellar. The oven in the yard is heated to 250 degrees."
    )
    checker = EmbeddedChecker(HybridPicker(bag()))
    assert checker.check("Dough rises for 250 hours in the cold cellar.", about).support == "weak"
    assert checker.check("Dough rises for 90 hours in the cold cellar.", about).support == "unsupported"


def test_a_blank_line_ends_a_sentence() -> None:
    text = "Frogs and toads\n\n We count them. They sing."
    assert [text[a:b] for a, b in statement_spans(text)] == ["Frogs and toads", "We count them.", "They sing."]


def test_a_sentence_on_what_was_looked_into_gives_way_to_one_on_what_came_out() -> None:
    sentences = [tokens_of("To assess whether salt improves soup."), tokens_of("Salt improves soup.")]
    assert choose(tokens_of("Salt improves soup."), sentences, [0.9, 0.85]) == [1]


def test_a_second_sentence_is_evidence_where_it_adds_words() -> None:
    about = paper("Soup", "Salt improves soup. Pepper ruins tea. Carrots sweeten soup.")
    reading = EmbeddedChecker(HybridPicker(bag())).read("Salt improves and carrots sweeten soup.", about)
    assert reading is not None and reading.chosen == (0, 2)


def test_the_fit_finds_what_tells_the_classes_apart() -> None:
    sets = [made_up("a", 1), made_up("b", 2)]
    fitted = fit(sets)
    assert abs(fitted.weights[0]) > 5 * np.abs(fitted.weights[1:]).max()
    for scores in (out_of_fold(sets), left_out(sets)):
        assert all((auc(scores[s.name], [bool(t) for t in s.truth]) or 0) > 0.85 for s in sets)


def test_no_document_is_in_two_folds() -> None:
    measured = made_up("a", 1)
    folds = folds_of(measured)
    assert set(folds) == set(range(FOLDS))
    assert len({(d, int(f)) for d, f in zip(measured.documents, folds, strict=True)}) == len(set(measured.documents))


def test_out_of_fold_scores_do_not_know_their_own_truth() -> None:
    measured = made_up("a", 1)
    blind = np.random.default_rng(7).normal(size=measured.rows.shape)
    sets = [Measured(n, blind, measured.truth, measured.documents, measured.readings) for n in ("a", "b")]
    assert abs((auc(left_out(sets)["a"], [bool(t) for t in measured.truth]) or 0) - 0.5) < 0.35
    scores = out_of_fold([sets[0], made_up("c", 2)])["a"]
    assert abs((auc(scores, [bool(t) for t in measured.truth]) or 0) - 0.5) < 0.12
