"""Comparisons: several papers side by side, the same aspects of each, and a word where an abstract leaves one out."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ingest.paper import Paper
from rag.abstention.declining import ANSWERS
from rag.abstention.wanted import missing_things, said_of, says
from rag.extractive.aspects import FIGURE_ONLY, GENERIC, NUMBER, SILENT, moves_of, telling_of
from rag.extractive.extract import Picked
from rag.extractive.moves import Move, Told, told_by
from rag.extractive.sides import find_sides
from rag.questions.asked import absent_attributes
from rag.questions.naming import short_name
from rag.questions.pointers import GROUP
from rag.retrieval.picker import SentencePicker

if TYPE_CHECKING:
    from ingest.text import Span
    from rag.extractive.answers import Draft
    from rag.grounding.align import Likeness
    from rag.questions.question import Question
    from rag.retrieval.retrieve import HybridRetriever

LEAST_PAPERS = 2
MOST_PAPERS = 5
"""Papers set side by side; of more, the first."""
MOST_WORDS = 150
"""Words quoted in a whole comparison, shared among its papers; each has one sentence at least."""
_COMMON = re.compile(r"\b(?:in common|alike|similar\w*|shared?|same)\b", re.IGNORECASE)
_MOVE_WEIGHT, _OTHER_WEIGHT, _NUMBER_WEIGHT, _SAYS_WEIGHT, _BACKGROUND_WEIGHT = 0.4, -0.2, 0.4, 0.2, -0.6
"""Weights, beside the picker's order of a paper's sentences (0 to 1), of each move asked for, of a result where none is
asked for, of a measured figure where one is asked for, of the share of the aspect's words, and of a sentence that only
sets the scene."""
_LEAST_WORDS = 6
"""Words below which a sentence ("We have several findings.") tells nothing, unless it gives a figure."""
_INTRODUCED_WEIGHT = 0.4
"""The same where only what is told before the asking has words of its own ("Both plan games. What do they cost?")."""
_OWN_ASPECTS: frozenset[Move] = frozenset({"result", "cost", "data", "limit"})
"""Moves that are asked for in themselves, whatever the papers are about."""
_COUNTED = re.compile(r"\bhow many\b", re.IGNORECASE)
_SPELLED = re.compile(
    r"\b(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|(?:thir|four|fif|six|seven|eigh|nine)teen|twenty"
    r"|thirty|forty|fifty|hundreds?|thousands?|millions?|dozens?)\b",
    re.IGNORECASE,
)
_GENERIC_WEIGHT = 0.3
"""Weight of the picker's order where an aspect has no other words: the move decides then."""
_MARGINS = (0.7, 0.35)
"""How far below the best sentence of a paper a second and a third may be."""
_COMMON_WORDS = 5
_WIDEST = 0.3
"""Share of the library's papers above which a word they have in common tells nothing."""


@dataclass(frozen=True)
class _Missing:
    """What an abstract leaves out."""

    things: tuple[str, ...]
    said: str
    """That, after "the abstract does not"."""
    near: bool = True
    """Whether something in the abstract comes near it."""


@dataclass(frozen=True)
class Comparer:
    """Answers questions that compare papers.

    Args:
        retriever: over the library.
        picker: scores sentences.
        likeness: of single words by meaning, for telling what an abstract does not say.
    """

    retriever: HybridRetriever
    picker: SentencePicker
    likeness: Likeness | None = None

    def answer(self, question: Question, draft: Draft) -> bool:
        """Put a comparison into a draft; tell whether the question compares papers that are here."""
        text = GROUP.sub(" ", question.standalone) if question.continues else question.standalone
        subjects = [paper for paper in question.subjects if question.filters.admit(paper)]
        sides = find_sides(text, subjects, self.retriever, question.filters)
        if len(sides.papers) + len(sides.absent) < LEAST_PAPERS or not sides.papers:
            return False
        rest, asked = sides.rest, sides.asked
        if _COMMON.search(question.standalone) and (shared := self._common(sides.papers)):
            rest = asked = ", ".join(shared)
            both = "Both" if len(sides.papers) == LEAST_PAPERS else "All"
            draft.composer.add(f"{both} speak of {rest}.", "computed", cited=sides.papers)
        compared = sides.papers[:MOST_PAPERS]
        for paper in compared:
            draft.composer.say(f"{paper.title}:", lead="\n")
            if rest:
                self._aspect(rest, asked, paper, MOST_WORDS // len(compared), draft)
            else:
                _quote(_overall(paper, MOST_WORDS // len(compared)), draft)
        if len(sides.papers) > len(compared):
            draft.composer.say(
                f"The other {len(sides.papers) - len(compared)} are left out; name those you mean.", "\n"
            )
        for side in sides.absent:
            draft.composer.say(f"No paper here is “{side}”.", lead="\n")
        draft.lacks(*sides.absent)
        return True

    def tell_beside(self, asked: str, paper: Paper, told: Span, draft: Draft, lead: str) -> None:
        """Quote the sentence of a listed paper that tells what is asked beside, or say that none does.

        Args:
            asked: what is asked of each paper.
            paper: one of those listed.
            told: the span that has been quoted already.
            draft: the answer.
            lead: what separates it from the text before.
        """
        picked = self._ranked(asked, asked, paper)[:1]
        if missing := self._missing(asked, paper, picked):
            draft.composer.add(f"Its abstract does not {missing.said}.", "computed", cited=[paper], lead=lead)
            draft.lacks(*missing.things)
        else:
            _quote([p for p in picked if p.span != told], draft, lead)

    def _aspect(self, aspect: str, asked: str, paper: Paper, budget: int, draft: Draft) -> None:
        """Quote what a paper says of an aspect; where it does not say it, tell so and quote what is nearest.

        Args:
            aspect: what is compared.
            asked: the part of it that asks.
            paper: one of those compared.
            budget: words that may be quoted.
            draft: the answer.
        """
        picked = _within(self._ranked(aspect, asked, paper), budget)
        missing = self._missing(asked, paper, picked)
        if missing:
            said = f"The abstract of “{short_name(paper)}” does not {missing.said}"
            ending = "; what comes nearest:" if missing.near else "."
            draft.composer.add(f"{said}{ending}", "computed", cited=[paper])
            draft.lacks(*missing.things)
            picked = picked[:1] if missing.near else []
        _quote(sorted(picked, key=lambda p: p.span), draft)

    def _ranked(self, aspect: str, asked: str, paper: Paper) -> list[Picked]:
        """Return a paper's sentences, those first that tell an aspect."""
        if not (told := _telling(paper)):
            return []
        texts = [paper.abstract[t.span[0] : t.span[1]] for t in told]
        scores = self.picker.score(aspect, paper.title, texts)
        low, spread = min(scores), (max(scores) - min(scores)) or 1.0
        words = self.retriever.at_hand.topic_words
        telling, introduced = telling_of(asked), telling_of(aspect)
        wordings = words.wordings(" ".join(telling or introduced))
        wanted, number = moves_of(asked) or moves_of(aspect), bool(NUMBER.search(asked))
        counted, weight = bool(_COUNTED.search(asked)), _GENERIC_WEIGHT
        if telling or (introduced and not wanted & _OWN_ASPECTS):
            weight = 1.0  # "Both do without labels. How?": what is told first is what is asked about
        elif introduced:
            weight = _INTRODUCED_WEIGHT

        def value(place: int) -> float:
            one = told[place]
            return (
                weight * (scores[place] - low) / spread
                + _MOVE_WEIGHT * len(wanted & one.moves)
                + _OTHER_WEIGHT * ("result" in one.moves - wanted)
                + _NUMBER_WEIGHT * (number and (one.measured or (counted and bool(_SPELLED.search(texts[place])))))
                + weight * _SAYS_WEIGHT * words.said_in(wordings, texts[place])
                + _BACKGROUND_WEIGHT * ("background" in one.moves)
            )

        ranked = [Picked(paper, one.span, value(place)) for place, one in enumerate(told)]
        return sorted(ranked, key=lambda p: -p.score)

    def _missing(self, aspect: str, paper: Paper, picked: Sequence[Picked]) -> _Missing | None:
        """Return what an aspect asks for and the abstract does not say, by the rules a fact is declined by.

        Where the picker tells that a sentence answers, words that the abstract does not hold tell nothing.
        """
        if attributes := absent_attributes(aspect, paper):
            return _Missing(attributes, f"mention {' or '.join(attributes)}", near=False)
        odds = self.picker.odds(aspect, paper.title, [sentence.text for sentence in picked])
        if max(odds, default=0.0) >= ANSWERS:
            return None
        things = tuple(t for t in missing_things(aspect, paper, self.likeness) if telling_of(t))
        if things:
            return _Missing(things, f"say {' or '.join(map(said_of, things))}")
        words, place = self.retriever.at_hand.topic_words, self.retriever.at_hand.place[paper.paper_id]
        telling = " ".join(telling_of(aspect))
        if telling and not words.coverage(words.wordings(telling), place) and not says(telling, paper, self.likeness):
            return _Missing((telling,), f"mention “{telling}”")
        told, spans = told_by(paper), {p.span for p in picked}
        figures = any(t.measured for t in told if t.span in spans)
        figures = figures or bool(_COUNTED.search(aspect) and any(_SPELLED.search(p.text) for p in picked))
        if FIGURE_ONLY.search(aspect) and not figures:
            return _Missing(("a figure",), "give a figure for this")
        made = {move for t in told if "background" not in t.moves for move in t.moves}
        silent = [said for move, said in SILENT if move in moves_of(aspect) - made and not telling]
        return _Missing((silent[0],), f"say {silent[0]}") if silent else None

    def _common(self, papers: Sequence[Paper]) -> list[str]:
        """Return the words that all papers hold and that tell most: said often there, and rarely elsewhere."""
        index = self.retriever.at_hand
        stem, known = index.lexical.analyzer.stem, index.lexical.document_frequency
        spelled: dict[str, str] = {}
        counts: list[Counter[str]] = []
        for paper in papers:
            words = re.findall(r"[^\W\d_][\w-]{3,}", f"{paper.title} {paper.abstract}")
            telling = [w for w in words if w.lower() not in GENERIC]
            counts.append(Counter(stem(w.lower()) for w in telling))
            spelled |= {stem(w.lower()): w for w in telling}
        widest = max(_WIDEST * len(index.papers), len(papers))
        shared = [s for s in counts[0] if all(c[s] for c in counts) and known.get(s, 0) <= widest]
        shared.sort(key=lambda s: -index.lexical.idf(s) * (min(c[s] for c in counts) + max(c[s] for c in counts) / 4))
        return [spelled[s] for s in shared[:_COMMON_WORDS]]


def _telling(paper: Paper) -> list[Told]:
    """Return the sentences of a paper that are long enough to tell something."""
    told = told_by(paper)
    long = [t for t in told if t.measured or len(paper.abstract[t.span[0] : t.span[1]].split()) >= _LEAST_WORDS]
    return long or list(told)


def _overall(paper: Paper, budget: int) -> list[Picked]:
    """Return what a paper does, how, and what came out, as far as a number of words reaches."""
    told = _telling(paper)
    chosen: list[Told] = []
    for worth in (_of_aim, _of_figures, _of_method, _of_result):
        left = [t for t in told if t not in chosen]
        worths = {t: worth(t, told.index(t) / len(told)) for t in left}
        best = max(worths, key=worths.__getitem__, default=None)
        fits = best and (not chosen or (worths[best] > 0 and _words(paper, [*chosen, best]) <= budget))
        if best and fits:
            chosen.append(best)
    return [Picked(paper, t.span, 0.0) for t in sorted(chosen, key=lambda t: t.span)]


def _of_aim(told: Told, place: float) -> float:
    return ("aim" in told.moves) - 2 * ("background" in told.moves) - 0.5 * place


def _of_figures(told: Told, place: float) -> float:
    return ("result" in told.moves) + 2 * told.measured - 2 - 2 * ("background" in told.moves) + 0.3 * place


def _of_method(told: Told, place: float) -> float:
    return ("method" in told.moves) - 2 * ("background" in told.moves) - 0.5 * ("result" in told.moves) - 0.4 * place


def _of_result(told: Told, place: float) -> float:
    return ("result" in told.moves) - 2 * ("background" in told.moves) + 0.3 * place


def _within(ranked: Sequence[Picked], budget: int) -> list[Picked]:
    """Return the best sentences that a number of words has room for; the best of all in any case."""
    chosen = list(ranked[:1])
    words = sum(len(p.text.split()) for p in chosen)
    for sentence in ranked[1:]:
        length = len(sentence.text.split())
        if words + length <= budget and chosen[0].score - sentence.score <= _MARGINS[len(chosen) - 1]:
            chosen.append(sentence)
            words += length
        if len(chosen) > len(_MARGINS):
            break
    return chosen


def _words(paper: Paper, told: Sequence[Told]) -> int:
    return sum(len(paper.abstract[t.span[0] : t.span[1]].split()) for t in told)


def _quote(picked: Sequence[Picked], draft: Draft, lead: str = " ") -> None:
    for sentence in (p for p in picked if p.text):
        draft.composer.quote(sentence.paper, sentence.span, lead)
