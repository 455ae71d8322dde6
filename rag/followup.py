"""Follow-ups: a question that leans on the conversation, made to stand alone without a model."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ingest.paper import Paper
from ingest.text import normalise, split_sentences
from rag import phrases
from rag.answer import Turn
from rag.asked import mentions, names_in
from rag.phrases import DECLINED, any_of
from rag.question import topic_words

_NTH = r"(?:first|second|third|fourth|fifth|last|other|former|latter)"
_WORK = r"(?:paper|method|one|work|approach|model)"
_LEANS = any_of(
    r"^\W*(?:and|but|also|so|then|ok(?:ay)?,?|what about|how about|same for)\b",
    r"^\W*(?:why(?: is that| so| not)?|when|how much|how many|how so)\W*$|^\W*(?:really|who|where)\b",
    r"^\W*(?:which one|anything else|any others?|more\b|tell me more|go on|elaborate)",
    r"^\W*(?:compared to what|on (?:which|what)\b|by how much|for which)",
    r"\b(?:it|its|they|them|their|this|that|these|those|he|she|his|her)\b",
    rf"\bthe {_NTH}(?: (?:one|paper|method|work))?\b",
    r"\bthe (?:authors?|papers?|methods?|models?|approach|framework|benchmark|data ?set|study|technique|system)\b",
    r"\bthe (?:algorithm|theorem|proof|bound|experiments?|agents?|procedure|architecture|evaluation|core)\b",
    r"\bthe (?:best |strongest |main )?baselines?\b",
    r"\bthe (?:result|gain|improvement|speed-?up)\b|\bas good as it gets\b",
)
_NO_POINTER = any_of(
    r"\b(?:papers?|works?|methods?|approach(?:es)?|models?|idea|so|those|benchmarks?|studies)\s+(?:that|this)\b",
    r"\b(?:claim|argue|show|find|say|shows|finds|says|argues)\s+(?:that|this)\b",
    r"\bthat (?:is|are|was|were|can|do|does|use|uses|have|has|it)\b",
    r"\b(?:is |does )?it (?:is )?(?:possible|true|hard|easy|help|pay|matter|make sense|hurt|work better)\b",
)
"""Words that look as if they pointed back and do not: the "that" of a clause, the "it" of "is it true"."""
_ORDINALS = {"first": 0, "former": 0, "second": 1, "latter": 1, "third": 2, "fourth": 3, "fifth": 4, "last": -1}
_ORDINAL = re.compile(
    r"\bthe (first|second|third|fourth|fifth|last|former|latter)\b"
    r"(?! (?:time|to|that|step|stage|phase|order|layer|token|paper to))",
    re.IGNORECASE,
)
_OTHER = re.compile(r"\bthe other(?: one| paper| method)?\b", re.IGNORECASE)
_POSSESSIVE = re.compile(r"\b(?:its|their|his|her)\b", re.IGNORECASE)
_SUBJECT = any_of(
    rf"\b(?:it|they|them|(?:this|that) {_WORK}|the (?:paper|method|authors|approach|model))\b",
    r"\b(?:this|that)\b(?=\W*$)",
)
_GROUP = re.compile(r"\b(?:these|those|them|both|they|each|which one|which of|either|neither)\b", re.IGNORECASE)
_ASKS_FOR_PAPERS = re.compile(r"\b(?:papers?|which (?:works?|studies)|digests?|anyone|any)\b", re.IGNORECASE)
_BARE_PRONOUN = re.compile(r"\b(?:it|its|they|their|them)\b", re.IGNORECASE)
_WHAT_ABOUT = re.compile(r"\W*(?:and |but )?(?:what|how) about\b", re.IGNORECASE)
_SHORT_NAME = 6
_LEAST_QUOTE = 25
_LEAST_FREE = 6
"""Letters from which a name may be written in any case."""
_BARE = 4
"""Words up to which a question with no name in it cannot stand alone."""
_SHORT = 9
"""Words up to which a question with no name of its own is taken to lean on what came before."""


@dataclass(frozen=True)
class Standalone:
    """A question made to stand alone, and the papers it leans on."""

    text: str
    subjects: tuple[Paper, ...] = ()
    asked_before: str = ""
    """The earlier question it continues, where it leans on one."""


def short_name(paper: Paper) -> str:
    """Return what a reader would call the paper: the name before the colon, else the whole title."""
    head, colon, _ = paper.title.partition(":")
    return head.strip() if colon and len(head.split()) <= _SHORT_NAME else paper.title


def named_papers(text: str, papers: Sequence[Paper]) -> tuple[Paper, ...]:
    """Return the papers a text names, in the order they are named.

    A paper is named by its title, by the short name before the title's colon, or by a name that no other paper of
    the library mentions (``PCB-Merging``).
    """
    low = f" {_words(text)} "
    found = []
    for paper in papers:
        names = {_words(paper.title)}
        if (short := short_name(paper)) != paper.title and _names(text, short):
            names.add(_words(short))
        places = [low.find(f" {name} ") for name in names if name]
        if places := [p for p in places if p >= 0]:
            found.append((min(places), paper))
    for name in names_in(text):
        holders = [paper for paper in papers if mentions(paper, name)]
        if len(holders) == 1 and holders[0] not in (paper for _, paper in found):
            found.append((low.find(f" {_words(name)}"), holders[0]))
    return tuple(paper for _, paper in sorted(found, key=lambda pair: pair[0]))


def _names(text: str, short: str) -> bool:
    """Tell whether a text that may hold a short name means it as one.

    A name of three words, or a long one with capitals inside or digits, is one however it is written. A shorter one
    ("MAP", not the "mAP" of a detector) or a common word ("Ruler") is one only as the paper writes it.
    """
    telling = len(short.split()) >= 3 or bool(re.search(r"[a-z][A-Z]|[A-Z]{2}|\d", short))
    if telling and len(short) >= _LEAST_FREE:
        return True
    return bool(re.search(rf"(?<=\w)\W+{re.escape(short)}(?![\w-])", f"x {text}" if telling else text))


def _words(text: str) -> str:
    return re.sub(r"[^\w]+", " ", normalise(text)).strip()


def quoted_papers(text: str, papers: Sequence[Paper]) -> tuple[Paper, ...]:
    """Return the papers that a text quotes or names, in the order it does."""
    if text.startswith(DECLINED):
        return ()  # it names the nearest papers, and is about none of them
    body = re.sub(r"\s*\[\d+\]", "", text)
    found: dict[str, Paper] = {}
    spans = [line[a:b] for line in body.split("\n") for a, b in split_sentences(line)]
    for span in spans:
        key = normalise(re.sub(r"^\d+\.\s*", "", span))
        whole = len(key) >= _LEAST_QUOTE
        quoted = next((p for p in papers if whole and key in normalise(p.abstract)), None)
        for paper in (quoted,) if quoted else named_papers(span, papers):  # a quote may name others beside its own
            found.setdefault(paper.paper_id, paper)
    return tuple(found.values())


def _points_back(text: str, papers: Sequence[Paper]) -> bool:
    """Tell whether a pronoun stands before the first paper a question names, and so means another one."""
    pointer = _BARE_PRONOUN.search(_NO_POINTER.sub(" ", text))
    return pointer is not None and not named_papers(text[: text.find(pointer.group())], papers)


def leans(text: str, papers: Sequence[Paper]) -> bool:
    """Tell whether a question needs the conversation before it.

    One that names a paper stands alone; so does one whose only pointing word is the "that" of a clause.
    """
    if named_papers(text, papers):
        if _points_back(text, papers):
            return True  # "how does it compare with X?"
        return bool(re.match(r"\W*(?:and|what about|how about)\b", text, re.IGNORECASE)) and len(text.split()) <= _SHORT
    whole = _ASKS_FOR_PAPERS.search(text) or phrases.OVERVIEW.search(text)
    if len(topic_words(text)) <= 1 and len(text.split()) <= _BARE and not names_in(text) and not whole:
        return True  # "how many authors?"
    if (
        _WHAT_ABOUT.match(text)
        and not _ORDINAL.search(text)
        and topic_words(_WHAT_ABOUT.sub("", text))
        and not _BARE_PRONOUN.search(text)
    ):
        return False  # "what about quantum algorithms?": a new topic
    return bool(_LEANS.search(_NO_POINTER.sub(" ", text)))


def make_standalone(
    text: str, history: Sequence[Turn], papers: Sequence[Paper], nearest: Callable[[str], Sequence[str]] | None = None
) -> Standalone:
    """Make a question stand alone.

    The papers talked about are those the last answers quote or name, and those the user named; "the second
    one", "it" and "its" are replaced by the name of the paper meant.

    Args:
        text: the question.
        history: the conversation so far, oldest first.
        papers: the library's papers.
        nearest: gives the ids of the papers nearest to a text; a question that points nowhere is taken to be
            about the paper just talked of when that is among them.
    """
    if not history or not (leans(text, papers) or _stays(text, history, papers, nearest)):
        return Standalone(text)
    questions = [turn.content for turn in history if turn.role == "user"]
    before = questions[-1] if questions else ""
    talked = _talked_about(history, papers)
    named = named_papers(text, papers)
    if named and talked and talked[0] not in named and _points_back(text, papers):
        subject = talked[0]
        return Standalone(_replace(text, short_name(subject)), (subject, *named), before)
    if named:  # "and what about TAROT?": the earlier question, asked of another paper
        return Standalone(f"{without_names(before, talked)} {text}".strip(), named, before)
    if not talked:
        return Standalone(f"{before} {text}".strip(), (), before)
    if _GROUP.search(text) and not _ORDINAL.search(text):
        return Standalone(f"{text} ({', '.join(short_name(p) for p in talked)})", talked, before)
    subject = _counted(text, history, papers) or _meant(text, talked, questions, papers)
    return Standalone(_replace(text, short_name(subject)), (subject,), before)


def _stays(
    text: str, history: Sequence[Turn], papers: Sequence[Paper], nearest: Callable[[str], Sequence[str]] | None
) -> bool:
    """Tell whether a question without a name of its own stays with the paper just talked of."""
    if nearest is None or names_in(text) or named_papers(text, papers) or _ASKS_FOR_PAPERS.search(text):
        return False
    talked = _talked_about(history, papers)
    return len({p.paper_id for p in talked}) == 1 and talked[0].paper_id in nearest(text)


def _talked_about(history: Sequence[Turn], papers: Sequence[Paper]) -> tuple[Paper, ...]:
    for turn in reversed(history):
        found = quoted_papers(turn.content, papers) if turn.role == "assistant" else named_papers(turn.content, papers)
        if found:
            return found
    return ()


def _counted(text: str, history: Sequence[Turn], papers: Sequence[Paper]) -> Paper | None:
    """Return the paper that "the second one" is: of the last answer that names so many, else of the last question."""
    ordinal = _ORDINAL.search(text)
    if ordinal is None:
        return None
    place = _ORDINALS[ordinal[1].lower()]
    for turn, before in zip(reversed(history), [*reversed(history[:-1]), None], strict=True):
        if turn.role == "user":
            continue
        asked = named_papers(before.content, papers) if before else ()  # "A and B": counted as the user did
        for found in (asked, quoted_papers(turn.content, papers)):
            if len(found) > max(place, 1):
                return found[place]
    return None


def _meant(text: str, talked: tuple[Paper, ...], questions: Sequence[str], papers: Sequence[Paper]) -> Paper:
    named = [p for q in reversed(questions) for p in reversed(named_papers(q, papers))]
    if _OTHER.search(text):
        others = [p for p in (*talked[1:], *named[1:]) if p != (named[0] if named else talked[0])]
        if others:
            return others[0]
    return next((paper for paper in talked if paper in named), talked[0])


def _replace(text: str, name: str) -> str:
    for pattern, word in ((_ORDINAL, name), (_OTHER, name), (_POSSESSIVE, f"{name}'s"), (_SUBJECT, name)):
        replaced, count = pattern.subn(word.replace("\\", r"\\"), text, count=1)
        if count:
            return re.sub(rf"({re.escape(name)}) (?:one|paper|method|work)\b", r"\1", replaced)
    return f"{text.rstrip(' ?')} — {name}?"


def without_names(text: str, papers: Sequence[Paper]) -> str:
    """Return a text without the titles and short names of some papers."""
    for paper in papers:
        for name in (paper.title, short_name(paper)):
            text = re.sub(re.escape(name), "", text, flags=re.IGNORECASE)
    return re.sub(r"\s+", " ", text).strip(" ?")
