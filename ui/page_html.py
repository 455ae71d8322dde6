"""An answer as HTML for the page.

Titles, abstracts, questions and generated words are untrusted: every one of them goes through :func:`_e`. What comes
out is one line, since the chat reads Markdown and a blank line would end the HTML; Gradio sanitises it once more.
"""

from __future__ import annotations

import html
from collections.abc import Sequence
from typing import TYPE_CHECKING

from ui.wording import MARKER, NEAREST, SUPPORT, about, counted, is_heading, made_by, quotes

if TYPE_CHECKING:
    from ingest.errors import CitetrailError
    from rag.answer import Answer, Citation, Sentence

_QUOTES_OPEN = 2
_TIP = 220
_FAST = "\u00a0"
"""Before a marker, so that it never begins a line."""
_READING = "Reading the papers…"
BUSY = '<div class="ct-turn ct-busy">'
"""Opens an answer that is still being written; no untrusted words can hold it, since theirs are escaped."""


def _e(text: str) -> str:
    """Escape text for HTML, attributes included, and keep its line breaks."""
    return html.escape(text, quote=True).replace("\r", "").replace("\n", "<br>")


def _attribute(text: str) -> str:
    return html.escape(" ".join(text.split()), quote=True)


def question_html(question: str) -> str:
    """Return what the user asked."""
    return f'<div class="ct-question">{_e(question)}</div>'


def streaming_html(text: str) -> str:
    """Return an answer that is still being written."""
    return f'{BUSY}<div class="ct-text">{_e(text) or _READING}</div></div>'


def live_html(known: Answer, rest: str, thinking: str, turn: str) -> str:
    """Return an answer that is still being written, with the verdicts known by now.

    Args:
        known: what was held against its evidence, as an answer of its own.
        rest: what was written after it.
        thinking: what the model reasoned.
        turn: as for :func:`answer_html`.
    """
    shown = _text(known, quotes(known), turn)
    after = _e(rest if not shown or rest[:1].isspace() else f" {rest}")
    text = f'<div class="ct-text">{(shown + after).strip() or _READING}</div>'
    return f"{BUSY}{_thinking(thinking)}{text}{_legend(known)}</div>"


def _thinking(text: str) -> str:
    """Return a model's reasoning, folded: it is no part of the answer."""
    if not text:
        return ""
    return f'<details class="ct-thinking"><summary>What the model thought</summary>{_e(text)}</details>'


def error_html(error: CitetrailError) -> str:
    """Return an error as a plain message: what happened, and what to do."""
    return failure_html(error.what, error.fix)


def failure_html(what: str, fix: str = "") -> str:
    """Return a plain message that says what happened, and what to do."""
    mend = f'<p class="ct-fix">{_e(fix)}</p>' if fix else ""
    return f'<div class="ct-turn ct-error"><p>{_e(what)}</p>{mend}</div>'


def answer_html(answer: Answer, turn: str) -> str:
    """Return a finished answer.

    Args:
        answer: the answer.
        turn: a word that no other answer on the page has; anchors are made of it.
    """
    words = quotes(answer)
    kind = "ct-turn ct-abstained" if answer.abstained else "ct-turn"
    parts = [
        '<p class="ct-kicker">Not answered by this library</p>' if answer.abstained else "",
        _thinking(answer.provenance.thinking),
        f'<div class="ct-text">{_text(answer, words, turn)}</div>',
        _legend(answer),
        _missing(answer.missing),
        f'<p class="ct-note">{_e(counted(answer.catalogue))}</p>' if answer.catalogue else "",
        _notes(answer.provenance.notes),
        _citations(answer.citations, words, turn),
        _nearest(answer) if answer.abstained else "",
        f'<p class="ct-foot">{_e(made_by(answer))}<button class="ct-copy" type="button">Copy</button></p>',
    ]
    return f'<div class="{kind}">{"".join(parts)}</div>'


def _text(answer: Answer, words: dict[int, list[str]], turn: str) -> str:
    titles = {citation.n: citation.title for citation in answer.citations}
    parts, at = [], 0
    for sentence in sorted(answer.sentences, key=lambda s: s.start):
        parts.append(_e(answer.text[at : sentence.start]))
        parts.append(_sentence(answer, sentence, titles, words, turn))
        at = sentence.end
    parts.append(_e(answer.text[at:]))
    return "".join(parts)


def _sentence(
    answer: Answer, sentence: Sentence, titles: dict[int, str], words: dict[int, list[str]], turn: str
) -> str:
    own = {evidence.n: evidence.quote for evidence in reversed(sentence.evidence)}

    def marker(n: int) -> str:
        quote = own.get(n) or next(iter(words.get(n, ())), "")
        place = _anchor(turn, n) + (f"-{words[n].index(quote) + 1}" if n in own else "")
        tip = f"{titles[n]}: “{quote[:_TIP]}{'…' if len(quote) > _TIP else ''}”" if quote else titles[n]
        return f'<a class="ct-mark" href="#{place}" title="{_attribute(tip)}">{n}</a>'

    shown = answer.text[sentence.start : sentence.end]
    parts, at = [], 0
    for found in MARKER.finditer(shown):
        n = int(found.group(1))
        if n in titles:
            before = shown[at : found.start()]
            parts.append(_e(before[:-1] + _FAST if before.endswith(" ") else before) + marker(n))
            at = found.end()
    inner = "".join(parts) + _e(shown[at:])
    if is_heading(answer, sentence):
        return f'<span class="ct-heading">{inner}</span>'
    said = SUPPORT.get(sentence.support)
    inner = f'<span class="ct-{sentence.support}" title="{said}">{inner}</span>' if said else f"<span>{inner}</span>"
    listed = shown.startswith("- ") and answer.text[: sentence.start].endswith("\n")
    return f'<span class="ct-item">{inner}</span>' if listed else inner


def _anchor(turn: str, n: int) -> str:
    return f"cite-{turn}-{n}"


def _legend(answer: Answer) -> str:
    """Explain the marks that this answer has, and no others."""
    met = [name for name in SUPPORT if any(sentence.support == name for sentence in answer.sentences)]
    keys = " ".join(f'<span class="ct-key"><span class="ct-{name}">Aa</span> {SUPPORT[name]}</span>' for name in met)
    return f'<p class="ct-legend">{keys}</p>' if met else ""


def _missing(missing: Sequence[str]) -> str:
    if not missing:
        return ""
    return f'<p class="ct-missing">Not mentioned in the papers: {_e(", ".join(missing))}</p>'


def _notes(notes: Sequence[str]) -> str:
    return f'<p class="ct-note">Note: {_e("; ".join(notes))}</p>' if notes else ""


def _citations(citations: Sequence[Citation], words: dict[int, list[str]], turn: str) -> str:
    if not citations:
        return ""
    items = "".join(_citation(citation, words[citation.n], turn) for citation in citations)
    return f'<ol class="ct-cites">{items}</ol>'


def _citation(citation: Citation, words: Sequence[str], turn: str) -> str:
    title = _e(citation.title)
    if citation.url.startswith(("https://", "http://")):
        title = f'<a href="{_attribute(citation.url)}" target="_blank" rel="noopener noreferrer">{title}</a>'
    meta = about(citation)
    line = f'<div class="ct-meta">{_e(meta)}</div>' if meta else ""
    anchor = _anchor(turn, citation.n)
    quoted = [f'<blockquote id="{anchor}-{i}">{_e(quote)}</blockquote>' for i, quote in enumerate(words, start=1)]
    shown = "".join(quoted[:_QUOTES_OPEN])
    if rest := quoted[_QUOTES_OPEN:]:
        shown += f"<details><summary>{len(rest)} more from this paper</summary>{''.join(rest)}</details>"
    number = f'<span class="ct-n">{citation.n}</span>'
    body = f'<div class="ct-body"><div class="ct-title">{title}</div>{line}{shown}</div>'
    return f'<li id="{anchor}" tabindex="-1">{number}{body}</li>'


def _nearest(answer: Answer) -> str:
    if not answer.sources:
        return ""
    items = "".join(f"<li>{_e(source.title)}</li>" for source in answer.sources[:NEAREST])
    return f'<div class="ct-nearest">Nearest papers<ul>{items}</ul></div>'
