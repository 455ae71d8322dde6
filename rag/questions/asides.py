"""What is said where no paper is looked at: to small talk, an empty question, an order, one that names nothing."""

from __future__ import annotations

import re
import textwrap
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rag.questions.language import ask_in_english
from rag.questions.phrases import DECLINED

if TYPE_CHECKING:
    from rag.questions.question import Question

EXAMPLE = "Which papers are about benchmarks?"
WELCOME = f"Ask me about the papers in this library, for instance: {EXAMPLE}"
GREETING = "Hello. I answer questions about the papers in this library and show the words each answer rests on."
UNSEARCHED = frozenset({"empty", "small_talk", "order", "bare", "foreign", "mash"})
"""Kinds of question for which no paper is looked at."""
_SHOWN = 80
"""Characters of a question that are said back to the asker."""
_REPLIES = (
    (
        r"\b(?:who|what) are you\b|\bwhat(?:'s| is) your name\b|\bare you (?!the best|great)|\bwho (?:made|built"
        r"|wrote|created|developed|trained) you\b"
        r"|\b(?:what|how) (?:can|do) you (?:do|work)\b|\bhelp\b",
        "I am citetrail: I answer questions about the papers in this library with the papers' own words, and say so "
        "when "
        f"they do not answer. For instance: {EXAMPLE}",
    ),
    (r"\b(?:bye|goodbye|farewell|see you|see ya|good night|ciao|adieu|tsch[uü]ss|adi[oó]s)\b|再见", "Goodbye."),
    (
        r"\b(?:thanks?|thx|ty|cheers|appreciated|merci|danke|gracias|grazie|obrigad[oa])\b|谢谢|ありがとう",
        "You are welcome.",
    ),
    (r"\bhow are you|\bhow(?:'s| is) it going|\bwhat(?:'s| is) up\b|\bhow do you do\b", f"All is well. {WELCOME}"),
    (r"\b(?:sorry|apolog|my bad|never ?mind)\b", f"No harm done. {WELCOME}"),
    (
        r"\b(?:hi|hello|hey|hiya|howdy|yo|greetings|good (?:morning|afternoon|evening|day)|hallo|hola|bonjour|salut"
        r"|moin"
        r"|servus|namaste|ol[aá])\b|你好|こんにちは",
        GREETING,
    ),
)


@dataclass(frozen=True)
class Aside:
    """A reply and, where something is declined by it, why."""

    text: str
    declined: str = ""


def aside(question: Question) -> Aside | None:
    """Return the reply to a question for which no paper is looked at; ``None`` for any other."""
    if question.kind == "small_talk":
        return Aside(small_reply(question.asked))
    if question.kind == "empty":
        return Aside(WELCOME, "the question is empty")
    if question.kind == "bare":
        said = textwrap.shorten(question.asked.strip(), _SHOWN, placeholder=" …")
        return Aside(
            f"What do you mean by “{said}”? Say which paper, method or topic it is about, for instance: {EXAMPLE}",
            "the question does not say what it is about",
        )
    if question.kind == "order":
        reason = "it gives an order and asks nothing about the papers"
        return Aside(f"{DECLINED}: {reason}. {WELCOME}", reason)
    if question.kind == "mash":
        reason = "no word of it is known here"
        return Aside(f"{DECLINED}: {reason}. {WELCOME}", reason)
    if question.kind == "foreign":
        reason = f"it is in {question.language}, and shares no name, number or rare word with these English abstracts"
        return Aside(f"{DECLINED}: {reason}. {ask_in_english(question.language)}", reason)
    return None


def small_reply(text: str) -> str:
    """Return the reply to small talk."""
    return next((reply for pattern, reply in _REPLIES if re.search(pattern, text, re.IGNORECASE)), WELCOME)
