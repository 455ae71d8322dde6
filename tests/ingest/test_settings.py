"""Settings: four layers over each other, each value's origin, and errors that name where a bad one stands."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import pytest

from ingest.errors import ConfigError
from ingest.settings import CONFIG_FILE, Settings, load_settings


def _toml(folder: Path, text: str) -> Path:
    (folder / CONFIG_FILE).write_text(text, encoding="utf-8")
    return folder


def test_layers_lie_over_each_other(tmp_path):
    _toml(tmp_path, 'top_k = 3\nmodel = "from file"\nport = 1000\nembedder = "ollama"\n')
    environ = {"CITETRAIL_TOP_K": "4", "CITETRAIL_MODEL": "from environment", "CITETRAIL_PORT": "", "OTHER": "x"}
    loaded = load_settings(environ, tmp_path, top_k=5, library=None)
    settings, origin = loaded.settings, loaded.origin
    assert (settings.top_k, origin["top_k"]) == (5, "argument")
    assert (settings.model, origin["model"]) == ("from environment", "CITETRAIL_MODEL")
    assert (settings.port, origin["port"]) == (1000, str(tmp_path / CONFIG_FILE))
    assert (settings.library, origin["library"]) == (Settings().library, "default")
    assert set(origin) == {field.name for field in dataclasses.fields(Settings)}


def test_without_anything_the_defaults_hold(tmp_path):
    for folder in (None, tmp_path):
        loaded = load_settings({}, folder)
        assert loaded.settings == Settings()
        assert set(loaded.origin.values()) == {"default"}


def test_every_field_can_stand_in_the_environment_and_in_the_file(tmp_path):
    samples = {
        "generator": "extractive",
        "embedder": "ollama",
        "passage_overlap": 2,
        "ollama_timeout": 2.5,
        "top_k": 60,
        "ollama_stall": 2.5,
        "thinking": "off",
        "answer_mode": "select",
        "on_unsupported": "drop",
    }
    for field in dataclasses.fields(Settings):
        value = samples.get(field.name, 600 if isinstance(field.default, int) else "x")
        change: dict[str, Any] = {field.name: value}
        expected = dataclasses.replace(Settings(), **change)
        assert load_settings({f"CITETRAIL_{field.name.upper()}": str(value)}).settings == expected
        written = f'"{value}"' if isinstance(value, str) else value
        assert load_settings({}, _toml(tmp_path, f"{field.name} = {written}\n")).settings == expected


def test_ollama_host_is_taken_from_its_own_variable_last(tmp_path):
    environ = {"OLLAMA_HOST": "box:1"}
    loaded = load_settings(environ)
    assert (loaded.settings.ollama_host, loaded.origin["ollama_host"]) == ("box:1", "OLLAMA_HOST")
    assert load_settings(environ | {"CITETRAIL_OLLAMA_HOST": "box:2"}).settings.ollama_host == "box:2"
    assert load_settings(environ, _toml(tmp_path, 'ollama_host = "box:3"')).settings.ollama_host == "box:3"
    assert load_settings(environ, ollama_host="box:4").settings.ollama_host == "box:4"


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("top_k", "many", "is not a whole number"),
        ("top_k", "3.5", "is not a whole number"),
        ("top_k", "0", "give 1 to 100 papers"),
        ("top_k", "101", "give 1 to 100 papers"),
        ("passage_tokens", "15", "give 16 to 2000 tokens"),
        ("passage_tokens", "2001", "give 16 to 2000 tokens"),
        ("passage_overlap", "-2", "give 0 to 5 sentences"),
        ("passage_overlap", "6", "give 0 to 5 sentences"),
        ("generator", "magic", "choose one of auto, extractive, ollama"),
        ("embedder", "word2vec", "choose one of auto, minilm, ollama"),
        ("ollama_timeout", "soon", "is not a number"),
        ("ollama_timeout", "0", "seconds above 0"),
        ("ollama_timeout", "nan", "seconds above 0"),
        ("ollama_timeout", "inf", "a day at most"),
        ("ollama_stall", "0", "seconds above 0"),
        ("ollama_stall", "86401", "a day at most"),
        ("num_ctx", "511", "at least 512 tokens, or 0 for automatic"),
        ("num_ctx", "-1", "at least 512 tokens"),
        ("thinking", "maybe", "choose one of on, off"),
        ("answer_mode", "guess", "choose one of auto, select, write, plain"),
        ("on_unsupported", "ignore", "choose one of mark, drop, extractive"),
        ("port", "65536", "give 0 to 65535"),
        ("port", "-1", "give 0 to 65535"),
        ("library", "  ", "name a folder"),
        ("host", " ", "give an address"),
    ],
)
def test_a_value_without_meaning_is_named_with_its_variable(name, value, words):
    variable = f"CITETRAIL_{name.upper()}"
    with pytest.raises(ConfigError) as caught:
        load_settings({variable: value})
    assert words in str(caught.value)
    assert variable in str(caught.value)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("top_k = [1]", "top_k = [1] is not a whole number"),
        ("top_k = true", "top_k = True is not a whole number"),
        ("library = false", "library = False is not a text"),
        ("top_k = 3.5", "is not a whole number"),
        ("top_k = inf", "is not a whole number"),
        ("top_k = nan", "is not a whole number"),
        (f"top_k = 1{'0' * 400}", "is not a whole number"),
        ("topk = 3", "unknown setting 'topk'"),
        ("[citetrail]\ntop_k = 3", "unknown setting 'citetrail'"),
        ("top_k = ", "is not valid TOML"),
        ('library = ""', "name a folder"),
        ("published = 2024-01-01", "unknown setting 'published'"),
        ("library = 2024-01-01", "is not a text"),
    ],
)
def test_a_bad_file_is_named(text, words, tmp_path):
    with pytest.raises(ConfigError) as caught:
        load_settings({}, _toml(tmp_path, text))
    assert words in str(caught.value)
    assert str(tmp_path / CONFIG_FILE) in str(caught.value)


def test_a_file_that_is_not_utf8_is_named(tmp_path):
    (tmp_path / CONFIG_FILE).write_bytes(b'library = "\xff"')
    with pytest.raises(ConfigError, match="is not valid TOML"):
        load_settings({}, tmp_path)


def test_an_unknown_argument_is_named():
    with pytest.raises(ConfigError, match="unknown setting 'topk'"):
        load_settings({}, topk=3)


def test_a_whole_number_may_be_written_with_a_point(tmp_path):
    assert load_settings({}, _toml(tmp_path, "top_k = 5.0\nollama_timeout = 30")).settings.top_k == 5


def test_the_fingerprint_follows_what_shapes_answers():
    base = Settings().fingerprint()
    assert len(base) == 12
    assert dataclasses.replace(Settings(), library="x", cache="x", host="x", port=1).fingerprint() == base
    assert dataclasses.replace(Settings(), top_k=9).fingerprint() != base
    assert dataclasses.replace(Settings(), model="x").fingerprint() != base
