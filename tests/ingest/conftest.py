"""What the tests of ingest share: an embedder that needs no model, and settings for a library of the test's own."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest.settings import Settings
from tests.support.embedding import BagOfWords


@pytest.fixture(scope="session")
def embedder() -> BagOfWords:
    return BagOfWords()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(library=str(tmp_path / "library"))
