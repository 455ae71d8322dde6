"""Follow-ups: a question that leans on the conversation, made to stand alone without a model.

A question is held against one rule after the other, each for one way of leaning; the first that fits makes it stand
alone. One that fits none is left as it is, whatever was said before.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ingest.paper import Paper
from ingest.text import normalise
from rag import pointers
from rag.answer import Turn
from rag.asked import names_in
from rag.inside import counted_item, other_item
from rag.lexical import STOPWORDS, Analyzer
from rag.naming import (
    described_in,
    mention_of,
    named_papers,
    quoted_papers,
    short_name,
    telling_of,
    without_names,
)
from rag.catalogue_phrases import OVERVIEW
from rag.pointers import SHORT, leans, points_back
from rag.question import kind_of, stated_filters, topic_words, without_filters
from rag.talk import Talk

if TYPE_CHECKING:
    from rag.retrieve import Hit

__all__ = [
    "Standalone",
    "leans",
    "make_standalone",
    "named_papers",
    "quoted_papers",
    "short_name",
    "without_names",
]

_OVER_PAPERS = ("count", "metadata", "list", "overview")
"""Kinds of questions asked of many papers."""
_NEAR = 4
"""A question that points nowhere is about the paper just talked of when that is among so many nearest."""
_STANDS_OUT = 4.0
"""Standard deviations above the library's mean from which a paper is what a question is after, whatever was said."""
_DESCRIBED = 2.5
"""The same from which a paper is the one that "the one on ..." describes."""
_OF_ITEMS = re.compile(r"benchmark|data ?set|task|model|baseline|algorithm", re.IGNORECASE)
_analyzer = Analyzer()

Nearest = Callable[[str], Sequence["Hit"]]


@dataclass(frozen=True)
class Standalone:
    """A question made to stand alone, and the papers it leans on."""

    text: str
    subjects: tuple[Paper, ...] = ()
    asked_before: str = ""
    """The earlier question it continues, where it leans on one."""


@dataclass(frozen=True)
class _Asked:
    """A question in its conversation."""

    text: str
    talk: Talk
    papers: Sequence[Paper]
    nearest: Nearest | None

    @property
    def named(self) -> tuple[Paper, ...]:
        return named_papers(self.text, self.papers)

    @property
    def short(self) -> bool:
        return len(self.text.split()) <= SHORT

    def about(self, text: str, *subjects: Paper) -> Standalone:
        """Return the question made to stand alone."""
        return Standalone(re.sub(r"\s+", " ", text).strip(), subjects, self.talk.before)


def make_standalone(
    text: str, history: Sequence[Turn], papers: Sequence[Paper], nearest: Nearest | None = None
) -> Standalone:
    """Make a question stand alone.

    The papers talked about are those the last answers quote or name, and those the user named; "the second one",
    "it" and "its" are replaced by the name of the paper meant, "these" stands for all of them.

    Args:
        text: the question.
        history: the conversation so far, oldest first.
        papers: the library's papers.
        nearest: gives the papers nearest to a text, best first.
    """
    talk = Talk.of(history, papers)
    if talk:
        asked = _Asked(text, talk, papers, nearest)
        for rule in (_with_filters, _of_another, _of_described, _of_group, _continued, _of_item, _of_paper, _stays):
            if made := rule(asked):
                return made
    return Standalone(text)


def _with_filters(asked: _Asked) -> Standalone | None:
    """Read "and in digest 2?" and "only the ones with code"."""
    text, talk = asked.text, asked.talk
    if not asked.short or asked.named or topic_words(text) or not stated_filters(text, asked.papers):
        return None
    core = pointers.CONTINUES.sub("", text, count=1)
    group = talk.group()
    if pointers.RESTRICTS.search(text) or pointers.GROUP.search(text) or re.search(r"\bones\b", text):
        return asked.about(f"Which of these papers: {core.strip(' ?')}?", *group) if len(group) > 1 else None
    if kind_of(core) in _OVER_PAPERS or kind_of(talk.before) not in _OVER_PAPERS:
        return None
    before = pointers.DANGLING.sub("", without_filters(talk.before).strip(" ?"))
    return Standalone(re.sub(r"\s+", " ", f"{before} {core}").strip())


def _of_another(asked: _Asked) -> Standalone | None:
    """Read "what about TAROT?", and "how does it compare with TAROT?"."""
    if not asked.named:
        return None
    subject = asked.talk.subject
    if subject and subject not in asked.named and points_back(asked.text, asked.papers):
        return asked.about(_replaced(asked.text, short_name(subject)), subject, *asked.named)
    if not pointers.CONTINUES.match(asked.text) or not asked.short:
        return Standalone(asked.text)
    core = pointers.CONTINUES.sub("", asked.text, count=1)
    rest = mention.group() if (mention := mention_of(asked.named[0], core)) else ""
    if _says_more(core.replace(rest, " ")):
        return asked.about(core, *asked.named)
    return asked.about(_asked_of(asked, short_name(asked.named[0])), *asked.named)


def _of_described(asked: _Asked) -> Standalone | None:
    """Read "and the one about fishing?"."""
    match = described_in(asked.text)
    continues = pointers.CONTINUES.match(asked.text)
    group = asked.talk.group()
    among = match and match.group().lower().startswith("the one") and len(group) > 1
    if not match or not asked.nearest or not (continues or among) or not asked.short:
        return None
    hits = asked.nearest(" ".join(telling_of(match.group())))
    likely = [h.paper for h in hits if h.paper in group] if len(group) > 1 else []
    likely += [h.paper for h in hits[:1] if h.score >= _DESCRIBED]
    if not likely:
        return None
    core = pointers.CONTINUES.sub("", asked.text, count=1)
    if _says_more(core.replace(match.group(), " ")):
        return asked.about(core.replace(match.group(), short_name(likely[0])), likely[0])
    return asked.about(_asked_of(asked, short_name(likely[0])), likely[0])


def _of_group(asked: _Asked) -> Standalone | None:
    """Read "which of these ...?", "do both ...?", "compare the two"."""
    text = pointers.NO_POINTER.sub(" ", asked.text)
    match = pointers.GROUP.search(text)
    if not match or asked.named or pointers.ORDINAL.search(asked.text):
        return None
    word = match.group().lower()
    group = asked.talk.group(pointers.COUNTS.get((match["count"] or word).lower(), 0))
    of_them = re.search(r"\bof (?:them|these|those)\b", text, re.IGNORECASE)
    if len(group) < 2 or (word in ("they", "them") and not of_them and len(set(asked.talk.papers)) == 1):
        return None
    names = [short_name(p) for p in group]
    return asked.about(f"{asked.text} ({', '.join(names[:-1])} and {names[-1]})", *group)


def _continued(asked: _Asked) -> Standalone | None:
    """Read "and on ImageNet?", "what about the cost?", and "and about proteins?" after a list."""
    text, talk = asked.text, asked.talk
    pointing = pointers.BARE_PRONOUN.search(text) or pointers.ORDINAL.search(text) or pointers.OTHER.search(text)
    if not pointers.CONTINUES.match(text) or pointing or not asked.short:
        return None
    core = pointers.CONTINUES.sub("", text, count=1)
    telling = telling_of(core)
    single = talk.subject if len(set(talk.papers)) == 1 else None
    if single and (pointers.OF_A_PAPER.search(core) or _holds(single, telling or [core])):
        whole = f"{talk.before.rstrip(' ?')} {core}" if pointers.ABOUT.match(core) else _replaced(core, short_name(single))
        return asked.about(whole, single)
    if not telling or kind_of(core) != "fact":
        return Standalone(core) if telling else None
    if talk.listed:
        return asked.about(f"Which papers are about {pointers.ABOUT.sub('', core).strip(' ?')}?")
    hits = asked.nearest(core) if asked.nearest else ()
    return Standalone(core) if hits and hits[0].score >= _STANDS_OUT else None


def _of_item(asked: _Asked) -> Standalone | None:
    """Read "the second benchmark" and "the other one": a thing counted up in what was said, or a paper."""
    ordinal, other = pointers.ORDINAL.search(asked.text), pointers.OTHER.search(asked.text)
    match = ordinal or other
    if match is None:
        return None
    talk, kind = asked.talk, f"{match['noun'] or ''} {asked.talk.before}"
    place = pointers.ORDINALS[ordinal[1].lower()] if ordinal else 0
    paper = talk.counted(place) if ordinal else talk.other()
    single = talk.subject if len(set(talk.papers)) == 1 else None
    owned = pointers.POSSESSIVE.search(asked.text) or _OF_ITEMS.search(match["noun"] or "")
    if single and (owned or paper is None or (other and not talk.exchanges[-1].told[1:])):
        texts = (talk.exchanges[0].answer, single.abstract)
        questions = " ".join(e.question for e in talk.exchanges)
        item = counted_item(place, kind, texts) if ordinal else other_item(questions, kind, texts)
        said = asked.text.replace(match.group(), item) if item else asked.text
        if item or paper is None:
            return asked.about(_named_after(said, single), single)
    if paper is None:
        return None
    return asked.about(asked.text.replace(match.group(), short_name(paper)), paper)


def _of_paper(asked: _Asked) -> Standalone | None:
    """Read a question that points back to what was talked of, or says too little without it."""
    talk, text = asked.talk, asked.text
    if not leans(text, asked.papers):
        return None
    for idiom, meant in pointers.IDIOMS:
        text = idiom.sub(meant, text)
    if not (subject := talk.subject):
        return asked.about(f"{talk.before} {text}")
    if not _says_more(text) and not pointers.BARE_PRONOUN.search(text):
        return asked.about(_named_after(f"{talk.before.rstrip(' ?')}: {text}", subject), subject)  # "why?"
    return asked.about(_replaced(text, short_name(subject)), subject)


def _stays(asked: _Asked) -> Standalone | None:
    """Read a question without a name of its own that stays with the one paper just talked of.

    It stays where that paper is among the nearest; or where it is short, in words that the library knows, and no
    paper stands out for it.
    """
    text, papers = asked.text, set(asked.talk.papers)
    whole = pointers.ASKS_FOR_PAPERS.search(text) or OVERVIEW.search(text) or kind_of(text) in _OVER_PAPERS
    if asked.nearest is None or len(papers) != 1 or whole or names_in(text) or asked.named:
        return None
    paper = papers.pop()
    hits = asked.nearest(text)
    near = paper in [h.paper for h in hits[:_NEAR]]
    known = _holds(paper, [w for w in telling_of(text)])
    nothing = asked.short and hits and hits[0].score < _STANDS_OUT and known
    return asked.about(_replaced(text, short_name(paper)), paper) if near or nothing else None


def _asked_of(asked: _Asked, name: str) -> str:
    """Return the question before, asked of another paper."""
    before = asked.talk.before
    for paper in (*asked.talk.exchanges[0].asked, *asked.talk.papers):
        if match := mention_of(paper, before):
            return f"{before[: match.start()]}{name}{before[match.end() :]}"
    if match := described_in(before):
        return before.replace(match.group(), name)
    held = {term for paper in asked.talk.papers for term in _analyzer.terms(paper.title)}
    opening, *words = before.rstrip(" ?").split()
    kept = [w for w in words if w.islower() and not held & set(_analyzer.terms(w))]
    return f"{' '.join([opening, *kept])} {name}?"


def _says_more(text: str) -> bool:
    """Tell whether a text holds a word that asks or tells something of its own."""
    words = re.findall(r"[^\W\d_]{2,}", normalise(text))
    return any(w not in STOPWORDS and w not in ("paper", "one", "papers", "ok", "okay", "tell") for w in words)


def _holds(paper: Paper, words: Sequence[str]) -> bool:
    """Tell whether a paper's title or abstract holds one of some words, by its stem."""
    held = set(_analyzer.terms(f"{paper.title} {paper.abstract}"))
    return any(term in held for term in _analyzer.terms(" ".join(words)))


def _named_after(text: str, paper: Paper) -> str:
    """Return a text with a paper's name in the place of its pronoun, or behind it."""
    name = short_name(paper)
    return text if name.lower() in text.lower() else _replaced(text, name)


def _replaced(text: str, name: str) -> str:
    """Put a paper's name in the place of what points to it, or behind the question where nothing does."""
    for pattern, word in ((pointers.POSSESSIVE, f"{name}'s"), (pointers.SUBJECT, name)):
        replaced, count = pattern.subn(word.replace("\\", r"\\"), text, count=1)
        if count:
            return re.sub(rf"({re.escape(name)}) (?:one|paper|method|work)\b", r"\1", replaced)
    return f"{text.rstrip(' ?')} — {name}?"
