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
from rag.answer import Turn
from rag.questions import pointers
from rag.questions.asked import names_in
from rag.questions.catalogue_phrases import OVERVIEW
from rag.questions.inside import counted_item, other_item
from rag.questions.naming import (
    described_in,
    mention_of,
    named_papers,
    short_name,
    telling_of,
    without_names,
)
from rag.questions.pointers import SHORT, leans, points_back
from rag.questions.question import kind_of, stated_filters, without_filters
from rag.questions.restating import OVER_PAPERS, asked_of, holds, named_after, replaced, says_more
from rag.questions.talk import Talk

if TYPE_CHECKING:
    from rag.retrieval.retrieve import Hit

__all__ = ["Standalone", "make_standalone", "named_papers", "short_name", "without_names"]

_NEAR = 4
"""A question that points nowhere is about the paper just talked of when that is among so many nearest."""
_STANDS_OUT = 3.0
"""Standard deviations above the library's mean from which a paper is what a question is after, whatever was said."""
_DESCRIBED = 2.5
"""The same from which a paper is the one that "the one on ..." describes."""
_OF_ITEMS = re.compile(r"benchmark|data ?set|task|model|baseline|algorithm", re.IGNORECASE)

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
    before: str
    """The last question, made to stand alone in its turn."""

    @property
    def core(self) -> str:
        """The question without the words by which it goes on from the one before."""
        return pointers.CONTINUES.sub("", self.text, count=1)

    @property
    def single(self) -> Paper | None:
        """The paper talked of, where it is the only one."""
        return self.talk.subject if len(set(self.talk.papers)) == 1 else None

    @property
    def titled(self) -> bool:
        """Whether the question names a paper by its title or short name."""
        low = self.text.lower()
        return any(p.title.lower() in low or short_name(p).lower() in low for p in self.named)

    @property
    def named(self) -> tuple[Paper, ...]:
        return named_papers(self.text, self.papers)

    @property
    def short(self) -> bool:
        return len(self.text.split()) <= SHORT

    def about(self, text: str, *subjects: Paper) -> Standalone:
        """Return the question made to stand alone."""
        return Standalone(re.sub(r"\s+", " ", text).strip(), subjects, self.before)


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
        asked = _Asked(text, talk, papers, nearest, _resolved(history, papers))
        for rule in (
            _of_list,
            _with_filters,
            _of_another,
            _of_described,
            _of_group,
            _continued,
            _of_item,
            _of_paper,
            _stays,
        ):
            if made := rule(asked):
                return made
    return Standalone(text)


def _resolved(history: Sequence[Turn], papers: Sequence[Paper]) -> str:
    """Return the last question of a conversation, made to stand alone where it leans on what came before it."""
    last = next((i for i in range(len(history) - 1, -1, -1) if history[i].role == "user"), None)
    if last is None:
        return ""
    text = history[last].content
    return make_standalone(text, history[:last], papers).text if len(text.split()) <= SHORT else text


def _of_list(asked: _Asked) -> Standalone | None:
    """Read "how many is that?" behind a list: of the papers told, or counted anew where there are more."""
    if kind_of(asked.before) != "list" or not pointers.HOW_MANY.match(asked.text):
        return None
    if pointers.AND_MORE.search(asked.talk.exchanges[0].answer):
        counted = pointers.ASKED_PAPERS.sub("How many papers", asked.before)
        return Standalone(counted, (), asked.before) if counted != asked.before else None
    group = asked.talk.group()
    return asked.about("How many of these papers are there?", *group) if len(group) > 1 else None


def _with_filters(asked: _Asked) -> Standalone | None:
    """Read "and in digest 2?" and "only the ones with code"."""
    text = asked.text
    stated = stated_filters(text, asked.papers)
    if not asked.short or asked.named or not stated or telling_of(without_filters(asked.core)):
        return None
    group = asked.talk.group()
    if pointers.RESTRICTS.search(text) or pointers.GROUP.search(text) or re.search(r"\bones\b", text):
        return asked.about(f"Which of these papers: {asked.core.strip(' ?')}?", *group) if len(group) > 1 else None
    alone = pointers.ASKS.search(asked.core) or pointers.ASKS_FOR_PAPERS.search(asked.core)
    if alone or kind_of(asked.before) not in OVER_PAPERS:
        return None
    same = stated.to_dict().keys() & stated_filters(asked.before, asked.papers).to_dict().keys()
    before = without_filters(asked.before) if same else asked.before
    return Standalone(re.sub(r"\s+", " ", f"{pointers.DANGLING.sub('', before.strip(' ?'))} {asked.core}").strip())


def _of_another(asked: _Asked) -> Standalone | None:
    """Read "what about TAROT?", and "how does it compare with TAROT?"."""
    if not asked.named or (pointers.OUT_OF_GROUP.search(asked.text) and not asked.titled):
        return None  # "which of them is faster than MCMC?": a name that is not the paper's own
    subject = asked.talk.subject
    if subject and subject not in asked.named and points_back(asked.text, asked.papers):
        return asked.about(replaced(asked.text, short_name(subject)), subject, *asked.named)
    if not pointers.CONTINUES.match(asked.text) or not asked.short:
        return Standalone(asked.text)
    mention = mention_of(asked.named[0], asked.core, asked.papers)
    if says_more(asked.core.replace(mention.group(), " ") if mention else asked.core):
        return asked.about(asked.core, *asked.named)
    return asked.about(asked_of(asked.before, asked.talk, asked.named[0]), *asked.named)


def _of_described(asked: _Asked) -> Standalone | None:
    """Read "and the one about fishing?"."""
    match = described_in(asked.text)
    group = asked.talk.group()
    among = match and match.group().lower().startswith("the one") and len(group) > 1
    continues = pointers.CONTINUES.match(asked.text)
    if not match or not asked.nearest or not (continues or among) or not asked.short:
        return None
    hits = asked.nearest(" ".join(telling_of(match.group())))
    likely = [h.paper for h in hits if h.paper in group] if len(group) > 1 else []
    likely += [h.paper for h in hits[:1] if h.score >= _DESCRIBED]
    return _of_this(asked, match.group(), likely[0]) if likely else None


def _of_this(asked: _Asked, pointer: str, paper: Paper) -> Standalone:
    """Put a paper in the place of what points to it; where nothing else is said, ask the question before of it."""
    if says_more(asked.core.replace(pointer, " ")):
        return asked.about(asked.text.replace(pointer, short_name(paper)), paper)
    return asked.about(asked_of(asked.before, asked.talk, paper), paper)


def _of_group(asked: _Asked) -> Standalone | None:
    """Read "which of these ...?", "do both ...?", "compare the first two"."""
    text = pointers.NO_POINTER.sub(" ", asked.text)
    match = pointers.GROUP.search(text)
    if not match or asked.titled or (pointers.ORDINAL.search(asked.text) and not match["some"]):
        return None
    word = match.group().lower()
    group = asked.talk.group(pointers.COUNTS.get((match["count"] or word).lower(), 0))
    if match["some"]:
        count = pointers.COUNTS[match["some"].lower()]
        group = group[:count] if match["end"].lower() == "first" else group[-count:]
    of_them = re.search(r"\bof (?:them|these|those)\b", text, re.IGNORECASE)
    if len(group) < 2 or (word in ("they", "them") and not of_them and asked.single):
        return None
    names = [short_name(p) for p in group]
    return asked.about(f"{asked.text} ({', '.join(names[:-1])} and {names[-1]})", *group)


def _continued(asked: _Asked) -> Standalone | None:
    """Read "and on ImageNet?", "what about the cost?", and "and about proteins?" after a list."""
    text, core, single = asked.text, asked.core, asked.single
    pointing = pointers.BARE_PRONOUN.search(text) or pointers.ORDINAL.search(text) or pointers.OTHER.search(text)
    if not pointers.CONTINUES.match(text) or pointing or not asked.short:
        return None
    of_a_paper = pointers.OF_A_PAPER.search(core) or pointers.ASKS.search(core)
    if asked.talk.listed and telling_of(core) and kind_of(core) == "fact" and not of_a_paper:
        return asked.about(f"Which papers are about {pointers.ABOUT.sub('', core).strip(' ?')}?")
    if single and (pointers.OF_A_PAPER.search(core) or holds(single, core)):
        placed = pointers.ABOUT.match(core) and asked.before
        return asked.about(
            f"{asked.before.rstrip(' ?')} {core}" if placed else replaced(core, short_name(single)), single
        )
    if not telling_of(core) or kind_of(core) != "fact":
        return Standalone(core) if telling_of(core) else None
    hits = asked.nearest(core) if asked.nearest and not pointers.ASKS.search(core) else ()
    elsewhere = hits and hits[0].score >= _STANDS_OUT and hits[0].paper != single
    return Standalone(core) if elsewhere else None


def _of_item(asked: _Asked) -> Standalone | None:
    """Read "the second benchmark" and "the other one": a thing counted up in what was said, or a paper."""
    ordinal, other = pointers.ORDINAL.search(asked.text), pointers.OTHER.search(asked.text)
    match = ordinal or other
    if match is None:
        return None
    talk, noun, single = asked.talk, match["noun"] or "", asked.single
    place = pointers.ORDINALS[ordinal[1].lower()] if ordinal else 0
    paper = talk.counted(place) if ordinal else talk.other()
    owned = pointers.POSSESSIVE.search(asked.text) or _OF_ITEMS.search(noun)
    if single and (owned or paper is None or not any(len(e.told) > 1 or len(e.asked) > 1 for e in talk.exchanges)):
        texts = (talk.exchanges[0].answer, single.abstract)
        questions = " ".join(e.question for e in talk.exchanges)
        kind = f"{noun} {asked.before}"
        item = counted_item(place, kind, texts) if ordinal else other_item(questions, kind, texts)
        said = asked.text.replace(match.group(), item) if item else asked.text
        if item or paper is None:
            return asked.about(named_after(said, single), single)
    return _of_this(asked, match.group(), paper) if paper else None


def _of_paper(asked: _Asked) -> Standalone | None:
    """Read a question that points back to what was talked of, or says too little without it."""
    text, subject = asked.text, asked.talk.subject
    if not leans(text, asked.papers):
        return None
    for idiom, meant in pointers.IDIOMS:
        text = idiom.sub(meant, text)
    if subject is None:
        return asked.about(f"{asked.before} {text}")
    if not says_more(text) and not pointers.BARE_PRONOUN.search(text):
        return asked.about(named_after(f"{asked.before.rstrip(' ?')}: {text}", subject), subject)  # "why?"
    return asked.about(replaced(text, short_name(subject)), subject)


def _stays(asked: _Asked) -> Standalone | None:
    """Read a question without a name of its own that stays with the one paper just talked of.

    It stays where that paper is among the nearest; or where it is short, in words that the paper uses, and no other
    paper stands out for it.
    """
    text, paper = asked.text, asked.single
    whole = pointers.ASKS_FOR_PAPERS.search(text) or OVERVIEW.search(text) or kind_of(text) in OVER_PAPERS
    if asked.nearest is None or paper is None or whole or names_in(text) or asked.named:
        return None
    hits = asked.nearest(text)
    near = paper in [h.paper for h in hits[:_NEAR]]
    nothing = asked.short and hits and hits[0].score < _STANDS_OUT and holds(paper, " ".join(telling_of(text)))
    return asked.about(replaced(text, short_name(paper)), paper) if near or nothing else None
