"""A question in another language, put into English word by word as far as the glossary and the library go."""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import TYPE_CHECKING

from ingest.text import normalise, shared_beginning
from rag.lexical import STOPWORDS
from rag.questions.asked import mentions, names_in
from rag.questions.language import HAN, Tongue, tongue_of
from rag.questions.phrases import OF_QUESTIONS

if TYPE_CHECKING:
    from ingest.paper import Paper
    from rag.lexical import LexicalIndex

_BESIDE = re.compile(rf"(?<=[A-Za-z0-9])(?=[{HAN}])|(?<=[{HAN}])(?=[A-Za-z0-9])")
_TOKEN = re.compile(rf"\d+(?:[.,]\d+)*(?:\s?%)?|[{HAN}]+|[^\W_]+(?:[-.+][^\W_]+)*|[+#]+")
_CAPITAL = re.compile(r"(?<![\w-])[A-Z][^\W_]+(?![\w-])")
_DECIMAL_COMMA = re.compile(r"(?<!\d)(\d+),(\d{1,2})(?!\d)")
_LEAST_COGNATE = 6
_LEAST_HEAD = 4
"""Letters that stand before the word a compound ends with ("Vergleichsplaner")."""
_LEAST_ALIKE = 4
_LEAST_PREFIX = 6
_LIKE = 0.8
"""Likeness of two words that begin alike from which one is taken for a form of the other."""
_BY_LIKENESS = 0.5
"""What a word that is only like one of the library's counts beside one that is the same."""
_RARE = 0.5
"""Inverse document frequency, as a share of that of a word of one paper, from which a shared word counts: in 200 papers
a word of at most 16 of them."""
_LEAST_SHARED = 0.7
"""What the rare words that some one paper shares must weigh together, by the same measure: a word of a few papers, or
two."""
_LEAST_KNOWN = 0.4
"""Share of the words that carry meaning which must be understood, where no name is shared."""
_CLEARLY = 0.9
"""Share of the best paper's weight from which another shares as much."""
_ONLY_ASKS = ("what is", "what", "which", "how", "who", "of", "about", "is it")
"""What is asked of a name where nothing else is understood: what it is."""
_ASKING = OF_QUESTIONS | STOPWORDS


@dataclass(frozen=True)
class Translated:
    """A question put into English as far as that goes."""

    language: str
    text: str
    anchored: bool
    """Whether what it shares with some paper is rare enough to hold on to."""
    paper: Paper | None = None
    """The one paper that it shares most with."""


@dataclass(frozen=True)
class _Word:
    """A word of a question in English; empty where it is not understood."""

    said: str
    share: float = 0.0
    """What it counts as shared with the papers; nothing for a word of asking."""
    carries: bool = True
    """Whether it carries meaning beside the asking."""


def translated(
    text: str,
    language: str,
    papers: Sequence[Paper],
    index: LexicalIndex,
    vocabulary: Collection[str],
    names: Collection[str] = (),
) -> Translated:
    """Put a question into English by the glossary, and keep beside it what the library knows; the rest is dropped.

    Args:
        text: the question.
        language: as :func:`rag.questions.language.language_of` gives it.
        papers: the library's papers.
        index: their words.
        vocabulary: their words as written, in lower case.
        names: words that are names there, in lower case; one counts where it begins with a capital.
    """
    tongue = tongue_of(language)
    plain = _BESIDE.sub(" ", _DECIMAL_COMMA.sub(r"\1.\2", unicodedata.normalize("NFC", text)))
    named = [n for n in names_in(plain) if "-" not in n or normalise(n) in index.document_frequency]
    named += [m.group() for m in _CAPITAL.finditer(plain) if m.group().lower() in names and m.group() not in named]
    words = _words(plain, named, tongue, index, vocabulary)
    english = " ".join(word.said for word in words if word.said)
    if named and not re.sub("|".join(map(re.escape, [*named, *_ONLY_ASKS])), "", english, flags=re.IGNORECASE).strip():
        english = f"What is {' and '.join(named)}"
    english += "?" if re.search(r"[?\uff1f]\s*$", text) else ""
    weights = _weights(words, index)
    best = max(weights, default=0.0)
    holders = [paper for paper, weight in zip(papers, weights, strict=True) if weight > _CLEARLY * best]
    carrying = [word for word in words if word.carries]
    understood = sum(bool(word.said) for word in carrying) >= _LEAST_KNOWN * len(carrying)
    known = any(mentions(paper, name) for name in named for paper in papers)
    anchored = known or (understood and best >= _LEAST_SHARED)
    return Translated(language, english, anchored, holders[0] if len(holders) == 1 else None)


def shared_weights(text: str, index: LexicalIndex) -> list[float]:
    """Return, for each paper, what the rare words of an English text that it holds weigh together.

    A word that one paper alone holds weighs 1.
    """
    return _weights([_Word(word, 1.0) for word in text.split()], index)


def _weights(words: Sequence[_Word], index: LexicalIndex) -> list[float]:
    rare: dict[str, float] = {}
    most = math.log(1 + (len(index.documents) - 0.5) / 1.5) if index.documents else 1.0
    for word in words:
        if word.share and word.said.lower().strip(".,;:!?") not in _ASKING:
            for term in index.analyzer.terms(word.said):
                weight = index.idf(term) / most
                if term in index.document_frequency and weight >= _RARE:
                    rare[term] = max(rare.get(term, 0.0), word.share * weight)
    return [sum(rare[t] for t in rare.keys() & set(document)) if rare else 0.0 for document in index.documents]


def _words(
    text: str, names: Sequence[str], tongue: Tongue, index: LexicalIndex, vocabulary: Collection[str]
) -> list[_Word]:
    """Return the words of a question in English, in order: names first, then what the glossary knows, then the rest."""
    found = [_Word(name, 1.0) for name in names]
    patterns = [re.compile(rf"(?<!\w){re.escape(name)}(?!\w)") for name in names]
    for pattern, english in tongue.phrases:
        patterns.append(pattern)
        found.append(_Word(english, 1.0) if english in tongue.terms else _Word(english, carries=False))
    pieces = [text]
    for number, pattern in enumerate(patterns):
        # every other piece is the number of a word found; the stretches between are looked through once more
        marked = (p if i % 2 else pattern.sub(f"\x00{number}\x00", p) for i, p in enumerate(pieces))
        pieces = "\x00".join(marked).split("\x00")
    words: list[_Word] = []
    for place, piece in enumerate(pieces):
        words += [found[int(piece)]] if place % 2 else _rest(piece, tongue, index, vocabulary)
    return words


def _rest(piece: str, tongue: Tongue, index: LexicalIndex, vocabulary: Collection[str]) -> list[_Word]:
    """Return the words of a stretch that no glossary knows."""
    words: list[_Word] = []
    for match in _TOKEN.finditer(piece):
        token = match.group()
        if token[0].isdigit() or token in ("+", "#"):
            words.append(_Word(token, 1.0, carries=False))
        elif token.lower() not in tongue.votes:
            parts = [token] if normalise(token) in index.document_frequency else re.split(r"[-.]", token)
            words += [_held(part, index, vocabulary) for part in parts]
    return words


def _held(word: str, index: LexicalIndex, vocabulary: Collection[str]) -> _Word:
    """Return a word as the library has it: as it stands, or in the English form."""
    plain = normalise(word)
    if plain in vocabulary or (word.isupper() and index.analyzer.stem(plain) in index.document_frequency):
        return _Word(word, 1.0)
    starts = (at for at in range(len(plain) - _LEAST_COGNATE + 1) if at == 0 or at >= _LEAST_HEAD)
    return _Word(next((found for at in starts if (found := _cognate(plain[at:], vocabulary))), ""), _BY_LIKENESS)


def _cognate(word: str, vocabulary: Collection[str]) -> str:
    """Return the library's word that a foreign one is a form of; empty where none is."""
    if not word.isascii():
        return ""
    ours = word.replace("k", "c")
    best, reach = "", 0.0
    for theirs in vocabulary:
        folded = theirs.replace("k", "c")
        if folded[:2] != ours[:2] or len(theirs) < _LEAST_COGNATE:
            continue
        prefix = shared_beginning(ours, folded)
        likeness = SequenceMatcher(None, ours, folded).ratio()
        if (prefix >= _LEAST_PREFIX or (prefix >= _LEAST_ALIKE and likeness >= _LIKE)) and prefix + likeness > reach:
            best, reach = theirs, prefix + likeness
    return best
