"""The sides of a comparison: which words of a question stand for which paper, and what is left to compare."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from rag.abstention.declining import NEAR
from rag.lexical import STOPWORDS
from rag.questions.asked import names_in
from rag.questions.naming import A_PAPER, A_THING, MARK, marked, mention_of, named_papers, short_name, telling_of
from rag.retrieval.lists import reach_of

if TYPE_CHECKING:
    from ingest.paper import Paper
    from rag.questions.filters import Filters
    from rag.retrieval.retrieve import HybridRetriever

_TOGETHER = re.compile(
    r"\b(?:the|these|those|both|all)\s+(?P<count>two|three|four|2|3|4)?\s*(?P<about>(?:[^\s,:;?]+\s+){1,6}?)"
    r"(?:papers|studies|works|articles|methods|benchmarks|surveys|ones)\b(?P<rest>\s+(?:on|about|with|that|for|using)\s+"
    r"[^,:;?]+?(?=\s+(?:differ|compare|build|handle|approach|do|have|use|get|find|say|report)\b|\s*[,:;?]|$))?",
    re.IGNORECASE,
)
"""Several papers by what they share: "the two StarCraft papers"."""
_ONE = re.compile(
    r"\b(?:one|another|the (?:first|second|other))\s+(?:(?:is|was)\s+)?"
    r"(?P<about>(?:on|about|for|in|with|without|using|from|that|which|by)\s+[^,:;?]+?)"
    r"(?=\s*(?:[,:;?.]|$|\band (?:one|another|the (?:second|other))\b))",
    re.IGNORECASE,
)
"""One of several papers, each told apart: "two surveys, one on frogs and one on toads"."""
_ANOTHER = re.compile(
    r"\b(?:one|another|the (?:first|second|other))\s+"
    r"(?:team|group|paper|study|work|article|method|approach|framework|model)\s+(?P<about>[^,:;.?]+)"
    r"|\banother\s+(?P<more>[^,:;.?]+)",
    re.IGNORECASE,
)
"""The same by what it does: "one team counts frogs, another toads"."""
_OF_ALL = re.compile(
    r"\b(?:the |these |those )?(?:two|three|four|2|3|4)\s+(?P<about>(?:[^\s,:;?]+\s+){0,6}?)"
    r"(?:papers|studies|works|articles|methods|benchmarks|surveys|ones|frameworks|approaches)\b[\s,:–—-]*",
    re.IGNORECASE,
)
"""What they share: "two divide-and-conquer papers"."""
_APART = re.compile(
    r"\s*(?:[,:;?]|\s[-–—]\s|\b(?:and|or|vs\.?|versus|against|with|from|to|than|between|unlike|differs?|compares?)\b)\s*",
    re.IGNORECASE,
)
_COMPARING = frozenset(
    """compare compares compared comparing comparison contrast contrasting difference differences differ differs
    different versus vs side common relate put set similar similarity both either each respectively between against
    please tell me give show us list what how which paper papers approach approaches method methods""".split()
)
"""Words that compare and do not say what."""
_COUNTS = {"three": 3, "four": 4, "3": 3, "4": 4}
_AND = r"(?:\b(?:and|or|vs\.?|versus|against|than|(?:compared|as opposed) (?:to|with))\b|/|&)"
_JOINED = re.compile(
    rf"{MARK}[^.?:]{{0,50}}\b(?:than|outperforms?|beats?|surpass(?:es)?|differs? from"
    rf"|compares? (?:to|with)|relate[sd]? to)\s+{MARK}"
    rf"|{MARK}[’'\"”]?(?: [\w-]{{1,6}})?\s*,?\s*(?:\(\w+\)\s*)?{_AND}\s*"
    rf"(?:(?:the|that of|both|in|on|for|with|by|of|at|from|according to)\s+)*[‘'\"“]?{MARK}"
    rf"|{MARK}[^.?:]{{0,60}},? or (?:does|do|did|is|are|was|were|has|have|can) {MARK}"
    rf"|(?:{MARK}\s*{_AND}\s+[^:,;?]{{2,60}}|\b(?:and|or|vs\.?|versus)\s+{MARK})\s*[:,;?].*"
    r"\b(?:they|their|each|both|respectively|compare|differ|better)\b"
    rf"|{MARK}[^.?:;]{{0,40}},[^.?:;]{{0,40}}{MARK}[^.?:;]{{0,60}}\b(?:and|or)\b[^.?:;]{{0,25}}(?:\bthe\b|{MARK})"
    rf"|{MARK}[^.?:;]{{0,60}},[^.?:;]{{3,60}}\b(?:and|or)\b[^.?:;]{{0,40}}{MARK}"
    rf"|(?:{MARK}[^.?:;,]{{0,60}}\band\b[^.?:;]{{2,80}}|\band\b[^.?:;,]{{0,40}}{MARK}[^.?:;,]{{0,40}})\b(?:each|both)\b"
    r"(?!\s+(?:other|of|time|step)\b)"
    rf"|{MARK}\s*,?\s*(?:as opposed to|in contrast (?:to|with)|versus|vs\.?|compared (?:to|with))"
    r"\s+(?:the|that|those)\s"
    rf"|\b(?P<same>in|for|with|by|on)\s+{MARK}[^.?:;]{{3,80}},\s*(?:(?:and|while|but)\s+)?(?P=same)\s+{MARK}",
    re.IGNORECASE,
)
"""Two papers joined by an "and", or set against each other; one joined to something, and both then spoken of; or three
in a row."""
_CLAUSES = re.compile(r"(?<=[.?!])\s+|[:;]\s+")
_ASKS = re.compile(r"\b(?:what|which|who|when|where|why|how|whether|do|does|did|is|are|can)\b", re.IGNORECASE)
_NEAR = 10
"""Papers looked at for a side that is described."""
_LEAST = 4.0
_HELD_WEIGHT = 2.5
"""The paper described scores that many standard deviations above the library's mean, WEIGHT for all of the
description's words included."""
_REST_WEIGHT = 0.5
"""Weight of the score for the rest of the question beside that for the description."""
_TWO = 2


@dataclass(frozen=True)
class Sides:
    """The papers compared, in the order in which the question puts them."""

    papers: tuple[Paper, ...]
    rest: str
    """What is left of the question: what is compared, in its own words; empty where it says nothing more."""
    asked: str = ""
    """The part of it that asks: without what it tells of the papers first ("Both plan. What do they cost?")."""
    absent: tuple[str, ...] = ()
    """Sides that no paper of the library is, in the question's words."""


def find_sides(
    question: str, subjects: Sequence[Paper], retriever: HybridRetriever, filters: Filters | None = None
) -> Sides:
    """Find the papers that a question compares.

    Those it names come first; "the paper on X" is looked for by its own words, and so is what stands on the other
    side of an "and" or a "versus". No paper stands for two sides.

    Args:
        question: standalone.
        subjects: papers that the conversation is about.
        retriever: over the library.
        filters: papers that may be compared.
    """
    search = _Search(question, retriever, filters)
    search.names()
    search.apart()
    search.described(A_PAPER)
    if len(search.found) < _TWO and not search.together():
        search.described(A_THING)
    if len(search.found) + len(search.absent) < _TWO:
        for paper in subjects:
            search.found.setdefault(paper, len(question))
    if len(search.found) + len(search.absent) < _TWO:
        search.beside()
    order = sorted(search.found, key=lambda p: search.found[p])
    rest = _aspect(search.text)
    return Sides(tuple(order), rest, _asking(rest), tuple(search.absent))


def two_sided(text: str, papers: Sequence[Paper]) -> bool:
    """Tell whether a question sets papers side by side: two that it names or describes, joined by an "and"."""
    left = text
    for paper in named_papers(text, papers):
        if match := mention_of(paper, left, papers):
            left = marked(left, match)
    if len(_ANOTHER.findall(left)) >= _TWO or (_OF_ALL.search(left) and len(_ONE.findall(left)) >= _TWO):
        return True
    for match in [m for m in A_PAPER.finditer(left) if telling_of(m.group())]:
        left = left.replace(match.group(), MARK)
    together = _TOGETHER.search(text)
    counted = together is not None and together["count"] and telling_of(together["about"])
    return bool(_JOINED.search(left) or counted)


@dataclass
class _Search:
    """A question whose sides are found one by one, and put out of its text as they are."""

    text: str
    retriever: HybridRetriever
    filters: Filters | None
    found: dict[Paper, int] = field(default_factory=dict)
    """The papers found, and where the question speaks of them."""
    absent: list[str] = field(default_factory=list)
    _rest: dict[Paper, float] | None = None

    def names(self) -> None:
        """Find the papers that the question names."""
        papers = self.retriever.index.papers
        for paper in named_papers(self.text, papers):
            match = mention_of(paper, self.text, papers)
            admitted = not self.filters or self.filters.admit(paper)
            if not admitted:
                self.absent.append(match.group() if match else short_name(paper))
            if match:
                self._take(paper if admitted else None, match)
            elif admitted:
                self.found.setdefault(paper, 0)

    def apart(self) -> None:
        """Find the papers that the question counts and tells apart: "two surveys, one on frogs and one on toads"."""
        if len(_ANOTHER.findall(self.text)) >= _TWO:
            while match := _ANOTHER.search(self.text):
                self._take(self._nearest(" ".join(telling_of(match["about"] or match["more"]))), match)
            return
        shared = _OF_ALL.search(self.text)
        if shared is None or len(_ONE.findall(self.text)) < _TWO:
            return
        while match := _ONE.search(self.text):
            if MARK in match.group():
                self._take(None, match)  # it is named, too
                continue
            telling = telling_of(f"{shared['about']} {match['about']}")
            paper = self._nearest(" ".join(telling))
            if paper is None:
                self.absent.append(match.group().strip())
            self._take(paper, match)
        self.text = self.text.replace(shared.group(), " ", 1)

    def described(self, pattern: re.Pattern[str]) -> None:
        """Find the papers that the question describes."""
        while match := next((m for m in pattern.finditer(self.text) if telling_of(m.group())), None):
            paper = self._nearest(" ".join(telling_of(match.group())))
            if paper is None:
                self.absent.append(match.group().strip())
            self._take(paper, match)

    def together(self) -> bool:
        """Find the papers that the question describes as several; tell whether it does."""
        match = _TOGETHER.search(self.text)
        telling = telling_of(f"{match['about']} {match['rest'] or ''}") if match else []
        if not match or not telling:
            return False
        for _ in range(_COUNTS.get((match["count"] or "").lower(), _TWO)):
            if paper := self._nearest(" ".join(telling)):
                self.found[paper] = match.start()
        self.text = f"{self.text[: match.start()]} {MARK} {self.text[match.end() :]}"
        return True

    def beside(self) -> None:
        """Find the papers that the words around "and", "versus" and the like stand for."""
        pieces = [piece for piece in _APART.split(self.text) if MARK in piece or telling_of(piece)]
        at = next((i for i, piece in enumerate(pieces) if MARK in piece), None)
        wanted = pieces[:_TWO] if at is None else pieces[max(0, at - 1) : at + _TWO]
        for piece in wanted:
            if MARK in piece or len(self.found) >= _TWO:
                continue
            if paper := self._nearest(" ".join(telling_of(piece))):
                self.found[paper] = self.text.find(piece)
                self.text = self.text.replace(piece, f" {MARK} ")

    def _take(self, paper: Paper | None, match: re.Match[str]) -> None:
        if paper is not None:
            self.found.setdefault(paper, match.start())
        # as long as what it stands for, so that places keep their order
        self.text = self.text[: match.start()] + MARK.ljust(len(match.group())) + self.text[match.end() :]

    def _nearest(self, words: str) -> Paper | None:
        """Return the paper that some words describe, among those that stand for no side yet.

        What the question asks of both sides helps to tell which is meant: "the paper with 100 samples: how far does
        it get the context window?"
        """
        index = self.retriever.at_hand
        names = [n for n in names_in(words) if any(_writes(p, n) for p in index.papers)]
        others = [w for w in words.split() if w not in names] if names else []
        wordings = index.topic_words.wordings(" ".join(others) or words)
        reach = reach_of(len(index.papers))
        rest = self._of_the_rest()
        best: tuple[float, Paper] | None = None
        for hit in self.retriever.search(words, _NEAR, self.filters):
            held = index.topic_words.coverage(wordings, index.place[hit.paper.paper_id])
            value = hit.score / reach + _HELD_WEIGHT * held
            ranked = value + _REST_WEIGHT * rest.get(hit.paper, 0.0)
            near = held > 0 or hit.similarity >= NEAR
            near = near and all(_writes(hit.paper, name) for name in names)
            if hit.paper not in self.found and near and value >= _LEAST and (best is None or ranked > best[0]):
                best = (ranked, hit.paper)
        return best[1] if best else None

    def _of_the_rest(self) -> dict[Paper, float]:
        """Return the scores of papers for what the question asks of both sides."""
        if self._rest is None:
            said = _aspect(A_PAPER.sub(f" {MARK} ", _TOGETHER.sub(f" {MARK} ", self.text)))
            hits = self.retriever.search(said, len(self.retriever.index.papers), self.filters) if said else []
            self._rest = {hit.paper: hit.score for hit in hits}
        return self._rest


def _writes(paper: Paper, name: str) -> bool:
    """Tell whether a paper holds a name as it is written, maybe with a version behind it."""
    return re.search(rf"(?<!\w){re.escape(name)}", f"{paper.title} {paper.abstract}") is not None


def _aspect(text: str) -> str:
    """Return what a question compares, given its text with the papers marked; empty where it says nothing more."""
    text = re.sub(rf"\([^()]*{MARK}[^()]*\)", f" {MARK} ", text)  # the papers meant, behind a follow-up
    text = re.sub(rf"(?:['’]s\b)?\s*{MARK}\s*(?:['’]s\b)?", f" {MARK} ", text)
    behind = text.rpartition(MARK)[2]
    _, colon, after = text.rpartition(":")
    for part in (after if colon else "", text):
        said = " ".join(re.sub(rf"{MARK}|\b(?:and|or|vs\.?|versus)\s+(?={MARK})", " ", part).split()).strip(" ,;:?.-–")
        if re.search(r"[^\W\d_]", said) and _says_aspect(said):
            return said
    return behind.strip() if _says_aspect(behind) else ""


def _asking(rest: str) -> str:
    """Return the part of what a question compares that asks; the whole where no part does so by itself."""
    parts = [part for part in _CLAUSES.split(rest) if _ASKS.search(part) and _says_aspect(part)]
    return parts[-1].strip() if parts else rest


def _says_aspect(text: str) -> bool:
    return any(w.lower() not in STOPWORDS | _COMPARING for w in re.findall(r"[^\W\d_]+", text))
