"""Themes of a set of papers, named by the papers' own words."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ingest.paper import Paper
from rag.lexical import STOPWORDS, Analyzer

MOST_THEMES = 8
_LEAST_PAPERS = 2
_WIDEST = 0.5
"""Share of the papers above which a phrase names no theme of its own."""
_GENERIC = frozenset(
    "using via based towards toward approach method methods model models paper papers new novel study "
    "learning analysis "
    "framework data task tasks problem problems large language efficient improving deep neural networks "
    "network llm llms "
    "through without beyond understanding training trained can does how what why when do is are".split()
)


@dataclass(frozen=True)
class Theme:
    """A phrase of titles and the papers it runs through."""

    name: str
    papers: tuple[Paper, ...]


def themes_of(papers: Sequence[Paper]) -> list[Theme]:
    """Return the themes of some papers, widest first.

    Phrases of two words, and words, that several titles share are taken greedily: each time the one that names most
    papers not yet under a theme, a phrase before a word (greedy set cover; Nemhauser, Wolsey and Fisher 1978).
    """
    analyzer = Analyzer()
    spelled: dict[str, dict[str, int]] = {}
    holders: dict[str, dict[str, Paper]] = {}
    for paper in papers:
        for stem, words in _phrases(paper.title, analyzer):
            spelled.setdefault(stem, {}).setdefault(words, 0)
            spelled[stem][words] += 1
            holders.setdefault(stem, {})[paper.paper_id] = paper
    wide = max(_LEAST_PAPERS, _WIDEST * len(papers))
    left = {stem: held for stem, held in holders.items() if _LEAST_PAPERS <= len(held) <= wide}
    themes: list[Theme] = []
    covered: set[str] = set()
    while left and len(themes) < MOST_THEMES:
        stem = max(left, key=lambda s: (len(left[s].keys() - covered) * (1.6 if " " in s else 1.0), s))
        held = left.pop(stem)
        if len(held.keys() - covered) < _LEAST_PAPERS:
            break
        name = max(spelled[stem], key=lambda words: (spelled[stem][words], words))
        themes.append(Theme(name, tuple(held.values())))
        covered |= held.keys()
    return sorted(themes, key=lambda t: -len(t.papers))


def _phrases(title: str, analyzer: Analyzer) -> list[tuple[str, str]]:
    words = [w.lower() for w in re.findall(r"[^\W\d_][\w-]*", title)]
    stems = [analyzer.stem(w) for w in words]
    useful = [w not in STOPWORDS and len(w) > 2 for w in words]
    singles = [(s, w) for s, w, ok in zip(stems, words, useful, strict=True) if ok and w not in _GENERIC]
    pairs = [
        (f"{stems[i]} {stems[i + 1]}", f"{words[i]} {words[i + 1]}")
        for i in range(len(words) - 1)
        if useful[i] and useful[i + 1] and not (words[i] in _GENERIC and words[i + 1] in _GENERIC)
    ]
    return list(dict.fromkeys(singles + pairs))
