"""The support checker that the settings name, tier on tier."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from ingest.errors import ModelError
from rag.grounding.align import WordVectors
from rag.grounding.checker import EmbeddedChecker
from rag.grounding.judge import Judge, JudgedChecker
from rag.grounding.verdict import SupportChecker
from rag.retrieval.picker import HybridPicker
from rag.writer import Writer

if TYPE_CHECKING:
    from llama_index.core.base.embeddings.base import BaseEmbedding

    from ingest.settings import Settings

OFF, AUTO, CHAT = "off", "auto", "chat"
"""What the setting ``judge`` may be, beside the name of a model."""


def make_checker(
    settings: Settings,
    embed_model: BaseEmbedding | None = None,
    picker: HybridPicker | None = None,
    writer: Writer | None = None,
) -> SupportChecker:
    """Return the checker that the settings name.

    The embedded one always; over it the ONNX model that ``checker`` names, and over that the judge.

    Args:
        settings: name the model and the judge.
        embed_model: compares words and sentences; default: the settings'.
        picker: holds sentence vectors already; default: a new one.
        writer: the model that writes the answers, for ``judge = "chat"`` and for finding a judge beside it.

    Raises:
        WeightsMissing: the folder that ``checker`` names holds no model.
        ModelError: that model is of another form, or the judge that is named cannot be had.
    """
    from ingest.embeddings import make_embedder
    from rag.retrieval.picker import make_picker

    embedder = embed_model or make_embedder(settings)
    checker: SupportChecker = EmbeddedChecker(picker or make_picker(settings, embedder), WordVectors(embedder))
    if settings.checker:
        from rag.grounding.entailment import OnnxEntailer
        from rag.grounding.second import SecondChecker

        checker = SecondChecker(checker, OnnxEntailer(settings.checker))
    judge = open_judge(settings, writer)
    return JudgedChecker(checker, judge) if judge else checker


def open_judge(settings: Settings, writer: Writer | None = None) -> Judge | None:
    """Return the judge that the settings name; ``None`` where there is to be none.

    ``auto`` takes a fact-checking model where answers are written by Ollama and one is installed there, and else asks
    nobody: a chat model as judge costs a call for every sentence, so it has to be asked for.

    Raises:
        ModelError: a judge is named that cannot be had.
    """
    from rag.ollama import OllamaWriter, open_writer, probe

    if settings.judge == OFF:
        return None
    if settings.judge == CHAT:
        chat = writer or open_writer(settings)
        if chat is None:
            raise ModelError('judge = "chat", but no chat model writes the answers.', 'Set judge = "off", or a model.')
        return Judge(chat, made_for_it=False)
    if settings.judge != AUTO:
        return _named(settings, settings.judge, writer)
    found = probe(settings).checker if isinstance(writer, OllamaWriter) else ""
    return _named(settings, found, writer) if found else None


def _named(settings: Settings, name: str, writer: Writer | None) -> Judge:
    """Return the judge of a name; the model that writes the answers is used as it is, so that it stays loaded."""
    from rag.ollama import probe, writer_of

    if writer is not None and writer.name == f"ollama/{name}":
        return Judge(writer, made_for_it=False)
    status = probe(dataclasses.replace(settings, model=name))
    if status.problem or status.chosen is None:
        raise ModelError(f"The judge cannot be had. {status.problem}", f'Run: {status.fix}   (or set judge = "off")')
    made_for_it = status.chosen.purpose == "checking"
    return Judge(writer_of(status, dataclasses.replace(settings, thinking="off")), made_for_it)
