"""Whether the library can answer a question, decided from evidence, and in which words it is declined or corrected.

The question is read: the paper it is about, the names and numbers it uses, the thing it wants, what it takes for
granted. Each is held against the abstract. Similarity decides only whether anything is near at all.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import numpy as np

from ingest.paper import Paper
from ingest.text import Span
from rag.abstention.premises import holds, otherwise, proper_names, strange_numbers
from rag.abstention.wanted import HOW_MANY, missing_amount, missing_name, missing_things, said_of
from rag.extractive.extract import Picked
from rag.lexical import LexicalIndex
from rag.questions.asked import absent_attributes, mentions, names_in, unknown_words
from rag.questions.filters import Filters
from rag.questions.naming import A_PAPER, without_names
from rag.questions.phrases import DECLINED
from rag.questions.question import topic_words

if TYPE_CHECKING:
    from rag.compose import Composer
    from rag.grounding.align import Likeness
    from rag.grounding.checker import EmbeddedChecker
    from rag.retrieval.retrieve import Hit

SIMILARITY_WEIGHT, ODDS_WEIGHT, RARITY_WEIGHT, LEAST_EVIDENCE = 18.7, 0.43, 1.3, 9.8
DOUBTFUL = 1.5
"""Evidence below which an answer is given as what comes nearest."""
SIMILARITY_ALONE = 17.5, 4.45
"""Weights of likeness, of the bundled picker's log-odds and of the rarity of a question's words in the evidence that
something answers, and what they must come to; the same of likeness alone, for want of a picker. Fitted by
``bench.fit_evidence`` on questions about two libraries; in two others, of questions that nothing there answers, in the
terms of their fields, a quarter is declined and two fifths lie between, of the answerable 2 in 100, and 13."""
RAREST, MANY = 5.0, 212
"""Inverse document frequency that a word counts for at most, and the papers of the libraries it was fitted on: in a
smaller one, frequencies count as shares of the highest possible."""
ANSWERS = 2.5
"""Log-odds from which a sentence is taken to answer, so that words its abstract does not hold tell nothing: reached by
19 of 20 development questions about a named paper, and by 1 of 4 that ask for what its abstract leaves out."""
SHORT = 8
"""Topic words up to which a topic is taken to use the words of the papers on it."""
LEAST_COVERED = 0.35
"""Share of a short topic's weighted words that the nearest papers must hold, unless the meaning is near."""
NEAR = 0.4
"""Cosine of topic and best passage from which the meaning is near."""
FAR = 0.2
"""Cosine below which it is far, however the topic is worded. These were chosen on development rows."""
_NEAREST = 3
_HOLDERS = 20
"""Papers, best by BM25, among which those that hold a name are looked for."""
_FEW_HOLD = 3
"""Papers up to which a name that they hold tells which paper is meant, where another name is in none."""
_TOLD = 2
"""Papers told to hold a name that the paper asked about does not."""
STANDS_OUT, AHEAD = 5.0, 2.0
"""Standard deviations above the library's mean, and above the second paper, from which the best paper is taken for
the one that the question is about."""
_DESCRIBED = re.compile(
    r"\bthe (?:original |first |recent |new |famous )?((?:(?!of\b|and\b|in\b|that\b)[\w’'-]+ ){1,4}?)"
    r"(?:paper|study|article|review|survey|report|thesis)\b",
    re.IGNORECASE,
)
_OF_A_PAPER = re.compile(rf"\b(?:in|of|by|from|according to)\s+{A_PAPER.pattern}", re.IGNORECASE)
"""Says which paper is meant, not what is taken for granted of it ("in the paper on planning without models")."""
_LEAST_DESCRIBED = 0.6
"""Share of the weighted words of "the ... paper" that some paper must hold."""
_INTRODUCED = (
    r"(?:\b(?:propos|introduc|present|develop|call|name|dub|term|design|describ|releas|build|creat)\w*\b[^.]{{0,80}}?"
    r"(?<![\w-]){name}(?![\w-])|\({name}\))"
)


@dataclass(frozen=True)
class Correction:
    """A word on what the question says or wants and the abstract does not, before the answer."""

    text: str
    paper: Paper
    others: tuple[Paper, ...] = ()
    """Papers that it names beside."""
    spans: tuple[Span, ...] = ()
    """The words of the abstract that say it otherwise."""


@dataclass(frozen=True)
class Finding:
    """What the evidence lacks: ``missing`` is said; ``reason`` is not empty where the question is declined."""

    missing: tuple[str, ...] = ()
    reason: str = ""
    corrections: tuple[Correction, ...] = ()
    doubtful: bool = False
    """Whether what was found is near enough not to be declined, and too far to be sure of."""


@dataclass(frozen=True)
class Decider:
    """Weighs what was found for a question about a fact.

    Args:
        papers: the library's.
        index: their words.
        checker: reads statements against an abstract.
        likeness: of single words by meaning.
        filters: papers that may be told of.
        odds: gives the log-odds that some sentence of a paper answers a question, ``None`` where it is not known.
    """

    papers: Sequence[Paper]
    index: LexicalIndex
    checker: EmbeddedChecker
    likeness: Likeness | None = None
    filters: Filters = field(default_factory=Filters)
    odds: Callable[[str, Paper], float | None] = lambda question, paper: None

    def weigh(
        self, question: str, hits: Sequence[Hit], picked: Sequence[Picked], subjects: Sequence[Paper] = ()
    ) -> Finding:
        """Decide whether what was found answers a question.

        Args:
            question: standalone.
            hits: retrieved papers, best first.
            picked: the sentences that would answer, best first.
            subjects: the papers that the question names or the conversation is about.
        """
        if not hits or not picked:
            return Finding(reason="the library holds no paper that this could be about")
        if described := self._absent_paper(question, hits):
            return Finding((described,), f"no paper here is “{described}”")
        paper = subjects[0] if subjects else picked[0].paper
        if attributes := absent_attributes(question, paper):
            return Finding(attributes, f"the abstract of “{paper.title}” does not mention {' or '.join(attributes)}")
        if subjects:
            return self._of_a_paper(question, subjects, picked)
        evidence = math.inf if _named_near(question, hits) else self._evidence(question, hits, paper)
        if evidence < 0:
            return self._far(question, hits)
        if stands_out(hits) and paper == hits[0].paper:
            return self._of_a_paper(question, [paper], picked, named=False)
        return replace(self._of_any(question, hits, picked), doubtful=evidence < DOUBTFUL)

    def _absent_paper(self, question: str, hits: Sequence[Hit]) -> str:
        """Return "the ... paper" of a question where no paper of the library is that, else nothing.

        A name is a paper's own where its title holds it or its abstract introduces it. Other words must be held by
        one of the best papers, unless the library does not know them (they may be misspelt).
        """
        match = _DESCRIBED.search(question)
        terms = set(self.index.analyzer.terms(match[1])) if match else set()
        if not match or not terms or stands_out(hits):
            return ""
        names = names_in(match[1])
        if names and len(names) == len(match[1].split()):
            return "" if any(owns(p, n) for n in names for p in self.holders(n)) else match.group()
        if any(t not in self.index.document_frequency for t in terms):
            return ""
        best = max(self.index.share(terms, self._terms(hit.paper)) for hit in hits)
        return "" if best >= _LEAST_DESCRIBED else match.group()

    def _terms(self, paper: Paper) -> set[str]:
        return set(self.index.analyzer.terms(f"{paper.title} {paper.abstract}"))

    def _of_a_paper(
        self, question: str, subjects: Sequence[Paper], picked: Sequence[Picked], named: bool = True
    ) -> Finding:
        """Weigh a question whose paper is known: what it says of the paper must be so.

        Args:
            question: what is asked.
            subjects: the papers it is about.
            picked: sentences that would answer.
            named: whether it names them; one that only describes a paper puts what it asks for in words of its own.
        """
        found = [*self._names(question, subjects)]
        if len(subjects) == 1:
            found += [*self._numbers(question, subjects[0]), *self._things(question, subjects[0], named)]
            found = found or [*self._named(question, subjects[0], picked)]
            found = found or [*self._premise(question, subjects[0])]
        missing = [what for what, _ in found]
        unknown = [w for w in self._unknown(question, subjects[0]) if not any(w in m.lower() for m in missing)]
        return Finding(tuple(dict.fromkeys([*missing, *unknown])), "", tuple(correction for _, correction in found))

    def _names(self, question: str, subjects: Sequence[Paper]) -> Iterator[tuple[str, Correction]]:
        """Yield the names that none of the papers holds, and two names that none of them brings together."""
        for name in proper_names(question):
            if not any(holds(p, name) for p in subjects):
                yield name, self._misplaced(name, subjects[0])
        if len(subjects) > 1 and (apart := _apart(question, subjects)):
            said = f"No abstract here mentions both {apart[0]} and {apart[1]}."
            yield f"{apart[0]} together with {apart[1]}", Correction(said, subjects[0], tuple(subjects[1:]))

    def _numbers(self, question: str, paper: Paper) -> Iterator[tuple[str, Correction]]:
        for number in strange_numbers(question, paper):
            said = f"The abstract of “{paper.title}” does not give the number {number}."
            yield number, Correction(said, paper)

    def _things(self, question: str, paper: Paper, named: bool) -> Iterator[tuple[str, Correction]]:
        names = " ".join(proper_names(question))
        for thing in missing_things(without_names(question, [paper]), paper, self.likeness):
            if thing not in names and (named or thing.startswith(HOW_MANY)):
                yield thing, Correction(f"The abstract of “{paper.title}” does not say {said_of(thing)}.", paper)
        if amount := missing_amount(question, paper):
            yield amount, Correction(f"The abstract of “{paper.title}” does not give {amount} for this.", paper)

    def _named(self, question: str, paper: Paper, picked: Sequence[Picked]) -> Iterator[tuple[str, Correction]]:
        if kind := missing_name(question, paper, [p.text for p in picked if p.paper == paper]):
            yield f"the {kind}", Correction(f"The abstract of “{paper.title}” does not name the {kind}.", paper)

    def _premise(self, question: str, paper: Paper) -> Iterator[tuple[str, Correction]]:
        if said := otherwise(_OF_A_PAPER.sub(" ", question), paper, self.checker):
            why = f" ({'; '.join(said.reasons)})" if said.reasons else ""
            tells = f"“{paper.title}” tells otherwise{why}" if said.sure else f"hold that against “{paper.title}”"
            text = f"The question takes it that “{said.statement}”; {tells}:"
            yield said.statement, Correction(text, paper, (), said.spans)

    def _far(self, question: str, hits: Sequence[Hit]) -> Finding:
        """Decline a question that nothing comes near, with the names that no paper holds."""
        return Finding(tuple(self._nowhere(proper_names(question), hits)), "no abstract comes near what is asked")

    def _nowhere(self, names: Sequence[str], hits: Sequence[Hit]) -> list[str]:
        """Return the names that no paper of the library holds."""
        return [n for n in names if not any(holds(h.paper, n) for h in hits) and not self.holders(n)]

    def _of_any(self, question: str, hits: Sequence[Hit], picked: Sequence[Picked]) -> Finding:
        """Weigh a question that names no paper and that something is near: it must hold the names that are used."""
        names = proper_names(question)
        nowhere = self._nowhere(names, hits)
        paper = picked[0].paper
        if nowhere and not any(holds(paper, n) and len(self.holders(n)) <= _FEW_HOLD for n in names):
            return Finding(tuple(nowhere), f"no abstract mentions {' or '.join(nowhere)}")
        unsaid = [n for n in names if n not in nowhere and not any(holds(p.paper, n) for p in picked)]
        strange = self._unknown(question, paper) if len(_asked(question, self.index)) <= SHORT else ()
        unknown = [w for w in strange if not any(w in n.lower() for n in names)]
        return Finding(tuple(dict.fromkeys([*nowhere, *unsaid, *unknown])))

    def _unknown(self, question: str, paper: Paper) -> tuple[str, ...]:
        """Return the words of a question that no abstract holds, unless a sentence of the paper surely answers it."""
        words = unknown_words(question, self.index)
        odds = self.odds(question, paper) if words else None
        return words if odds is None or odds < ANSWERS else ()

    def _evidence(self, question: str, hits: Sequence[Hit], paper: Paper) -> float:
        """Return how surely something near answers, by likeness and by the picker."""
        return evidence_of(similarity_of(hits), self.odds(question, paper), rarity_of(question, self.index))

    def holders(self, name: str) -> tuple[Paper, ...]:
        """Return the papers of the library that mention a name, those that share most of its words first."""
        scores = self.index.scores(name)
        best = np.argsort(-scores, kind="stable")[:_HOLDERS]
        found = (self.papers[i] for i in best if scores[i] > 0 and self.filters.admit(self.papers[i]))
        return tuple(paper for paper in found if holds(paper, name))

    def _misplaced(self, name: str, paper: Paper) -> Correction:
        others = self.holders(name)[:_TOLD]
        if not others:
            return Correction(f"The abstract of “{paper.title}” does not mention {name}; no abstract here does.", paper)
        named = " and ".join(f"“{p.title}”" for p in others)
        verb = "does" if len(others) == 1 else "do"
        return Correction(f"The abstract of “{paper.title}” does not mention {name}; {named} {verb}.", paper, others)


def _apart(question: str, subjects: Sequence[Paper]) -> tuple[str, str] | None:
    """Return a name of one paper and one of another that a question brings together and neither paper does."""
    own = {n: [p for p in subjects if holds(p, n)] for n in proper_names(question)}
    single = [(n, papers[0]) for n, papers in own.items() if len(papers) == 1]
    together = (n for n, papers in own.items() if len(papers) > 1)
    if len(single) < 2 or next(together, None) is not None:
        return None
    return next(((a, b) for a, p in single for b, q in single if p != q), None)


def stands_out(hits: Sequence[Hit]) -> bool:
    """Tell whether the best paper is so far ahead that a question must be about it."""
    return hits[0].standing >= STANDS_OUT and (len(hits) == 1 or hits[0].standing - hits[1].standing >= AHEAD)


def owns(paper: Paper, name: str) -> bool:
    """Tell whether a name is a paper's own: its title holds it, or its abstract introduces it."""
    escaped = re.escape(name)
    if re.search(rf"(?<![\w-]){escaped}(?![\w-])", paper.title, re.IGNORECASE):
        return True
    return re.search(_INTRODUCED.format(name=escaped), paper.abstract, re.IGNORECASE) is not None


def similarity_of(hits: Sequence[Hit]) -> float:
    """Return the cosine of a question and the best passage of the nearest papers."""
    return max(hit.similarity for hit in hits[:_NEAREST])


def rarity_of(question: str, index: LexicalIndex) -> float:
    """Return the mean inverse document frequency of those topic words of a question that the library knows.

    Words that few papers hold tell that one of them is meant; a question in words of many, or of none, may be on
    anything. 0.0 where none is known.
    """
    known = [term for term in _asked(question, index) if term in index.document_frequency]
    scale = RAREST / index.highest_idf if 0 < len(index.documents) < MANY else 1.0
    return float(np.mean([min(RAREST, scale * index.idf(term)) for term in known])) if known else 0.0


def evidence_of(similarity: float, odds: float | None, rarity: float) -> float:
    """Return how surely a library answers a question, as log-odds above the point from which an answer is given.

    Args:
        similarity: as :func:`similarity_of` gives it.
        odds: log-odds that a sentence of the answering paper answers; ``None`` where no picker tells.
        rarity: as :func:`rarity_of` gives it.
    """
    if odds is None:
        return SIMILARITY_ALONE[0] * similarity - SIMILARITY_ALONE[1]
    return SIMILARITY_WEIGHT * similarity + ODDS_WEIGHT * odds + RARITY_WEIGHT * rarity - LEAST_EVIDENCE


def _named_near(question: str, hits: Sequence[Hit]) -> bool:
    """Tell whether one of the nearest papers holds a name that a question uses."""
    return any(mentions(hit.paper, name) for name in names_in(question) for hit in hits[:_NEAREST])


def comes_near(question: str, hits: Sequence[Hit], index: LexicalIndex) -> bool:
    """Tell whether the nearest papers are about a topic, by their words or by their meaning."""
    if _named_near(question, hits):
        return True
    near = similarity_of(hits)
    asked = _asked(question, index)
    if near < FAR or near >= NEAR or not asked or len(asked) > SHORT:
        return near >= FAR
    held = {t for hit in hits[:_NEAREST] for t in index.analyzer.terms(f"{hit.paper.title} {hit.paper.abstract}")}
    return index.share(asked, held) >= LEAST_COVERED


def _asked(question: str, index: LexicalIndex) -> set[str]:
    """Return the index terms of a question's topic."""
    return set(index.analyzer.terms(" ".join(topic_words(question))))


def missing_sentence(missing: Sequence[str]) -> str:
    """Say what no evidence mentions."""
    said = [m if m.split()[0] in ("a", "an", "the", "who", "where", "random", "human") else f"“{m}”" for m in missing]
    return f"None of these abstracts mentions {' or '.join(said)}."


def say_doubt(finding: Finding, composer: Composer) -> None:
    """Say, before anything is quoted, that it may be beside the point."""
    if finding.doubtful:
        composer.say("No abstract is clearly about this; what comes nearest:")


def say_unsaid(missing: Sequence[str], composer: Composer, lead: str = " ") -> None:
    """Say what no evidence mentions, as far as the answer has not said so."""
    if unsaid := [m for m in missing if m not in composer.text]:
        composer.say(missing_sentence(unsaid), lead)


def declined_text(reason: str, nearest: Sequence[Paper]) -> str:
    """Say that a question is declined, why, and which papers are nearest."""
    text = f"{DECLINED}: {reason}."
    if nearest:
        text += f" The nearest are {'; '.join(f'“{p.title}”' for p in nearest[:_NEAREST])}."
    return text
