"""The checker of the fact and claim sets: what a machine can prove about the rows, it proves.

It runs over the papers as citetrail itself read them. Findings of level ``error`` make a row unfit to be measured with.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from evals.judge import numbers
from evals.matching import STOPWORDS, content_words, match_form, ngrams, occurs, occurs_any, stem, title_key, words
from evals.recompute import CannotRecompute, recompute
from evals.rows import CORRUPTED, FAITHFUL, ClaimRow, FactRow
from ingest.merge import merge
from ingest.paper import Paper
from ingest.sources import expand, read_file

COPIED = 5
FREE_OF_GOLD = frozenset({"overview", "small_talk", "count", "metadata"})


@dataclass(frozen=True)
class Finding:
    """What is wrong with a row."""

    row_id: str
    message: str
    level: Literal["error", "warning"] = "error"

    def __str__(self) -> str:
        """One line."""
        return f"{self.level}: {self.row_id}: {self.message}"


@dataclass(frozen=True)
class Coverage:
    """How much a fact set asks about."""

    rows: int
    papers: int
    by_type: dict[str, int]
    by_split: dict[str, int]


def read_papers(paths: Iterable[Path]) -> list[Paper]:
    """Read digests with the product's own readers, without making a library.

    Raises:
        InputError: a file cannot be read.
    """
    return merge(entry for path in expand(list(paths)) for entry in read_file(path).entries)


def coverage_of(rows: Sequence[FactRow]) -> Coverage:
    """Count rows, and the papers that an answerable row asks about."""
    asked = {title_key(t) for row in rows if row.answerable for t in row.titles}
    return Coverage(len(rows), len(asked), dict(Counter(r.type for r in rows)), dict(Counter(r.split for r in rows)))


class FactChecker:
    """Checks fact rows against papers.

    Args:
        papers: every paper the rows may speak of.
        complete: whether these are all of them; else rows that name others are passed over.
    """

    def __init__(self, papers: Sequence[Paper], *, complete: bool = True) -> None:
        self._papers = papers
        self._complete = complete
        self._by_title = {title_key(p.title): p for p in papers}
        self._titles = {gram for p in papers for gram in ngrams(words(p.title), COPIED)}
        self._abstracts = {gram: p.title for p in papers for gram in ngrams(words(p.abstract), COPIED)}

    def check(self, row: FactRow) -> list[Finding]:
        """Return what is wrong with one row."""
        missing = [t for t in row.titles if title_key(t) not in self._by_title]
        if missing:
            found = [Finding(row.id, f"there is no paper {title!r}") for title in missing]
            return found if self._complete else []
        rules = (self._form, self._nuggets, self._must_not, self._unanswerable, self._copies, self._catalogue)
        maybe = [f"there is no paper {t!r}" for t in row.maybe if self._complete and title_key(t) not in self._by_title]
        errors = [Finding(row.id, m) for m in maybe] + [Finding(row.id, m) for rule in rules for m in rule(row)]
        return errors + [Finding(row.id, m, "warning") for m in self._doubts(row)]

    def _gold(self, row: FactRow) -> list[Paper]:
        return [self._by_title[title_key(t)] for t in row.gold]

    def _form(self, row: FactRow) -> Iterator[str]:
        if row.type == "follow_up" and not 2 <= len(row.turns) <= 4:
            yield "a follow-up has two to four turns"
        if row.answerable and not row.gold and row.type not in FREE_OF_GOLD:
            yield "answerable, but no gold paper"
        if row.type in ("absent", "missing_detail", "false_premise") and row.answerable:
            yield f"{row.type} rows are not answerable"
        if row.type == "absent" and row.gold:
            yield "absent, but a gold paper is named"
        if set(map(title_key, row.gold)) & set(map(title_key, row.maybe)):
            yield "a paper is both gold and maybe"

    def _nuggets(self, row: FactRow) -> Iterator[str]:
        gold = self._gold(row) or (list(self._papers) if row.type == "overview" else [])
        for nugget in row.nuggets:
            if any(occurs(spelling, row.question) for spelling in nugget):
                yield f"nugget {nugget[0]!r} stands in the question"
            there = any(occurs_any(nugget, p.abstract) or self._in_title(row, nugget, p) for p in gold)
            if not there:
                yield f"nugget {nugget[0]!r} is not found in a gold abstract"

    @staticmethod
    def _in_title(row: FactRow, nugget: tuple[str, ...], paper: Paper) -> bool:
        return row.type == "overview" and occurs_any(nugget, paper.title)

    def _must_not(self, row: FactRow) -> Iterator[str]:
        if not row.answerable:
            return
        for string in row.must_not:
            for paper in self._gold(row):
                if occurs(string, paper.abstract) or occurs(string, paper.title):
                    yield f"must-not {string!r} stands in {paper.title!r}"

    def _unanswerable(self, row: FactRow) -> Iterator[str]:
        if row.answerable:
            return
        if row.nuggets or row.recompute:
            yield "not answerable, but it has nuggets or a computation"

    def _doubts(self, row: FactRow) -> Iterator[str]:
        """A detail that is missing leaves a trace: some word of the question stands nowhere in the paper."""
        if row.answerable:
            return
        asked = {stem(w) for w in content_words(row.question)}
        suspects = {"missing_detail": self._gold(row), "absent": self._papers}.get(row.type, [])
        for paper in suspects:
            said = {stem(w) for w in content_words(f"{paper.title} {paper.abstract}")}
            if asked and asked <= said:
                yield f"every word it asks for stands in {paper.title!r}: is it answerable?"

    def _copies(self, row: FactRow) -> Iterator[str]:
        for turn in row.turns:
            for gram in ngrams(words(turn), COPIED):
                if gram in self._abstracts and gram not in self._titles and not _is_free(gram, turn):
                    yield f"{' '.join(gram)!r} is copied from the abstract of {self._abstracts[gram]!r}"

    def _catalogue(self, row: FactRow) -> Iterator[str]:
        if row.type not in ("count", "metadata") and not row.recompute:
            return
        try:
            expected = recompute(row.recompute, self._papers)
        except CannotRecompute as error:
            if self._complete:
                yield str(error)
            return
        if not expected.paper_ids:
            yield "its computation finds no paper"


def _is_free(gram: tuple[str, ...], turn: str) -> bool:
    """Tell whether a run of words is anyone's to use.

    One with fewer than three words that carry meaning is, and one that is a name with what goes with it: half of those
    words or more are capitalised or hold a digit in the turn.
    """
    telling = [w for w in gram if w not in STOPWORDS]
    capitals = {match_form(w) for w in _bare_words(turn) if w[:1].isupper() or any(c.isdigit() for c in w)}
    return len(telling) < 3 or 2 * sum(w in capitals for w in telling) >= len(telling)


def _bare_words(turn: str) -> list[str]:
    return "".join(c if c.isalnum() else " " for c in turn).split()


def check_facts(rows: Sequence[FactRow], papers: Sequence[Paper], *, complete: bool = True) -> list[Finding]:
    """Check a fact set against papers (see :class:`FactChecker`)."""
    checker = FactChecker(papers, complete=complete)
    return [finding for row in rows for finding in checker.check(row)]


def check_claims(rows: Sequence[ClaimRow], papers: Sequence[Paper], *, complete: bool = True) -> list[Finding]:
    """Check a claim set: papers exist, labels fit operators, nothing is copied, faithful numbers are the paper's."""
    by_title = {title_key(p.title): p for p in papers}
    findings = []
    for row in rows:
        paper = by_title.get(title_key(row.paper))
        if paper is None:
            findings += [Finding(row.id, f"there is no paper {row.paper!r}")] if complete else []
            continue
        for rule in _CLAIM_RULES:
            findings += [Finding(row.id, message, level) for level, message in rule(row, paper, by_title)]
    return findings


_Rule = Callable[[ClaimRow, Paper, dict[str, Paper]], Iterator[tuple[Literal["error", "warning"], str]]]


def _label_fits(
    row: ClaimRow, paper: Paper, by_title: dict[str, Paper]
) -> Iterator[tuple[Literal["error", "warning"], str]]:
    if row.supported != (row.operator in FAITHFUL):
        yield "error", f"{row.operator} does not make a {row.label} claim"
    if row.operator not in FAITHFUL + CORRUPTED:
        yield "error", f"unknown operator {row.operator!r}"
    if (row.operator == "wrong_paper") != bool(row.true_of):
        yield "error", "'true_of' belongs to wrong_paper claims, and to them only"
    if row.true_of and title_key(row.true_of) == title_key(row.paper):
        yield "error", "'true_of' is the paper itself"


def _own_words(
    row: ClaimRow, paper: Paper, by_title: dict[str, Paper]
) -> Iterator[tuple[Literal["error", "warning"], str]]:
    if set(ngrams(words(row.claim), 8)) & set(ngrams(words(paper.abstract), 8)):
        yield "warning", "eight words in a row are the abstract's"


def _numbers_stand(
    row: ClaimRow, paper: Paper, by_title: dict[str, Paper]
) -> Iterator[tuple[Literal["error", "warning"], str]]:
    strange = numbers(row.claim) - numbers(f"{paper.title} {paper.abstract}")
    if row.supported and strange:
        yield "warning", f"a faithful claim with a number the abstract lacks: {sorted(strange)[0]}"
    if row.true_of and (other := by_title.get(title_key(row.true_of))):
        elsewhere = numbers(row.claim) - numbers(f"{other.title} {other.abstract}")
        if elsewhere:
            yield "warning", f"a number that the paper it is true of lacks: {sorted(elsewhere)[0]}"


_CLAIM_RULES: tuple[_Rule, ...] = (_label_fits, _own_words, _numbers_stand)
