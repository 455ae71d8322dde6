"""What a question takes for granted, held against the paper it is about.

"Why does X keep growing?" says that X keeps growing; "how does the Y inside X help?" says that X has a Y. What the
paper does not share (a name, a number, a direction, who does what to whom) is told before the answer, so that no
premise is played along with.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

from ingest.paper import Paper
from ingest.text import Span, normalise, split_sentences, stands_in
from rag.grounding.checker import EmbeddedChecker, statement_spans, told
from rag.grounding.tokens import Token, tokens_of
from rag.lexical import STOPWORDS
from rag.questions.asked import mentions, names_in

_CAPITAL = r"[A-Z][\w’'-]*"
_PHRASE = re.compile(rf"\b{_CAPITAL}(?:\s+(?:of\s+(?:the\s+)?)?{_CAPITAL})*")
_OPENERS = frozenset(
    """what which who whose whom when where why how is are was were do does did can could should would will has have
    had in on for at by to from of with according under the a an and or but so if as since given besides beyond
    tell list name give explain describe compare please i""".split()
)
"""Words that begin a question or a sentence and are capitals for that reason alone."""
OF_THE_FIELD = frozenset("LLM LLMs AI NLP RL ML GPU GPUs CPU CPUs".split())
_ABBREVIATION = re.compile(r"[A-Z]{3,6}s?")
_LINKS = "a|an|and|are|as|at|by|for|from|in|is|of|on|or|than|that|the|to|we|with"
"""Words whose first letters abbreviations leave out."""
_COUNTED = 3.0
"""Numbers up to which a number counts what the question itself lists ("which 3")."""
_ALL_CAPITALS = 0.75
"""Share of a question's words with a capital from which capitals tell nothing."""
_LEAST_ENGLISH = 0.2
"""Share of English function words below which a question is in a language that may write nouns with capitals."""
_AUXILIARY = r"(?:does|do|did|is|are|was|were|has|have|had|can|could|would|will|should)"
_TAKEN = (
    re.compile(rf"\b(?:why|how come)\s+{_AUXILIARY}\s+(?P<rest>[^?]+)", re.IGNORECASE),
    re.compile(
        r"\b(?:what|which \w+|by what \w+)\s+(?:explains?|accounts? for|lies behind|causes?|is behind)\s+"
        r"(?:the (?:fact|result|finding|observation)\b[^?]*?\bthat\s+|that\s+)?(?P<rest>[^?]+)",
        re.IGNORECASE,
    ),
    re.compile(
        r"\b(?:given|seeing|granted|considering|since|because) (?:that )?(?P<rest>[^,?]+), "
        r"(?:why|how|what|which|by|is|does|do|did|can)",
        re.IGNORECASE,
    ),
    re.compile(
        r"(?:^|[.!?:;]\s+)\W*(?:as|now that) (?P<rest>[^,?]+), (?:why|how|what|which|by|is|does|do|did|can)\b",
        re.IGNORECASE,
    ),
    re.compile(r"(?:^|[.!?:;]\s+)\W*if (?P<rest>[^,?]+), (?:then )?(?:why|how come)\b", re.IGNORECASE),
    re.compile(
        r"\bwhat (?:made|makes|lets?|allow(?:s|ed)|enable[sd]|led|leads|drove|forced|got|kept|cause[sd])\s+"
        r"(?P<rest>[^?,;]+)",
        re.IGNORECASE,
    ),
    re.compile(
        r"\b(?:conclud|show|find|found|demonstrat|prov|claim|argu|report|establish)\w*\s+that\s+(?P<rest>[^?.]+)",
        re.IGNORECASE,
    ),
    re.compile(rf"\bby what (?:mechanism|means) {_AUXILIARY}\s+(?P<rest>[^?]+)", re.IGNORECASE),
    re.compile(rf"\bhow {_AUXILIARY}\s+(?P<rest>[^?]+)", re.IGNORECASE),
)
"""What a question takes for granted stands behind its asking words."""
_HINTED = re.compile(
    r"\b(?:what|which|how|where|when|whom?)\b[^?,;]*?\b(?:does|do|did)\s+(?P<rest>[^?,;]+)", re.IGNORECASE
)
"""Of any other question only the direction is taken for granted ("how much did it lose")."""
_IMPERATIVE = re.compile(
    r"^\W*(?:(?:please|now|then|and|so|also|ok(?:ay)?|just|kindly|first|next|hey|hi|hello)\W+)*"
    r"(?:(?:can|could|would|will) you (?:please )?)?"
    r"(?:explain|tell|list|describe|give|name|show|compare|contrast|summari[sz]e|find|state|say|discuss|outline|help"
    r"|imagine|suppose|assume|consider|let|write|provide|clarify|elaborate|identify|quote|cite|report|recommend|suggest"
    r"|remind|define|answer|check|confirm|verify|prove|argue|enumerate|mention|specify|look|search|search for|sketch"
    r"|walk|teach|convince|justify|note|count|rank|order|sort|print|return|use|keep|be|do|don['’]t|repeat|put)\b"
    r"(?:\s+(?:me|us|for me|to me|that))*",
    re.IGNORECASE,
)
"""The opening of a sentence that asks for something without a question mark, and so claims nothing."""
_ASKED = re.compile(
    rf"(?:^|[:;–—]\s)\W*(?:{_AUXILIARY}|(?:(?:on|in|at|by|for|with|to|from|of)\s+)?(?:what|which|whose|whom?|how|why))\b",
    re.IGNORECASE,
)
"""A sentence that asks, though it may end like a statement ("On which data was it tried.")."""
_SAYS_SO = (
    r"(?:i|we)(?:['’]ve)? (?:have |had )?"
    r"(?:read|heard?|gather|understand|understood|remember|recall|believe|think|thought)"
)
_HEARD = re.compile(rf",? (?:as )?{_SAYS_SO}(?: it)?(?=[.!]?$)|^\W*{_SAYS_SO} (?:that )?(?=\w)", re.IGNORECASE)
"""What only says that the asker has the rest of a sentence from somewhere."""
_BEFORE_ASKING = re.compile(
    rf"^(?!\W*(?:and|but|so|or)\b)(?P<said>[^;?]*\b{_AUXILIARY}\b[^;?]{{8,}}?)(?:;|\s[-–—])\s+"
    r"(?=(?:(?:so|and|but|then) )?(?:what|which|who|how|why|when|where|whether|is|does|do|did|was|were|are|can)\b)",
    re.IGNORECASE,
)
"""A statement in front of the question that follows in the same sentence; without a verb it would be a topic."""
_OF_THE_ASKER = re.compile(r"\b(?:i|i'm|i've|we|my|me|someone|somebody|there (?:was|is|were))\b", re.IGNORECASE)
"""A sentence about the asker, or one that introduces what is meant, claims nothing of a paper."""
_TELLING = ("turned", "negated", "exchanged", "absent_numbers", "moved_numbers", "bounds", "reach")
_PASSIVE = tuple(kind for kind in _TELLING if kind != "exchanged")
_HINTS = ("turned",)
_SETTINGS = frozenset({"with", "without"})
"""Words that point, but by which any question tells the setting that it is after ("what does it get with one try")."""
_ANYWHERE = {"negated": 0.6, "exchanged": 0.6, "crossed": 0.4}
"""Kinds of disagreement that tell something in whichever sentence they are found, and the likeness of words from which
they do: on development questions 37 % of false premises meet one, and 1 % of answerable questions."""
_BY = re.compile(r"\bby (?!\w+ing\b)")
"""Who does it stands behind what is done ("frogs counted by FrogNet"): the order tells nothing."""
_CLOSE = 0.7
"""Likeness of words (``soft`` of the checker) from which a disagreement means that the abstract says otherwise: on
development claims 8 % of true close paraphrases and 25 % of true free ones disagree at it, and 78 % of corrupted."""
_FEW_WORDS = 3


def proper_names(question: str) -> tuple[str, ...]:
    """Return what a question writes as a name: acronyms, words with digits, and runs of words with capitals.

    A capital that only begins a sentence makes no name, nor do those of a question written in capitals throughout.
    """
    words = re.findall(r"[^\W\d_]{2,}", question)
    if sum(w.isupper() for w in words) >= _ALL_CAPITALS * len(words):
        return ()
    names = (n for n in names_in(question) if not _of_the_field(n) and n[:2] not in ("I'", "I’"))
    found = dict.fromkeys(names)
    english = sum(w.lower() in STOPWORDS for w in words) >= _LEAST_ENGLISH * len(words)
    if english and sum(w[0].isupper() for w in words) < _ALL_CAPITALS * len(words):
        for match in _PHRASE.finditer(question):
            phrase = _without_opener(match.group(), question[: match.start()])
            if len(phrase) > 2 and not _of_the_field(phrase) and not any(phrase == n or phrase in n for n in found):
                found[phrase] = None
    whole = tuple(found)
    return tuple(n for n in whole if not any(n != m and stands_in(n, m) for m in whole))


def _of_the_field(name: str) -> bool:
    return name in OF_THE_FIELD or name.removesuffix("s") in OF_THE_FIELD


def _without_opener(phrase: str, before: str) -> str:
    """Take off a first word that has its capital from the beginning of a sentence."""
    first, *rest = phrase.split()
    begins = not before.strip() or before.rstrip()[-1] in ".?!:;"
    if begins or re.split("[’']", first)[0].lower() in _OPENERS:  # "I'm"
        rest = rest[1:] if rest and rest[0].islower() else rest
        return " ".join(rest)
    return phrase.removesuffix("’s").removesuffix("'s")


def holds(paper: Paper, name: str) -> bool:
    """Tell whether a paper mentions a name, a name of several words by all of its longer ones.

    An abbreviation of three letters or more is mentioned, too, where words with these initials stand side by side.
    """
    if mentions(paper, name) or _spelled_out(paper, name):
        return True
    parts = [w for w in re.findall(r"[\w’'-]+", name) if len(w) > 3]
    return len(parts) > 1 and all(mentions(paper, part) for part in parts)


def _spelled_out(paper: Paper, name: str) -> bool:
    if not _ABBREVIATION.fullmatch(name):
        return False
    words = r"[\s-]+".join(rf"(?!(?:{_LINKS})\b){letter}\w*(?:-\w+)*?" for letter in name.removesuffix("s"))
    return re.search(rf"\b{words}\b", f"{paper.title}. {paper.abstract}", re.IGNORECASE) is not None


def strange_numbers(question: str, paper: Paper) -> list[str]:
    """Return the numbers of a question that a paper's title and abstract do not give."""
    values = {t.value for t in _numbers(f"{paper.title}. {paper.abstract}")}
    whole = normalise(f"{paper.title} {paper.abstract}")
    strange = [
        number.text
        for number in _numbers(question)
        if number.text[:1].isdigit()
        and number.value > _COUNTED
        and number.text not in whole
        and not values & {number.value, number.value / 100, number.value * 100}
    ]
    return list(dict.fromkeys(strange))


def _numbers(text: str) -> list[Token]:
    return [t for t in tokens_of(text) if t.kind == "number"]


@dataclass(frozen=True)
class Otherwise:
    """A statement that a question takes for granted and a paper's abstract words differently."""

    statement: str
    reasons: tuple[str, ...]
    spans: tuple[Span, ...]
    """The words of the abstract that come nearest."""
    sure: bool = True
    """Whether these are the abstract's nearest words of all, rather than some that disagree."""


def _asks(sentence: str) -> bool:
    """Tell whether a sentence asks: by its mark, by the word it opens with, or by lacking any mark at all.

    What ends without a mark ("splitwise cost saving", "on how many tasks was it tried") was typed to be looked up.
    """
    return not re.search(r"[.!…][\"”’')\]]*$", sentence) or bool(_ASKED.search(sentence))


def taken_for_granted(question: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """Return the statements that a question makes or takes for granted, with what would tell against each."""
    found: dict[str, tuple[str, ...]] = {}
    for start, end in split_sentences(question):
        sentence = _HEARD.sub("", question[start:end].strip())
        imperative = _IMPERATIVE.match(sentence)
        before = _BEFORE_ASKING.match(sentence)
        if before and not (imperative or _ASKED.search(before["said"]) or _OF_THE_ASKER.search(before["said"])):
            found[before["said"].strip()] = _TELLING
        if not (_asks(sentence) or imperative or _OF_THE_ASKER.search(sentence)):
            found[sentence.rstrip(".")] = _TELLING
        sentence = sentence[imperative.end() :] if imperative else sentence
        if match := next((m for pattern in _TAKEN if (m := pattern.search(sentence))), None):
            said = match["rest"].strip()
            found[said] = _PASSIVE if _BY.search(said) else _TELLING
        elif match := _HINTED.search(sentence):
            found[match["rest"].strip()] = _HINTS
    return tuple((said, kinds) for said, kinds in found.items() if len(said.split()) >= _FEW_WORDS)


def otherwise(question: str, paper: Paper, checker: EmbeddedChecker) -> Otherwise | None:
    """Return the first statement of a question that a paper's abstract says otherwise; ``None`` where there is none.

    A statement in quite other words than the abstract's is let pass: only where the words are close does a turned
    direction, a negation, an exchanged role or another number tell anything. Where the abstract's nearest words do not
    disagree, each sentence is held against it.
    """
    taken = taken_for_granted(question)
    for statement, kinds in taken:
        reading = checker.read(statement, paper)
        if reading is None or reading.values["soft"] < _CLOSE:
            continue
        disagreeing = {word for kind in kinds for word in reading.found[kind]}
        if not disagreeing or (kinds == _HINTS and disagreeing <= _SETTINGS):
            continue
        spans = statement_spans(paper.abstract)
        return Otherwise(statement, told(reading), tuple(spans[i] for i in reading.chosen))
    return next(
        (found for statement, kinds in taken if (found := _in_a_sentence(statement, kinds, paper, checker))), None
    )


def _in_a_sentence(statement: str, kinds: Collection[str], paper: Paper, checker: EmbeddedChecker) -> Otherwise | None:
    """Return the sentence nearest to a statement among those that disagree with it."""
    wanted = {k: least for k, least in _ANYWHERE.items() if k in kinds or (k == "crossed" and "negated" in kinds)}
    found: list[tuple[float, Otherwise]] = []
    for span in statement_spans(paper.abstract) if wanted else ():
        reading = checker.read(statement, paper, span)
        if reading and any(reading.found[k] and reading.values["soft"] >= least for k, least in wanted.items()):
            found.append((reading.values["soft"], Otherwise(statement, told(reading), (span,), sure=False)))
    return max(found, key=lambda pair: pair[0])[1] if found else None
