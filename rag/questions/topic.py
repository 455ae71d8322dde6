"""The topic of a list question: its alternatives ("pruning or quantization") and what it must do without."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ingest.text import split_sentences
from rag.lexical import STOPWORDS
from rag.questions.phrases import OF_QUESTIONS, OF_THE_CATALOGUE
from rag.questions.question import without_filters

_ASKING = (
    OF_QUESTIONS
    | STOPWORDS
    | frozenset(
        """paper papers article articles work works study studies entry entries abstract abstracts publication
        publications digest digests library collection there one ones please whose got get many much apply applies try
        tries write writes written publish publishes published talk talks want wants need look see m s something
        anything else new been exist exists good say says regard regarding concerning page github repository anyone
        anybody someone somebody working doing
        interesting interested everything all looking search searching after things thing stuff material
        wonder wondering care curious collecting collect hunting gathering grateful appreciate fetch pull bring dig
        gather recommend suggest suggestions pointers guidance literature holdings sources research whatever kindly
        might concerning regards touching touch concerned documents happen attempt attempts somewhere
        i'd i'm i've there's who's what's we've you've like love keen glad involve involves involving available
        relevant let let's try trying need needs wish hope hoping know""".split()
    )
) - frozenset("test tests cover summary no not".split())
"""Words in which a list is asked for and that stand before its topic."""
_CLOSING = frozenset(
    """paper papers there here ones which are one is in library collection please digest work this that these those it
    them any anything list lot pile set on""".split()
)
_OF_ASKING = frozenset(
    """got hits hint list lists fit fits going offer off show read open should could would can which ones what worth
    belong belongs around get up down put been any covered anywhere hand""".split()
)
"""Words of clauses that only ask ("Bandits: what's on offer?")."""
_CLAUSES = re.compile(r"(\s*[:;?!]\s+|\s+[–—-]\s+|,\s+)")
_LEADS_UP = re.compile(
    r"^[^:]*?\b(?:papers?|articles?|studies|works|publications?|literature|material|sources|research|anything|something"
    r"|whatever|everything|stuff)\s+(?:(?:that|which|who|there|here|(?:you|we) have|is|are)\s+)*"
    r"(?:on|about|concerning|regarding|(?:deal|dealing|deals) with|(?:speak|speaks|speaking|talk|talks|talking) of"
    r"|related to|relating to|(?:look|looks|looking) (?:at|into))\s+",
    re.IGNORECASE,
)
"""What comes before a topic in a sentence that says at length that papers on it are wanted."""
_OF_ANY_TOPIC = frozenset(
    "paper papers work works method methods approach approaches use uses using used new study studies problem problems"
    " based model models technique techniques etc kind evaluate evaluates evaluated evaluating apply applied".split()
)
"""Words that tell nothing of a topic, wherever they stand in it."""
_OF_THE_CATALOGUE = OF_THE_CATALOGUE - frozenset(["code"])
_BREAKS = frozenset(
    "on of in for with to that which who by from using among between at within under than whether and about".split()
)
"""Words at which a member of an "or" ends."""
_MEMBER = 4
"""Words that a member of an enumeration may have."""
_PAIR = 2
_EXAMPLES = re.compile(r"\s*(?::|,?\s+(?:like|such as|including|e\.g\.,?|for example))\s+", re.IGNORECASE)
_BETWEEN_ITEMS = re.compile(r"\s*,\s*(?:(?:or|and)\s+)?|\s+(?:or|and)\s+", re.IGNORECASE)
_LACKING = re.compile(
    r"\b(?:(?:that|which|who|and|to)\s+)*"
    r"(?:without|(?:work(?:s|ing)? )?with no|free (?:of|from)|(?:do|does|doing|make|manage)s? without|instead of"
    r"|(?:need|require|use|involve|take)(?:s|ing)? no|(?:do|does)(?: not|n['’]t) (?:need|require|rely on|involve)"
    r"|not (?:needing|requiring|relying on)|avoid(?:s|ing)?|no)\s+"
    r"(?:(?:any(?:body|one)?|additional|extra|further|the|more|using|having|a|need for)\s+)*"
    r"(?P<what>[\w-]+(?:\s+(?!(?:on|of|in|for|with|to|that|at|and|or|by|from|the|an?|each|every)\b)[\w-]+){0,2})"
    r"(?:\s+at all)?",
    re.IGNORECASE,
)
_BUT = re.compile(
    r",?\s+(?:(?:but|though|yet)\s+(?:not|without|no)|excluding|except(?: for)?|other than)\s+"
    r"(?:(?:about|with|using|on|for|any|the|those|involving|in|mentioning)\s+)*(?P<what>[^,?]+?)\s*$",
    re.IGNORECASE,
)
"""What the papers of a list must not mention: "about planning but not with language models"."""
_ANOTHER = re.compile(r"\b(?:an?|any|some|another|no|every) [\w-]+$", re.IGNORECASE)
"""Before "other than", this makes it a kind of thing ("in a language other than English"), which papers do mention."""
_FREE = re.compile(r"\b(?P<what>[\w]+)-free\b", re.IGNORECASE)


@dataclass(frozen=True)
class Topic:
    """What a list question is about."""

    text: str
    """In the question's words, without those that ask."""
    alternatives: tuple[str, ...]
    """A paper about any of them belongs; one where the question knows no "or"."""
    lacking: tuple[str, ...] = ()
    """What the paper has to do without, in the question's words."""
    excluded: str = ""
    """What the paper must not mention."""

    def __bool__(self) -> bool:
        """Tell whether it is about anything but papers, digests, dates and the like."""
        return any(w.lower() not in _OF_THE_CATALOGUE and not w.isdigit() for w in telling_words(self.text))


def read_topic(question: str) -> Topic:
    """Read the topic of a list question."""
    text = max(_sentences(without_filters(question)), key=lambda t: len(telling_words(t)), default="")
    excluded = _BUT.search(text)
    if excluded and telling_words(text[: excluded.start()]) and not _is_kind(text, excluded):
        kept = read_topic(text[: excluded.start()])
        return Topic(kept.text, kept.alternatives, kept.lacking, excluded["what"])
    lacking = tuple(m["what"] for p in (_LACKING, _FREE) for m in p.finditer(text) if telling_words(m["what"]))
    rest = _FREE.sub(" ", _LACKING.sub(" ", text)) if lacking else text
    rest = _trimmed(rest.split()) if telling_words(rest) else ""
    return Topic(text, tuple(dict.fromkeys(_alternatives(rest))) if rest else (), lacking)


def _is_kind(text: str, excluded: re.Match[str]) -> bool:
    """Tell whether "other than" makes another kind of thing of what stands before it."""
    return "other than" in excluded.group().lower() and _ANOTHER.search(text[: excluded.start()]) is not None


def telling_words(text: str) -> list[str]:
    """Return the words of a topic that tell one topic from another; all of them where none does."""
    words = [w for w in re.findall(r"[^\W_]+(?:[-'’][^\W_]+)*", text) if w.lower() not in STOPWORDS and len(w) > 1]
    return [w for w in words if w.lower() not in _OF_ANY_TOPIC | OF_QUESTIONS] or words


def _sentences(text: str) -> list[str]:
    return [_trimmed(_without_asking(text[start:end]).split()) for start, end in split_sentences(text)]


def _without_asking(sentence: str) -> str:
    """Leave out of a sentence the clauses that only ask, and what leads up to the papers that it asks for."""
    clauses = _CLAUSES.split(sentence)
    telling = [i for i in range(0, len(clauses), 2) if _tells(clauses[i])]
    if telling:
        sentence = "".join(clauses[telling[0] : telling[-1] + 1])
    leads = [m.end() for m in _LEADS_UP.finditer(sentence) if len(telling_words(sentence[m.end() :])) > 1]
    return sentence[leads[0] :] if leads else sentence


def _tells(clause: str) -> bool:
    """Tell whether a clause has a word that is of a topic."""
    return any(_bare(word) not in _ASKING | _CLOSING | _OF_THE_CATALOGUE | _OF_ASKING for word in clause.split())


def _trimmed(words: Sequence[str]) -> str:
    """Leave out the words before and behind a topic in which it is asked for."""
    start, end = 0, len(words)
    while start < end and _bare(words[start]) in _ASKING | {""}:
        start += 1
    while end > start and _bare(words[end - 1]) in _CLOSING | {""}:
        end -= 1
    return " ".join(words[start:end]).strip(" ?!.,;:")


def _bare(word: str) -> str:
    return re.sub(r"['’](?:s|re|ve|m)$", "", re.sub(r"^\W+|\W+$", "", word.lower()))


def _alternatives(text: str) -> list[str]:
    head, *examples = _EXAMPLES.split(text, maxsplit=1)
    if examples:
        items = [item for item in _BETWEEN_ITEMS.split(examples[0]) if item]
        if len(items) > 1 and all(len(item.split()) <= _MEMBER for item in items):
            return [t for t in (*items, head) if telling_words(t)]
    words = re.findall(r"[^\s,]+|,", text)
    places = [i for i, w in enumerate(words) if w.lower() in ("or", "and/or")]
    if not places and (joined := _joined(text)):
        return [text, *joined]
    return _members(words, places) if places else [text]


def _joined(text: str) -> list[str]:
    """Return the two topics that "and" joins, each a term of its own ("GUI agents and web agents"); else nothing."""
    members = re.split(r"\s+and\s+", text, flags=re.IGNORECASE)
    whole = len(members) == _PAIR and all(_PAIR <= len(m.split()) <= _MEMBER for m in members)
    return members if whole and not any(w.lower() in _BREAKS for m in members for w in m.split()) else []


def _members(words: Sequence[str], places: Sequence[int]) -> list[str]:
    """Return a text once for each member of its "or", the words around it kept."""
    start, end = places[0], places[-1] + 1
    while start > 0 and words[start - 1].lower() not in _BREAKS:
        start -= 1
    if end < len(words) and words[end].lower() in _BREAKS:
        words = [*words[:end], *words[end + 1 :]]  # "from scale or from smaller models"
    while end < len(words) and words[end].lower() not in _BREAKS | {","}:
        end += 1
    groups = re.split(r"\s*(?:,|\b(?:and/)?or\b)\s*", " ".join(words[start:end]), flags=re.IGNORECASE)
    members = [m.split() for m in groups if m.strip()]
    if len(members) < 2 or any(len(m) > _MEMBER or all(w.lower() in STOPWORDS for w in m) for m in members):
        return [" ".join(words)]
    before, after = " ".join(words[:start]), " ".join(words[end:])
    *first, last = members
    if len(last) == 1 and len(first[-1]) > 2:
        last = [*first[-1][:-1], *last]  # "call external tools or APIs"
    said = [" ".join([*m, last[-1]]) if _lacks_head(m, last) else " ".join(m) for m in first]
    rest = "" if after.startswith("of ") else after  # "of" belongs to its own noun alone
    return [f"{before} {m} {rest}".strip() for m in said] + [f"{before} {' '.join(last)} {after}".strip()]


def _lacks_head(member: Sequence[str], last: Sequence[str]) -> bool:
    """Tell whether a member of one word borrows the noun of the last: the "GUI" of "GUI or web agents"."""
    return len(member) == 1 and len(last) > 1 and (not member[0].endswith("s") or member[0].isupper())
