from __future__ import annotations

import pytest

from evals.gates import check_gates, load_gates
from ingest.errors import InputError
from tests.evals.making import ALPHA, BETA, answered, fact, library_run, report_of, result

RUN = library_run(result(fact(), answered(ALPHA)), result(fact(id="r2"), answered(BETA)))


def gates(tmp_path, text):
    path = tmp_path / "gates.toml"
    path.write_text(text, encoding="utf-8")
    return load_gates(path)


def test_a_gate_that_is_kept(tmp_path):
    (found,) = check_gates(gates(tmp_path, '[sample.at_least]\n"right" = 0.5\n'), [RUN])
    assert found.passed
    assert found.cost == ()


def test_a_broken_gate_names_the_rows_that_cost_it(tmp_path):
    (found,) = check_gates(gates(tmp_path, '[sample.at_least]\n"fact/nugget_recall" = 0.9\n'), [RUN])
    assert not found.passed
    assert len(found.cost) == 1
    assert found.cost[0].startswith("r2 (0): missing: 23.4%")
    assert "at least 0.9" in found.rule
    assert not report_of(RUN, gates=(found,)).passed


def test_a_gate_on_what_must_stay_low(tmp_path):
    kept, broken = check_gates(gates(tmp_path, '[sample.at_most]\n"latency_p95_ms" = 12\n"aurc" = 0.1\n'), [RUN])
    assert kept.passed
    assert not broken.passed
    assert [line.split()[0] for line in broken.cost] == ["r2"]


def test_a_figure_that_was_not_measured_breaks_its_gate(tmp_path):
    (found,) = check_gates(gates(tmp_path, '[sample.at_least]\n"grounding/ours/auc" = 0.5\n'), [RUN])
    assert not found.passed
    assert "not measured" in found.rule


def test_gates_hold_for_their_kind_of_library_and_generator_only(tmp_path):
    text = '[digests.at_least]\n"right" = 1.0\n[sample.ollama.at_least]\n"right" = 1.0\n'
    assert check_gates(gates(tmp_path, text), [RUN]) == ()


@pytest.mark.parametrize(
    "text", ["[sample", "[wikipedia.at_least]\nx = 1\n", '[sample.at_least]\nx = "high"\n', "[sample]\nollama = 1\n"]
)
def test_a_wrong_gates_file_is_refused(tmp_path, text):
    with pytest.raises(InputError):
        gates(tmp_path, text)


def test_the_bundled_gates_can_be_read():
    assert {g.kind for g in load_gates()} >= {"sample", "digests"}
