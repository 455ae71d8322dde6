"""Putting a question about one paper into words: the paper's name in the place of what points to it."""

from __future__ import annotations

import re

from ingest.paper import Paper
from ingest.text import normalise
from rag.lexical import STOPWORDS, Analyzer
from rag.questions import pointers
from rag.questions.naming import described_in, mention_of, short_name
from rag.questions.question import kind_of
from rag.questions.talk import Talk

_MEANT = re.compile(r"\s*\([^()]* and [^()]*\)\s*$")
"""The papers meant, behind a question about several."""
OVER_PAPERS = ("count", "metadata", "list", "overview")
"""Kinds of questions asked of many papers."""
_analyzer = Analyzer()


def asked_of(before: str, talk: Talk, paper: Paper) -> str:
    """Return the question before, asked of another paper.

    Args:
        before: the last question, standing alone.
        talk: the conversation that it was the last question of.
        paper: of which it is asked now.
    """
    before, name = _MEANT.sub("", before).rstrip(" ?"), short_name(paper)
    for old in (*talk.exchanges[0].asked, *talk.papers):
        if match := mention_of(old, before):
            return f"{before[: match.start()]}{name}{before[match.end() :]}?"
    if match := described_in(before):
        return f"{before.replace(match.group(), name)}?"
    if pointers.GROUP.search(before):
        return f"{pointers.GROUP_ASKED.sub('', before).strip()} — {name}?"
    if talk.listed or not before or kind_of(before) in OVER_PAPERS:
        return f"Tell me about {name}."
    held = {term for old in talk.papers for term in _analyzer.terms(old.title)}
    opening, *words = before.split()
    kept = [w for w in words if w.islower() and not held & set(_analyzer.terms(w))]
    return f"{' '.join([opening, *kept])} {name}?"


def says_more(text: str) -> bool:
    """Tell whether a text holds a word that asks or tells something of its own."""
    words = re.findall(r"[^\W\d_]{2,}", normalise(text))
    return any(w not in STOPWORDS and w not in ("paper", "one", "papers", "ok", "okay", "tell") for w in words)


def holds(paper: Paper, text: str) -> bool:
    """Tell whether a paper's title or abstract holds one of the words of a text, by its stem."""
    held = set(_analyzer.terms(f"{paper.title} {paper.abstract}"))
    return any(term in held for term in _analyzer.terms(text))


def named_after(text: str, paper: Paper) -> str:
    """Return a text with a paper's name in the place of its pronoun, or behind it."""
    name = short_name(paper)
    return text if name.lower() in text.lower() else replaced(text, name)


def replaced(text: str, name: str) -> str:
    """Put a paper's name in the place of what points to it, or behind the question where nothing does."""
    for pattern, word in ((pointers.POSSESSIVE, f"{name}'s"), (pointers.SUBJECT, name)):
        replaced, count = pattern.subn(word.replace("\\", r"\\"), text, count=1)
        if count:
            said = re.sub(rf"({re.escape(name)}) (?:one|paper|method|work)\b", r"\1", replaced)
            opening = rf"^\W*(?:and |but |so )?(?:what|how) about (?={re.escape(name)}['’]s)"
            return re.sub(opening, "What is ", said, flags=re.IGNORECASE)
    return f"{text.rstrip(' ?')} — {name}?"
