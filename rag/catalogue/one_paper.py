"""What is known of one paper: its digests, date, authors, comments, link to code; and yes or no to a condition."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ingest.links import is_code
from ingest.paper import Appearance, Paper
from ingest.text import split_sentences
from rag.catalogue.computed import Computed, enumerated, inferred_words, quoted, shown_date
from rag.catalogue.conditions import conditions
from rag.catalogue.fields import BY_NAME
from rag.questions.catalogue_phrases import CODE_OF
from rag.questions.filters import Filters, filter_words
from rag.questions.question import Question

_DIGESTS = re.compile(r"\bdigests?\b", re.IGNORECASE)
_ADDRESS = re.compile(
    r"\barxiv (?:id|number|identifier|link|url|address|page)\b|\b(?:link|url|address|page|pdf)\b"
    r"|\bwhere\b.*\b(?:read|find|get)\b",
    re.IGNORECASE,
)
_PROMISED = re.compile(
    r"\b(?:code|implementation|software|scripts)\b[^.]{0,80}"
    r"\b(?:open[- ]?sourc|releas|public|availab|provided|shared|found)"
    r"|\b(?:open[- ]?sourc|releas|publish|provid|shar)\w*\s+(?:(?:all|our|the|its|full|source)\s+)*"
    r"(?:code|implementation|software)\b",
    re.IGNORECASE,
)
_YES_OR_NO = re.compile(
    r"^\W*(?:(?:and|so|but|ok|then),?\s+)*(?:is|was|are|were|does|do|did|has|have|can)\b|\bright\?\W*$", re.IGNORECASE
)
_ASKED = ("authors", "comments", "published")


def of_one(question: Question, paper: Paper, papers: Sequence[Paper]) -> Computed | None:
    """Answer what is known of one paper; ``None`` where nothing of that is asked for.

    Args:
        question: as read.
        paper: the one it is about.
        papers: the library's papers.
    """
    text = question.standalone.replace(paper.title, " ")
    if _YES_OR_NO.search(text) and (verdict := _verdict(text, question.filters, paper, papers)):
        return verdict
    if CODE_OF.search(text):
        return _code(paper, yes_or_no=_YES_OR_NO.search(text) is not None)
    if paper.url and _ADDRESS.search(text):
        said = f"{quoted(paper)} is at {paper.url}, says its digest."
        return Computed("url_of", paper.url, said, (paper,), 1, cited=(paper,))
    if _DIGESTS.search(text):
        said = f"{quoted(paper)} stands in {enumerated([_place(a) for a in paper.appearances])}."
        return Computed("digests_of", ", ".join(paper.digests), said, (paper,), 1, cited=(paper,))
    fields = [name for name in _ASKED if BY_NAME[name].asks.search(text)]
    if "published" in fields and len(fields) > 1 and not re.search(r"\bwhen\b|\bdate|\byear\b", text, re.IGNORECASE):
        fields.remove("published")  # "how many authors does the paper published on X have"
    found = [_field(paper, name, text) for name in fields]
    if not found or any(one is None for one in found):
        return None
    return _joined([one for one in found if one])


def _joined(found: Sequence[Computed]) -> Computed:
    """Join what several fields say of one paper."""
    first = found[0]
    if len(found) == 1:
        return first
    return Computed(
        "+".join(one.operation for one in found),
        "; ".join(one.value for one in found),
        " ".join(one.statement for one in found),
        first.papers,
        1,
        max(one.unknown for one in found),
        cited=first.papers,
    )


def _field(paper: Paper, name: str, text: str) -> Computed | None:
    """Say one field of a paper; ``None`` where the digest does not give it but the abstract may."""
    known: object = paper.published or None if name == "published" else BY_NAME[name].value(paper)
    if known is None:
        if name != "published" and re.search(rf"\b\d+ {name}\b", paper.abstract):
            return None
        said = {"authors": "number of authors", "comments": "number of comments", "published": "date"}[name]
        statement = f"The digest gives no {said} for {quoted(paper)}."
        return Computed(f"{name}_of", "", statement, (paper,), 1, 1, cited=(paper,))
    if name == "published":
        dated, yearless = f"{quoted(paper)} is dated", paper.date is None
        statement = f"{dated} {shown_date(paper.published)}{'' if yearless else inferred_words(paper)}."
        value = "" if yearless else paper.published
        return Computed("published_of", value, statement, (paper,), 1, int(yearless), cited=(paper,))
    statement = f"{quoted(paper)} has {BY_NAME[name].said(int(str(known)))}."
    return Computed(f"{name}_of", str(known), statement, (paper,), 1, cited=(paper,))


def _code(paper: Paper, yes_or_no: bool) -> Computed:
    """Say where the code of a paper is, as far as its abstract links to it."""
    code = [link for link in paper.links if is_code(link)]
    others = [link for link in paper.links if not is_code(link)]
    if code:
        lead = "Yes: the" if yes_or_no else "The"
        said = f"{lead} abstract of {quoted(paper)} links to {enumerated(code)}"
    else:
        lead = "Not as far as its abstract tells: that" if yes_or_no else "The abstract"
        said = f"{lead} of {quoted(paper)} links to no code repository"
        said += f", but to {enumerated(others)}" if others else ""
        if promise := _promise(paper):
            said += f", and says: “{promise}”"
            return Computed("code_of", "", said, (paper,), 1, 1, cited=(paper,))
    return Computed("code_of", ", ".join(code), f"{said}.", (paper,), 1, 0 if code else 1, cited=(paper,))


def _promise(paper: Paper) -> str:
    """Return the sentence in which an abstract speaks of its code being open or to be had; empty where none does."""
    sentences = (paper.abstract[start:end] for start, end in split_sentences(paper.abstract))
    return next((sentence for sentence in sentences if _PROMISED.search(sentence)), "")


def _verdict(text: str, filters: Filters, paper: Paper, papers: Sequence[Paper]) -> Computed | None:
    """Answer yes or no to a digest, a date or a number that a question states of a paper."""
    stated = Filters(filters.digest, filters.published_after, filters.published_before)
    met = conditions(text, papers)
    if not stated and not met:
        return None
    said = ", ".join(filter(None, [filter_words(stated), *(c.words for c in met)]))
    facts = []
    unknown = (stated.dated and paper.date is None) or any(not c.known(paper) for c in met)
    if filters.digest or "digest" in said:
        facts.append(f"stands in {enumerated([_place(a) for a in paper.appearances])}")
    if stated.dated or any(c.shows == "published" for c in met):
        facts.append(
            f"is dated {shown_date(paper.published)}{inferred_words(paper)}" if paper.published else "has no date"
        )
    for name in ("authors", "comments"):
        if any(c.shows == name for c in met):
            value = BY_NAME[name].value(paper)
            facts.append(f"has {BY_NAME[name].said(value)}" if value is not None else f"has no number of {name}")
    holds = stated.admit(paper) and all(c.holds(paper) for c in met)
    verdict = "That cannot be said" if unknown else "Yes" if holds else "No"
    statement = f"{verdict}: {quoted(paper)} {enumerated(facts or [said])}."
    value = "" if unknown else verdict.lower()
    return Computed("is_it", value, statement, (paper,), 1, int(unknown), cited=(paper,))


def _place(appearance: Appearance) -> str:
    return f"the digest {appearance.digest}" + (f" of {shown_date(appearance.day)}" if appearance.day else "")
