"""What ``citetrail doctor`` looks at."""

from __future__ import annotations

import importlib.util
import platform
import sys
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from ingest.errors import CitetrailError

if TYPE_CHECKING:
    from ingest.settings import Settings

PACKAGES = ("evals", "ingest", "prompts", "rag", "ui")
_OLDEST = (3, 11)


@dataclass(frozen=True)
class Check:
    """One thing looked at. ``note`` is worth knowing, ``missing`` stops something that was asked for."""

    name: str
    state: Literal["ok", "note", "missing"]
    found: str
    fix: str = ""


def all_checks(settings: Settings) -> list[Check]:
    """Look at everything; nothing is changed."""
    from ui.ollama_checks import ollama_checks

    looks: tuple[Callable[[Settings], Check], ...] = (_python, _packages, _cache, _embedder, _library)
    return [*(look(settings) for look in looks), *ollama_checks(settings)]


def _python(_: Settings) -> Check:
    found = f"{platform.python_version()} at {sys.executable}"
    if sys.version_info >= _OLDEST:
        return Check("Python", "ok", found)
    return Check("Python", "missing", found, "citetrail needs Python 3.11 or newer.")


def _packages(_: Settings) -> Check:
    """Compare where each package is imported from: their short names meet others' on PyPI and in people's folders."""
    home = Path(__file__).resolve().parent.parent
    strangers = [f"{name} is {where or 'nowhere'}" for name in PACKAGES if (where := folder_of(name)) != home / name]
    if not strangers:
        return Check("Packages", "ok", f"{', '.join(PACKAGES)} in {home}")
    return Check(
        "Packages",
        "missing",
        f"imported from elsewhere than {home}: {'; '.join(strangers)}",
        "Give citetrail an environment of its own: pipx install citetrail, or make setup; "
        "and run it where no folder of that name lies.",
    )


def folder_of(package: str) -> Path | None:
    """Return the folder a package would be imported from."""
    spec = importlib.util.find_spec(package)
    places = list(spec.submodule_search_locations or ()) if spec else []
    return Path(places[0]).resolve() if places else None


def _cache(settings: Settings) -> Check:
    from ingest.files import cache_folder

    try:
        return Check("Cache", "ok", str(cache_folder(settings.cache)))
    except CitetrailError as error:
        return Check("Cache", "missing", error.what, error.fix)


def _embedder(settings: Settings) -> Check:
    from ingest.embeddings.weights import check_weights, find_weights
    from ingest.files import cache_folder

    try:
        weights = find_weights(settings.weights)
        check_weights(weights, cache_folder(settings.cache) / "checked.json")
    except CitetrailError as error:
        if settings.embedder == "ollama":
            said = f"{error.what} Passages are embedded by Ollama; its vectors also judge sentences, less surely."
            return Check("Weights", "note", said, error.fix)
        return Check("Weights", "missing", error.what, error.fix)
    return Check("Weights", "ok", f"all-MiniLM-L6-v2, SHA-256 as known, in {weights.model.parent}")


def _library(settings: Settings) -> Check:
    from ingest.library import Library

    try:
        with closing(Library.open(settings)) as library:
            papers, passages = library.count()
            manifest = library.manifest
    except CitetrailError as error:
        return Check("Library", "missing", error.what, error.fix)
    embedder = f", embedded by {manifest.embedder}" if manifest else ""
    found = f"{papers} papers in {passages} passages{embedder}, in {library.where}"
    if papers:
        return Check("Library", "ok", found)
    return Check("Library", "missing", found, "Run: citetrail ingest PATH...   or: citetrail ingest --sample")
