"""Computed results put into an answer."""

from __future__ import annotations

from rag.answer import Catalogue
from rag.catalogue.computed import Computed
from rag.compose import Composer


def tell(result: Computed, composer: Composer) -> Catalogue:
    """Add what was computed to an answer, and return what it rests on."""
    composer.add(result.statement, "computed", cited=result.cited)
    for line in result.lines:
        composer.add(f"- {line.text}", "computed", cited=[line.paper], lead="\n")
    more = len(result.papers) - len(result.lines)
    if result.lines and more > 0:
        composer.say(f"and {more} more.", lead="\n")
    if result.caveat:
        composer.add(result.caveat, "computed", lead="\n" if result.lines else " ")
    ids = tuple(paper.paper_id for paper in result.papers)
    return Catalogue(result.operation, result.value, ids, result.considered, result.unknown)
