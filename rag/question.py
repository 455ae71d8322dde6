"""Reading a question: what kind it is, what it asks about, which filters it states."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from ingest.paper import Paper
from ingest.sources.dates import parse_date
from rag.filters import Filters

Kind = Literal["empty", "small_talk", "count", "metadata", "overview", "list", "compare", "fact"]

MAX_CHARACTERS = 20_000
"""Longest question that is read whole; what follows is left out, and the answer says so."""

_THING = r"(?:papers?|articles?|works?|studies|study|publications?|preprints?|entries|abstracts?|ones)"
_SMALL_TALK = re.compile(
    r"(?:hi|hello|hey|hiya|howdy|good (?:morning|afternoon|evening|day)|thanks?(?: you| a lot| so much)?|thx|cheers|many thanks"
    r"|ok(?:ay)?|great|cool|nice|perfect|awesome|got it|i see|understood|bye|goodbye|see you(?: later)?|good ?night"
    r"|who are you|what are you|what can you do|how are you(?: doing)?(?: today)?|what is your name|what's your name|are you (?:a )?(?:bot|human|real)"
    r"|help|yes|no|sure|there|everyone|that'?s (?:all|great|helpful|it)|very helpful|for (?:your|the) help|all good|you(?:'re| are) (?:great|the best))",
    re.IGNORECASE,
)
_COUNT = re.compile(
    rf"\b(?:how many|number of|count(?: of)?(?: all)?(?: the)?)\b(?:\W+[\w-]+){{0,5}}?\W+{_THING}\b|\bhow many\b.{{0,40}}\b(?:there|library|digests?)\b"
    r"|\bhow many (?:of (?:them|these|those)|came|come|have|has|were|are|link|mention)\b",
    re.IGNORECASE,
)
_METADATA = re.compile(
    r"\b(?:oldest|earliest|newest|latest|most recent(?:ly)?|most authors|largest (?:author|team)|biggest (?:author|team)|fewest authors"
    r"|most (?:comments|discussed|commented)|how many (?:authors|people|comments|researchers|co-?authors)|number of (?:authors|comments)"
    r"|when (?:was|were|did)\b.{0,120}\b(?:published|come out|appear|released|posted)|publication date|date of publication|published when"
    r"|what (?:date|day|year)\b.{0,80}\b(?:published|come out|appear)"
    r"|(?:which|what|how many) digests?\b|in (?:two|both|more than one|several|multiple) digests?"
    r"|(?:single|one|sole|only one|\d+ or more|at least \w+|more than \w+)[- ]authors?(?:ed)?|author count"
    r"|(?:since|after|before|until|in|during|from) (?:the year )?(?:19|20)\d\d\b(?=[^.]*$))",
    re.IGNORECASE,
)
_OVERVIEW = re.compile(
    r"\b(?:overview|main (?:themes?|topics?)|(?:themes?|topics?) (?:of|in|does|do|are|covered)|what(?:'s| is| are|s)? (?:in|inside|covered in|there in) (?:this|the|my|here|these|those|all)"
    r"|what (?:is|are) (?:this|the|these|my) (?:digests?|library|collection|papers)(?: about)?|summar(?:y|i[sz]e|ise)\b.{0,30}\b(?:digests?|library|collection|papers)"
    r"|what (?:should|shall|do|could) (?:i|we) (?:read|start)|where (?:should|do|to) (?:i |we )?(?:start|begin)|reading (?:list|order)|worth reading first|read first)\b",
    re.IGNORECASE,
)
_LIST = re.compile(
    rf"^\W*(?:(?:and|so|ok|please|then|also|of these|in (?:the|this) [^,]{{3,40}}),?\s+)*(?:which|what|any|list|show|find|give|name|enumerate|tell me)\b(?:\W+[\w'-]+){{0,5}}?\W+(?:{_THING}|methods|approaches|benchmarks|datasets|data ?sets)\b"
    rf"|^\W*(?:{_THING}|benchmarks|methods)\s+(?:on|about|that|which|with|for|in|from|using|dealing|where|whose|published|releasing|proposing)\b"
    rf"|\b(?:are|is) there (?:any|other|some|more|a) (?:[\w-]+ ){{0,3}}{_THING}\b|\bwhat in here\b|\b(?:all|every) (?:the )?{_THING} (?:on|about|that|which|with|for|using)\b"
    rf"|\b(?:do|does|did|has|have) (?:any|some) (?:of )?(?:the |these )?{_THING}\b|\b(?:what|anything) (?:is|do we have|do i have|have we got|have you got|is there|do you have) (?:there )?(?:on|about)\b"
    r"|^\W*(?:which|what) of (?:these|those|them|the)\b|\bwho (?:else )?(?:works|worked|studies|writes) on\b|\bwhich ones\b|\banything (?:on|about|here on|in here)\b",
    re.IGNORECASE,
)
_COMPARE = re.compile(
    r"\b(?:compar(?:e|ed|ing|ison)\b.{0,200}\b(?:and|with|to|vs|versus|against)|versus|vs\.?|difference(?:s)? between|differ(?:s)? from|how (?:do|does|did)\b.{3,160}\band\b.{3,160}\b(?:differ|compare)"
    r"|contrast|in common|(?:both|each) (?:of )?[\w\"“].{2,100} and )",
    re.IGNORECASE,
)
_CODE = re.compile(
    r"\b(?:with|has|have|having|releas\w+|provid\w+|shar\w+|link\w*(?: to)?|com\w* with|came with|publish\w*|open[- ]sourc\w+)\s+(?:(?:a|an|any|their|its|the|public|available|open|source|link\w*|to|github|own)\s+){0,4}(?:code|github|repositor(?:y|ies)|repos?)\b"
    r"|\bcode (?:is )?(?:available|released|link)|\bgithub (?:links?|repos?)\b|\bopen[- ]source code\b",
    re.IGNORECASE,
)
_YEAR = re.compile(r"\b(since|after|before|until|in|during|from|through|prior to|earlier than|later than)\s+(?:the year\s+)?((?:19|20)\d\d)(?![\d-])", re.IGNORECASE)
_DIGEST_NUMBER = re.compile(r"\bdigest\s+(?:no\.?\s*|number\s+|#)?(\d{1,4})\b|\b(\d{3})\s+digest\b", re.IGNORECASE)
_DAY = re.compile(
    r"\b(jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?\s+(\d{1,2})(?:st|nd|rd|th)?\b",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Question:
    """A question as read."""

    asked: str
    """As the user put it."""
    standalone: str
    """As it would be asked with no conversation before it."""
    kind: Kind
    filters: Filters = Filters()
    """What the question states and the caller gave, together."""
    subjects: tuple[Paper, ...] = ()
    """Papers that the question names, or that the conversation is about."""
    notes: tuple[str, ...] = field(default=())
    """What was done in reading it that the asker should know."""


def kind_of(text: str) -> Kind:
    """Tell what kind of question a standalone text is."""
    if not re.search(r"\w", text):
        return "empty"
    if is_small_talk(text):
        return "small_talk"
    if _COUNT.search(text) and not re.search(r"\bhow many (?:authors|comments|digests|people)\b", text, re.IGNORECASE):
        return "count"
    if _OVERVIEW.search(text):
        return "overview"
    if _METADATA.search(text) and not _only_filters(text):
        return "metadata"
    if _LIST.search(text):
        return "list"
    if _COMPARE.search(text):
        return "compare"
    return "fact"


def _only_filters(text: str) -> bool:
    """Tell whether what looks like a question of metadata is a list with a filter said in it."""
    return all(_YEAR.fullmatch(match.group()) for match in _METADATA.finditer(text))


def is_small_talk(text: str) -> bool:
    """Tell whether a text is nothing but greetings, thanks and the like."""
    rest = _SMALL_TALK.sub(" ", text)
    rest = re.sub(r"\b(?:you|so|very|much|a|lot|and|then|citetrail|again|all|for|now|that|was|the|really|my|friend|please|me)\b", " ", rest, flags=re.IGNORECASE)
    return bool(_SMALL_TALK.search(text)) and not re.search(r"\w", rest)


def stated_filters(text: str, papers: Sequence[Paper]) -> Filters:
    """Read the filters that a question states: a digest, a time, code.

    Args:
        text: the question.
        papers: the library's papers, whose digests can be named by number or by the day they print.
    """
    after, before = "", ""
    for match in _YEAR.finditer(text):
        word, year = match[1].lower(), int(match[2])
        if word in ("since", "from"):
            after = f"{year}-01-01"
        elif word in ("after", "later than"):
            after = f"{year + 1}-01-01"
        elif word in ("before", "prior to", "earlier than"):
            before = f"{year}-01-01"
        elif word in ("until", "through"):
            before = f"{year + 1}-01-01"
        else:
            after, before = f"{year}-01-01", f"{year + 1}-01-01"
    return Filters(
        digest=_stated_digest(text, papers),
        published_after=after,
        published_before=before,
        has_code=True if _CODE.search(text) else None,
    )


def _stated_digest(text: str, papers: Sequence[Paper]) -> str:
    """Return the digest a question names by its name, its number or the day it prints."""
    days = {a.digest: a.day for paper in papers for a in paper.appearances}
    for digest in sorted(days, key=len, reverse=True):
        if re.search(rf"(?<!\w){re.escape(digest)}(?!\w)", text, re.IGNORECASE):
            return digest
    if match := _DIGEST_NUMBER.search(text):
        number = match[1] or match[2]
        named = [d for d in days if d.startswith(number) or (d.split("_")[0].isdigit() and int(d.split("_")[0]) == int(number))]
        if len(named) == 1:
            return named[0]
    for match in _DAY.finditer(text):
        printed = parse_date(f"{match[1][:3].title()} {int(match[2])}")
        named = [d for d, day in days.items() if printed and day.endswith(f"-{printed.month:02d}-{printed.day:02d}")]
        if len(named) == 1:
            return named[0]
    return ""
