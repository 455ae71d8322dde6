"""Tolerant text matching for the evals, kept apart from the product's own on purpose.

A ruler that shared :mod:`ingest.text` with what it measures would share its mistakes too.
"""

from __future__ import annotations

import re
import unicodedata

_DASHES = re.compile("[\u2010-\u2015\u2212]")
_THOUSANDS = re.compile(r"(?<=\d),\s?(?=\d{3}(?!\d))")
_SPACE = re.compile(r"\s+")
_WORD = re.compile(r"[^\W_]+")
_MARKER = re.compile(r"\s*\[\d+\]")

STOPWORDS = frozenset(
    (
        "a about across all also an and any are as at be been being between both but by can could did do does "
        "doing done each else for from further get given had has have having he her here hers him his how i if in "
        "into is it its itself just let like made make many may me might more most much must my no nor not now of "
        "off on once one only or other our ours out over own per please said same say says shall she should since "
        "so some such tell than that the their them then there these they this those through thus to too two under "
        "up upon us used use uses using very via was we were what when where whether which while who whom whose "
        "why will with within without would yet you your"
    ).split()
)


def match_form(text: str) -> str:
    """Return the form in which nuggets are compared.

    Unicode compatibility forms, case, dashes, curly quotes, escaped per cent signs, thousands separators, runs of
    white space and a space before ``%`` make no difference.
    """
    text = unicodedata.normalize("NFKC", text).casefold().replace("\\%", "%").replace("\u2019", "'")
    text = _THOUSANDS.sub("", _DASHES.sub("-", text))
    return _SPACE.sub(" ", text).replace(" %", "%").strip()


def occurs(needle: str, text: str) -> bool:
    """Tell whether ``needle`` stands in ``text``, both in match form.

    A number is not found inside a longer one (``12`` not in ``412`` or ``12.5``), a word not behind letters
    (``supervised`` not in ``unsupervised``); an ending may follow (``model`` is found in ``models``).
    """
    form = match_form(needle)
    if not form:
        return False
    before = r"(?<![\d.])(?<!\d,)" if form[0].isdigit() else r"(?<![^\W\d_])" if form[0].isalpha() else ""
    after = r"(?!\d)(?!\.\d)" if form[-1].isdigit() else ""
    return re.search(before + re.escape(form) + after, match_form(text)) is not None


def occurs_any(needles: tuple[str, ...], text: str) -> bool:
    """Tell whether one of the alternatives stands in ``text``."""
    return any(occurs(needle, text) for needle in needles)


def without_markers(text: str) -> str:
    """Return an answer's text without its citation markers, whose numbers are no facts."""
    return _MARKER.sub("", text)


def words(text: str) -> list[str]:
    """Return the words and numbers of a text in match form."""
    return _WORD.findall(match_form(text))


def content_words(text: str) -> list[str]:
    """Return the words that carry meaning: no stop words, no single letters."""
    return [w for w in words(text) if w not in STOPWORDS and (len(w) > 1 or w.isdigit())]


def stem(word: str) -> str:
    """Cut a plain English ending off, enough to let ``models`` meet ``model`` and ``trained`` meet ``training``."""
    for ending in ("ations", "ation", "ings", "ing", "ies", "ied", "edly", "ely", "ed", "es", "ly", "s", "e", "y"):
        if word.endswith(ending) and len(word) - len(ending) >= 4:
            return word[: -len(ending)]
    return word


def ngrams(items: list[str], size: int) -> list[tuple[str, ...]]:
    """Return every run of ``size`` items."""
    return [tuple(items[i : i + size]) for i in range(len(items) - size + 1)]


def title_key(title: str) -> str:
    """Return the form in which two spellings of one title are equal."""
    return " ".join(words(title))
