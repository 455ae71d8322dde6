from __future__ import annotations

import json

import pytest

from evals.baseline import compare, load_baseline
from evals.report.json_report import report_json
from ingest.errors import InputError
from tests.evals.making import ALPHA, BETA, answered, fact, library_run, report_of, result


def run(**answers):
    papers = {"good": ALPHA, "bad": BETA}
    return report_of(library_run(*(result(fact(id=i), answered(papers[a])) for i, a in answers.items())))


def saved(tmp_path, report):
    path = tmp_path / "old.json"
    path.write_text(report_json(report), encoding="utf-8")
    return load_baseline(path)


def test_rows_that_turned_are_told_apart(tmp_path):
    old = saved(tmp_path, run(r1="good", r2="bad", r3="good", gone="good"))
    (found,) = compare(old, run(r1="bad", r2="good", r3="good", new="bad"))
    assert {r.id: r.better for r in found.rows} == {"r1": False, "r2": True}
    assert (found.only_new, found.only_old) == (("new",), ("gone",))


def test_metrics_are_compared_over_shared_rows_only(tmp_path):
    old = saved(tmp_path, run(r1="good", gone="bad"))
    (found,) = compare(old, run(r1="good", new="bad"))
    assert found.metrics == ()


def test_a_change_beyond_noise(tmp_path):
    names = [f"r{n}" for n in range(40)]
    old = saved(tmp_path, run(**dict.fromkeys(names, "bad")))
    (found,) = compare(old, run(**dict.fromkeys(names, "good")))
    right = next(m for m in found.metrics if m.key == "right")
    assert right.better
    assert right.difference.beyond_noise
    assert json.loads(json.dumps(found.to_dict()))["metrics"]


def test_one_row_of_many_is_noise(tmp_path):
    names = [f"r{n}" for n in range(40)]
    old = saved(tmp_path, run(**dict.fromkeys(names, "good")))
    (found,) = compare(old, run(**dict.fromkeys(names, "good") | {"r0": "bad"}))
    right = next(m for m in found.metrics if m.key == "right")
    assert not right.better
    assert not right.difference.beyond_noise


def test_other_kinds_are_not_compared(tmp_path):
    old = saved(tmp_path, run(r1="good"))
    other = report_of(library_run(result(fact(), answered(ALPHA)), kind="digests"))
    assert compare(old, other) == ()


@pytest.mark.parametrize("text", ["{", "[]", '{"schema_version": 0, "runs": []}', '{"schema_version": 1}'])
def test_another_file_is_refused(tmp_path, text):
    (tmp_path / "x.json").write_text(text, encoding="utf-8")
    with pytest.raises(InputError):
        load_baseline(tmp_path / "x.json")
