"""Themes of a set of papers, named by the papers' own words."""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from ingest.paper import Paper
from rag.lexical import STOPWORDS, Analyzer

MOST_THEMES = 8
_LEAST_PAPERS = 2
_LEAST_SHARE = 0.03
_WIDEST = 0.5
"""Share of the papers above which a phrase names no theme, unless it tells the set from the rest of the library."""
_LONGEST = 3
_SEVERAL_WORDS = 2.5
"""How much more a phrase tells than a word."""
_IN_ABSTRACT = 0.25
"""What a paper counts that says a phrase in its abstract alone, beside 1 for one that says it in its title."""
_AGAIN = 0.2
"""What a paper counts that stands under a theme already."""
_TELLING = 2.0
"""Times as common in the set as in the rest of the library, from which a phrase tells the set apart."""
_MOST_CONTRAST = 9.0
_LEAST_TITLED = (0.25, 0.15, 0.15)
"""Share of the papers holding a phrase of one, two, three words that have it in their title; below it, the words are
ones of telling ("strategy", "state of the art"), not of what papers are about."""
_BACKGROUND = 1_000
"""Papers that stand for the rest of the library."""
_GENERAL = frozenset(
    """model data task problem large learning language network neural system process result real world time step self
    multi performance information science evaluation evaluating design target training trained train set scale
    inference llm llms user study survey framework analysis algorithm deep machine natural artificial""".split()
)
"""Words that name a theme only with others."""
_MODIFIERS = frozenset("large language neural deep machine natural artificial".split())
"""Words that no theme's name ends with."""
_IDLE = frozenset(
    """using use via based base towards toward approach approaches method methods paper papers studies through without
    beyond improving improve improves improved effective effectively enhancing enhance exploring explore investigating
    understanding understand rethinking rethink advancing advanced advance better best good high low small larger
    smaller big simple automatic different need matter matters make makes making full only report technical practical
    across agnostic rigor rigorous wise level solving solve over free new novel efficient efficiently efficiency general
    specific targeted case first one two three guide recipe conventional wisdom perspective role impact teach learn
    learns know can does not comprehensive against question questions measuring measure conditions remained
    elusive""".split()
)
"""Words that are part of no theme's name."""
_PARTING = _IDLE | STOPWORDS
_JOINING = ("and", "of")
_ADJECTIVE = re.compile(r"(?:al|ive|able|ible|ous|ed|ary|ful|ic|ent|ant)$")
_TOKEN = re.compile(r"(?P<word>[^\W_]+)|(?P<sign>[^\w\s-])")
_FORM = re.compile(r"(.{4,}i)[sz](?:es?|ed|ing|ations?|ability|able)$")

Stems = tuple[str, ...]


@dataclass(frozen=True)
class Theme:
    """A phrase and the papers it runs through, those that have it in their title first."""

    name: str
    papers: tuple[Paper, ...]


@dataclass(frozen=True)
class _Held:
    """Which papers of the set hold a phrase, by place; how it is written, and what it is worth as a theme."""

    titled: frozenset[int]
    all: frozenset[int]
    stems: Stems
    name: str
    worth: float


def themes_of(papers: Sequence[Paper], library: Sequence[Paper] = (), most: int = MOST_THEMES) -> list[Theme]:
    """Return the themes of some papers, widest first.

    Phrases of up to three words that titles hold are taken greedily: each time the one that says most of the papers
    not yet under a theme (after greedy set cover; Nemhauser, Wolsey and Fisher 1978). A phrase weighs more than a
    word, and one more common here than in the rest of the library more than others. A word alone must stand in the
    titles of many papers that say it: "merging" does, "strategy" does not.

    Args:
        papers: the set.
        library: the papers it is part of.
        most: themes at most.
    """
    reader = _Reader()
    titles = [reader.phrases(paper.title) for paper in papers]
    candidates = {phrase for title in titles for phrase in title}
    bodies = [title.keys() | reader.said(paper, candidates) for paper, title in zip(papers, titles, strict=True)]
    inside = {paper.paper_id for paper in papers}
    rest = [paper for paper in library if paper.paper_id not in inside][:_BACKGROUND]
    elsewhere = Counter(phrase for paper in rest for phrase in reader.said(paper, candidates))
    chosen = _cover(_held(titles, bodies, elsewhere, len(rest)), most)
    themes = [Theme(one.name, tuple(papers[i] for i in _by_title(one))) for one in chosen]
    return sorted(themes, key=lambda theme: -len(theme.papers))


class _Reader:
    """Finds the phrases of texts that might name a theme."""

    def __init__(self) -> None:
        self._stem = lru_cache(maxsize=100_000)(Analyzer().stem)

    def phrases(self, text: str) -> dict[Stems, str]:
        """Return the phrases of a title as stems, and how it writes each."""
        found = {}
        for stems, start, end in self._spans(text):
            if text[start - 1 : start] == "-" and len(stems) > 1:
                start = text.rfind(" ", 0, start) + 1  # "in-context learning"
            found[stems] = _lowered(text[start:end])
        return found

    def said(self, paper: Paper, candidates: Collection[Stems]) -> set[Stems]:
        """Return the candidates that a paper's title or abstract says."""
        text = f"{paper.title}. {paper.abstract}"
        return {stems for stems, _, _ in self._spans(text) if stems in candidates}

    def _spans(self, text: str) -> Iterator[tuple[Stems, int, int]]:
        """Yield runs of up to three words that no sign and no function word parts: their stems, start and end."""
        run: list[tuple[str, int, int, bool]] = []
        for match in _TOKEN.finditer(text):
            low = match.group().lower()
            if low in _JOINING and run and not run[-1][3]:
                continue
            if match["sign"] or low in _PARTING or len(low) < _LONGEST or low[0].isdigit():
                run = []
                continue
            stem = _FORM.sub(r"\1z", low) if _FORM.match(low) else self._stem(low)
            run = [*run[-_LONGEST + 1 :], (stem, *match.span(), low in _GENERAL or low.removesuffix("s") in _GENERAL)]
            for start in range(len(run) if low not in _MODIFIERS else 0):
                if not all(general for _, _, _, general in run[start:]):
                    yield tuple(stem for stem, _, _, _ in run[start:]), run[start][1], match.end()


def _held(
    titles: Sequence[Mapping[Stems, str]],
    bodies: Sequence[Collection[Stems]],
    elsewhere: Mapping[Stems, int],
    others: int,
) -> list[_Held]:
    """Return the phrases that may be themes."""
    titled: dict[Stems, set[int]] = defaultdict(set)
    everyone: dict[Stems, set[int]] = defaultdict(set)
    for place, (title, body) in enumerate(zip(titles, bodies, strict=True)):
        for phrase in title:
            titled[phrase].add(place)
        for phrase in body:
            everyone[phrase].add(place)
    found = []
    least = max(_LEAST_PAPERS, round(_LEAST_SHARE * len(bodies)))
    for phrase, places in everyone.items():
        names = Counter(titles[place][phrase] for place in titled[phrase])
        name = max(names, key=lambda name: (names[name], len(name), name))
        contrast = ((len(places) + 0.5) / (len(bodies) + 1)) / ((elsewhere.get(phrase, 0) + 0.5) / (others + 1))
        wide = len(places) > max(_LEAST_PAPERS, _WIDEST * len(bodies))
        tells = wide and others > 0 and contrast >= _TELLING
        if len(places) >= least and (tells or not (wide or _is_thin(name, phrase, titled[phrase], places))):
            worth = math.sqrt(min(contrast, _MOST_CONTRAST)) if others else 1.0
            worth *= _SEVERAL_WORDS if len(phrase) > 1 else 1.0
            found.append(_Held(frozenset(titled[phrase]), frozenset(places), phrase, name, worth))
    return found


def _is_thin(name: str, phrase: Stems, titled: Collection[int], places: Collection[int]) -> bool:
    """Tell whether a phrase says too little to name a theme: it stands in few titles, or is a lone adjective."""
    if len(titled) < _LEAST_TITLED[len(phrase) - 1] * len(places):
        return True
    return len(phrase) == 1 and (len(titled) < _LEAST_PAPERS or _ADJECTIVE.search(name) is not None)


def _cover(left: list[_Held], most: int) -> list[_Held]:
    """Return the phrases that cover the papers, the most telling first."""
    chosen: list[_Held] = []
    covered: set[int] = set()

    def gain(one: _Held) -> tuple[float, str]:
        weights = ((1.0 if i in one.titled else _IN_ABSTRACT) * (_AGAIN if i in covered else 1.0) for i in one.all)
        return one.worth * sum(weights), one.name

    while left and len(chosen) < most:
        best = max(left, key=gain)
        chosen.append(best)
        covered |= best.all
        left = [one for one in left if not set(one.stems) & set(best.stems)]
    return chosen


def _by_title(held: _Held) -> list[int]:
    return sorted(held.all, key=lambda place: (place not in held.titled, place))


def _lowered(words: str) -> str:
    """Return a phrase in small letters, its names and abbreviations as they are."""
    return re.sub(r"\b[A-Z][a-z]*\b", lambda match: match.group().lower(), words)
