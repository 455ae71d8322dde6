from __future__ import annotations

import contextlib
import json
from pathlib import Path
from types import SimpleNamespace

import pytest

from evals import cli, running
from evals.arguments import make_parser
from ingest.settings import Settings
from tests.evals.making import ALPHA, PAPERS, answered, fact


class FakeAssistant:
    generator_name = "extractive"
    settings = Settings()

    def __init__(self, answer=None) -> None:
        self.library = SimpleNamespace(papers=lambda: PAPERS, passages=list, embedder=None)
        self.answer = answer or answered(ALPHA)

    def ask(self, question, history=()):
        return self.answer


@pytest.fixture
def rows(tmp_path):
    row = {
        "id": "r1",
        "type": "fact",
        "turns": ["How much does it gain?"],
        "gold": [ALPHA.title],
        "nuggets": [["23.4%"]],
    }
    path = tmp_path / "facts.jsonl"
    path.write_text("\n".join(json.dumps(row | {"id": i, "split": s}) for i, s in (("r1", "dev"), ("r2", "test"))))
    return path


@pytest.fixture
def opened(monkeypatch):
    """Put a fake assistant in the place of every library, and return the kinds opened."""
    assistants: list[FakeAssistant] = []

    @contextlib.contextmanager
    def fake(arguments, settings, paths, tell):
        assistants.append(FakeAssistant())
        yield assistants[-1]

    monkeypatch.setattr(cli, "opened", fake)
    monkeypatch.delenv("CITETRAIL_DIGESTS", raising=False)
    return assistants


def run(*words: object) -> int:
    return cli.main([str(w) for w in words])


def test_a_run_writes_every_report_and_keeps_its_gates(rows, opened, tmp_path, capsys):
    gates = tmp_path / "gates.toml"
    gates.write_text('[sample.at_least]\n"right" = 1.0\n', encoding="utf-8")
    out = {name: tmp_path / "out" / f"r.{name}" for name in ("json", "junit", "html")}
    options = [word for name, path in out.items() for word in (f"--{name}", path)]
    assert run("--facts", rows, "--part", "answers", "--gates", gates, *options) == 0
    assert all(path.stat().st_size > 500 for path in out.values())
    text = capsys.readouterr().out
    assert "CITETRAIL_DIGESTS" in text
    assert "kept" in text
    again = ["--facts", rows, "--part", "answers", "--baseline", out["json"]]
    assert run(*again) == 0
    assert "nothing changed" in capsys.readouterr().out


def test_a_broken_gate_is_exit_code_1(rows, opened, tmp_path, capsys):
    gates = tmp_path / "gates.toml"
    gates.write_text('[sample.at_most]\n"answer_words" = 1\n', encoding="utf-8")
    assert run("--facts", rows, "--part", "answers", "--gates", gates) == 1
    assert "BROKEN" in capsys.readouterr().out


def test_a_part_of_the_rows_is_held_against_no_gate(rows, opened, capsys):
    assert run("--sample", "--facts", rows, "--split", "dev", "--part", "answers") == 0
    text = capsys.readouterr().out
    assert "no gates were applied" in text
    assert "1 questions" in text


def test_the_real_digests_are_run_where_they_are_named(rows, opened, monkeypatch, tmp_path, capsys):
    monkeypatch.setenv("CITETRAIL_DIGESTS", str(tmp_path))
    assert run("--facts", rows, "--part", "answers", "--limit", 1) == 0
    assert len(opened) == 2
    assert "skipped: set CITETRAIL_DIGESTS" not in capsys.readouterr().out


def test_choosing_rows(rows):
    chosen, claims = running.choose_rows(make_parser().parse_args(["--facts", str(rows), "--split", "test"]))
    assert ([r.id for r in chosen], claims) == (["r2"], [])
    none, _ = running.choose_rows(make_parser().parse_args(["--facts", str(rows), "--type", "list"]))
    assert none == []
    bundled, claims = running.choose_rows(make_parser().parse_args(["--limit", "3"]))
    assert (len(bundled), len(claims)) == (3, 3)


def test_errors_are_said_with_their_exit_code(tmp_path, capsys):
    assert run("--facts", tmp_path / "none.jsonl") == 3
    assert "none.jsonl" in capsys.readouterr().err
    assert run("retrieval", "--dataset", tmp_path) == 3
    assert run("grounding", "--pairs", tmp_path / "x") == 3
    assert run("answers", "--set", tmp_path / "x") == 3
    assert run("--baseline", tmp_path / "x.json") == 3


@pytest.mark.parametrize("words", [["--limit", "0"], ["--type", "riddle"], ["--sample", "--library", "x"], ["answers"]])
def test_a_wrong_call_is_exit_code_2(words):
    with pytest.raises(SystemExit) as stopped:
        run(*words)
    assert stopped.value.code == 2


def test_checking_a_set_of_ones_own(tmp_path, capsys):
    digest = tmp_path / "mine.txt"
    head = "Daily Papers\n\nAug 11\n\n"
    digest.write_text(
        head + f"{ALPHA.title}\n\n{ALPHA.abstract} {'It is a long abstract of its own. ' * 12}\n", encoding="utf-8"
    )
    facts, claims = tmp_path / "facts.jsonl", tmp_path / "claims.jsonl"
    row = fact()
    good = {"id": row.id, "type": row.type, "turns": list(row.turns), "gold": list(row.gold), "nuggets": [["23.4%"]]}
    facts.write_text(json.dumps(good), encoding="utf-8")
    claims.write_text("", encoding="utf-8")
    check = ["check", "--papers", digest, "--facts", facts, "--claims", claims]
    assert run(*check) == 0
    facts.write_text(json.dumps(good | {"nuggets": [["99%"]]}), encoding="utf-8")
    assert run(*check) == 1
    assert "'99%' is not found" in capsys.readouterr().out


def test_a_report_that_cannot_be_written_is_an_error(rows, opened, tmp_path, capsys):
    (tmp_path / "file").write_text("x")
    assert run("--facts", rows, "--part", "answers", "--json", Path(tmp_path / "file" / "r.json")) == 3
    assert "cannot be written" in capsys.readouterr().err
