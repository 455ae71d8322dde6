"""Fitting a prompt to a model's window: what is least useful is left out first, and said."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ingest.errors import ModelError
from ingest.text import Span
from rag.answer import Turn
from rag.generation.conversation import told_in
from rag.generation.ruler import Ruler
from rag.generation.sources import Source
from rag.writer import Message

RESERVED = 1_024
"""Tokens kept free for the answer; a third of a window too small for that."""
LEAST_PAPERS = 3
"""Papers that are not left out while sentences of them can be."""
_HISTORY_SHARE = 0.2
_AROUND = 6
"""Tokens around a title and around a sentence: number, brackets, line end."""
_TRIES = 4

Render = Callable[[Sequence[Source], str], list[Message]]
"""Makes the prompt of some sources and of the conversation so far."""
Useful = Callable[[Source, Span], float]
"""How useful a sentence is for the question; asked only where sentences must go."""


@dataclass(frozen=True)
class Fitted:
    """A prompt that fits, and what it holds."""

    messages: tuple[Message, ...]
    sources: tuple[Source, ...]
    notes: tuple[str, ...] = ()
    """What was left out."""


def fit(
    render: Render, sources: Sequence[Source], turns: Sequence[Turn], window: int, ruler: Ruler, useful: Useful
) -> Fitted:
    """Return a prompt that leaves room for an answer.

    Turns of the conversation go first, then the last papers, then the sentences least useful, then more papers.

    Args:
        render: makes the prompt.
        sources: best first.
        turns: the conversation, oldest first.
        window: tokens that prompt and answer may have together.
        ruler: measures for the model.
        useful: tells which sentences to keep.

    Raises:
        ModelError: the question and one sentence do not fit.
    """
    room = window - min(RESERVED, window // 3) - ruler.of_messages(render((), ""))
    history, dropped = told_in(turns, max(0.0, room) * _HISTORY_SHARE, ruler.tokens)
    room -= ruler.tokens(history)
    for _ in range(_TRIES):
        kept = _within(room, sources, ruler, useful)
        messages = render(kept, history) if kept else []
        over = ruler.of_messages(messages) - (window - min(RESERVED, window // 3))
        if kept and over <= 0:
            return Fitted(tuple(messages), tuple(kept), (*dropped, *_left_out(sources, kept, window)))
        room -= max(over, 1.0)
    raise ModelError(
        f"The question and one abstract do not fit the model's window of {window} tokens.",
        "Set num_ctx higher (CITETRAIL_NUM_CTX), or ask a shorter question.",
    )


def _within(room: float, sources: Sequence[Source], ruler: Ruler, useful: Useful) -> list[Source]:
    """Return what of the sources has room; nothing where not even one sentence has."""
    kept = list(sources)
    cost = {(s.paper.paper_id, span): _cost(ruler, s.paper.abstract[slice(*span)]) for s in kept for span in s.spans}
    titles = {s.paper.paper_id: _cost(ruler, s.title) for s in kept}
    total = sum(cost.values()) + sum(titles.values())

    def drop_last() -> float:
        last = kept.pop()
        return titles[last.paper.paper_id] + sum(cost[last.paper.paper_id, span] for span in last.spans)

    while kept and total > room and len(kept) > LEAST_PAPERS:
        total -= drop_last()
    while total > room and (worst := _least_useful(kept, useful)):
        place, span = worst
        total -= cost[kept[place].paper.paper_id, span]
        kept[place] = kept[place].without(span)
    while kept and total > room:
        total -= drop_last()
    return kept


def _cost(ruler: Ruler, text: str) -> float:
    return ruler.tokens(text) + _AROUND * ruler.ratio


def _least_useful(sources: Sequence[Source], useful: Useful) -> tuple[int, Span] | None:
    """Return the sentence to leave out next; ``None`` where each source has but one."""
    spare = [(i, span) for i, source in enumerate(sources) if len(source.spans) > 1 for span in source.spans]
    return min(spare, key=lambda pair: useful(sources[pair[0]], pair[1]), default=None)


def _left_out(sources: Sequence[Source], kept: Sequence[Source], window: int) -> list[str]:
    """Say what was left out."""
    papers = len(sources) - len(kept)
    sentences = sum(len(s.spans) for s in sources[: len(kept)]) - sum(len(s.spans) for s in kept)
    where = f"did not fit the model's window of {window} tokens"
    notes = [f"{papers} of {len(sources)} retrieved papers {where}"] if papers else []
    if sentences:
        notes.append(f"{sentences} sentence{'s' if sentences > 1 else ''} of the papers read {where}")
    return notes
