"""Text as stored and text as matched: sentence spans, and the tolerant form two writings are compared in."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

Span = tuple[int, int]
"""``(start, end)``: Python string offsets, end exclusive."""

_ABBREVIATIONS = frozenset(
    "e.g i.e et al etc vs cf fig figs eq eqs ref refs resp approx dr mr mrs prof inc st vol w.r.t a.k.a i.i.d viz dept "
    "ca".split()
)
_NUMBERED = frozenset({"no", "nos", "sec"})
"""Abbreviations only where a number follows: an answer may be "no", and a time in "sec"."""
_INITIALS = re.compile(r"[A-Z](?:\.[A-Z])*")
_NEAR = 40
"""Characters looked at on either side of a full stop."""
_STOP = re.compile(r"[.!?]+[\"'”’)\]]*(?=\s|$)|(?<=\w)\.(?=[A-Z][a-z]+ [a-z])")
_OPENERS = frozenset("the this these those we our it its in for to as a an when while however here such by if".split())
_LAST_WORD = re.compile(r"([\w.]+)$")
_DASHES = re.compile(r"[‐-―−]")
_THOUSANDS = re.compile(r"(?<![\d.])\d{1,3}(?:,\s?\d{3})+(?!\d)")
_GROUP = re.compile(r",\s?")
_TEX_COMMAND = re.compile(r"\\(?:text|mathrm|mathbf|mathcal|emph|textbf|textit|rm|bf)\b\s*")
_NOT_KEY = re.compile(r"(?<![a-z+#])[+#]+|[+#]+(?=\w)|[^\w+#]+|_")
_QUOTES = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "`": "'"})


def _is_abbreviation(text: str, stop: re.Match[str], sentence_start: int) -> bool:
    """Tell whether the full stop at ``stop`` closes an abbreviation rather than a sentence."""
    if not stop.group().startswith(".") or len(stop.group().rstrip("\"'”’)]")) > 1:
        return False
    near = max(sentence_start, stop.start() - _NEAR)
    word = _LAST_WORD.search(text, near, stop.start())
    if word is None:
        return False
    token, following = word.group(1).lower(), _following(text, stop)
    if token in {"al", "etc"}:  # both may close a sentence: look at what follows
        return not following[:1].isupper()
    if token in _NUMBERED:
        return following[:1].isdigit()
    if token in _ABBREVIATIONS or _is_marker(text[max(sentence_start, word.start(1) - _NEAR) : word.start(1)], token):
        return True
    initials = _INITIALS.fullmatch(word.group(1)) is not None and token != "i"
    return initials and following[:1].isupper() and following.split(maxsplit=1)[0].lower() not in _OPENERS


def _is_marker(before: str, token: str) -> bool:
    """Tell whether a number opens an item of a list, as in ``two steps: 1. Fit. 2. Prune.``."""
    before = before.rstrip().rstrip("(").rstrip()
    return token.isdigit() and len(token) <= 2 and (not before or before[-1] in ":;")


def _following(text: str, stop: re.Match[str]) -> str:
    return text[stop.end() : stop.end() + _NEAR].lstrip()


def split_sentences(text: str) -> list[Span]:
    """Split a text into whole sentences.

    Every character that is not white space lies in exactly one span, spans are in order, and
    ``text[start:end]`` neither starts nor ends with white space.

    Returns:
        One ``(start, end)`` a sentence.
    """
    spans: list[Span] = []
    start = 0
    for stop in _STOP.finditer(text):
        following = _following(text, stop)
        # tokenised text: "a wing . the lift"
        spaced = text[stop.start() - 1 : stop.start()].isspace() and not stop.group().startswith("..")
        opens = spaced or not following or not (following[0].islower() or following[0] in ",;:)")
        if opens and not _is_abbreviation(text, stop, start):
            _add_span(text, start, stop.end(), spans)
            start = stop.end()
    _add_span(text, start, len(text), spans)
    return spans


def _add_span(text: str, start: int, end: int, spans: list[Span]) -> None:
    piece = text[start:end]
    left = start + len(piece) - len(piece.lstrip())
    right = start + len(piece.rstrip())
    if left < right:
        spans.append((left, right))


@lru_cache(maxsize=20_000)
def normalise(text: str) -> str:
    r"""Return the form two writings of the same words share.

    Case, Unicode compatibility forms, accents, dashes, quotation marks, runs of white space, the comma in
    ``3,400`` and TeX residue (``100\%``, ``$k$``, ``\textbf{x}``, ``{}``) do not count.
    """
    text = unicodedata.normalize("NFKD", text.translate(_QUOTES))
    text = "".join(c for c in text if not unicodedata.combining(c))
    text = _TEX_COMMAND.sub("", _DASHES.sub("-", text))
    text = re.sub(r"\\([%&_#$])", r"\1", text)
    text = _THOUSANDS.sub(lambda number: _GROUP.sub("", number.group()), re.sub(r"[${}\\]", "", text))
    return re.sub(r"\s+", " ", text).strip().casefold()


def stands_in(name: str, text: str) -> bool:
    """Tell whether a text holds a name as a word of its own, written as it is."""
    return re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text) is not None


def shared_beginning(a: str, b: str) -> int:
    """Return how many letters two words begin with alike."""
    return next((i for i, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b)))


def title_key(title: str) -> str:
    """Return what identifies a paper by its title: letters and digits of the normalised title, and ``C++``'s signs."""
    return _NOT_KEY.sub("", normalise(title))
