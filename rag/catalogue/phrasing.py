"""What a count is about, read into phrases that a paper either holds or does not.

"pruning or quantization of language models" needs a paper that says pruning or quantization, "planning and search" one
that says both. A phrase is held where its words stand together in the title or the abstract, whatever their endings,
or where an abbreviation that this library defines stands for it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal
from weakref import WeakKeyDictionary

from ingest.paper import Paper
from ingest.text import normalise
from rag.lexical import STOPWORDS, LexicalIndex
from rag.questions.asked import as_word, names_in
from rag.questions.catalogue_phrases import IN_TITLE, OPERATION
from rag.questions.phrases import NO_TOPIC
from rag.questions.question import OF_FILTERS
from rag.retrieval.abbreviations import Abbreviations, Stems, abbreviations_of

_TOKEN = re.compile(r"[“\"](?P<quoted>[^”\"]{2,120})[”\"]|(?P<word>[^\W_]+(?:[-'’.][^\W_]+)*)|(?P<sign>[,;/?!:])")
_LITERAL = re.compile(
    r"\b(?:mention(?:s|ed|ing)?|contain(?:s|ing)?|say(?:s|ing)?)\b"
    r"|\b(?:the|a) (?:word|term|phrase|name|string)s?\b|[“\"]",
    re.IGNORECASE,
)
_JOINING = ("the", "a", "an")
_ALIKE = 3
"""Letters at the end that two words share where they are forms of one thing ("online or offline learning")."""
_WORD_OR_SIGN = re.compile(r"[^\W_]+(?P<hyphen>-(?=\w))?|(?P<sign>[^\w\s-])")
_SILENT = ("of", "and", "the", "a", "an")
_PLURAL = re.compile(r"^([^aeiouy\W]{2,})s$")
_SAID = 3
"""Abbreviations said beside a phrase; more are counted without a word."""

Joint = Literal["and", "or", ","]


@dataclass(frozen=True)
class Phrase:
    """Words that stand together; ``pieces`` are split at "of" ("merging of models" is also "model merging")."""

    pieces: tuple[tuple[str, ...], ...]

    @property
    def words(self) -> tuple[str, ...]:
        """The words, in the order said."""
        return tuple(word for piece in self.pieces for word in piece)

    def __str__(self) -> str:
        """Say it."""
        return " of ".join(" ".join(piece) for piece in self.pieces)


@dataclass(frozen=True)
class Terms:
    """Groups of phrases: of each group one must be held."""

    groups: tuple[tuple[Phrase, ...], ...] = ()
    titled: bool = False
    """Asked for in titles alone."""
    literal: bool = False
    """Asked for as words ("mention GitHub"), which must stand as they are written but for a plural."""

    def __bool__(self) -> bool:
        """Tell whether anything is asked for."""
        return bool(self.groups)

    @property
    def phrases(self) -> tuple[Phrase, ...]:
        """Every phrase, in the order said."""
        return tuple(phrase for group in self.groups for phrase in group)


def read_terms(text: str) -> Terms:
    """Read what a question is about; an empty topic where it is about papers, dates, authors or code alone."""
    found: list[tuple[Phrase, Joint]] = []
    joint: Joint = "and"
    for item in _items(_bare(text)):
        if isinstance(item, Phrase):
            found.append((item, joint if found else "and"))
            joint = ","
        elif item == "or" or joint == ",":
            joint = item if item == "or" or joint != "or" else joint
        elif joint != "or":
            joint = item
    titled = IN_TITLE.search(text) is not None
    return Terms(_grouped(found), titled, bool(found) and (titled or _LITERAL.search(text) is not None))


def _bare(text: str) -> str:
    """Return a text with what it says of filters, and of what to compute, cut out and marked by a sign."""
    for pattern in (*OF_FILTERS, OPERATION):
        text = pattern.sub(" ; ", text)
    return text


def _items(text: str) -> Iterator[Phrase | Joint]:
    """Yield phrases and what stands between them."""
    pieces: list[list[str]] = [[]]

    def close() -> Iterator[Phrase]:
        kept = tuple(tuple(piece) for piece in pieces if piece)
        pieces[:] = [[]]
        if kept:
            yield Phrase(kept)

    for match in _TOKEN.finditer(text):
        word = match["word"] or ""
        low = re.sub(r"['’]s$", "", word.lower())
        if low == "of" and pieces[-1]:
            pieces.append([])
        elif low in _JOINING and len(pieces) > 1 and not pieces[-1]:
            continue
        elif word and low not in NO_TOPIC and not low.isdigit():
            pieces[-1].append(word)
        else:
            yield from close()
            if match["quoted"]:
                yield Phrase((tuple(re.findall(r"[^\W_]+(?:[-'’.][^\W_]+)*", match["quoted"])),))
            else:
                yield "or" if low in ("or", "nor") or match["sign"] == "/" else "," if match["sign"] == "," else "and"
    yield from close()


def _grouped(found: Sequence[tuple[Phrase, Joint]]) -> tuple[tuple[Phrase, ...], ...]:
    """Group phrases joined by "or", and by the commas before it ("A, B or C")."""
    joints = [joint for _, joint in found]
    for place in range(len(joints) - 2, 0, -1):
        if joints[place] == "," and joints[place + 1] == "or":
            joints[place] = "or"
    groups: list[list[Phrase]] = []
    for (phrase, _), joint in zip(found, joints, strict=True):
        if joint == "or" and groups:
            groups[-1].append(phrase)
        else:
            groups.append([phrase])
    return tuple(tuple(_shared_head(group)) for group in groups)


def _shared_head(group: Sequence[Phrase]) -> list[Phrase]:
    """Complete "online or offline learning" to "online learning" or "offline learning".

    A single word shares the rest of the phrase after it where both begin with words that end alike; else ("pruning or
    knowledge distillation") it stands alone.
    """
    whole = list(group)
    for place in range(len(whole) - 2, -1, -1):
        first, after = whole[place].words, whole[place + 1].words
        if len(first) == 1 < len(after) and first[0][-_ALIKE:].lower() == after[0][-_ALIKE:].lower():
            whole[place] = Phrase(((*first, *after[1:]),))
    return whole


@dataclass(frozen=True)
class Wording:
    """What a library's papers say, as stems, ready to be searched for phrases."""

    index: LexicalIndex
    papers: tuple[Paper, ...]
    abbreviations: Abbreviations

    @classmethod
    def of(cls, index: LexicalIndex, papers: Sequence[Paper]) -> Wording:
        """Return the wording of a library; it is made once for each index."""
        if (found := _WORDINGS.get(index)) is None:
            found = _WORDINGS[index] = cls(index, tuple(papers), abbreviations_of(papers, index))
        return found

    @cached_property
    def _bodies(self) -> tuple[str, ...]:
        return tuple(self._body(f"{paper.title}. {paper.abstract}") for paper in self.papers)

    @cached_property
    def _texts(self) -> tuple[str, ...]:
        return tuple(normalise(f"{paper.title} {paper.abstract}") for paper in self.papers)

    @cached_property
    def _titles(self) -> tuple[str, ...]:
        return tuple(normalise(paper.title) for paper in self.papers)

    @cached_property
    def _capitals(self) -> frozenset[str]:
        """What the papers write in capitals, in small letters: "aime" is a name and no form of "aim"."""
        found = (re.findall(r"\b[A-Z]{3,}", f"{paper.title} {paper.abstract}") for paper in self.papers)
        return frozenset(word.lower() for words in found for word in words)

    def holding(self, topic: Terms, *, together: bool = True) -> list[Paper]:
        """Return the papers that hold a topic, in the library's order.

        Args:
            topic: what they must hold.
            together: the words of a phrase stand together; else it is enough that each stands somewhere.
        """
        found = set(range(len(self.papers)))
        for group in topic.groups:
            found &= {i for phrase in group for i in self._found(phrase, topic, together)}
        return [self.papers[i] for i in sorted(found)] if topic else []

    def in_title(self, papers: Sequence[Paper], topic: Terms) -> int:
        """Return how many papers hold a topic in their title."""
        titles = [self._body(paper.title) for paper in papers]
        groups = [[_joined(form) for phrase in group for form in self._forms(phrase)] for group in topic.groups]
        return sum(all(any(form in title for form in group) for group in groups) for title in titles)

    def said(self, topic: Terms) -> str:
        """Say a topic, with the abbreviations that count as its phrases."""
        say = (lambda phrase: f"“{phrase}”") if topic.literal else self._said
        groups = [" or ".join(dict.fromkeys(map(say, group))) for group in topic.groups]
        return " and ".join(groups)

    def _said(self, phrase: Phrase) -> str:
        known = [self.abbreviations.written.get(form) for form in self._forms(phrase)[1:]]
        others = [f"“{other}”" for other in known if other and other.lower() != str(phrase).lower()][:_SAID]
        return f"“{phrase}”" + (f" (or {', '.join(others)})" if others else "")

    def _body(self, text: str) -> str:
        """Return a text as stems, a bar where a sign or a function word parts them; "of" and "and" part nothing."""
        found: list[str] = []
        for match in _WORD_OR_SIGN.finditer(normalise(text)):
            word, joined = match.group(), text[match.start() - 1 : match.start()] == "-" or match["hyphen"]
            if match["sign"] or (word in STOPWORDS and word not in _SILENT and not joined):
                found.append("|")
            else:
                bare = word.rstrip("-")
                if bare not in STOPWORDS and (len(bare) > 1 or bare.isdigit()):
                    found.append(_PLURAL.sub(r"\1", self.index.analyzer.stem(bare)))
        return f" {' '.join(found)} "

    def _stems(self, words: Sequence[str]) -> Stems:
        return _plain(self.index.analyzer.terms(" ".join(words)))

    def _forms(self, phrase: Phrase) -> tuple[Stems, ...]:
        """Return the ways to say a phrase, as stems: as it is, turned round at "of", abbreviated or spelled out."""
        turned = [word for piece in reversed(phrase.pieces) for word in piece]
        forms = dict.fromkeys([self._stems(phrase.words), self._stems(turned)])
        for form in tuple(forms):
            forms |= dict.fromkeys((*self.abbreviations.of(form), *self.abbreviations.kinds.get(form, ())))
        return tuple(form for form in forms if form)

    def _found(self, phrase: Phrase, topic: Terms, together: bool) -> set[int]:
        if topic.literal:
            return self._writing([str(phrase)], self._titles if topic.titled else self._texts)
        return self._places(phrase, together)

    def _places(self, phrase: Phrase, together: bool) -> set[int]:
        """Return the papers that hold a phrase.

        A name in it is looked for however it is written ("AIME" in "AIME24"), and never by its stem.
        """
        if names := self._names(phrase):
            rest = tuple(word for word in phrase.words if word not in names)
            found = self._writing(names, self._texts)
            return found & self._places(Phrase((rest,)), together) if rest else found
        forms = self._forms(phrase)
        if together:
            return {i for form in forms for i, body in enumerate(self._bodies) if _joined(form) in body}
        return {i for i, body in enumerate(self._bodies) if any(all(f" {s} " in body for s in form) for form in forms)}

    def _writing(self, words: Sequence[str], texts: Sequence[str]) -> set[int]:
        """Return the places of the texts that hold some words as they are written, but for hyphens and a plural."""
        patterns = [as_word(word) for word in words]
        return {i for i, text in enumerate(texts) if all(pattern.search(text) for pattern in patterns)}

    def known(self, topic: Terms) -> bool:
        """Tell whether some paper holds each part of a topic, so that the papers to hold all of it are none."""
        parts = [Terms((group,)) for group in topic.groups]
        return len(parts) > 1 and all(map(self.holding, parts))

    def names(self, topic: Terms) -> bool:
        """Tell whether a topic has a name in it, which papers hold or do not, whatever else they are about."""
        return any(self._names(phrase) for group in topic.groups for phrase in group)

    def _names(self, phrase: Phrase) -> list[str]:
        return [w for w in phrase.words if names_in(w) or (w.lower() in self._capitals and not self._is_known(w))]

    def _is_known(self, word: str) -> bool:
        """Tell whether an abbreviation is one that the library spells out, and so is found in either form."""
        return self._stems([word]) in self.abbreviations.same


def _joined(stems: Stems) -> str:
    """Return stems as a text to be found in a body."""
    return f" {' '.join(stems)} "


def _plain(terms: Sequence[str]) -> Stems:
    """Return terms without compounds, and without the plural's s of abbreviations ("LLMs"), which stemming leaves."""
    return tuple(_PLURAL.sub(r"\1", term) for term in terms if term.isalnum())


_WORDINGS: WeakKeyDictionary[LexicalIndex, Wording] = WeakKeyDictionary()
