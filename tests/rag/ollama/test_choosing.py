"""Which of the installed models is used."""

from __future__ import annotations

import dataclasses
import os
from typing import Any

import pytest

from rag.ollama.choosing import choose_chat, choose_checker, choose_embedder
from rag.ollama.installed import Installed, Shown, in_billions, read_listed, read_shown
from rag.ollama.memory import total_memory
from rag.ollama.writer import AUTOMATIC_WINDOW, window_of
from tests.support.ollama_double import CHAT, Model

SERVER = "http://127.0.0.1:11434"
GB = 1_000_000_000


def model(name: str, billions: float | None = 4.0, **more: Any) -> Installed:
    size = int((billions or 1) * 0.6 * GB)
    return dataclasses.replace(Installed(name, billions, size), **more)


SMALL, MIDDLE, LARGE = model("qwen3:0.6b", 0.6), model("qwen3:4b"), model("llama3.3:70b", 70.6)
TOY = model("smollm2:135m", 0.135)
EMBED = model("nomic-embed-text:latest", 0.137, family="nomic-bert")


def chosen(*models: Installed, wanted: str = "", memory: int = 0) -> str:
    choice = choose_chat(models, wanted, SERVER, memory)
    assert bool(choice.model) != bool(choice.problem)
    return choice.model.name if choice.model else ""


class TestChat:
    def test_the_largest_is_taken(self) -> None:
        assert chosen(SMALL, LARGE, MIDDLE) == LARGE.name

    def test_of_those_that_fit_the_memory(self) -> None:
        assert chosen(SMALL, LARGE, MIDDLE, memory=16 * GB) == MIDDLE.name
        assert chosen(SMALL, LARGE, MIDDLE, memory=3 * GB) == SMALL.name

    def test_the_smallest_where_none_fits(self) -> None:
        assert chosen(LARGE, MIDDLE, memory=1 * GB) == MIDDLE.name
        assert "none of which fits" in choose_chat([LARGE, MIDDLE], "", SERVER, GB).why

    def test_one_that_does_not_tell_its_size_comes_last(self) -> None:
        assert chosen(model("mystery", None), SMALL) == SMALL.name
        assert chosen(model("mystery", None)) == "mystery"

    def test_one_too_small_to_answer_well_is_taken_only_by_name(self) -> None:
        assert chosen(TOY, SMALL) == SMALL.name
        assert chosen(TOY, model("mystery", None)) == "mystery"
        assert chosen(TOY, wanted=TOY.name) == TOY.name
        choice = choose_chat([TOY], "", SERVER)
        assert choice.model is None
        assert TOY.name in choice.problem and "too small" in choice.problem and "ollama pull" in choice.fix

    def test_of_equals_the_one_pulled_last(self) -> None:
        assert chosen(model("a", modified=1.0), model("b", modified=3.0), model("c", modified=2.0)) == "b"

    @pytest.mark.parametrize(
        "name",
        ["qwen3-coder:30b", "codellama:34b", "llava:34b", "qwen2.5vl:72b", "qwen3-vl:32b", "llama3.2-vision:90b",
         "deepseek-ocr:3b", "mathstral:7b", "llama3:70b-text", "sqlcoder:70b"],
    )  # fmt: skip
    def test_one_for_language_before_a_larger_one_for_something_else(self, name: str) -> None:
        other = model(name, 99.0)
        assert chosen(other, SMALL) == SMALL.name
        assert chosen(other) == name

    @pytest.mark.parametrize("name", ["gemma3:12b", "mistral-small:24b", "gpt-oss:20b", "qwen3:30b-a3b-instruct"])
    def test_one_for_language_is_known_as_such(self, name: str) -> None:
        assert chosen(model(name, 12.0), SMALL) == name

    @pytest.mark.parametrize(
        "other",
        [EMBED, model("bespoke-minicheck:7b", 7.7), model("llama-guard3:8b", 8.0), model("shieldgemma:27b", 27.0),
         model("x/flux:12b", 12.0), model("odd:9b", 9.0, capabilities=("embedding",)),
         model("picture:9b", 9.0, capabilities=("image",))],
    )  # fmt: skip
    def test_what_does_not_chat_is_never_taken_by_itself(self, other: Installed) -> None:
        assert chosen(other, SMALL) == SMALL.name
        assert chosen(other) == ""

    def test_what_the_server_says_it_can_do_counts_before_its_name(self) -> None:
        assert model("embed-talk", capabilities=("completion", "tools")).purpose == "chat"
        assert model("all-minilm", capabilities=("embedding",)).purpose == "embedding"

    def test_a_cloud_model_is_never_taken_by_itself(self) -> None:
        cloud = model("kimi-k2:1t-cloud", 1000.0, remote=True)
        assert chosen(cloud, SMALL) == SMALL.name
        refused = choose_chat([cloud], "", SERVER)
        assert refused.model is None
        assert "kimi-k2:1t-cloud" in refused.problem
        assert "cloud" in refused.problem
        assert refused.fix == "ollama pull qwen3:4b"

    def test_a_cloud_model_that_is_configured_is_taken(self) -> None:
        assert chosen(SMALL, model("kimi-k2:1t-cloud", remote=True), wanted="kimi-k2:1t-cloud") == "kimi-k2:1t-cloud"

    def test_why_is_said(self) -> None:
        assert choose_chat([MIDDLE], "", SERVER).why == "the only chat model there"
        assert choose_chat([MIDDLE, SMALL, EMBED], "", SERVER).why == "the largest, of 2 chat models"
        assert "fits this machine's memory" in choose_chat([MIDDLE, SMALL], "", SERVER, 99 * GB).why
        assert choose_chat([MIDDLE, SMALL], "qwen3:4b", SERVER).why == "as configured"


class TestConfigured:
    @pytest.mark.parametrize("wanted", ["phi4", "phi4:latest", "Phi4", " phi4 ", "PHI4:LATEST"])
    def test_latest_and_case_are_understood(self, wanted: str) -> None:
        assert chosen(LARGE, model("phi4:latest"), wanted=wanted) == "phi4:latest"

    def test_a_name_that_only_begins_like_an_installed_one_is_said_and_not_taken(self) -> None:
        choice = choose_chat([MIDDLE, model("qwen3:8b"), LARGE], "qwen3", SERVER)
        assert choice.model is None
        assert (
            "no model 'qwen3'. It has qwen3:4b, qwen3:8b: to use one of these, give its whole name (--model NAME)."
            in choice.problem
        )
        assert choice.fix == "ollama pull qwen3"

    def test_one_that_is_not_there(self) -> None:
        choice = choose_chat([MIDDLE], "gemma3:4b", SERVER)
        assert choice.problem.startswith(f"Ollama at {SERVER} has no model 'gemma3:4b'. It has qwen3:4b: ")
        assert choose_chat([EMBED], "gemma3:4b", SERVER).problem == f"Ollama at {SERVER} has no model 'gemma3:4b'."
        assert choice.fix == "ollama pull gemma3:4b"

    def test_an_embedding_model_is_refused_with_those_that_chat(self) -> None:
        choice = choose_chat([MIDDLE, EMBED], "nomic-embed-text", SERVER)
        assert "nomic-embed-text:latest is an embedding model" in choice.problem
        assert "qwen3:4b" in choice.problem

    def test_a_checker_may_be_asked_for_by_name(self) -> None:
        assert chosen(MIDDLE, model("bespoke-minicheck:7b"), wanted="bespoke-minicheck:7b") == "bespoke-minicheck:7b"


class TestOthers:
    def test_the_embedder_is_the_configured_one_and_no_other(self) -> None:
        minilm = model("all-minilm:latest", 0.023)
        assert choose_embedder([EMBED, minilm], "all-minilm") == minilm
        assert choose_embedder([EMBED], "all-minilm") is None

    def test_else_the_best_known_one(self) -> None:
        minilm, odd = model("all-minilm:latest", 0.023), model("odd-embedding:8b", 8.0)
        assert choose_embedder([odd, minilm, EMBED], "") == EMBED
        assert choose_embedder([odd, MIDDLE], "") == odd
        assert choose_embedder([MIDDLE], "") is None

    def test_the_checker_is_one_that_was_made_for_it(self) -> None:
        assert choose_checker([MIDDLE, LARGE]) is None
        checker = model("bespoke-minicheck:latest", 7.7)
        assert choose_checker([MIDDLE, checker]) == checker


class TestReading:
    def test_what_the_list_tells(self) -> None:
        read = read_listed(dataclasses.replace(CHAT, modified="2025-06-01T10:00:00.123456789+02:00").listed())
        assert read is not None
        assert (read.name, read.billions, read.family, read.quantization) == (CHAT.name, 4.0, "qwen3", "Q4_K_M")
        assert read.size == CHAT.size
        assert read.modified == pytest.approx(1748764800.12, abs=0.01)
        assert (read.capabilities, read.remote) == (None, False)

    @pytest.mark.parametrize(
        ("listed", "remote"),
        [
            (Model("gpt-oss:120b-cloud"), True),
            (Model("kimi-k2.5:cloud"), True),
            (Model("renamed", remote_host="https://ollama.com:443"), True),
            (Model("my-cloud-model"), False),
            (Model("host:80/some-cloud"), False),
            (Model("soundcloud:latest"), False),
        ],
    )
    def test_cloud_models_are_known(self, listed: Model, remote: bool) -> None:
        read = read_listed(listed.listed())
        assert read is not None
        assert read.remote is remote

    @pytest.mark.parametrize("entry", [{}, {"name": ""}, {"name": 5}, {"model": None}])
    def test_an_entry_without_a_name_is_passed_over(self, entry: dict[str, object]) -> None:
        assert read_listed(entry) is None

    def test_an_entry_with_odd_fields_is_read_as_far_as_it_goes(self) -> None:
        odd = {"model": "x", "details": None, "size": "big", "modified_at": "yesterday", "capabilities": "all"}
        assert read_listed(odd) == Installed("x")

    def test_what_show_tells(self) -> None:
        shown = read_shown(Model("x", 40_960, parameters='stop  "<x>"\nnum_ctx                        16384').shown())
        assert shown == Shown(40_960, 16_384, 4.0, ("completion",))
        assert read_shown({"model_info": {"a.context_length": 7, "general.parameter_count": 134_515_008}}) == Shown(
            7, 0, 0.134515008
        )
        assert read_shown({"remote_host": "https://ollama.com"}).remote

    @pytest.mark.parametrize("body", [{}, {"model_info": None, "parameters": None, "details": 3, "capabilities": None}])
    def test_a_show_that_tells_nothing(self, body: dict[str, object]) -> None:
        assert read_shown(body) == Shown()

    @pytest.mark.parametrize(
        ("told", "billions"),
        [("4.0B", 4.0), ("134.52M", 0.13452), ("8x7B", 56.0), ("1T", 1000.0), ("23m", 0.023), ("7.2 B", 7.2),
         ("", None), (None, None), ("unknown", None), (7, None), ("0B", None)],
    )  # fmt: skip
    def test_sizes(self, told: object, billions: float | None) -> None:
        assert in_billions(told) == (pytest.approx(billions) if billions else None)


class TestWindow:
    def test_automatic_is_a_bounded_number_and_never_more_than_the_model_has(self) -> None:
        assert window_of(Shown(262_144), 0) == AUTOMATIC_WINDOW == 8192
        assert window_of(Shown(2048), 0) == 2048
        assert window_of(Shown(), 0) == AUTOMATIC_WINDOW

    def test_the_modelfile_decides_where_the_settings_do_not(self) -> None:
        assert window_of(Shown(262_144, 32_768), 0) == 32_768
        assert window_of(Shown(262_144, 32_768), 4096) == 4096

    def test_what_is_asked_for_is_bounded_by_the_model(self) -> None:
        assert window_of(Shown(40_960), 100_000) == 40_960
        assert window_of(Shown(), 100_000) == 100_000


def test_the_memory_of_this_machine_is_known() -> None:
    pages = getattr(os, "sysconf", lambda name: 0)
    assert total_memory() == pages("SC_PAGE_SIZE") * pages("SC_PHYS_PAGES") or os.name == "nt"
    assert total_memory() > 100_000_000
