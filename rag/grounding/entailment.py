"""What a checking model of the user's own says: does a text carry a claim, contradict it, or neither?

Any sequence-classification model in ONNX form will do that reads a text and a claim together: one trained on natural
language inference (entailment, neutral, contradiction), one on fact checking (supported or not), or one with a single
logit. Which column means what is read from ``config.json``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Protocol

import numpy as np

from ingest.errors import ModelError, WeightsMissing
from ingest.onnx_session import batches, open_session, open_tokenizer, run, unknown_inputs

if TYPE_CHECKING:
    from numpy.typing import NDArray

MODEL_FILE, TOKENIZER_FILE, CONFIG_FILE = "model.onnx", "tokenizer.json", "config.json"
MOST_PIECES = 512
"""Word pieces read of a text and a claim; of longer ones the end of the longer is cut off."""
Meant = Literal["carried", "neither", "contradicted", "not carried"]
_NAMED: Mapping[Meant, frozenset[str]] = {
    "carried": frozenset(
        "entailment entailed entail entails support supports supported yes true consistent factual faithful grounded"
        " correct attributable".split()
    ),
    "contradicted": frozenset(
        "contradiction contradictory contradicts contradicted contradict refutes refute refuted refutation".split()
    ),
    "neither": frozenset("neutral nei notenoughinfo notenoughinformation unknown irrelevant".split()),
    "not carried": frozenset(
        "notentailment notentailed nonentailment notsupported unsupported nosupport no false inconsistent nonfactual"
        " hallucination hallucinated hallucinates unfaithful ungrounded incorrect notattributable".split()
    ),
}
_THREE: frozenset[Meant] = frozenset({"carried", "neither", "contradicted"})
_NUMBERED = re.compile(r"(?:label)?([0-9])")
_KINDS = "entailment, neutral and contradiction; supported and unsupported (0 and 1); or a single logit"


@dataclass(frozen=True)
class Entailment:
    """What a model says of a claim and a text, as chances from 0 to 1."""

    carried: float
    contradicted: float = 0.0
    """0 from a model that does not tell a contradiction from what is not said."""


class Entailer(Protocol):
    """Reads a text and a claim together."""

    def read(self, text: str, claim: str) -> Entailment:
        """Return whether the text carries the claim."""
        ...


class OnnxEntailer:
    """An :class:`Entailer` around an ONNX model.

    Args:
        folder: holds ``model.onnx``, ``tokenizer.json`` and ``config.json``, whose ``id2label`` names the columns; one
            of two columns without names is taken for a fact checker (0 no, 1 yes).
        threads: threads of one run; 0: as many as onnxruntime thinks right.

    Raises:
        WeightsMissing: a file is not there.
        ModelError: a file cannot be read, the model is of another form, or its labels are not understood.
    """

    def __init__(self, folder: str | Path, threads: int = 0) -> None:
        self._folder = Path(folder)
        config = self._config()
        self._tokenizer = open_tokenizer(self._file(TOKENIZER_FILE), _most_pieces(config))
        self._session = open_session(self._file(MODEL_FILE), threads)
        self._inputs = frozenset(given.name for given in self._session.get_inputs())
        if unknown := unknown_inputs(self._session):
            raise self._refused(f"asks for {', '.join(unknown)}, which no text gives")
        outputs = [given.name for given in self._session.get_outputs()]
        self._output = "logits" if "logits" in outputs else outputs[0]
        self._columns = self._read_columns(config)

    def read(self, text: str, claim: str) -> Entailment:
        """Return whether the text carries the claim."""
        logits = self._logits(text, claim)
        if self._columns is None:
            return Entailment(float(1 / (1 + np.exp(-np.clip(logits[0], -40, 40)))))
        shares = np.exp(logits - logits.max())
        chances = dict(zip(self._columns, (float(s) for s in shares / shares.sum()), strict=True))
        return Entailment(chances["carried"], chances.get("contradicted", 0.0))

    def _logits(self, text: str, claim: str) -> NDArray[np.float64]:
        ((_, given),) = batches([self._tokenizer.encode(text, claim)], self._inputs)
        out = run(self._session, self._output, given, self._folder / MODEL_FILE)
        if out.ndim != 2 or len(out) != 1:
            raise self._refused(f"gives an output of the form {out.shape} for one text, so it is no classifier")
        return np.asarray(out[0], dtype=np.float64)

    def _read_columns(self, config: Mapping[str, Any]) -> tuple[Meant, ...] | None:
        """Return what each column means; ``None`` for a single logit."""
        width = len(self._logits("text", "claim"))
        if width == 1:
            return None
        labels = [str(name) for name in _names(config, width)]
        meant = meanings(labels)
        if meant is None:
            raise ModelError(
                f"The checking model in {str(self._folder)!r} has {width} classes, {', '.join(labels)}, of which it is"
                " not clear which means that a text carries a claim.",
                f"Name them in {CONFIG_FILE} as id2label: {_KINDS}.",
            )
        return meant

    def _config(self) -> dict[str, Any]:
        self._file(MODEL_FILE)
        path = self._folder / CONFIG_FILE
        if not path.is_file():
            return {}
        try:
            config = json.loads(path.read_text(encoding="utf-8"))
        except (OSError, ValueError) as error:
            raise ModelError(f"The file {str(path)!r} cannot be read: {error}.", "Save it again.") from error
        if not isinstance(config, dict):
            raise ModelError(f"The file {str(path)!r} holds no model's configuration.", "Save it again.")
        return config

    def _file(self, name: str) -> Path:
        path = self._folder / name
        if not path.is_file():
            missing = f"no {name}" if self._folder.is_dir() else "no such folder"
            raise WeightsMissing(
                f"The setting checker names {str(self._folder)!r}, but there is {missing}.",
                f"Name a folder that holds {MODEL_FILE}, {TOKENIZER_FILE} and {CONFIG_FILE}, or none.",
            )
        return path

    def _refused(self, what: str) -> ModelError:
        return ModelError(
            f"The checking model in {str(self._folder)!r} {what}.", f"Name a sequence-classification model: {_KINDS}."
        )


def meanings(labels: Sequence[str]) -> tuple[Meant, ...] | None:
    """Return what labels mean, in their order; ``None`` where they are not understood.

    Of two labels one must mean that the text carries the claim, of three each something else.
    """
    keys = [re.sub(r"[^a-z0-9]", "", label.lower()) for label in labels]
    if len(keys) == 2 and [m[1] if (m := _NUMBERED.fullmatch(k)) else "" for k in keys] == ["0", "1"]:
        return ("not carried", "carried")
    found = [next((meant for meant, names in _NAMED.items() if key in names), None) for key in keys]
    known = tuple(meant for meant in found if meant is not None)
    if len(known) < len(found) or known.count("carried") != 1 or len(set(known)) < len(known):
        return None
    return known if len(known) == 2 or (len(known) == 3 and set(known) == _THREE) else None


def _names(config: Mapping[str, Any], width: int) -> list[Any]:
    """Return the labels of a model's columns: those of its configuration, where there are as many."""
    named = config.get("id2label")
    if isinstance(named, Mapping) and all(str(n) in named for n in range(width)) and len(named) == width:
        return [named[str(n)] for n in range(width)]
    return [f"LABEL_{n}" for n in range(width)]


def _most_pieces(config: Mapping[str, Any]) -> int:
    most = config.get("max_position_embeddings")
    return min(MOST_PIECES, most) if isinstance(most, int) and most > 0 else MOST_PIECES
