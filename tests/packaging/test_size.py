"""What the environment takes on disk, as `make setup` and `make test` leave it."""

from __future__ import annotations

import importlib.metadata
import os
import re
import sys
from pathlib import Path

import pytest
from packaging.utils import canonicalize_name

pytestmark = pytest.mark.packaging

RUNTIME_LIMIT, DEVELOPMENT_LIMIT = 1.0e9, 1.4e9


def names(lock: Path) -> set[str]:
    found = re.findall(r"^([A-Za-z0-9][\w.-]*)==", lock.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return {canonicalize_name(name) for name in found}


def on_disk(path: Path) -> int:
    """Return the bytes of disk a file takes; 0 for a link or one that has gone."""
    try:
        status = path.lstat()
    except OSError:
        return 0
    blocks = getattr(status, "st_blocks", None)
    return status.st_size if blocks is None else int(blocks) * 512


def size_of(names_wanted: set[str]) -> int:
    total = 0
    for name in names_wanted:
        try:
            files = importlib.metadata.distribution(name).files or []
        except importlib.metadata.PackageNotFoundError:
            continue  # one for another system or Python
        total += sum(on_disk(Path(str(file.locate()))) for file in files)
    return total


def test_the_environment_fits(repository: Path) -> None:
    if sys.prefix == sys.base_prefix:
        pytest.skip("not in an environment of its own")
    whole = sum(on_disk(Path(folder) / file) for folder, _, files in os.walk(sys.prefix) for file in files)
    tools = names(repository / "requirements-dev.lock") - names(repository / "requirements.lock")
    assert tools
    without_tools = whole - size_of(tools)
    assert without_tools < RUNTIME_LIMIT, f"what a user runs takes {without_tools / 1e6:.0f} MB"
    assert whole < DEVELOPMENT_LIMIT, f"with the development tools it takes {whole / 1e6:.0f} MB"
