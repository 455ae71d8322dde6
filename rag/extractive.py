"""Answers without a model, one function for each kind of question; every claim is a quote or a computation."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from ingest.paper import Paper
from rag import phrases
from rag.answer import Catalogue
from rag.asked import mentions, names_in
from rag.catalogue import compute, conditions
from rag.compose import Composer
from rag.declining import comes_near, declined_text, missing_sentence, weigh
from rag.extract import Picked, SentencePicker, best_of, gist, pick, rank_sentences
from rag.filters import filter_words
from rag.followup import without_names
from rag.lexical import STOPWORDS
from rag.lists import MOST_PAPERS, belonging, holding_all
from rag.question import Question, topic_words
from rag.superlatives import Computed
from rag.themes import themes_of

if TYPE_CHECKING:
    from rag.retrieve import Hit, HybridRetriever

WELCOME = "Ask me about the papers in this library, for instance: which papers are about benchmarks?"
GREETING = "Hello. I answer questions about the papers in this library and show the words each answer rests on."
_COMPARED = 2
_NAMED = 4
_TOLD = 3
"""Sentences quoted of a paper when it is asked what it is."""
_REREAD = 2
"""Sentences quoted of each paper compared."""


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


@dataclass(frozen=True)
class Extractive:
    """The extractive answerer over one library."""

    retriever: HybridRetriever
    picker: SentencePicker

    def answer(self, question: Question, hits: Sequence[Hit]) -> Draft:
        """Answer a question of any kind.

        Args:
            question: as read.
            hits: the best papers, best first.
        """
        draft = Draft(used=list(hits))
        if self.computed(question, draft):
            return draft
        digests = sorted({digest for paper in self.retriever.index.papers for digest in paper.digests})
        if question.filters.digest and question.filters.digest not in digests:
            decline(draft, f"there is no digest “{question.filters.digest}” (there is {', '.join(digests)})")
            return draft
        if question.filters:
            draft.composer.say(f"Looking only at papers {filter_words(question.filters)}.")
        if question.kind == "list" or (question.kind == "count" and phrases.NEGATED.search(question.standalone)):
            self._list(question, draft)
        elif question.kind == "compare":
            self._compare(question, draft)
        else:
            self._fact(question, draft)
        return draft

    def computed(self, question: Question, draft: Draft) -> bool:
        """Answer what needs no evidence or is computed over the catalogue; tell whether that was done."""
        if question.kind == "empty":
            draft.composer.say(WELCOME)
            draft.abstention = "the question is empty"
        elif question.kind == "small_talk":
            draft.composer.say(GREETING if not question.asked.lower().startswith("thank") else "You are welcome.")
        elif question.kind in ("count", "metadata") or self._is_of_catalogue(question):
            return self._computed(question, draft)
        elif question.kind == "overview":
            self._overview(question, draft)
        else:
            return False
        return True

    def _is_of_catalogue(self, question: Question) -> bool:
        """Tell whether a list is asked for by metadata alone, or by metadata and a topic."""
        if question.kind != "list":
            return False
        if len(question.subjects) > 1:
            return bool(question.filters) or conditions(question.standalone) is not None
        stated = question.filters or conditions(question.standalone) is not None
        return bool(stated) and not topic_words(question.standalone)

    def _computed(self, question: Question, draft: Draft) -> bool:
        papers = self.retriever.index.papers
        topic = topic_words(question.standalone)
        if question.kind in ("count", "list") and phrases.NEGATED.search(question.standalone):
            return False
        if question.kind == "count" and topic and not question.subjects:
            return self._count_topic(question, topic, draft)
        about = holding_all(topic, self.retriever) if topic else []
        result = compute(question, papers, about or None)
        if result is None:
            return False
        _say_computed(result, draft)
        return True

    def _count_topic(self, question: Question, topic: Sequence[str], draft: Draft) -> bool:
        """Count the papers that hold every word of a topic; where none does, those that stand out for it."""
        total = len(self.retriever.index.papers)
        words = " ".join(topic)
        papers = tuple(p for p in holding_all(topic, self.retriever) if question.filters.admit(p))
        said = f"{len(papers)} of {total} papers {_hold(len(papers))} “{words}” in their title or abstract"
        caveat = "Papers that say it in other words are not counted."
        if not papers:
            draft.used = belonging(question.standalone, self.retriever, question.filters)
            papers = tuple(h.paper for h in draft.used)
            said = f"No abstract holds all of “{words}”; {len(papers)} of {total} papers stand out as being about it"
            caveat = "Read the list before you rely on the number."
        said += f", {filter_words(question.filters)}" if question.filters else ""
        computed = Computed(
            "count_about", str(len(papers)), f"{said}{':' if papers else '.'}", papers, total, 0, caveat
        )
        _say_computed(computed, draft)
        return True

    def _overview(self, question: Question, draft: Draft) -> None:
        papers = [p for p in self.retriever.index.papers if question.filters.admit(p)]
        themes = themes_of(papers)
        where = filter_words(question.filters) or "in the library"
        draft.catalogue = Catalogue("themes", str(len(themes)), tuple(p.paper_id for p in papers), len(papers))
        draft.composer.add(f"There are {len(papers)} papers {where}.", "computed")
        if themes:
            draft.composer.say("Themes that run through their titles:")
        for theme in themes:
            named = "; ".join(f"“{p.title}”" for p in theme.papers[:_NAMED])
            more = f"; and {len(theme.papers) - _NAMED} more" if len(theme.papers) > _NAMED else ""
            said = f"- {theme.name} ({len(theme.papers)} papers): {named}{more}"
            draft.composer.add(said, "computed", cited=theme.papers[:_NAMED], lead="\n")

    def _list(self, question: Question, draft: Draft) -> None:
        if phrases.NEGATED.search(question.standalone):
            decline(draft, "it asks which papers something is not true of, and an abstract does not tell")
            return
        hits = belonging(question.standalone, self.retriever, question.filters)
        draft.used = hits or draft.used
        if not hits or not comes_near(question.standalone, hits, self.retriever.index.lexical):
            decline(draft, "no abstract comes near the topic")
            return
        for number, hit in enumerate(hits[:MOST_PAPERS], start=1):
            telling = best_of(question.standalone, hit, self.picker)
            draft.composer.say(f"{number}. {hit.paper.title}", lead="\n")
            draft.composer.add(telling.text, "supported", [(hit.paper, telling.span)], score=1.0, lead="\n   ")
        if len(hits) > MOST_PAPERS:
            draft.composer.say(f"{len(hits) - MOST_PAPERS} more papers stand out for this.", lead="\n")

    def _compare(self, question: Question, draft: Draft) -> None:
        hits = self._both(question, draft.used)
        if len(hits) < _COMPARED:
            self._fact(question, draft)
            return
        aspect = self._aspect(question, hits)
        for hit in hits:
            ranked = rank_sentences(aspect, [hit], self.picker) if aspect else gist(hit)
            draft.composer.say(f"{hit.paper.title}:", lead="\n")
            for picked in sorted(ranked[:_REREAD], key=lambda p: p.span):
                draft.composer.add(picked.text, "supported", [(picked.paper, picked.span)], score=1.0)
        self._say_missing(question, draft)

    def _say_missing(self, question: Question, draft: Draft) -> None:
        """Say which names of a question no paper of the library mentions."""
        papers = self.retriever.index.papers
        absent = [n for n in names_in(question.standalone) if not any(mentions(p, n) for p in papers)]
        if absent:
            draft.missing = tuple(absent)
            draft.composer.say(missing_sentence(absent), lead="\n")

    def _aspect(self, question: Question, hits: Sequence[Hit]) -> str:
        """Return what is compared: the question without the papers' names; empty where nothing else is asked."""
        text = without_names(question.standalone, [hit.paper for hit in hits])
        words = [w for w in topic_words(phrases.COMPARE.sub(" ", text)) if w not in STOPWORDS]
        return text if words else ""

    def _both(self, question: Question, hits: Sequence[Hit]) -> list[Hit]:
        """Return the papers compared: those the question names, filled up with the best retrieved."""
        everything = self.retriever.search(question.standalone, len(self.retriever.index.papers), question.filters)
        by_id = {h.paper.paper_id: h for h in everything}
        named = [by_id[p.paper_id] for p in question.subjects if p.paper_id in by_id]
        rest = [h for h in hits if h.paper not in {n.paper for n in named}]
        return [*named, *rest][: max(_COMPARED, len(named))]

    def _fact(self, question: Question, draft: Draft) -> None:
        hits = draft.used
        about = [h for h in hits if h.paper in question.subjects] or hits
        told = phrases.WHAT_IS.search(question.standalone) and not self._aspect(question, about)
        if told and about and about[0].paper in question.subjects:
            _quote(sorted(gist(about[0])[:_TOLD], key=lambda p: p.span), draft)
            return
        picked = pick(question.standalone, about, self.picker)
        known = any(h.paper in question.subjects for h in hits)
        finding = weigh(question.standalone, about, picked, self.retriever.index.lexical, known)
        draft.missing = finding.missing
        if finding.reason:
            decline(draft, finding.reason)
        else:
            _quote(picked, draft)
        unsaid = [m for m in finding.missing if m not in draft.composer.text]
        if unsaid:
            draft.composer.say(missing_sentence(unsaid))


def _hold(count: int) -> str:
    return "holds" if count == 1 else "hold"


def decline(draft: Draft, reason: str) -> None:
    """Decline, naming the nearest papers."""
    draft.abstention = reason
    draft.composer.say(declined_text(reason, [h.paper for h in draft.used]))


def _quote(picked: Sequence[Picked], draft: Draft) -> None:
    for sentence in picked:
        draft.composer.add(sentence.text, "supported", [(sentence.paper, sentence.span)], score=1.0)


def _say_computed(result: Computed, draft: Draft) -> None:
    ids = tuple(p.paper_id for p in result.papers)
    draft.catalogue = Catalogue(result.operation, result.value, ids, result.considered, result.unknown)
    listed = result.papers[:MOST_PAPERS] if result.statement.endswith(":") else ()
    cited: Sequence[Paper] = () if listed or result.operation == "count" else result.papers[:MOST_PAPERS]
    draft.composer.add(result.statement, "computed", cited=cited)
    for paper in listed:
        draft.composer.add(f"- {paper.title}", "computed", cited=[paper], lead="\n")
    if len(result.papers) > len(listed) > 0:
        draft.composer.say(f"and {len(result.papers) - len(listed)} more.", lead="\n")
    if result.caveat:
        draft.composer.add(result.caveat, "computed", lead="\n" if listed else " ")
