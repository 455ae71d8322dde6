"""A question freed of what is not its words: markup, emoji, links, greetings around it, capitals throughout."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from ingest.text import split_sentences
from rag.questions import phrases
from rag.questions.followup import short_name

if TYPE_CHECKING:
    from ingest.paper import Paper

_FENCE = re.compile(r"^\s*(?:```|~~~)\w*\s*$|```", re.MULTILINE)
_LINE_MARK = re.compile(r"^\s*(?:#{1,6}|>+|[-*+•]|\d{1,2}[.)])\s+", re.MULTILINE)
_LINK = re.compile(r"!?\[([^\]]+)\]\((?!javascript|data)[^)]*\)")
_EMPHASIS = re.compile(r"(\*{1,3}|_{2,3}|~~|`)(?=\S)(.+?)(?<=\S)\1")
_TAG = re.compile(r"</?(?:b|i|u|em|strong|p|br|code|pre|span|div|h[1-6]|ul|ol|li|q|blockquote)\s*/?>", re.IGNORECASE)
_URL = re.compile(r"\b(?:https?://|www\.)[^\s<>\"”]+", re.IGNORECASE)
_LEAD_IN = re.compile(
    r"^\W*(?:(?:(?:a |one |another |just a )?(?:quick|last|short|further) (?:one|question|thing)|(?:a "
    r"|one more )?question"
    r"|i (?:have|had|got) a (?:\w+ )?question|um+|uh+|erm|btw|by the way)\s*[,:;–—-]+\s*)+"
    r"|^\W*(?:what|all) i(?:'d| would| do)?(?: \w+)? (?:like|want|need|wish) to (?:know|ask|understand"
    r"|find out)(?: is)?[,:]?\s+"
    r"|^\W*(?:please )?(?:report|state|say|calculate|compute|determine|output|print|tell me)\s+(?=(?:the|what|which"
    r"|how|why|who"
    r"|when|where|whether)\b)|^\W*(?:please )?(?:run|do|make|write|give me) an? (?=comparison\b)",
    re.IGNORECASE,
)
"""What is said before a question is put."""
_A_LIST = re.compile(
    r"^\W*(?:please )?(?:output|print|write|make|create|produce|generate|give me|show me) (?:me )?an? (?:table"
    r"|list) of\s+",
    re.IGNORECASE,
)
_CONTRACTED = re.compile(
    r"\b(?:(?P<is>what|where|who|how|that|there)s|(?P<not>do|does|did|is|are|was|were|have|has|had|could|would|should|ca|wo)nt)\b",
    re.IGNORECASE,
)
"""Contractions without their apostrophe: "whats", "dont"."""
_MANY_MARKS = re.compile(r"([?!.…,])[?!.…,]*([?!])[?!.…,]*|([!?])\3+")
_SHOUTED = 0.8
_LEAST_SHOUTED = 12
"""Letters from which a text can be all in capitals rather than hold a few acronyms."""


def tidy(text: str, papers: Sequence[Paper] = ()) -> str:
    """Return a question without Markdown, HTML tags of style, emoji and links, on one line.

    A link that a paper holds stands for that paper and becomes its name.
    """
    text = _LINE_MARK.sub("", _FENCE.sub(" ", text))
    text = _TAG.sub(" ", _LINK.sub(r"\1", text))
    text = _CONTRACTED.sub(lambda m: f"{m['is']}'s" if m["is"] else f"{m['not']}n't", text)
    text = re.sub(r"\btl;dr\b", "summary", text, flags=re.IGNORECASE)
    text = _URL.sub(lambda found: _linked(found.group(), papers), text)
    text = _EMPHASIS.sub(r"\2", text)
    text = phrases.EMOJI.sub(" ", text) if re.search(r"\w", text) else text
    text = _MANY_MARKS.sub(lambda m: "?" if "?" in m.group() else "!", text)
    return " ".join(text.split())


def _linked(link: str, papers: Sequence[Paper]) -> str:
    ours = link.rstrip(".,;:!?)").lower().rstrip("/")
    for paper in papers:
        if any(theirs.lower().rstrip("/") == ours for theirs in (*paper.links, paper.url) if theirs):
            return short_name(paper)
    return " "


def without_greetings(text: str) -> str:
    """Return a question without the greetings and thanks around it; the text as it is where nothing else is in it."""
    spans = [text[start:end] for start, end in split_sentences(text)]
    kept = [span for span in spans if not phrases.is_small_talk(span)]
    if not kept:
        return text
    kept[0] = _A_LIST.sub("List ", _LEAD_IN.sub("", kept[0]) or kept[0])
    head, comma, rest = kept[0].partition(",")
    if comma and rest.strip() and phrases.is_small_talk(head) and not phrases.LEADING_ANSWER.match(head):
        kept[0] = _LEAD_IN.sub("", rest.strip()) or rest.strip()
    return " ".join(kept)


def unshouted(text: str, names: Mapping[str, str]) -> str:
    """Return a text written in capitals throughout, or in mixed ones, in lower case; names as the papers write them.

    Args:
        text: the question.
        names: the library's names, by their lower case.
    """
    letters = [c for c in text if c.isalpha()]
    words = re.findall(r"[^\W\d_]{2,}", text)
    loud = len(letters) >= _LEAST_SHOUTED and sum(c.isupper() for c in letters) >= _SHOUTED * len(letters)
    mixed = len(words) > 2 and sum(bool(re.search(r"[a-z][A-Z]", w)) for w in words) > len(words) / 2
    if not (loud or mixed):
        return text
    return re.sub(r"[^\W_]+(?:-[^\W_]+)*", lambda m: names.get(m.group().lower(), m.group().lower()), text)
