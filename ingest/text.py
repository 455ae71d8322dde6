"""Text as stored and text as matched: sentence spans, and the tolerant form two writings are compared in."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

Span = tuple[int, int]
"""``(start, end)``: Python string offsets, end exclusive."""

_ABBREVIATIONS = frozenset(
    "e.g i.e et al etc vs cf fig figs eq eqs sec ref refs resp approx dr mr mrs prof inc st no vol w.r.t a.k.a i.i.d "
    "u.s u.k viz dept ca".split()
)
_STOP = re.compile(r"[.!?]+[\"'”’)\]]*(?=\s|$)|(?<=\w)\.(?=[A-Z][a-z]+ [a-z])")
_OPENERS = frozenset("the this these those we our it its in for to as a an when while however here such by if".split())
_LAST_WORD = re.compile(r"([\w.]+)$")
_DASHES = re.compile(r"[‐-―−]")
_THOUSANDS = re.compile(r"(?<=\d),\s?(?=\d{3}(?!\d))")
_TEX_COMMAND = re.compile(r"\\(?:text|mathrm|mathbf|mathcal|emph|textbf|textit|rm|bf)\b\s*")
_QUOTES = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "`": "'"})


def _is_abbreviation(text: str, stop: re.Match[str], sentence_start: int) -> bool:
    """Tell whether the full stop at ``stop`` closes an abbreviation rather than a sentence."""
    if not stop.group().startswith(".") or len(stop.group().rstrip("\"'”’)]")) > 1:
        return False
    word = _LAST_WORD.search(text, sentence_start, stop.start())
    if word is None:
        return False
    token = word.group(1).lower()
    if token in {"al", "etc"}:  # both may close a sentence: look at what follows
        following = text[stop.end() :].lstrip()
        return not following[:1].isupper()
    if token in _ABBREVIATIONS:
        return True
    following = text[stop.end() :].split(maxsplit=1)
    initial = len(token) == 1 and word.group(1).isupper() and token != "i"
    return initial and bool(following) and following[0][0].isupper() and following[0].lower() not in _OPENERS


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
        following = text[stop.end() :].lstrip()
        spaced = text[stop.start() - 1 : stop.start()].isspace()  # tokenised text: "a wing . the lift"
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
    text = _THOUSANDS.sub("", re.sub(r"[${}\\]", "", text))
    return re.sub(r"\s+", " ", text).strip().casefold()


def title_key(title: str) -> str:
    """Return what identifies a paper by its title: letters and digits of the normalised title."""
    return re.sub(r"[^\w]+", "", normalise(title)).replace("_", "")
