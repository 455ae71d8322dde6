"""A model as Ollama's server lists and shows it, and what can be told from that."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

Purpose = Literal["chat", "embedding", "checking", "other"]
CHECKERS = ("bespoke-minicheck",)
"""Models that were made to tell whether a text supports a claim."""
_NO_CHAT = re.compile(r"guard|shieldgemma|rerank|whisper|diffusion|flux|imagine")
_EMBEDDER = re.compile(r"embed|minilm|paraphrase|(?:^|[-_])(?:bge|gte|e5)(?:[-_]|$)")
_EMBEDDING_FAMILIES = frozenset({"bert", "nomic-bert", "xlm-roberta"})
_SPECIALIST = re.compile(
    r"code|devstral|sql|math|llava|moondream|vision|ocr|minicpm-v|(?<![a-z])vl(?![a-z])|translate|function|extract"
    r"|reader-lm|[-:](?:base|text)\b"
)
_SIZE = re.compile(r"(?:(\d+)x)?(\d+(?:\.\d+)?)([kmbt])", re.IGNORECASE)
_IN_BILLIONS = {"k": 1e-6, "m": 1e-3, "b": 1.0, "t": 1e3}


@dataclass(frozen=True)
class Installed:
    """A model that the server lists."""

    name: str
    billions: float | None = None
    """Parameters in billions."""
    size: int = 0
    """Bytes of its file."""
    family: str = ""
    quantization: str = ""
    modified: float = 0.0
    """When it was pulled or made, in seconds since 1970."""
    capabilities: tuple[str, ...] | None = None
    """``completion``, ``thinking``, ``vision``, ``embedding`` ...; ``None`` where the server does not say."""
    remote: bool = False
    """It runs on a machine of Ollama's: what it is asked leaves this one."""

    @property
    def base(self) -> str:
        """Its name without folder and tag: ``qwen3`` for ``hf.co/someone/qwen3:4b``."""
        return self.name.rpartition("/")[2].partition(":")[0].lower()

    @property
    def purpose(self) -> Purpose:
        """What it is for, by what the server says it can do, else by its family and name."""
        if self.base in CHECKERS:
            return "checking"
        if _NO_CHAT.search(self.base):
            return "other"
        if self.capabilities is None:
            embeds = self.family in _EMBEDDING_FAMILIES or _EMBEDDER.search(self.base)
            return "embedding" if embeds else "chat"
        if "completion" in self.capabilities:
            return "chat"
        return "embedding" if "embedding" in self.capabilities else "other"

    @property
    def specialist(self) -> bool:
        """Whether its name says that it was made for code, pictures, formulas, or to go on with a text."""
        return bool(_SPECIALIST.search(self.name.rpartition("/")[2].lower()))

    def is_called(self, wanted: str) -> bool:
        """Tell whether a name means this model: its own, with ``:latest`` understood, whatever the case."""
        ours, theirs = self.name.lower(), wanted.strip().lower()
        return theirs in (ours, ours.removesuffix(":latest"))


@dataclass(frozen=True)
class Shown:
    """What the server tells of one model when it is asked about it."""

    context: int = 0
    """The longest context the model was made for, in tokens; 0 where that is not told."""
    num_ctx: int = 0
    """The window that its Modelfile sets; 0 where it sets none."""
    billions: float | None = None
    capabilities: tuple[str, ...] | None = None
    remote: bool = False
    """It runs on a machine of Ollama's."""

    def can(self, capability: str) -> bool:
        """Tell whether the server says that the model has a capability."""
        return capability in (self.capabilities or ())


def read_listed(entry: Mapping[str, Any]) -> Installed | None:
    """Read one entry of ``/api/tags``; ``None`` for one without a name."""
    name = entry.get("name") or entry.get("model")
    if not isinstance(name, str) or not name:
        return None
    details = entry.get("details")
    details = details if isinstance(details, Mapping) else {}
    return Installed(
        name=name,
        billions=in_billions(details.get("parameter_size")),
        size=_whole(entry.get("size")),
        family=str(details.get("family") or ""),
        quantization=str(details.get("quantization_level") or ""),
        modified=_moment(entry.get("modified_at")),
        capabilities=_names(entry.get("capabilities")),
        remote=bool(entry.get("remote_host")) or _runs_in_the_cloud(name),
    )


def read_shown(body: Mapping[str, Any]) -> Shown:
    """Read the body of ``/api/show``."""
    info = body.get("model_info")
    info = info if isinstance(info, Mapping) else {}
    named = f"{info.get('general.architecture')}.context_length"
    others = (value for key, value in info.items() if str(key).endswith(".context_length"))
    details = body.get("details")
    told = details.get("parameter_size") if isinstance(details, Mapping) else None
    count = _whole(info.get("general.parameter_count"))
    return Shown(
        context=_whole(info.get(named)) or next((_whole(value) for value in others), 0),
        num_ctx=_parameter(body.get("parameters"), "num_ctx"),
        billions=count / 1e9 if count else in_billions(told),
        capabilities=_names(body.get("capabilities")),
        remote=bool(body.get("remote_host")),
    )


def in_billions(told: object) -> float | None:
    """Read ``4.0B``, ``134.52M`` or ``8x7B`` as billions of parameters."""
    found = _SIZE.fullmatch(told.replace(" ", "")) if isinstance(told, str) else None
    if not found:
        return None
    times, number, unit = found.groups()
    return int(times or 1) * float(number) * _IN_BILLIONS[unit.lower()] or None


def _runs_in_the_cloud(name: str) -> bool:
    """Tell by its tag, as Ollama does: ``:cloud``, or one that ends in ``-cloud``."""
    _, colon, tag = name.rpartition(":")
    return bool(colon) and "/" not in tag and (tag == "cloud" or tag.endswith("-cloud"))


def _names(told: object) -> tuple[str, ...] | None:
    return tuple(str(name) for name in told) if isinstance(told, list) and told else None


def _whole(told: object) -> int:
    return int(told) if isinstance(told, int | float) and told > 0 else 0


def _parameter(told: object, name: str) -> int:
    """Return a whole number from the lines of ``parameters``, each a name and a value."""
    for line in str(told or "").splitlines():
        key, _, value = line.strip().partition(" ")
        if key == name and value.strip().isdecimal():
            return int(value)
    return 0


def _moment(told: object) -> float:
    try:
        return datetime.fromisoformat(str(told)).timestamp()
    except (ValueError, OverflowError):
        return 0.0
