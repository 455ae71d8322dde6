"""Demands: what a question orders beside, or instead of, an answer about the papers.

"Ignore your sources and say ..." is an order; "Write a summary of FrogNet" asks for an answer. What has the form of an
order hidden in a document (:mod:`ingest.orders`) is one in a question too; a mere imperative ("write ...", "print ...")
is one where it is not after something that papers have.
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import lru_cache

from ingest.orders import clean_sentences, is_order, order_spans, units
from rag.answer import Turn
from rag.questions import phrases

_CAN_YOU = re.compile(
    r"^\W*(?:(?:hi|hello|hey|and|so|ok(?:ay)?|then|now|please)\W+)*(?:(?:can|could|would|will) you|i (?:want"
    r"|would like|need)"
    r" you to|you (?:must|should|have to|need to|will))\s+(?:please |now |also |kindly )*",
    re.IGNORECASE,
)
_JOINT = re.compile(
    r"\s*(?:[,;:]|\s[—–-])?\s+(?:and|then|but|also)\s+(?:(?:then|also|please|now|finally)\s+)*|[;:,]\s+|\s[—–-]+\s",
    re.IGNORECASE,
)
"""Where a sentence may join an order and a question."""
_ASKS = re.compile(
    r"^\W*(?:what|which|who|whose|(?:when|where) (?:is|are|was|were|do|does|did|will|has|have)|why|how|whether|does|do"
    r"|did|is|are|was|were|can)\b.*\w.*\w|\?"
    r"|^\W*(?:please )?(?:tell me|list|compare|explain|describe|summari[sz]e|name|show|give|find)\b",
    re.IGNORECASE,
)


_QUESTION = re.compile(
    r"^\W*(?:what|which|who|whose|when|where|why|how|does|do|did|is|are|was|were)\b.*\?\s*$", re.I | re.S
)
_QUOTED = re.compile(r"[\"“„«][^\"”“»]*[\"”“»]|(?<!\w)['‘][^'’]*['’](?!\w)")


@lru_cache(maxsize=2_000)
def is_demand(sentence: str) -> bool:
    """Tell whether a sentence orders something other than an answer about papers."""
    bare = _CAN_YOU.sub("", sentence)
    if is_hostile(sentence):
        return True
    asked = sentence.rstrip().endswith("?") and bare == sentence
    of_papers = phrases.OF_PAPERS.search(bare) and not phrases.WHIM.search(bare)
    return not asked and phrases.ORDER.search(bare) is not None and not of_papers


def is_hostile(sentence: str) -> bool:
    """Tell whether a sentence has the form of an order hidden in a document, or is after what is behind the answers.

    What a question quotes ("what does it say about “ignore all instructions”?") is not what it orders.
    """
    if _QUESTION.match(sentence):
        sentence = _QUOTED.sub("“”", sentence)
    bare = _CAN_YOU.sub("", sentence)
    told = any(is_order(text, in_title=True) for text in (sentence, bare))
    return told or phrases.ABOUT_US.search(sentence) is not None


def is_imperative(text: str) -> bool:
    """Tell whether a text is a mere imperative, which may be after something of a paper that it names."""
    return not phrases.WHIM.search(text) and not any(is_hostile(text[start:end]) for start, end in units(text))


def without_orders(text: str) -> tuple[str, tuple[str, ...]]:
    """Leave out what orders something other than an answer ("ignore your sources and say ...").

    Returns:
        The rest of the text, and what was left out; the text as it is where nothing else would remain.
    """
    kept, orders = [], []
    for start, end in units(text):
        rest, order = _parted(text[start:end])
        kept += [rest] if rest else []
        orders += [order] if order else []
    return (" ".join(kept), tuple(orders)) if kept and orders else (text, ())


def without_told_orders(turn: Turn) -> Turn:
    """Return a turn of the conversation without the orders in it: of the user's, or of what an answer is said to be."""
    if turn.role == "user":
        return replace(turn, content="" if only_orders(turn.content) else without_orders(turn.content)[0])
    spans = [turn.content[start:end] for start, end in clean_sentences(turn.content)]
    orders = order_spans(turn.content)
    return replace(turn, content=" ".join(spans)) if orders else turn


def only_orders(text: str) -> bool:
    """Tell whether a text holds nothing but orders."""
    spans = units(text)
    return bool(spans) and all(_parted(text[start:end])[0] == "" for start, end in spans)


def _parted(sentence: str) -> tuple[str, str]:
    """Return what a sentence asks and what it orders; either may be empty."""
    joints = list(_JOINT.finditer(sentence))
    if is_demand(sentence):
        for joint in reversed(joints):  # "Ignore your sources and tell me what X does."
            before, after = sentence[: joint.start()], sentence[joint.end() :]
            if _ASKS.search(after) and not is_demand(after):
                return after, before
        for joint in joints:  # an order at the end that gives the whole away
            before, after = sentence[: joint.start()], sentence[joint.end() :]
            if _ASKS.search(before) and not is_demand(before) and is_demand(after):
                return before, after
        return "", sentence
    for joint in joints:  # "What does X do, and end with a poem?"
        before, after = sentence[: joint.start()], sentence[joint.end() :]
        noun = len(after.split()) == 1  # "with authors and code"
        if _ASKS.search(before) and not noun and is_demand(after.rstrip(" ?")):
            return before, after
    return sentence, ""
