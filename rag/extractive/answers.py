"""Answers without a model, one function for each kind of question; every claim is a quote or a computation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING

from rag.abstention.declining import (
    Correction,
    Decider,
    Finding,
    declined_text,
    missing_sentence,
    say_doubt,
    say_unsaid,
    stands_out,
)
from rag.answer import Catalogue
from rag.catalogue import computable_list, compute, not_there, tell
from rag.compose import Composer
from rag.extractive.comparing import MOST_WORDS as MOST_COMPARED
from rag.extractive.comparing import Comparer
from rag.extractive.extract import MOST_WORDS, Picked, answering_odds, gist, pick_and_others, pick_of_paper, rank_papers
from rag.extractive.listing import Lister
from rag.extractive.overview import overview
from rag.extractive.reading_order import read_first
from rag.questions import phrases
from rag.questions.asides import aside
from rag.questions.asked import mentions, names_in
from rag.questions.filters import looking_only, nothing_passes
from rag.questions.naming import without_names
from rag.questions.question import Question, topic_words
from rag.questions.superlatives import superlative_over_papers
from rag.retrieval.picker import SentencePicker

if TYPE_CHECKING:
    from rag.grounding.align import Likeness
    from rag.grounding.checker import EmbeddedChecker
    from rag.retrieval.retrieve import Hit, HybridRetriever

_TOLD = 3
"""Sentences quoted of a paper when it is asked what it is."""


@dataclass
class Draft:
    """An answer under construction."""

    composer: Composer = field(default_factory=Composer)
    abstention: str = ""
    missing: tuple[str, ...] = ()
    catalogue: Catalogue | None = None
    used: list[Hit] = field(default_factory=list)
    """Papers retrieved, best first."""
    notes: list[str] = field(default_factory=list)

    def lacks(self, *things: str) -> None:
        """Add what no evidence mentions, each thing once."""
        self.missing = tuple(dict.fromkeys((*self.missing, *things)))


@dataclass(frozen=True)
class Extractive:
    """The extractive answerer over one library."""

    retriever: HybridRetriever
    picker: SentencePicker
    checker: EmbeddedChecker
    likeness: Likeness | None = None

    def answer(self, question: Question, hits: Sequence[Hit]) -> Draft:
        """Answer a question of any kind.

        Args:
            question: as read.
            hits: the best papers, best first.
        """
        draft = Draft(used=list(hits))
        if self.computed(question, draft):
            return draft
        papers, filters = self.retriever.index.papers, question.filters
        if filters and not any(map(filters.admit, papers)):
            draft.composer.add(nothing_passes(filters, papers), "computed")
            draft.catalogue = Catalogue("list", "0", (), len(papers))
            return draft
        if filters:
            draft.composer.say(looking_only(filters, papers))
        if question.kind == "list":
            self._list(question, draft)
        elif question.kind == "compare":
            self._compare(question, draft)
        else:
            self._fact(question, draft)
        return draft

    def computed(self, question: Question, draft: Draft) -> bool:
        """Answer what needs no evidence or is computed over the catalogue; tell whether that was done."""
        if reply := aside(question):
            draft.composer.say(reply.text)
            draft.abstention = reply.declined
        elif absent := not_there(question, self.retriever.index.papers):
            decline(draft, absent)
        elif phrases.READ_FIRST.search(question.standalone) and question.kind in ("list", "overview"):
            draft.catalogue = read_first(question, self.retriever, draft.composer)
            return draft.catalogue is not None
        elif question.kind in ("count", "metadata") or computable_list(question, self.retriever):
            return self._computed(question, draft)
        elif question.kind == "overview":
            draft.catalogue = overview(question, self.retriever, draft.composer)
        else:
            return False
        return True

    def _computed(self, question: Question, draft: Draft) -> bool:
        result = compute(question, self.retriever)
        if result is not None:
            draft.catalogue = tell(result, draft.composer)
        return result is not None

    @property
    def _comparer(self) -> Comparer:
        return Comparer(self.retriever, self.picker, self.likeness)

    def _list(self, question: Question, draft: Draft) -> None:
        if reason := Lister(self.retriever, self.picker, self._comparer, self.checker.likeness).answer(question, draft):
            decline(draft, reason)

    def _compare(self, question: Question, draft: Draft) -> None:
        if question.clauses:
            self._parallel(question, draft)
        elif self._comparer.answer(question, draft):
            self._say_missing(question, draft)
        else:
            self._fact(question, draft)

    def _parallel(self, question: Question, draft: Draft) -> None:
        """Answer clauses that are about a paper each, one below the other; of one that has no answer, say why."""
        papers = [clause.paper for clause in question.clauses]
        hits = self.retriever.search(question.standalone, len(self.retriever.index.papers), question.filters)
        draft.used = sorted((h for h in hits if h.paper in papers), key=lambda h: papers.index(h.paper))
        reasons = []
        for clause in question.clauses:
            asked = replace(question, standalone=clause.text, subjects=(clause.paper,))
            picked = pick_of_paper(clause.text, clause.paper, self.picker, MOST_COMPARED // len(papers))
            finding = self.weigh(asked, draft.used, picked)
            draft.composer.say(f"{clause.paper.title}:", lead="\n")
            draft.lacks(*finding.missing)
            if finding.reason:
                reasons.append(finding.reason)
                draft.composer.add(f"Not answered: {finding.reason}.", "computed", cited=[clause.paper])
                continue
            correct(finding.corrections, draft)
            _quote(picked, draft)
        if len(reasons) == len(papers):
            draft.abstention = "; ".join(reasons)
        say_unsaid(draft.missing, draft.composer, lead="\n")

    def _say_missing(self, question: Question, draft: Draft) -> None:
        """Say which names of a question no paper of the library mentions."""
        papers = self.retriever.index.papers
        absent = [n for n in names_in(question.standalone) if not any(mentions(p, n) for p in papers)]
        if absent:
            draft.missing = tuple(absent)
            draft.composer.say(missing_sentence(absent), lead="\n")

    def _fact(self, question: Question, draft: Draft) -> None:
        hits = draft.used
        about = [h for h in hits if h.paper in question.subjects] or hits
        told = phrases.WHAT_IS.search(question.standalone) and not _asks_more(question, about)
        if told and about and about[0].paper in question.subjects:
            _quote(sorted(gist(about[0])[:_TOLD], key=lambda p: p.span), draft)
            return
        if not question.subjects and (most := superlative_over_papers(question.standalone)):
            decline(draft, f"abstracts are not ranked by what they report, so which is {most} of all is not known")
            return
        best = rank_papers(question.standalone, about, self.picker)
        best.sort(key=lambda sentence: question.prefers.contradicts(sentence.paper))
        if not best:
            decline(draft, "the nearest papers have no abstract to answer from")
            return
        if not question.subjects:
            draft.used = _as_ranked(hits, best)
        picked, others = pick_and_others(question.standalone, best, self.picker)
        finding = self.weigh(question, hits, picked)
        draft.missing = finding.missing
        if finding.reason:
            decline(draft, finding.reason)
        else:
            correct(finding.corrections, draft)
            say_doubt(finding, draft.composer)
            _quote(_beside(finding.corrections, picked), draft)
        say_unsaid(finding.missing, draft.composer)
        if others and not finding.reason and not question.subjects and not stands_out(about):
            draft.composer.say("Perhaps another paper is meant:", lead="\n")
            _quote(others, draft)

    def weigh(self, question: Question, hits: Sequence[Hit], picked: Sequence[Picked]) -> Finding:
        """Decide whether sentences answer a question about a fact, and what it has wrong."""
        index = self.retriever.index
        subjects = [h.paper for h in hits if h.paper in question.subjects]
        about = [h for h in hits if h.paper in subjects] or hits
        odds = partial(answering_odds, picker=self.picker)
        decider = Decider(index.papers, index.lexical, self.checker, self.likeness, question.filters, odds)
        finding = decider.weigh(question.standalone, about, picked, subjects)
        if question.language:  # put into English word by word, which is too rough to be held against an abstract
            finding = replace(finding, corrections=())
        return finding


def _as_ranked(hits: Sequence[Hit], best: Sequence[Picked]) -> list[Hit]:
    """Return hits in the order of their papers' best sentences, those that were not read behind."""
    place = {sentence.paper.paper_id: i for i, sentence in enumerate(best)}
    return sorted(hits, key=lambda hit: place.get(hit.paper.paper_id, len(place)))


def _asks_more(question: Question, hits: Sequence[Hit]) -> bool:
    """Tell whether a question asks anything beside the names of papers."""
    text = without_names(question.standalone, [hit.paper for hit in hits])
    return bool(topic_words(phrases.COMPARE.sub(" ", text)))


def decline(draft: Draft, reason: str) -> None:
    """Decline, naming the nearest papers."""
    draft.abstention = reason
    draft.composer.say(declined_text(reason, [h.paper for h in draft.used]))


def correct(corrections: Sequence[Correction], draft: Draft) -> None:
    """Say what the question has wrong, or wants and the abstract leaves out, before anything is quoted."""
    for correction in corrections:
        draft.composer.add(correction.text, "computed", cited=(correction.paper, *correction.others))
        for span in correction.spans:
            draft.composer.quote(correction.paper, span)


def _beside(corrections: Sequence[Correction], picked: Sequence[Picked]) -> list[Picked]:
    """Return the best of the sentences picked and as many more as an answer has room for beside what corrections quote.

    Where words of the abstract contradict a question, these are the answer, and more of them would bury it.
    """
    words = sum(len(c.paper.abstract[a:b].split()) for c in corrections for a, b in c.spans)
    kept = list(picked[:1])
    for sentence in picked[1:]:
        if words + sum(len(p.text.split()) for p in (*kept, sentence)) <= MOST_WORDS:
            kept.append(sentence)
    return kept


def _quote(picked: Sequence[Picked], draft: Draft) -> None:
    said = {s.text for s in draft.composer.sentences}
    for sentence in picked:
        if sentence.text not in said:
            draft.composer.quote(sentence.paper, sentence.span)
