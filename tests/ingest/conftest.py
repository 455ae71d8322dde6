"""What the tests of ingest share: an embedder that needs no model, and settings for a library of the test's own."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from ingest.embeddings.minilm import MiniLMEmbedding
from ingest.settings import Settings
from tests.support.embedding import BagOfWords

NOBODY = 65534


@pytest.fixture(scope="session")
def embedder() -> BagOfWords:
    return BagOfWords()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(library=str(tmp_path / "library"))


@pytest.fixture
def unprivileged() -> Iterator[Path]:
    """Run the test as a user who is not root, and give a folder that this user owns."""
    if not hasattr(os, "setresuid"):
        pytest.skip("no users to change to on this system")
    folder = Path(tempfile.mkdtemp())
    real, effective, saved = os.getresuid()
    if effective == 0:
        os.chown(folder, NOBODY, -1)
        os.setresuid(NOBODY, NOBODY, 0)
    yield folder
    os.setresuid(real, effective, saved)
    subprocess.run(["chmod", "-R", "u+rwx", str(folder)], check=True)
    shutil.rmtree(folder)


@pytest.fixture(scope="session")
def minilm() -> MiniLMEmbedding:
    return MiniLMEmbedding()
