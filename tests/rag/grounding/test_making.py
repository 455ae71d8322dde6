"""The checker that the settings name: which tiers there are, and what is said of a judge that cannot be had."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from ingest.errors import ModelError, WeightsMissing
from ingest.settings import Settings
from rag.grounding import EmbeddedChecker, make_checker
from rag.grounding.judge import JudgedChecker
from rag.grounding.making import open_judge
from rag.grounding.second import SecondChecker
from rag.ollama import open_writer
from rag.writer import Writer
from tests.support.llms import FakeWriter
from tests.support.ollama_double import CHAT, Model, OllamaDouble, Reply, closed_port, said
from tests.support.onnx_models import make_model
from tests.support.shelf import FROG, bag

MINICHECK = Model("bespoke-minicheck:latest", 32_768, "7.7B", "internlm2")
FREE = "From recordings of ponds, the number of animals is estimated."


def of(double: OllamaDouble, **more: Any) -> Settings:
    return replace(Settings(ollama_host=double.url, generator="ollama"), **more)


def writer_for(settings: Settings) -> Writer:
    writer = open_writer(settings)
    assert writer is not None
    return writer


def test_without_settings_there_is_the_embedded_checker_alone_and_nobody_is_asked() -> None:
    assert isinstance(make_checker(Settings(), bag()), EmbeddedChecker)
    assert isinstance(make_checker(Settings(), bag(), writer=FakeWriter()), EmbeddedChecker)


def test_the_folder_named_checks_as_well(tmp_path: Path) -> None:
    make_model(tmp_path, {"estimated": [0.0, 9.0], "wrong": [9.0, 0.0]})
    (tmp_path / "config.json").write_text(json.dumps({"id2label": {"0": "no", "1": "yes"}}), encoding="utf-8")
    checker = make_checker(Settings(checker=str(tmp_path)), bag())
    assert isinstance(checker, SecondChecker)
    alone = make_checker(Settings(), bag()).check(FREE, FROG)
    assert alone.support != "supported"
    assert checker.check(FREE, FROG).score > alone.score


def test_a_folder_without_a_model_is_said(tmp_path: Path) -> None:
    with pytest.raises(WeightsMissing, match="The setting checker names"):
        make_checker(Settings(checker=str(tmp_path)), bag())


def test_a_judge_that_is_off_is_not_looked_for(double: OllamaDouble) -> None:
    double.models = (CHAT, MINICHECK)
    assert open_judge(of(double, judge="off"), writer_for(of(double))) is None


@pytest.mark.server
class TestOverOllama:
    def test_auto_finds_a_fact_checker_beside_the_model_that_writes(self, double: OllamaDouble) -> None:
        double.models = (CHAT, MINICHECK)
        double.answer = lambda body: said("Yes") if body["model"] == MINICHECK.name else Reply()
        judge = open_judge(of(double), writer_for(of(double)))
        assert judge is not None and judge.name == f"ollama/{MINICHECK.name}"
        assert judge.ask("Frogs are counted in ponds.", "Someone counts frogs.") == "yes"
        asked = double.chats()[-1]
        assert asked.prompt == "Document: Frogs are counted in ponds.\nClaim: Someone counts frogs."
        assert asked.body["model"] == MINICHECK.name

    def test_auto_asks_no_chat_model_and_none_without_a_writer(self, double: OllamaDouble) -> None:
        assert open_judge(of(double), writer_for(of(double))) is None
        double.models = (CHAT, MINICHECK)
        assert open_judge(of(double)) is None
        assert open_judge(of(double), FakeWriter()) is None

    def test_a_judge_is_named(self, double: OllamaDouble) -> None:
        double.models = (CHAT, Model("other:latest"))
        double.default = said("Yes")
        judge = open_judge(of(double, judge="other"), writer_for(of(double, model=CHAT.name)))
        assert judge is not None and judge.ask("Frogs sing.", "Frogs are loud.") == "yes"
        asked = double.chats()[-1]
        assert asked.body["model"] == "other:latest"
        assert "Do the words quoted support the sentence?" in asked.prompt

    def test_chat_asks_the_model_that_writes(self, double: OllamaDouble) -> None:
        writer = writer_for(of(double))
        double.default = said("No")
        for settings in (of(double, judge="chat"), of(double, judge=CHAT.name)):
            judge = open_judge(settings, writer)
            assert judge is not None and judge.ask("Frogs sing.", "Frogs are mute.") == "no"
            assert double.chats()[-1].body["model"] == CHAT.name

    def test_a_whole_checker_shows_what_the_judge_says_yes_to(self, double: OllamaDouble) -> None:
        double.models = (CHAT, MINICHECK)
        double.default = said("Yes")
        checker = make_checker(of(double), bag(), writer=writer_for(of(double)))
        assert isinstance(checker, JudgedChecker)
        claim = "Against a baseline of 48.5%, it reaches 62.2% accuracy on PondBench by listening."
        alone = make_checker(Settings(), bag()).check(claim, FROG)
        assert alone.support == "weak" and not alone.disagrees
        assert checker.check(claim, FROG).support == "supported"
        assert checker.check(claim.replace("62.2", "65.2"), FROG).support != "supported"
        assert len(double.chats()) == 1

    def test_one_that_is_not_there_is_said_with_the_command(self, double: OllamaDouble) -> None:
        with pytest.raises(ModelError, match=r"judge cannot be had.*'gone'.*ollama pull gone"):
            open_judge(of(double, judge="gone"))

    def test_no_server_is_said(self) -> None:
        settings = Settings(ollama_host=f"127.0.0.1:{closed_port()}", judge="gone")
        with pytest.raises(ModelError, match=r"judge cannot be had.*ollama serve"):
            open_judge(settings)

    def test_chat_without_a_chat_model_is_said(self) -> None:
        with pytest.raises(ModelError, match='judge = "chat"'):
            open_judge(Settings(generator="extractive", judge="chat"))
