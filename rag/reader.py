"""The reader: a question as it was put in, the :class:`~rag.questions.question.Question` as it is meant out."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from ingest.errors import UsageError
from ingest.text import normalise
from rag.answer import Turn
from rag.catalogue import LISTS_ALL, compute, conditions
from rag.catalogue.continuing import continued
from rag.extractive.parallel import parallel
from rag.extractive.sides import two_sided
from rag.extractive.similar import asks_for_similar
from rag.extractive.within import compared_in_passing, compared_within
from rag.generation.conversation import rewritten
from rag.questions.asides import UNSEARCHED
from rag.questions.asked import mend_typos, names_in
from rag.questions.catalogue_phrases import AUTHORS_NAMED, OF_THE_LIBRARY
from rag.questions.demands import is_imperative, without_orders, without_told_orders
from rag.questions.filters import Filters
from rag.questions.followup import Standalone, make_standalone, named_papers, without_names
from rag.questions.frames import in_english
from rag.questions.language import language_of
from rag.questions.listlike import asks_of_one
from rag.questions.naming import described_in
from rag.questions.phrases import (
    COUNTS_PAPERS,
    LIST,
    NO_TOPIC,
    POINTS_BACK,
    WITHIN_ONE,
    is_bare_topic,
    is_plain_topic,
    is_small_talk,
)
from rag.questions.pointers import ASKS_WHICH_PAPERS, OUT_OF_SEVERAL, THINGS_OF_ONE
from rag.questions.question import MAX_CHARACTERS, Question, kind_of, preferred, stated_filters, topic_words
from rag.questions.rambling import the_point
from rag.questions.tidying import tidy, unshouted, without_greetings
from rag.questions.translating import shared_weights, translated
from rag.questions.typos import mend_names, names_of

if TYPE_CHECKING:
    from ingest.paper import Paper
    from rag.questions.question import Kind
    from rag.retrieval.retrieve import Hit, HybridRetriever
    from rag.writer import Writer

_NEAREST = 8
_COMPUTED = ("count", "metadata", "overview")
_FEW = 2
"""Words up to which a question that points back, where there is nothing to point to, does not say what it is about."""
_COUNTED_HERE = re.compile(
    r"\b(?:papers?|articles?|studies|works|entries|authors?|comments?|digests?|years?|dates?)\b", re.IGNORECASE
)
"""What the catalogue counts; two papers asked how many of anything else are compared."""


@dataclass(frozen=True)
class Words:
    """The words of one revision of a library."""

    revision: str = ""
    papers: dict[str, int] = field(default_factory=dict)
    """Words, in lower case, and how many papers hold each."""
    names: dict[str, str] = field(default_factory=dict)
    """Names by their lower case."""


def _compares_in_passing(text: str, papers: Sequence[Paper]) -> bool:
    return compared_in_passing(text, papers) and not two_sided(text, papers)


def _is_topic(text: str) -> bool:
    """Tell whether a text only names a topic: nothing in it asks, or at least not for something out of one paper."""
    if not is_bare_topic(text) or not topic_words(text):
        return False
    return not asks_of_one(text) or (is_plain_topic(text) and not names_in(text))


@dataclass(frozen=True)
class _Tidied:
    """A question freed of what is not its words, and a word on what was done."""

    text: str
    notes: tuple[str, ...]
    language: str = ""
    anchored: bool = True
    paper: Paper | None = None
    """The one paper that a question in another language can be about."""


class Reader:
    """Reads questions put to one library.

    Args:
        retriever: gives the library's papers and words.
        writer: a model, which makes a question stand alone where no rule does.
    """

    def __init__(self, retriever: HybridRetriever, writer: Writer | None = None) -> None:
        self._retriever = retriever
        self._writer = writer
        self._words = Words()

    def read(self, question: str, history: Sequence[Turn], filters: Filters) -> Question:
        """Read a question: tidy it, make it standalone, mend typing errors, tell its kind, filters and subjects.

        Raises:
            UsageError: it has more than :data:`~rag.questions.question.MAX_CHARACTERS` characters.
        """
        if len(question) > MAX_CHARACTERS:
            raise UsageError(
                f"The question has {len(question):,} characters; at most {MAX_CHARACTERS:,} are read.",
                "Ask for one thing at a time.",
            )
        papers = self._retriever.index.papers
        text = tidy(question.encode("utf-8", "replace").decode("utf-8"), papers)
        kind = kind_of(text)
        wanted = kind == "order" and is_imperative(text) and named_papers(text, papers)  # "State what X measures."
        if kind in ("empty", "small_talk", "order") and not wanted:
            return Question(question, text, kind, filters)
        tidied = self._tidied(text)
        turns = [without_told_orders(turn) for turn in history if not is_small_talk(turn.content)]
        whole = continued(tidied.text, turns, papers)
        standalone = Standalone(whole) if whole else make_standalone(tidied.text, turns, papers, self._nearest)
        if not tidied.anchored and not standalone.subjects:
            return Question(question, text, "foreign", filters, notes=tidied.notes[:-1], language=tidied.language)
        read = self._understood(question, tidied, self._alone(tidied.text, turns, standalone), standalone, filters)
        read = self._uncomputed(read, filters)
        return replace(read, kind=self._unclear(read) or read.kind)

    def _tidied(self, text: str) -> _Tidied:
        """Leave out orders, greetings and rambling, mend names, and put another language into English."""
        words = self.words()
        counting = in_english(text)
        if counting != text and self._strange_topic(counting):
            return _Tidied(text, (), language_of(text), anchored=False)
        text, orders = without_orders(counting)
        notes = [f"left out, as it asks nothing about the papers: “{order}”" for order in orders]
        lexical = self._retriever.index.lexical
        point = the_point(text, lambda piece: max(shared_weights(piece, lexical), default=0.0))
        notes += [f"of a long question this was read: “{point}”"] if point != text else []
        point = unshouted(without_greetings(point), words.names)
        language = "" if kind_of(point) in _COMPUTED else language_of(point)
        point, mended = mend_names(point, words.names, words.papers, small=not language)
        notes += [f"read “{wrong}” as “{right}”" for wrong, right in mended.items()]
        if not language:
            return _Tidied(point, tuple(notes))
        english = translated(point, language, self._retriever.index.papers, lexical, words.papers, words.names)
        computed = kind_of(english.text) in _COMPUTED and not topic_words(english.text)
        notes.append(f"read the question, which is in {language}, as “{english.text}”")
        return _Tidied(english.text, tuple(notes), language, english.anchored or computed, english.paper)

    def _strange_topic(self, text: str) -> bool:
        """Tell whether a count put into English still counts papers on something that no paper here has a word of."""
        index = self._retriever.index.lexical
        topic = topic_words(text)
        return (
            bool(topic)
            and not names_in(text)
            and not any(index.analyzer.stem(w) in index.document_frequency for w in topic)
        )

    def _understood(
        self, question: str, tidied: _Tidied, text: str, standalone: Standalone, filters: Filters
    ) -> Question:
        """Tell kind, filters and subjects of a question that stands alone."""
        papers = self._retriever.index.papers
        known = self.words()
        mended, typos = (text, {}) if tidied.language else mend_typos(text, known.papers, known.names)
        notes = tuple(f"read “{wrong}” as “{right}”" for wrong, right in typos.items())
        subjects = standalone.subjects or named_papers(mended, papers)
        kind = kind_of(_nameless(mended, subjects))
        kind = "fact" if kind in UNSEARCHED else kind
        of_one = len(standalone.subjects) == 1 or (len(subjects) == 1 and THINGS_OF_ONE.search(mended))
        of_one = of_one or (bool(subjects) and not LIST.search(mended))
        if kind == "list" and (of_one or (WITHIN_ONE.search(mended) and not OUT_OF_SEVERAL.search(mended))):
            kind = "fact"
        if (kind == "fact" or (kind == "list" and not ASKS_WHICH_PAPERS.search(mended))) and two_sided(mended, papers):
            kind = "compare"
        if kind == "compare" and (_compares_in_passing(mended, papers) or compared_within(mended, papers)):
            kind = "fact"
        alone = not (subjects or standalone.asked_before or tidied.language)
        # A name that opens the text has its capital from there too, so it may be a paper's though it names none surely.
        if kind == "fact" and alone and _is_topic(mended):
            kind = "fact" if mended.split()[0] in self.words().names.values() else "list"
        if kind == "overview" and subjects and not OF_THE_LIBRARY.search(mended):
            kind = "fact"
        if asks_for_similar(mended, subjects):
            kind = "list"
        if tidied.language and kind == "count" and not COUNTS_PAPERS.search(mended):
            kind = "fact"
        if tidied.paper and kind == "fact" and not subjects:
            subjects = (tidied.paper,)
        stated = stated_filters(mended, papers, kind)
        if standalone.asked_before and not standalone.subjects and not stated:
            stated = stated_filters(standalone.asked_before, papers, kind)
        merged = filters.merged(stated)
        clauses = () if kind != "fact" or standalone.subjects else parallel(mended, self._retriever, merged)
        kind = "compare" if clauses else kind
        return Question(
            question,
            mended,
            kind,
            merged,
            subjects,
            preferred(mended) if kind == "fact" else Filters(),
            (*notes, *tidied.notes),
            standalone.asked_before,
            tidied.language,
            clauses,
        )

    def _uncomputed(self, question: Question, given: Filters) -> Question:
        """Take what only sounds like one of the catalogue for a fact or a comparison, its times for part of it."""
        text = question.standalone
        sided = two_sided(text, self._retriever.index.papers)
        sounds = question.kind in ("count", "metadata") and (question.filters != given or sided)
        of_papers = not sided or question.kind != "count" or _COUNTED_HERE.search(text)
        if not sounds or (of_papers and compute(question, self._retriever) is not None):
            return question
        if sided:
            return replace(question, kind="compare")
        stated = stated_filters(text, self._retriever.index.papers, "fact")
        return replace(question, kind="fact", filters=given.merged(stated), prefers=preferred(text))

    def _alone(self, text: str, turns: Sequence[Turn], read: Standalone) -> str:
        """Return a question made to stand alone: by rule, or by the model where no rule finds the paper it leans on."""
        if self._writer is None or not read.asked_before or read.subjects:
            return read.text
        return rewritten(self._writer, text, turns) or read.text

    def _unclear(self, question: Question) -> Kind | None:
        """Return the kind of a question that has nothing to look for: of no topic, or of no known word."""
        text = question.standalone
        if question.kind not in ("fact", "list", "compare") or question.subjects or question.continues:
            return None
        papers = self._retriever.index.papers
        if question.filters or conditions(text, papers) or names_in(text) or LISTS_ALL.search(text):
            return None
        if AUTHORS_NAMED.search(text):
            return None
        index = self._retriever.index.lexical
        topic = topic_words(text)
        words = re.findall(r"[^\W\d_]{2,}", normalise(text))
        if words and not any(w in NO_TOPIC or index.analyzer.stem(w) in index.document_frequency for w in words):
            return "mash"
        pointing = question.kind == "fact" and POINTS_BACK.search(text) and len(topic) <= _FEW
        pointing = pointing and not described_in(text)
        return "bare" if not topic or pointing else None

    def words(self) -> Words:
        """Return the library's words and names, gathered once for a revision."""
        index = self._retriever.index
        if self._words.revision != index.revision:
            counts: dict[str, int] = {}
            for paper in index.papers:
                for word in set(re.findall(r"[^\W\d_]{4,}", normalise(f"{paper.title} {paper.abstract}"))):
                    counts[word] = counts.get(word, 0) + 1
            self._words = Words(index.revision, counts, names_of(index.papers))
        return self._words

    def _nearest(self, text: str) -> list[Hit]:
        """Return the papers nearest to a text, for telling what a question without a name is about."""
        return self._retriever.search(text, _NEAREST)


def _nameless(text: str, subjects: Sequence[Paper]) -> str:
    """Return a question without the names of papers, ending as it does; itself, where it is nothing else."""
    bare = without_names(text, subjects) if subjects else ""
    return f"{bare}?" if bare and text.rstrip().endswith("?") else bare or text
