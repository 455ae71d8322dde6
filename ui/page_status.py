"""What the page says about itself: the library it asks, what writes the answers, and what one could ask."""

from __future__ import annotations

import html
from collections.abc import Sequence
from typing import TYPE_CHECKING

from ingest.paper import digests_of
from ui.wording import plural

if TYPE_CHECKING:
    from ingest.paper import Paper
    from rag import Assistant

EXTRACTIVE, OLLAMA = "extractive", "ollama/"
"""The generator without a model, and how the names of those by Ollama begin."""
_WITHOUT = "No model: quotes only"
_NAME_LENGTH = 28
_NAMED_EXAMPLES = 2


def header_html(assistant: Assistant) -> str:
    """Return the head of the page: the name, the library, the generator."""
    papers = assistant.library.papers()
    holds = f"{plural(len(papers), 'paper')} from {plural(len(digests_of(papers)), 'digest')}"
    return (
        '<header class="ct-head"><div class="ct-brand"><h1>citetrail</h1>'
        f'<p class="ct-holds">{holds}</p></div>{_banner(assistant)}</header>'
    )


def _banner(assistant: Assistant) -> str:
    name = html.escape(assistant.generator_name)
    if assistant.generator_name != EXTRACTIVE:
        return (
            f'<p class="ct-banner"><b>{name}</b> writes the answers; each sentence is held against what it cites.</p>'
        )
    return (
        '<p class="ct-banner"><b>extractive</b> answers: the papers\' own sentences, quoted and cited.'
        f' <span class="ct-why">{_why_extractive(assistant)}</span></p>'
    )


def _why_extractive(assistant: Assistant) -> str:
    if assistant.settings.generator == EXTRACTIVE:
        return "It is set so; <code>--generator auto</code> uses a local model where there is one."
    from rag.ollama import probe

    status = probe(assistant.settings)
    if not status.problem:
        return "Choose a model below to have them written."
    how = f"To have them written by a model: <code>{html.escape(status.fix)}</code>, then load this page anew."
    return f"{html.escape(status.problem)} {how}"


def writers_for(assistant: Assistant) -> list[tuple[str, str]]:
    """Return what may write the answers, as labels and names of generators: the one in use first, no model last.

    Where the settings say that no model writes, none is looked for.
    """
    used = assistant.generator_name
    labels = {used: used.removeprefix(OLLAMA)}
    if assistant.settings.generator != EXTRACTIVE:
        from rag.ollama import probe

        for model in probe(assistant.settings).models:
            if model.purpose == "chat":
                labels[f"{OLLAMA}{model.name}"] = f"{model.name} (Ollama's cloud)" if model.remote else model.name
    labels[EXTRACTIVE] = _WITHOUT
    return [(label, name) for name, label in labels.items()]


def examples_for(papers: Sequence[Paper]) -> list[str]:
    """Return questions that this library can be asked: two about papers whose titles give a name, and two about all."""
    named = [title.partition(":")[0] for title in (paper.title for paper in papers) if _has_name(title)]
    about = [f"What is {name}, and what did it achieve?" for name in named[:_NAMED_EXAMPLES]]
    return [*about, "Which papers introduce a benchmark?", "How many papers link to code?"]


def _has_name(title: str) -> bool:
    name, colon, _ = title.partition(":")
    return bool(colon) and " " not in name and 3 <= len(name) <= _NAME_LENGTH and name[0].isupper()
