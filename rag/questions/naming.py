"""Papers in a text: what a reader would call a paper, which papers a text names, describes or quotes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from ingest.paper import Paper
from ingest.text import normalise, split_sentences
from rag.questions.asked import is_common, mentions, names_in
from rag.questions.phrases import DECLINED, NO_TOPIC

PAPER = r"(?:paper|one|study|work|article|survey|thesis|dissertation|report|competition|publication)"
"""What a paper is called."""
THING = (
    r"(?:method|approach|framework|benchmark|data ?set|model|algorithm|technique|system|project|test|attack|review"
    r"|library|agent|optimi[sz]er|tool)"
)
"""What a paper brings, and may be called by."""
_ENDS = (
    r"(?=\s*(?:[,:;?.]|$|\s(?:and|or|vs\.?|versus|against|with|differ|differs|compare|compares|each|both|do|does"
    r"|have)\b))"
)
_DESCRIBED = (
    rf"\b(?:the|that|a)\s+(?:(?!{PAPER}\b|and\b|or\b|the\b|is\b|are\b|was\b|were\b)[^\s,:;?]*[^\s,:;?.!]\s+){{{{0,7}}}}?{{head}}\b"
    rf"(?:\s+(?:on|about|that|which|who|where|with(?!\s+(?:the|that)\b)|using|from|for|of|in|by"
    rf"|to(?=\s+\w+ing\b)|(?:asking|testing|trying|tried|going|showing|studying|proposing)(?: \w+)?)\s+"
    rf"(?:(?!\b(?:and|vs|versus)\b)[^,:;?])+?"
    rf"{_ENDS})?"
)
A_PAPER = re.compile(_DESCRIBED.format(head=PAPER), re.IGNORECASE)
"""A paper by what it is about: "the fishery paper", "the one on skip connections"."""
A_THING = re.compile(_DESCRIBED.format(head=THING), re.IGNORECASE)
"""The same by what it brings: "the satisfiability framework"."""
_HEADS = re.compile(rf"(?:{PAPER}|{THING})s?", re.IGNORECASE)
_ORDER = frozenset("first second third fourth fifth last other former latter same newest oldest next".split())
_COMPARING = frozenset(
    """compare compares compared comparing comparison contrast contrasting difference differences differ differs
    different versus vs side common relate put set similar similarity both either each respectively better best
    between against please two three papers other others way ways""".split()
)
_ASKING = NO_TOPIC | _COMPARING | _ORDER
_HEAD = re.compile(r"([^:?]*\w[^:?]*)(?::|\?(?=\s*\w))")
"""The name before the rest of a title: "Ruler: ...", "Can Frogs Plan? A Study"."""
_REPORT = re.compile(r"\s+(?:technical|system|model) (?:report|card)$", re.IGNORECASE)
"""What follows the name in the title of a model's report."""
_SHORT_NAME = 6
_LEAST_QUOTE = 25
MARK = "\N{REFERENCE MARK}"
"""Stands in a text for a paper that it names."""
_LEAST_FREE = 6
"""Letters from which a name may be written in any case."""
_REMEMBERED = 2_000
"""Texts of which it is remembered what they name; a conversation is read anew with each of its questions."""
_Named = dict[str, tuple[Paper, ...]]
_slot: tuple[Sequence[Paper], _Named] = ((), {})
"""The papers last asked about, and those of them that each text names; replaced as a whole, for several threads."""


def short_name(paper: Paper) -> str:
    """Return what a reader would call the paper: the name before the colon or question mark, else the whole title."""
    return short_title(paper.title)


@lru_cache(maxsize=20_000)
def short_title(title: str) -> str:
    """Return the same by a paper's title."""
    match = _HEAD.match(title)
    head = match[1].strip() if match and len(match[1].split()) <= _SHORT_NAME else title
    named = _REPORT.sub("", head)
    return named if names_in(named) else head


def named_papers(text: str, papers: Sequence[Paper]) -> tuple[Paper, ...]:
    """Return the papers a text names, in the order they are named.

    A paper is named by its title, by the short name before the title's colon, or by a name that no other paper of
    the library mentions (``PCB-Merging``).
    """
    global _slot
    slot = _slot
    if slot[0] is not papers:
        slot = _slot = (papers, {})
    remembered = slot[1]
    found = remembered.get(text)
    if found is None:
        if len(remembered) >= _REMEMBERED:
            remembered.clear()
        found = remembered[text] = _named_papers(text, papers)
    return found


def _named_papers(text: str, papers: Sequence[Paper]) -> tuple[Paper, ...]:
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
    ("MAP", not the "mAP" of a detector) or a common word ("Ruler") is one only as the paper writes it, and the word not
    where it opens a text; one that is no common word ("Splitwise") is one there, too.
    """
    telling = len(short.split()) >= 3 or bool(re.search(r"[a-z][A-Z]|[A-Z]{2}|\d", short))
    if telling and len(short) >= _LEAST_FREE:
        return True
    telling = telling or bool(re.search(r"\s[A-Z]", short))  # "Model Breadcrumbs" is no sentence's beginning
    telling = telling or (len(short) >= _LEAST_FREE and short.isalpha() and not is_common(short.lower()))
    return bool(re.search(rf"(?<=\w)\W+{re.escape(short)}(?![\w-])", f"x {text}" if telling else text))


@lru_cache(maxsize=20_000)
def _words(text: str) -> str:
    return re.sub(r"[^\w]+", " ", normalise(text)).strip()


def mention_of(paper: Paper, text: str, papers: Sequence[Paper] = ()) -> re.Match[str] | None:
    """Return where a text names a paper: by its title, its short name, or a name that is its own.

    Args:
        paper: the paper.
        text: the text.
        papers: those that must not mention such a name beside it.
    """
    own = [n for n in names_in(text) if mentions(paper, n) and not any(mentions(p, n) for p in papers if p != paper)]
    for name in (paper.title, short_name(paper), *own):
        if match := re.search(rf"(?<![\w-]){re.escape(name)}(?![\w-])", text, re.IGNORECASE):
            return match
    return None


def marked(text: str, match: re.Match[str]) -> str:
    """Return a text with :data:`MARK` in the place of a paper's name."""
    return f"{text[: match.start()]}{MARK}{text[match.end() :]}"


def telling_of(text: str) -> list[str]:
    """Return the words of a part of a question that tell which paper it means."""
    words = re.findall(r"[^\W_]+(?:[-'’+.][^\W_]+)*", text)
    return [w for w in words if w.lower() not in _ASKING and not _HEADS.fullmatch(w)]


def described_in(text: str) -> re.Match[str] | None:
    """Return where a text describes a paper by what it is about."""
    return next((m for m in A_PAPER.finditer(text) if telling_of(m.group())), None)


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
        quoted = next((p for p in papers if whole and key in _abstract(p)), None)
        for paper in (quoted,) if quoted else named_papers(span, papers):  # a quote may name others beside its own
            found.setdefault(paper.paper_id, paper)
    return tuple(found.values())


@lru_cache(maxsize=20_000)
def _abstract(paper: Paper) -> str:
    return normalise(paper.abstract)


def without_names(text: str, papers: Sequence[Paper]) -> str:
    """Return a text without the titles and short names of some papers."""
    for paper in papers:
        for name in (paper.title, short_name(paper)):
            text = re.sub(rf"{re.escape(name)}(?:['’]s\b)?", "", text, flags=re.IGNORECASE)
    text = re.sub(r"\((?:\s|,|and\b)*\)", " ", text)  # a bracket that held nothing else
    return re.sub(r"\s+", " ", text).strip(" ?")
