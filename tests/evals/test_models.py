"""Models and ways to answer side by side, on the same questions."""

from __future__ import annotations

import contextlib
import io
import json
from dataclasses import dataclass, replace
from types import SimpleNamespace
from typing import cast

import pytest
from rich.console import Console

from evals import cli, commands
from evals.models import MODES, WRITTEN, Contestant, compare_models, contestants, print_models, spread
from rag import Answer, Assistant
from tests.evals.making import ALPHA, BETA, PAPERS, answered, fact

RIGHT = answered(ALPHA, words=["Alpha gains 23.4% over Beta on 1,200 tasks."])
ROWS = [fact(), fact(id="r2", type="paraphrase")]


@dataclass
class Shop:
    """Stands for an assistant: each model and mode gives the answer put down for it."""

    answers: dict[tuple[str, str], Answer]
    chosen: tuple[str, str] = ("", "")
    library = SimpleNamespace(papers=lambda: PAPERS)

    def written_by(self, model: str, mode: str = "") -> Shop:
        return Shop(self.answers, (model, mode))

    def ask(self, question: str, history: object = ()) -> Answer:
        return self.answers[self.chosen]


SHOP = Shop(
    {
        ("", ""): replace(RIGHT, generator="extractive"),
        ("tiny", "select"): replace(RIGHT, generator="ollama/tiny"),
        ("tiny", "write"): replace(answered(BETA), generator="extractive"),
    }
)


def test_every_model_answers_in_every_way_after_none() -> None:
    assert contestants(["a", "b"]) == [Contestant(), *(Contestant(m, way) for m in "ab" for way in MODES)]
    assert contestants(["a"], ["plain"]) == [Contestant(), Contestant("a", "plain")]
    assert [str(c) for c in contestants(["a"], ["plain"])] == ["no model", "a, plain"]


def test_rows_are_taken_from_each_type_in_turn_and_only_from_those_a_model_answers() -> None:
    rows = [fact(id=f"{kind}{n}", type=kind) for kind in ("count", *WRITTEN[:3]) for n in range(3)]
    assert [r.id for r in spread(rows, 5)] == [f"{kind}0" for kind in WRITTEN[:3]] + [f"{k}1" for k in WRITTEN[:2]]
    assert len(spread(rows, 99)) == 9
    assert spread([], 4) == []


def test_each_is_scored_on_the_same_rows_and_what_gave_way_is_told() -> None:
    heard: list[str] = []
    assistant = cast(Assistant, SHOP)
    three = [Contestant(), Contestant("tiny", "select"), Contestant("tiny", "write")]
    runs = compare_models("sample", assistant, three, ROWS, lambda stage, done, total: heard.append(stage))
    assert [run.generator for run in runs] == ["no model", "tiny, select", "tiny, write"]
    figures = [[run.metric(name) for name in ("nugget_recall", "by_the_model")] for run in runs]
    assert [[m.value for m in pair if m] for pair in figures] == [[1.0, 0.0], [1.0, 1.0], [0.0, 0.0]]
    assert "tiny, write: questions" in heard
    console = Console(width=160, record=True, file=io.StringIO())
    print_models(console, runs)
    assert [line for line in console.export_text().splitlines() if "tiny, select" in line and "1.00" in line]


def test_the_command_takes_the_chat_models_on_this_machine(monkeypatch, tmp_path, capsys) -> None:
    def model(name: str, purpose: str = "chat", remote: bool = False) -> SimpleNamespace:
        return SimpleNamespace(name=name, purpose=purpose, remote=remote)

    there = [model("tiny"), model("minilm", "embed"), model("far", remote=True)]
    monkeypatch.setattr("rag.ollama.probe", lambda settings: SimpleNamespace(problem="", models=there))
    monkeypatch.setattr(commands, "opened", lambda *_: contextlib.nullcontext(SHOP))
    file = tmp_path / "models.json"
    words = ["--sample", "models", "--mode", "select", "--mode", "write", "--count", "2", "--json", str(file)]
    assert cli.main(words) == 0
    runs = json.loads(file.read_text(encoding="utf-8"))["runs"]
    assert [run["generator"] for run in runs] == ["no model", "tiny, select", "tiny, write"]
    assert all({row["split"] for row in run["rows"]} <= {"dev"} for run in runs)
    assert "tiny, write" in capsys.readouterr().out


def test_without_a_server_the_command_says_what_to_do(monkeypatch, capsys) -> None:
    nothing = SimpleNamespace(problem="Ollama is not running.", fix="ollama serve", models=())
    monkeypatch.setattr("rag.ollama.probe", lambda settings: nothing)
    assert cli.main(["models"]) != 0
    said = capsys.readouterr().err
    assert "not running" in said and "ollama serve" in said


@pytest.mark.parametrize("words", [["models", "--mode", "auto"], ["models", "--count", "0"]])
def test_a_wrong_option_is_refused(words: list[str]) -> None:
    with pytest.raises(SystemExit):
        cli.main(words)
