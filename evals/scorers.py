"""Scorers: a row and its answer in, named scores with explanations out.

A score's ``value`` is 0..1 (or a plain figure for length and time); ``None`` means *unscored*, and the explanation says
why. A score that has no sense for a row is not given at all. What makes a whole row *right* is written at
:func:`verdict`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from evals.catalogue import catalogue_score
from evals.judge import word_judge
from evals.matching import occurs_any, title_key, without_markers
from evals.metrics.abstention import Outcome
from evals.metrics.citations import Judge, citation_score, claims_of, quote_failures, supported_share
from evals.metrics.content import answer_words, list_precision, list_recall, must_not_hits, nugget_recall
from evals.metrics.ranking import hit_in_first, ndcg_at_k, recall_at_k, reciprocal_rank
from evals.recompute import recompute
from evals.rows import FactRow
from ingest.paper import Paper
from rag.answer import Answer, Sentence

LIST_TYPES = frozenset({"list", "filter"})
CATALOGUE_TYPES = frozenset({"count", "metadata"})
SMALL_TALK_WORDS = 60
_CORRECTS = re.compile(
    r"\b(?:does not|do not|did not|is not|are not|was not|were not|doesn't|isn't|don't|cannot|no evidence|nothing"
    r"|not stated|not mentioned|instead|rather than|contrary|the opposite|in fact|actually|premise)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Score:
    """One named figure of one row, and why it is what it is."""

    name: str
    value: float | None
    explanation: str = ""


@dataclass(frozen=True)
class Shelf:
    """The papers of a library, by id and by title."""

    papers: Mapping[str, Paper]

    @classmethod
    def of(cls, papers: Sequence[Paper]) -> Shelf:
        """Lay papers on a shelf."""
        return cls({p.paper_id: p for p in papers})

    def ids(self, titles: Sequence[str]) -> list[str]:
        """Return the ids of those titles that are here."""
        by_title = {title_key(p.title): p.paper_id for p in self.papers.values()}
        return [by_title[key] for t in titles if (key := title_key(t)) in by_title]


@dataclass(frozen=True)
class Case:
    """A row, its answer, and its gold and maybe papers as ids of the library asked."""

    row: FactRow
    answer: Answer
    gold: tuple[str, ...]
    maybe: tuple[str, ...]
    shelf: Shelf

    @property
    def cited(self) -> list[str]:
        """Ids of the cited papers, in order."""
        return [c.paper_id for c in self.answer.citations]

    def title(self, paper_id: str) -> str:
        """Title of a paper, its id where it is not known."""
        paper = self.shelf.papers.get(paper_id)
        return paper.title if paper else paper_id


def _ranking(case: Case) -> Iterator[Score]:
    if not case.gold or not case.row.answerable:
        return
    ranked = [s.paper_id for s in case.answer.sources]
    places = {g: ranked.index(g) + 1 if g in ranked else 0 for g in case.gold}
    said = "; ".join(f"{case.title(g)}: {f'place {p}' if p else 'not retrieved'}" for g, p in places.items())
    for k in (1, 5, 10):
        yield Score(f"recall@{k}", recall_at_k(ranked, case.gold, k), said)
    yield Score("mrr", reciprocal_rank(ranked, case.gold), said)
    yield Score("ndcg@10", ndcg_at_k(ranked, dict.fromkeys(case.gold, 1.0), 10), said)


def _contents(case: Case) -> Iterator[Score]:
    row, text = case.row, case.answer.text
    if row.nuggets:
        missed = [" / ".join(n) for n in row.nuggets if not occurs_any(n, without_markers(text))]
        said = f"missing: {'; '.join(missed)}" if missed else "all there"
        yield Score("nugget_recall", nugget_recall(text, row.nuggets), said)
    if row.must_not:
        hits = must_not_hits(text, row.must_not, row.question)
        yield Score("must_not_clean", float(not hits), f"it says: {'; '.join(hits)}" if hits else "none said")
    yield Score("answer_words", float(answer_words(text)))


def _first_sentences(case: Case) -> Iterator[Score]:
    """Whether one of the first sentences about papers holds a nugget."""
    if not case.row.nuggets:
        return
    shown = [s for s in case.answer.sentences if s.support != "not_a_claim"]
    gold = {i for i, s in enumerate(shown) if any(occurs_any(n, s.text) for n in case.row.nuggets)}
    for k in (1, 3):
        said = f"sentences with a fact asked for: {', '.join(str(i + 1) for i in sorted(gold)) or 'none'}"
        yield Score(f"answer_in_first_{k}", hit_in_first(range(len(shown)), gold, k), said)


def _papers_named(case: Case) -> Iterator[Score]:
    row, cited = case.row, case.cited
    if not row.answerable or not case.gold or row.type in CATALOGUE_TYPES:
        return
    missed = [case.title(g) for g in case.gold if g not in cited]
    astray = [case.title(c) for c in cited if c not in case.gold and c not in case.maybe]
    said = f"not cited: {'; '.join(missed) or 'none'} | cited beside: {'; '.join(astray) or 'none'}"
    yield Score("gold_cited", list_recall(cited, case.gold), said)
    if row.type in LIST_TYPES:
        yield Score("list_recall", list_recall(cited, case.gold), said)
        yield Score("list_precision", list_precision(cited, case.gold, case.maybe), said)


def _texts_cited(case: Case, sentence: Sentence) -> list[str]:
    """Return, for each paper the sentence cites, its title with the words quoted from it."""
    papers = {c.n: c.title for c in case.answer.citations}
    quoted: dict[int, list[str]] = {}
    for evidence in sentence.evidence:
        quoted.setdefault(evidence.n, []).append(evidence.quote)
    return ["\n".join([papers.get(n, ""), *quotes]) for n, quotes in quoted.items()]


def _citations(case: Case, judge: Judge) -> Iterator[Score]:
    claims = claims_of(case.answer)
    if not claims:
        return
    scored = citation_score([(s.text, _texts_cited(case, s)) for s in claims], judge)
    told = len(claims) - scored.unscored
    said = "; ".join(scored.failures) or "every sentence is carried by the words it cites"
    unsure = f"{scored.unscored} of {len(claims)} sentences could not be judged"
    yield Score("citation_recall", scored.recall if told else None, said if told else unsure)
    yield Score("citation_precision", scored.precision if told else None, said if told else unsure)
    doubted = [f"{s.support}: {s.text}" for s in claims if s.support != "supported"]
    if all(s.support == "unscored" for s in claims):
        yield Score("supported_share", None, "the product scored none of its sentences")
    else:
        yield Score("supported_share", supported_share(case.answer), "; ".join(doubted) or "all supported")
    total, failures = quote_failures(case.answer, dict(case.shelf.papers))
    if total:
        yield Score("quote_exact", 1 - len(failures) / total, "; ".join(failures) or f"{total} quotes, all exact")


def corrects(answer: Answer) -> bool:
    """Tell whether the answer, in words that are not a mere quote, turns a premise down."""
    quotes = {e.quote.strip() for s in answer.sentences for e in s.evidence}
    own = [s.text for s in answer.sentences if s.text.strip() not in quotes]
    return any(_CORRECTS.search(text) for text in own)


def _abstention(case: Case) -> Iterator[Score]:
    answer, row = case.answer, case.row
    said = answer.abstention_reason or ("missing: " + "; ".join(answer.missing) if answer.missing else "answered")
    if row.answerable:
        yield Score("not_refused", float(not answer.abstained), said)
        return
    yield Score("declined", float(answer.abstained), said)
    yield Score("flagged", float(bool(answer.missing)), said)
    if row.type == "false_premise":
        yield Score("corrected", float(corrects(answer)), "judged by the words of sentences that are not quotes")


def _catalogue(case: Case) -> Iterator[Score]:
    if case.row.recompute:
        expected = recompute(case.row.recompute, list(case.shelf.papers.values()))
        value, said = catalogue_score(expected, case.answer, case.shelf.papers)
        yield Score("catalogue", value, said)


def _unanswerable_right(values: Mapping[str, float | None]) -> str:
    held = any(values.get(name) for name in ("declined", "flagged", "corrected"))
    return "" if held else "answered a question that has no answer here"


def _small_talk_right(case: Case) -> str:
    if case.answer.citations:
        return "cited papers in small talk"
    if case.answer.abstained and case.answer.sources:
        return "searched and declined, where a short reply was due"
    length = answer_words(case.answer.text)
    return f"{length} words for small talk" if length > SMALL_TALK_WORDS else ""


def _list_right(values: Mapping[str, float | None]) -> str:
    recall, precision = values.get("list_recall") or 0.0, values.get("list_precision") or 0.0
    return "" if min(recall, precision) >= 0.5 else f"list recall {recall:.2f}, precision {precision:.2f}"


def _fact_right(case: Case, values: Mapping[str, float | None]) -> str:
    """Nuggets there and the paper cited: all gold papers in a comparison or without nuggets, else one."""
    nuggets, cited = values.get("nugget_recall"), values.get("gold_cited")
    if case.row.type == "overview":
        return "" if (1.0 if nuggets is None else nuggets) >= 0.5 else "less than half of the themes"
    if nuggets is not None and nuggets < 1:
        return "a fact asked for is missing"
    all_gold = case.row.type == "compare" or nuggets is None
    if cited is not None and (cited < 1 if all_gold else cited <= 0):
        return "a paper that answers is not cited"
    return ""


def verdict(case: Case, values: Mapping[str, float | None]) -> Score:
    """Say whether the row as a whole is right.

    - Any row: no must-not is said, and an answerable one is not declined.
    - Not answerable: declined, or the gap named in ``missing``, or (false premise) the text turns the premise down.
    - Count and metadata: the catalogue score is 1.
    - List and filter: at least half of the papers named belong, and at least half of those belonging are named.
    - Overview: at least half of the themes. Small talk: see :data:`SMALL_TALK_WORDS`; no citation, no search declined.
    - All others: every nugget, and a gold paper cited (all of them in a comparison, or where there are no nuggets).
    """
    row = case.row
    if values.get("must_not_clean") == 0:
        why = "it says what it must not"
    elif not row.answerable:
        why = _unanswerable_right(values)
    elif row.type == "small_talk":
        why = _small_talk_right(case)
    elif case.answer.abstained:
        why = f"declined: {case.answer.abstention_reason}"
    elif row.recompute:
        why = "" if values.get("catalogue") == 1 else "the catalogue says otherwise"
    elif row.type in LIST_TYPES:
        why = _list_right(values)
    else:
        why = _fact_right(case, values)
    return Score("right", float(not why), why or "right")


Scorer = Callable[[Case], Iterator[Score]]
_SCORERS: tuple[Scorer, ...] = (
    _ranking, _contents, _first_sentences, _papers_named, _abstention, _catalogue,
)  # fmt: skip


def score_row(row: FactRow, answer: Answer, shelf: Shelf, judge: Judge = word_judge) -> list[Score]:
    """Score one answer; the first score is ``right``."""
    case = Case(row, answer, tuple(shelf.ids(row.gold)), tuple(shelf.ids(row.maybe)), shelf)
    scores = [s for scorer in _SCORERS for s in scorer(case)] + list(_citations(case, judge))
    return [verdict(case, {s.name: s.value for s in scores}), *scores]


def confidence_of(answer: Answer) -> float | None:
    """How sure the answer is: the score of the best paper retrieved, times the mean score of the sentences shown.

    Either alone says little: a verbatim quote is carried by its paper whether or not it answers. ``None`` when the
    answer declines.
    """
    if answer.abstained:
        return None
    near = max((s.score for s in answer.sources), default=0.0)
    scored = [s.score for s in answer.sentences if s.score is not None]
    return near * (sum(scored) / len(scored) if scored else 1.0)


def outcome_of(row: FactRow, answer: Answer, right: bool) -> Outcome:
    """Return what the abstention metrics need to know of an answer."""
    return Outcome(row.answerable, answer.abstained, bool(answer.missing), right, confidence_of(answer))
