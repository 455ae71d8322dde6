"""A paper as answers are made from it: what :mod:`ingest.orders` tells as orders is blanked."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ingest.orders import blank_orders, hidden_words, order_spans, plain, shown_title
from ingest.paper import Paper


@dataclass(frozen=True)
class Screened(Paper):
    """A paper without the orders in it.

    In the abstract spaces stand in their place, so that offsets are those of the stored text and quotes are cut from
    words that both share; the hash names the stored text.
    """

    stored_hash: str = ""
    orders: tuple[str, ...] = ()
    """What was blanked, sentence by sentence and with what is encoded in it; a title as a whole."""

    @property
    def text_hash(self) -> str:
        """Name of the stored version of the abstract."""
        return self.stored_hash


def screen(paper: Paper) -> Paper:
    """Return a paper without orders: itself, where it holds none."""
    spans, title = order_spans(paper.abstract), shown_title(paper.title)
    if not spans and title == paper.title:
        return paper
    orders = [plain(paper.abstract[start:end]) for start, end in spans]
    orders += [hidden for order in orders for hidden in hidden_words(order)]
    return Screened(
        paper.paper_id,
        title,
        blank_orders(paper.abstract),
        paper.appearances,
        paper.links,
        paper.url,
        stored_hash=paper.text_hash,
        orders=(*orders, *([paper.title] if title != paper.title else [])),
    )


def orders_in(papers: Iterable[Paper]) -> tuple[str, ...]:
    """Return the orders that were blanked in some papers."""
    return tuple(order for paper in papers if isinstance(paper, Screened) for order in paper.orders)


def screened_notes(papers: Iterable[Paper]) -> tuple[str, ...]:
    """Say of which papers a part was not read, not what it says; nothing where there is none."""
    held = [f"“{paper.title}”" for paper in papers if isinstance(paper, Screened)]
    if not held:
        return ()
    return (f"not read, as it gives orders to whoever answers: a part of {' and of '.join(held)}",)
