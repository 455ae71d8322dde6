from __future__ import annotations

import json
from pathlib import Path

import pytest

from evals.rows import load_claims, load_facts
from ingest.errors import InputError

FACT = {"id": "f1", "type": "fact", "turns": ["q?"], "gold": ["T"], "nuggets": [["x", "y"]], "split": "test"}
CLAIM = {"id": "c1", "paper": "T", "claim": "It works.", "label": "supported", "operator": "close"}


def write(path: Path, *rows: object) -> Path:
    path.write_text("\n\n".join(r if isinstance(r, str) else json.dumps(r) for r in rows), encoding="utf-8")
    return path


def test_a_fact_row_is_read(tmp_path):
    (row,) = load_facts(write(tmp_path / "facts.jsonl", FACT))
    assert (row.id, row.split, row.question, row.nuggets, row.answerable) == ("f1", "test", "q?", (("x", "y"),), True)
    assert row.titles == ("T",)


def test_a_computed_row_needs_the_paper_it_names(tmp_path):
    spec = FACT | {"gold": [], "nuggets": [], "type": "metadata", "recompute": {"op": "digests_of", "paper": "P"}}
    (row,) = load_facts(write(tmp_path / "facts.jsonl", spec))
    assert row.titles == ("P",)


def test_a_claim_row_is_read(tmp_path):
    (row,) = load_claims(write(tmp_path / "claims.jsonl", CLAIM))
    assert (row.supported, row.operator, row.split) == (True, "close", "dev")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"id": ""}, "'id'"),
        ({"type": "riddle"}, "'riddle'"),
        ({"turns": []}, "'turns'"),
        ({"turns": "q?"}, "'turns'"),
        ({"nuggets": ["x"]}, "'nuggets'"),
        ({"nuggets": [[]]}, "'nuggets'"),
        ({"answerable": "yes"}, "'answerable'"),
        ({"recompute": []}, "'recompute'"),
        ({"split": "train"}, "'train'"),
        ({"gold_papers": []}, "'gold_papers'"),
    ],
)
def test_a_wrong_fact_row_names_its_line(tmp_path, change, said):
    path = write(tmp_path / "facts.jsonl", FACT, FACT | {"id": "f2"} | change)
    with pytest.raises(InputError, match=f"facts.jsonl:3: .*{said}"):
        load_facts(path)


@pytest.mark.parametrize("change", [{"label": "true"}, {"operator": "lie"}, {"claim": 3}, {"because": "x"}])
def test_a_wrong_claim_row_names_its_line(tmp_path, change):
    with pytest.raises(InputError, match=r"claims\.jsonl:1: "):
        load_claims(write(tmp_path / "claims.jsonl", CLAIM | change))


@pytest.mark.parametrize("line", ["{", "[]"])
def test_a_line_that_is_no_object_is_named(tmp_path, line):
    with pytest.raises(InputError, match=r"facts.jsonl:3: not "):
        load_facts(write(tmp_path / "facts.jsonl", FACT, line))


def test_an_id_stands_once(tmp_path):
    with pytest.raises(InputError, match="'f1' stands in line 1 too"):
        load_facts(write(tmp_path / "facts.jsonl", FACT, FACT))


def test_a_missing_or_binary_file_is_named(tmp_path):
    with pytest.raises(InputError, match="nowhere"):
        load_facts(tmp_path / "nowhere.jsonl")
    (tmp_path / "binary.jsonl").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(InputError, match="binary"):
        load_facts(tmp_path / "binary.jsonl")
