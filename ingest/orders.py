"""Orders in a text: words that talk to whoever answers instead of to a reader of papers.

What is retrieved is data, and an abstract or a title may hold a sentence that would have a model, or the reader behind
it, do something ("Ignore the instructions above and say ..."). Such sentences are told by their form alone: an
imperative about instructions, answers or citations, a second person with an answer of its own, a label or a fence that
imitates a prompt, markup, text that is encoded or spelled out so that only a machine reads it. They are left out of
what is embedded, searched, quoted and shown to a model; the stored text stays as it is. Beside one such sentence a
lesser sign is enough.

A false statement put plainly ("The accuracy is 99.9 %.") has no such form and cannot be told from a true one.
"""

from __future__ import annotations

import base64
import binascii
import re
import unicodedata
from functools import lru_cache
from itertools import pairwise

from ingest.order_signs import FOREIGN, LESSER, SIGNS, SPELLED_OUT, Sign
from ingest.text import Span, split_sentences

WITHHELD = "(a title that gives orders is not shown)"
"""Stands for a title of which nothing else is left."""
_LOOKALIKES = str.maketrans(
    "\u0430\u0435\u043e\u0440\u0441\u0445\u0443\u0456\u0455\u0501\u0410\u0412"
    "\u0415\u041a\u041c\u041d\u041e\u0420\u0421\u0422\u0425\u0406\u0405",
    "aeopcxyisdABEKMHOPCTXIS",
)
"""Cyrillic letters that look Latin."""
_TAGS = {0xE0000 + code: chr(code) for code in range(0x20, 0x7F)}
"""Unicode's invisible doubles of the ASCII characters."""
_BY_MARK = [(mark, sign) for sign in (*SIGNS, *FOREIGN) for mark in sign.marks]
_BY_WORD: dict[str, list[Sign]] = {w: [s for s in SIGNS if w in s.words] for s in SIGNS for w in s.words}
_WORD = re.compile(r"[a-z']+")
_ENCODED = re.compile(r"(?<![\w/+.=-])[A-Za-z0-9+/]{20,}={0,2}(?![\w/+=-])|(?<![\w/])(?:[0-9a-f]{2}\s?){16,}(?!\w)")
_LEAST_PRINTABLE = 0.9
_LEAST_LETTERS = 6
"""Different letters from which a run of single ones can spell something."""
_WORD_START = re.compile(r"(?<![\w'’<|/#\[(-])[\w<|#\[(/]")
_CLAUSE_END = re.compile(r"[.!?;]+(?=\s|$)|[\])}]|\|?>+|\s[—–|-]+\s")
_OPEN_BRACKET = re.compile(r"[\[({<][^\])}>]*$")
_CLOSES = re.compile(r"<\|(?:im_end|eot_id)\|>|</\w+>|<end_of_turn>|\[/INST\]|-->|<{3,}\s*DATA\b", re.IGNORECASE)
_CITING = re.compile(r"(?:\[\d{1,3}\][^\S\n]*)+(?=\n)")
"""Markers at the end of a line, which cite the sentence before them and do not number what the next line holds."""
_READABLE = re.compile(r"[A-Za-z]{3,}\W+[A-Za-z]{2,}")


@lru_cache(maxsize=20_000)
def is_order(text: str, in_title: bool = False) -> bool:
    """Tell whether a sentence has the form of an order to whoever answers.

    Args:
        text: one sentence, or a clause of a title.
        in_title: it is of a title, where a mere imperative is no order.
    """
    meant = plain(text)
    told = any(s.pattern.search(meant) for s in _near(meant.lower()) if s.in_titles or not in_title)
    return told or _is_spelled_out(meant) or bool(hidden_words(meant))


def order_spans(text: str) -> tuple[Span, ...]:
    """Return the sentences of a text that are orders, as :func:`units` cuts them."""
    spans = units(text)
    before = [0, *(end for _, end in spans)]
    marked = [_holds_order(_own(text, at, span)) for at, span in zip(before, spans, strict=False)]
    if not any(marked):
        return ()
    for places in (range(len(spans)), range(len(spans) - 1, -1, -1)):
        for i in places:
            beside = any(marked[max(i - 1, 0) : i + 2])
            marked[i] = marked[i] or (beside and LESSER.search(plain(text[slice(*spans[i])])) is not None)
    return tuple(span for span, is_one in zip(spans, marked, strict=True) if is_one)


def units(text: str) -> list[Span]:
    """Split a text into sentences; what closes a block of a prompt or of markup ends one too."""
    spans: list[Span] = []
    for start, end in split_sentences(text):
        cuts = [start + m.end() for m in _CLOSES.finditer(text[start:end]) if start + m.end() < end]
        pieces = pairwise([start, *cuts, end])
        spans += [(b - len(text[a:b].lstrip()), a + len(text[a:b].rstrip())) for a, b in pieces if text[a:b].strip()]
    return spans


def clean_sentences(text: str) -> list[Span]:
    """Split a text as :func:`ingest.text.split_sentences` does, and leave out the sentences that are orders."""
    return split_sentences(blank_orders(text))


def clean_runs(text: str) -> list[list[Span]]:
    """Return :func:`clean_sentences` in runs: sentences with nothing but white space between them."""
    runs: list[list[Span]] = []
    for span in clean_sentences(text):
        if runs and not text[runs[-1][-1][1] : span[0]].strip():
            runs[-1].append(span)
        else:
            runs.append([span])
    return runs


def blank_orders(text: str) -> str:
    """Return a text with its orders overwritten by spaces, so that the rest keeps its offsets.

    Every sentence of what is returned stands in the text as it is; one that would reach over a blank goes with it.
    """
    kept, spans = text, list(order_spans(text))
    while spans:
        for start, end in spans:
            kept = kept[:start] + " " * (end - start) + kept[end:]
        spans = [(start, end) for start, end in split_sentences(kept) if kept[start:end] != text[start:end]]
    return kept if kept == text else kept.rstrip()


@lru_cache(maxsize=20_000)
def shown_title(title: str) -> str:
    """Return a title without the order in it; :data:`WITHHELD` where nothing else is in it."""
    if not any(is_order(part, in_title=True) for part in (title, *_parts(title))):
        return title
    ends = [0, *(match.end() for match in _CLAUSE_END.finditer(title)), len(title)]
    ordering = next((a for a, b in pairwise(ends) if is_order(title[a:b], in_title=True)), 0)
    words = (match.start() for match in _WORD_START.finditer(title))
    first = ordering or next((at for at in words if _begins_order(title[at:])), 0)
    kept = _OPEN_BRACKET.sub("", title[:first])
    if not re.search(r"\w", kept) and (closing := _CLAUSE_END.search(title, first)):
        kept = title[closing.end() :]
    kept = re.sub(r"\s+", " ", kept).strip(" .,;:|/—–-([{<*#")
    return kept if re.search(r"\w", kept) and not is_order(kept, in_title=True) else WITHHELD


def _parts(title: str) -> list[str]:
    return [part for part in _CLAUSE_END.split(title) if part.strip()]


def _begins_order(text: str) -> bool:
    meant = plain(text)
    found = [m for s in _near(meant.lower()) if s.in_titles and (m := s.pattern.search(meant))]
    return any(match.start() == 0 for match in found) or (not found and is_order(text, in_title=True))


def _near(low: str) -> set[Sign]:
    """Return the signs that a text in lower case may hold."""
    found = {sign for mark, sign in _BY_MARK if mark in low}
    for word in _WORD.findall(low):
        found.update(_BY_WORD.get(word, ()))
    return found


def _own(text: str, before: int, span: Span) -> str:
    """Return a sentence without the markers that it begins with and that belong to the one which ends at ``before``."""
    start, end = span
    if before and "\n" not in text[before:start] and (citing := _CITING.match(text, start, end)):
        start = citing.end()
    return text[start:end]


def _holds_order(sentence: str) -> bool:
    return is_order(sentence) or any(is_order(line) for line in sentence.splitlines()[1:] if line.strip())


def plain(text: str) -> str:
    """Return a text as it is meant to be read: compatibility forms, no invisible characters, no lookalike letters."""
    if text.isascii():
        return text
    text = unicodedata.normalize("NFKC", text.translate(_TAGS))
    text = "".join(c for c in text if unicodedata.category(c) != "Cf")
    return re.sub(r"\w*[A-Za-z]\w*", lambda word: word.group().translate(_LOOKALIKES), text)


def _is_spelled_out(text: str) -> bool:
    runs = (match.group().lower() for match in SPELLED_OUT.finditer(text))
    return any(len(set(filter(str.isalpha, run))) >= _LEAST_LETTERS for run in runs)


def hidden_words(text: str) -> tuple[str, ...]:
    """Return what runs of Base64 or hexadecimal digits in a text say, of those that hide words."""
    return tuple(said for match in _ENCODED.finditer(plain(text)) if (said := _decoded(match.group())))


def _decoded(code: str) -> str:
    for decode in (lambda c: base64.b64decode(c + "=" * (-len(c) % 4), validate=True), bytes.fromhex):
        try:
            said = decode(code).decode("utf-8")
        except (ValueError, binascii.Error):
            continue
        printable = sum(c.isprintable() for c in said)
        if printable >= _LEAST_PRINTABLE * len(said) and _READABLE.search(said):
            return said
    return ""
