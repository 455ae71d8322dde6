"""How far a paper's own words carry a topic, and whether it says that it does without a thing."""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from ingest.text import split_sentences
from rag.questions.topic import telling_words
from rag.retrieval.abbreviations import Abbreviations, abbreviations_of

if TYPE_CHECKING:
    from ingest.paper import Paper
    from rag.lexical import LexicalIndex

_LACKS = re.compile(
    r"\b(?:without|no|avoid\w*|eschew\w*|eliminat\w*|remov\w*|bypass\w*|instead of|free (?:of|from)"
    r"|(?:not|n't|cannot) (?:need|requir|rely|use|utiliz|depend)\w*)(?: (?:on|the|need|for|any|of))*$"
)
_BETWEEN = 2
"""Words that may stand between such a word and the thing ("no additional training")."""
_NEIGHBOURS = 3
"""Words within which two words are neighbours."""
_CAPITALS = re.compile(r"[A-Z]{2,6}s?")
_LEAST_LETTERS = 3
_ACRONYM = re.compile(r"[^aeiouy\d]{2,}s")
_NUMERAL = re.compile(r"(?<=\w{4})(?:i{2,3}|iv)$")

Stems = tuple[str, ...]


class TopicWords:
    """The words of a library's papers, to hold topics against.

    Args:
        papers: the library's papers.
        lexical: their index.
    """

    def __init__(self, papers: Sequence[Paper], lexical: LexicalIndex) -> None:
        self._papers = papers
        self._lexical = lexical
        self._abbreviations: Abbreviations = abbreviations_of(papers, lexical)
        self._spelled: dict[str, Stems] = {}
        self._stems_of: dict[int, frozenset[str]] = {}
        self._stems_by_sentence: dict[int, list[frozenset[str]]] = {}

    def wordings(self, text: str) -> tuple[Stems, ...]:
        """Return the ways to say a topic: as it is put, and with the library's abbreviations spelled out or used."""
        runs = [self._stems([self._regular(word) for word in run]) for run in _runs(text)]
        said = [runs]
        for at, words in enumerate(_runs(text)):
            if len(words) == 1 and (long := self._spelled_out(words[0])):
                said.append([*runs[:at], long, *runs[at + 1 :]])
        for at, run in enumerate(runs):
            others = (*self._abbreviations.of(run), *self._abbreviations.kinds.get(run, ()))
            said += [[*runs[:at], other, *runs[at + 1 :]] for other in others]
        return tuple(tuple(dict.fromkeys(s for run in way for s in run)) for way in said)

    def coverage(self, wordings: Sequence[Stems], place: int) -> float:
        """Return the weighted share of a topic's words that the paper at a place holds, by its best wording."""
        return max((self._share(w, self._held(place)) for w in wordings), default=0.0)

    def said_in(self, wordings: Sequence[Stems], sentence: str) -> float:
        """Return the weighted share of a topic's words that a sentence holds, by its best wording."""
        held = self._held_by(sentence)
        return max((self._share(w, held) for w in wordings), default=0.0)

    def most_said(self, wordings: Sequence[Stems], place: int) -> float:
        """Return the largest share of a topic's words that a sentence of the paper at a place holds."""
        if place not in self._stems_by_sentence:
            self._stems_by_sentence[place] = [self._held_by(sentence) for sentence in self._sentences(place)]
        return max((self._share(w, held) for w in wordings for held in self._stems_by_sentence[place]), default=0.0)

    def together(self, text: str, place: int) -> float:
        """Return the share of a topic's neighbours that the paper at a place has as neighbours too.

        A topic whose words stand apart ("robots") has none: the share of its words that the paper holds stands for it.
        """
        pairs = [pair for run in _runs(text) for pair in pairwise(self._stems(run))]
        if not pairs:
            return self.coverage(self.wordings(text), place)
        at: dict[str, list[int]] = {}
        for number, term in enumerate(self._lexical.documents[place]):
            at.setdefault(_singular(term), []).append(number)
        near = [any(0 < abs(a - b) <= _NEIGHBOURS for a in at.get(x, ()) for b in at.get(y, ())) for x, y in pairs]
        return sum(near) / len(pairs)

    def is_abbreviation(self, name: str) -> bool:
        """Tell whether the library spells a name out, so that papers may be about it without using it."""
        return bool(self._abbreviations.of(self._stems([name])) or self._spelled_out(name))

    def does_without(self, thing: str, place: int) -> bool:
        """Tell whether a sentence of a paper says that it does without a thing ("training-free", "no labels")."""
        return any(self.denies(sentence, thing) for sentence in self._sentences(place))

    def denies(self, sentence: str, thing: str) -> bool:
        """Tell whether a sentence says that something does without a thing: denial before it, or "-free" behind."""
        stem = self._lexical.analyzer.stem(telling_words(thing)[-1].lower()).removeprefix("re")
        words = re.findall(r"[^\W_]+", sentence.lower())
        for at, word in enumerate(words):
            if self._lexical.analyzer.stem(word).removeprefix("re") != stem:
                continue
            before = [" ".join(words[:end]) for end in range(at, max(0, at - _BETWEEN) - 1, -1)]
            if words[at + 1 : at + 2] == ["free"] or any(_LACKS.search(text) for text in before):
                return True
        return False

    def spelled(self, text: str) -> str:
        """Return a topic that is nothing but acronyms with what they stand for, where the library tells."""
        names = [w for run in _runs(text) for w in run]
        if not all(map(_CAPITALS.fullmatch, names)):
            return text
        longs = [" ".join(self._spelled_out(n)) or self._defined(n) for n in names]
        return f"{text} ({', '.join(filter(None, longs))})" if any(longs) else text

    def _defined(self, name: str) -> str:
        same = self._abbreviations.same.get(self._stems([name]), ())
        return self._abbreviations.written.get(same[0], "") if same else ""

    def _spelled_out(self, name: str) -> Stems:
        """Return the stems of the capitalised words that an acronym stands for ("Monte Carlo Tree Search"), if any."""
        if not _CAPITALS.fullmatch(name) or len(name) < _LEAST_LETTERS:
            return ()
        if name not in self._spelled:
            words = re.compile(r"\b" + r"[\s-]+".join(f"{letter}[a-z]+" for letter in name.removesuffix("s")) + r"\b")
            matches = (words.search(f"{p.title}. {p.abstract}") for p in self._papers)
            match = next((m for m in matches if m), None)
            self._spelled[name] = self._stems(match.group().split()) if match else ()
        return self._spelled[name]

    def _regular(self, word: str) -> str:
        """Return a word with a Greek plural in the singular ("theses", "analyses"), which the stemmer does not know."""
        one = f"{word[:-2]}is"
        known = self._lexical.document_frequency
        return one if word.lower().endswith("ses") and self._lexical.analyzer.stem(one.lower()) in known else word

    def _share(self, stems: Stems, held: frozenset[str]) -> float:
        total = sum(map(self._lexical.idf, stems))
        return sum(self._lexical.idf(s) for s in stems if s in held) / total if total else 0.0

    def _sentences(self, place: int) -> tuple[str, ...]:
        """Return the title and the sentences of the paper at a place."""
        paper = self._papers[place]
        return paper.title, *(paper.abstract[a:b] for a, b in split_sentences(paper.abstract))

    def _held_by(self, sentence: str) -> frozenset[str]:
        return frozenset(map(_singular, self._lexical.analyzer.terms(sentence)))

    def _held(self, place: int) -> frozenset[str]:
        if place not in self._stems_of:
            terms = self._lexical.documents[place]
            self._stems_of[place] = frozenset((*map(_singular, terms), *map(_unnumbered, terms)))
        return self._stems_of[place]

    def _stems(self, words: Sequence[str]) -> Stems:
        terms = self._lexical.analyzer.terms(" ".join(words))
        return tuple(dict.fromkeys(_singular(t) for t in terms if re.fullmatch(r"\w+", t)))


def _runs(text: str) -> list[list[str]]:
    """Return the telling words of a text, those together that nothing parts."""
    telling = set(telling_words(text))
    runs: list[list[str]] = [[]]
    for word in re.findall(r"[^\W_]+(?:[-'’][^\W_]+)*|[^\w\s]", text):
        if word in telling:
            runs[-1].append(word)
        elif runs[-1]:
            runs.append([])
    return [run for run in runs if run]


def _singular(stem: str) -> str:
    """Return the stem of an acronym without its plural s ("llms"), which the stemmer leaves on words with no vowel."""
    return stem[:-1] if _ACRONYM.fullmatch(stem) else stem


def _unnumbered(stem: str) -> str:
    """Return the stem of a name without the Roman numeral joined to it ("starcraftii")."""
    return _NUMERAL.sub("", stem)
