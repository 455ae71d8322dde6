"""What the tests of the Ollama path share: the shelf, answered by the model of a double."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from ingest.settings import Settings
from rag import Assistant
from tests.support.ollama_double import OllamaDouble
from tests.support.shelf import bag


def opened(shelf: Settings, double: OllamaDouble, **more: Any) -> Assistant:
    """Return an assistant over the shelf that asks a double, in prose unless told otherwise."""
    told = {"generator": "auto", "answer_mode": "plain", "ollama_host": double.url, **more}
    return Assistant.open(shelf, embed_model=bag(), **told)


@pytest.fixture
def chat(shelf_settings: Settings, double: OllamaDouble) -> Iterator[Assistant]:
    """Give the assistant over the shelf whose model is the double's."""
    assistant = opened(shelf_settings, double)
    yield assistant
    assistant.close()
