"""Abbreviations as a library's own abstracts define them: "reinforcement learning (RL)".

They let a question that says one form find the papers that say the other, with no list of synonyms kept by hand.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from weakref import WeakKeyDictionary

from ingest.paper import Paper
from rag.lexical import STOPWORDS, Analyzer, LexicalIndex

_DEFINED = re.compile(r"(?<= )\(([A-Z][A-Za-z-]{0,6}[A-Z]s?)\)")
_BEFORE = 80
"""Characters before a bracket in which the words it abbreviates are looked for."""
_WORD = re.compile(r"[^\W_]+")
_LEAST_SHARE = 0.6
"""Share of an abbreviation's definitions that must agree; below it, the abbreviation means several things here."""
_LEAST_WORDS = 2

Stems = tuple[str, ...]


@dataclass(frozen=True)
class Abbreviations:
    """Which stems say the same: a long form and its abbreviation, both ways."""

    same: Mapping[Stems, tuple[Stems, ...]]
    kinds: Mapping[Stems, tuple[Stems, ...]]
    """Of the end of a long form, the abbreviation: who says LLM speaks of language models."""
    written: Mapping[Stems, str]
    """How the forms are written."""

    def of(self, stems: Stems) -> tuple[Stems, ...]:
        """Return the other ways to say some stems: a part of them that has another form is put in that form."""
        found: dict[Stems, None] = {}
        for start in range(len(stems)):
            for end in range(len(stems), start, -1):
                for other in self.same.get(stems[start:end], ()):
                    found[(*stems[:start], *other, *stems[end:])] = None
        return tuple(found)


def abbreviations_of(papers: Iterable[Paper], index: LexicalIndex) -> Abbreviations:
    """Return the abbreviations that a library's papers define, found once for each index of them."""
    if (found := _FOUND.get(index)) is None:
        found = _FOUND[index] = find_abbreviations(papers, index.analyzer)
    return found


def find_abbreviations(papers: Iterable[Paper], analyzer: Analyzer) -> Abbreviations:
    """Find the abbreviations that titles and abstracts define.

    A definition is a bracketed abbreviation whose letters are the initials of the words before it ("Monte Carlo Tree
    Search (MCTS)"). One that is defined in several ways here counts only where most definitions agree.
    """
    meant: dict[str, Counter[Stems]] = defaultdict(Counter)
    written: dict[Stems, str] = {}
    for paper in papers:
        text = f"{paper.title}. {paper.abstract}"
        for match in _DEFINED.finditer(text):
            short = re.sub(r"s$", "", match[1]).replace("-", "")
            before = text[max(0, match.start() - _BEFORE) : match.start()]
            if words := _spelled_out(short, _WORD.findall(before)):
                form = tuple(t for t in analyzer.terms(" ".join(words)) if t.isalnum())
                meant[short.lower()][form] += 1
                written |= {form: " ".join(words).lower(), (short.lower(),): short}
    same: dict[Stems, list[Stems]] = defaultdict(list)
    kinds: dict[Stems, list[Stems]] = defaultdict(list)
    for short, forms in meant.items():
        form, times = forms.most_common(1)[0]
        stem = (analyzer.stem(short),)
        if times >= _LEAST_SHARE * forms.total() and len(form) >= _LEAST_WORDS and stem == (short,):
            same[stem].append(form)
            same[form].append(stem)
            for start in range(1, len(form) - _LEAST_WORDS + 1):
                kinds[form[start:]].append(stem)
    frozen = [{stems: tuple(others) for stems, others in found.items()} for found in (same, kinds)]
    return Abbreviations(frozen[0], frozen[1], written)


def _spelled_out(short: str, words: Sequence[str]) -> list[str]:
    """Return the last words whose initials are an abbreviation's letters; empty where they are not.

    Function words may stand between ("mixture of experts" is MoE with its o, "area under the curve" AUC without).
    """
    for count in range(len(words), 0, -1):
        last = list(words[-count:])
        telling = [w for w in last if w.lower() not in STOPWORDS]
        for said in (last, telling):
            if "".join(w[0] for w in said).lower() == short.lower() and said[0] == last[0]:
                return last
    return []


_FOUND: WeakKeyDictionary[LexicalIndex, Abbreviations] = WeakKeyDictionary()
