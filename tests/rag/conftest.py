"""What the tests of answers share: the shelf's library, and one of sample papers with the real embedder."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from ingest.errors import WeightsMissing
from ingest.library import Library
from ingest.pipeline import ingest
from ingest.sample import sample_paths
from ingest.settings import Settings
from rag import Assistant
from rag.writer import Writer
from tests.support.asking import Asking
from tests.support.shelf import bag, fill, settings_in
from tests.support.skips import skip_or_fail


@pytest.fixture(scope="session")
def shelf_settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Return the settings of a library of the shelf's papers, which no test writes to."""
    settings = settings_in(tmp_path_factory.mktemp("shelf"))
    fill(settings).close()
    return settings


@pytest.fixture(scope="session")
def assistant(shelf_settings: Settings) -> Iterator[Assistant]:
    """Give the assistant over the shelf, without a model."""
    opened = Assistant.open(shelf_settings, embed_model=bag())
    yield opened
    opened.close()


@pytest.fixture
def asking(shelf_settings: Settings) -> Iterator[Asking]:
    """Give a function that opens the shelf for a writer, with settings of the test's own."""
    opened: list[Assistant] = []

    def open_for(writer: Writer, **settings: Any) -> Assistant:
        library = Library.open(replace(shelf_settings, **settings), bag())
        opened.append(Assistant(library, writer))
        return opened[-1]

    yield open_for
    for chat in opened:
        chat.close()


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    """Return an assistant over the whole bundled sample, with the stand-in embedder."""
    settings = settings_in(tmp_path_factory.mktemp("sample"))
    ingest(sample_paths(), settings, embed_model=bag())
    return Assistant.open(settings, embed_model=bag())


@pytest.fixture(scope="session")
def real(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    """Return an assistant over the sample's shortest file, with the real embedder."""
    settings = settings_in(tmp_path_factory.mktemp("real"))
    shortest = min(sample_paths(), key=lambda path: path.stat().st_size)
    try:
        ingest([shortest], settings)
    except WeightsMissing as error:
        skip_or_fail(str(error))
    return Assistant.open(settings)
