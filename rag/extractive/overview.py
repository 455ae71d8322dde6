"""Overviews: what is in the library, or in the part of it that a question names."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from ingest.paper import Paper
from rag.answer import Catalogue
from rag.catalogue import plural, quoted
from rag.compose import Composer
from rag.extractive.themes import MOST_THEMES, themes_of
from rag.questions.filters import filter_words, nothing_passes
from rag.questions.numbers import NUMBER, number_of
from rag.questions.question import Question

if TYPE_CHECKING:
    from rag.retrieval.retrieve import HybridRetriever

_NAMED = 3
"""Papers named under a theme."""
_FEW_PAPERS = 4
"""Papers up to which each is named, and no theme is looked for."""
_FEW_LINES = 6
_LINES = re.compile(
    rf"\b(?P<n>{NUMBER}|few|couple of)\s+(?:(?:short|brief|main|key|big|major|most|important)\s+)*"
    r"(?:(?P<line>lines?|sentences?)|bullets?|(?:bullet )?points|themes?|topics?)\b",
    re.IGNORECASE,
)
_NEW = re.compile(r"\bnew\b", re.IGNORECASE)


def overview(question: Question, retriever: HybridRetriever, composer: Composer) -> Catalogue:
    """Say how many papers there are and which themes run through them, as many as the question asks for."""
    library, filters = retriever.index.papers, question.filters
    papers = [paper for paper in library if filters.admit(paper)]
    if not papers:
        composer.add(nothing_passes(filters, library), "computed")
        return Catalogue("themes", "0", (), len(library))
    where = filter_words(filters) or "in the library"
    said = (
        f"There {'is' if len(papers) == 1 else 'are'} {plural(len(papers), 'paper')} {where}{_new(question, papers)}."
    )
    composer.add(said, "computed")
    if len(papers) <= _FEW_PAPERS:
        for paper in papers:
            composer.add(f"- {paper.title}", "computed", cited=[paper], lead="\n")
        return Catalogue("themes", "0", tuple(p.paper_id for p in papers), len(papers))
    most, whole = _asked(question.standalone)
    themes = themes_of(papers, library, most)
    if themes and whole:
        composer.say("What runs through them, in the words of their titles:")
    for theme in themes:
        named = "; ".join(map(quoted, theme.papers[:_NAMED]))
        more = f"; and {len(theme.papers) - _NAMED} more" if len(theme.papers) > _NAMED else ""
        said = f"- {theme.name} ({plural(len(theme.papers), 'paper')}): {named}{more}"
        composer.add(said, "computed", cited=theme.papers[:_NAMED], lead="\n")
    others = len(papers) - len({paper.paper_id for theme in themes for paper in theme.papers})
    if others and whole:
        verb = "stands" if others == 1 else "stand"
        composer.add(f"{plural(others, 'paper')} {verb} under none of these.", "computed", lead="\n")
    return Catalogue("themes", str(len(themes)), tuple(p.paper_id for p in papers), len(papers))


def _new(question: Question, papers: Sequence[Paper]) -> str:
    """Say how many papers of a digest stand in no other, where it is asked what is new in it."""
    if not (question.filters.digest and _NEW.search(question.standalone)):
        return ""
    only = sum(len(paper.digests) == 1 for paper in papers)
    return f", {only} of them in no other digest"


def _asked(text: str) -> tuple[int, bool]:
    """Return how many themes are asked for, and whether there is room for more words than theirs."""
    match = _LINES.search(text)
    if match is None:
        return MOST_THEMES, True
    number = _FEW_LINES if match["n"].lower() in ("few", "couple of") else number_of(match["n"])
    if match["line"]:
        return max(number - 1, 1), False  # the first line says how many papers there are
    return max(number, 1), True
