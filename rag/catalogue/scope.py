"""Which papers an operation is over: read from the question once, with the words to say it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from ingest.paper import Paper
from rag.abstention.declining import comes_near
from rag.catalogue.computed import plural
from rag.catalogue.conditions import Condition, conditions, without_conditions
from rag.catalogue.phrasing import Terms, Wording, read_terms
from rag.questions.catalogue_phrases import NEGATED
from rag.questions.digests import without_digests
from rag.questions.filters import Filters, filter_words
from rag.questions.question import Question
from rag.retrieval.lists import belonging

if TYPE_CHECKING:
    from rag.retrieval.retrieve import HybridRetriever

NOT_SAID = "A paper may use what its abstract does not mention."
_WHERE = "in the title or abstract"


@dataclass(frozen=True)
class Predicate:
    """What is true of papers, as said of one and of several: "comes with code", "come with code"."""

    one: str
    many: str
    words: str

    def said(self, count: int) -> str:
        """Say it of so many papers."""
        return f"{self.one if count == 1 else self.many} {self.words}"


@dataclass(frozen=True)
class Scope:
    """The papers that meet everything a question states."""

    papers: tuple[Paper, ...]
    base: str
    """The papers looked at, in words: "the 207 papers", "the 3 papers talked about"."""
    considered: int
    """How many those are."""
    digest: str
    """The digest named, in words with its number of papers: "the 30 papers in the digest 002"; or empty."""
    in_digest: int
    """How many those are."""
    stated: tuple[Predicate, ...]
    """What is stated of the papers, the digest first."""
    unknown: int
    """Papers that do not tell what a condition asks for."""
    caveats: tuple[str, ...]
    """Sentences on what is unknown, and on the rule that was counted by."""
    shows: str = ""
    """Name of the field to show beside each paper."""

    def said(self, count: int) -> str:
        """Say what is stated, of so many papers."""
        return " and ".join(predicate.said(count) for predicate in self.stated)

    @property
    def among(self) -> tuple[str, int]:
        """The papers of which a part or none meets the rest: those of the digest named, else those looked at."""
        return (self.digest, self.in_digest) if self.digest and len(self.stated) > 1 else (self.base, self.considered)

    def rest(self, count: int) -> str:
        """Say what is stated beside that."""
        stated = self.stated[1:] if self.among[0] == self.digest else self.stated
        return " and ".join(predicate.said(count) for predicate in stated)

    def none(self) -> str:
        """Say that no paper meets it: "None of the 30 papers in the digest 002 comes with a link to code."."""
        return f"None of {self.among[0]} {self.rest(1)}."

    def named(self) -> str:
        """Say which papers are in scope: "the 12 papers that come with a link to code"."""
        count = len(self.papers)
        if not self.stated:
            return self.base
        return f"the {plural(count, 'paper')} that {self.said(count)}"


@dataclass(frozen=True)
class _About:
    """The papers about a topic, what is said of them, and the rule they were found by."""

    papers: tuple[Paper, ...]
    stated: Predicate
    topic: Terms | None = None
    """What the papers hold, where that is how they were found."""
    caveat: str = ""


def scope_of(question: Question, retriever: HybridRetriever) -> Scope:
    """Return the papers that a question is over."""
    everyone = retriever.index.papers
    talked = question.subjects if len(question.subjects) > 1 else ()
    base = talked or everyone
    filters, text = question.filters, question.standalone
    met, of_digest = conditions(text, everyone), Filters(digest=filters.digest)
    about = [] if talked else _abouts(without_conditions(without_digests(text, everyone)), filters, retriever)
    told = Filters(digest=filters.digest, has_code=filters.has_code)
    asked = [p for p in base if told.admit(p) and all(p in one.papers for one in about)]
    unknown = sum(not _tells(p, filters, met) for p in asked)
    caveats = [f"For {unknown} of {len(asked)} papers the digests do not say."] if unknown else []
    if filters.has_code is not None:
        caveats.append("Only links to code hosts such as GitHub count.")
    chosen = tuple(p for p in asked if filters.admit(p) and all(c.holds(p) for c in met))
    size, wording = sum(map(of_digest.admit, base)), Wording.of(retriever.index.lexical, everyone)
    return Scope(
        papers=chosen,
        base=f"the {plural(len(base), 'paper')}{' talked about' if talked else ''}",
        considered=len(base),
        digest=f"the {plural(size, 'paper')} {filter_words(of_digest)}" if filters.digest else "",
        in_digest=size,
        stated=(*_metadata(filters, met), *(one.stated for one in about)),
        unknown=unknown,
        caveats=tuple(filter(None, [*caveats, *(one.caveat or _rule(one.topic, chosen, wording) for one in about)])),
        shows=next((c.shows for c in met if c.shows), "published" if filters.dated else ""),
    )


def _tells(paper: Paper, filters: Filters, met: Sequence[Condition]) -> bool:
    """Tell whether a paper has the metadata that is asked for."""
    return (not filters.dated or paper.date is not None) and all(c.known(paper) for c in met)


def _metadata(filters: Filters, met: Sequence[Condition]) -> list[Predicate]:
    """Say filters and conditions as predicates, the digest first."""
    said = [filter_words(Filters(digest=filters.digest))]
    said.append(", ".join(filter(None, [filter_words(replace(filters, digest="")), *(c.words for c in met)])))
    return [Predicate(*(("comes", "come") if w.startswith("with") else ("is", "are")), w) for w in said if w]


def _abouts(text: str, filters: Filters, retriever: HybridRetriever) -> list[_About]:
    """Return the papers about the topics of a question: those it asks for, and all but those it rules out."""
    negation = NEGATED.search(text)
    before = text[: negation.start("not")] if negation else text
    wanted = read_terms(before)
    found = [_about(wanted, before, filters, retriever)] if wanted else []
    if negation and (unwanted := read_terms(text[negation.end() :])):
        wording = Wording.of(retriever.index.lexical, retriever.index.papers)
        holding = wording.holding(unwanted)
        others = tuple(p for p in retriever.index.papers if p not in holding)
        words = f"{wording.said(unwanted)} in neither title nor abstract"
        found.append(_About(others, Predicate("holds", "hold", words), caveat=NOT_SAID))
    return found


def _about(topic: Terms, text: str, filters: Filters, retriever: HybridRetriever) -> _About:
    """Return the papers that hold a topic's phrases; where none does, its words; else those that stand out for it."""
    wording = Wording.of(retriever.index.lexical, retriever.index.papers)
    said = wording.said(topic)
    held = wording.holding(topic)
    if held or topic.literal or wording.known(topic):
        verbs = ("mentions", "mention") if topic.literal else ("holds", "hold")
        where = "in the title" if topic.titled else _WHERE
        return _About(tuple(held), Predicate(*verbs, f"{said} {where}"), topic)
    if apart := wording.holding(topic, together=False):
        caveat = "No paper holds them side by side."
        return _About(tuple(apart), Predicate("holds", "hold", f"the words of {said} {_WHERE}"), caveat=caveat)
    hits = [] if wording.names(topic) else belonging(text, retriever, filters)
    near = tuple(hit.paper for hit in hits) if hits and comes_near(text, hits, retriever.index.lexical) else ()
    caveat = f"No title or abstract holds {said}: read the list before you rely on the number."
    if not near:
        return _About((), Predicate("holds", "hold", f"{said} {_WHERE}"), topic)
    return _About(near, Predicate("stands", "stand", f"out as being about {said}"), caveat=caveat)


def _rule(topic: Terms | None, held: Sequence[Paper], wording: Wording) -> str:
    """Say by what rule the papers about a topic were counted."""
    if topic is None or topic.titled or not held:
        return ""
    rule = f"{'Other words for it' if topic.literal else 'Papers that say it in other words'} are not counted"
    titles = wording.in_title(held, topic)
    return f"{rule}; {titles} of these say it in the title." if 0 < titles < len(held) else f"{rule}."
