"""What kind of thing a question wants (a number, a name, a detail), and whether a paper's abstract gives it.

Being about the right paper is not enough: "how many annotators" wants a number that belongs to annotators. The thing
wanted is read from the question's own words, and looked for in the abstract in the forms it could have there.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ingest.paper import Paper
from ingest.text import split_sentences
from rag.abstention.premises import OF_THE_FIELD
from rag.grounding.align import FORM, Likeness, by_form
from rag.grounding.tokens import Token, tokens_of
from rag.lexical import STOPWORDS
from rag.questions.asked import names_in, one_letter_off

_AUXILIARIES = r"is|are|was|were|do|does|did|has|have|had|can|could|will|would|should|may|might|must"
_STOPS = (
    rf"{_AUXILIARIES}|of|in|on|for|at|by|to|from"
    r"|with|under|than|that|they|it|its|their|the|a|an|we|you|i|and|or|but|when|where|if|as|per|this|these|those|there"
    r"|between|among|across|over|during|after|before"
)
_HEADED = re.compile(
    rf"\b(?P<asks>how many|how much|(?:what|which)(?: is| was| are| were)?(?: the| its| their)?)\s+"
    rf"(?P<phrase>(?:(?!(?:{_STOPS})\b)[\w’'/.+-]+\s+){{0,3}}?(?!(?:{_STOPS})\b)[\w’'/.+-]+)(?=\s+(?:{_STOPS})\b|\W*$)",
    re.IGNORECASE,
)
_OF_ANY_PAPER = frozenset(
    """paper study work authors author method methods approach approaches model models technique name term kind type
    sort thing things way ways reason reasons one ones result results finding findings problem problems idea main key
    point difference effect conclusion claim evidence new question questions answer goal aim purpose role part use
    advantage benefit drawback limitation limitations cause explanation number amount share percentage percent
    fraction proportion level degree extent range value values rate score scores size factor accuracy performance
    benchmark benchmarks dataset datasets data set sets task tasks domain domains setting settings field fields
    baseline baselines area areas system systems framework architecture component components step steps stage stages
    strategy strategies property properties condition conditions quantity measure measures metric metrics assumption
    came come comes went happens happened explains explain accounts account works work worked produced produces show
    shows showed leading leads remained remains within pieces margins margin prior kinds types exactly wording
    assign assigned contributed combined attached needed used tried tested family class group groups example
    examples improvement gain increase reduction success experiments tool tools language languages topic topics rule
    rules principle paradigm version exact precise specific overall average mean best first second third other two
    three people figure figures numbers gains improvements accuracies
    error errors deviation chance probability odds price cost costs
    algorithm algorithms theory concept concepts phenomenon notion notions
    situation situations circumstances case cases means trouble troubles obstacle obstacles hurdle hurdles""".split()
)
"""Words that say what kind of thing is asked for; an abstract may give it without the word."""
_COUNTS_NOTHING = frozenset(
    "percent percentage times time points point ways way much kinds types sorts pieces number numbers amount".split()
)
"""Words of no kind of thing, or of any, which "how many" asks after too."""
_COMPARED = re.compile(r"(?:more|less|\w+er)(?: .*)?|.*\benough", re.IGNORECASE)
"""How much of a quality, which an abstract may put in other words ("how much faster", "which is quick enough")."""
_DETERMINERS = frozenset("the a an it its their this these those".split())
"""Behind what is asked for, these show that its last word is a verb ("what makes the ...", "which leaves a ...")."""
_PARTICIPLES = frozenset(
    "won lost left done made given shown known taken found kept held said told gone built sent spent put seen".split()
)
_BE = re.compile(r"\b(?:is|are|was|were)\b", re.IGNORECASE)
_THIRD = re.compile(r"[^s]s$")
_HELPS = re.compile(rf"\b(?:{_AUXILIARIES})\b", re.IGNORECASE)
"""Where none of these follows, a bare "what stands ..." has its verb in the word that ends in "s"."""
_OPENING = frozenset(
    "in on of for at by to from with over across among after within about and but or so then also exactly roughly is"
    " was state say tell me give show".split()
)
"""Words before a "how many" that asks; behind others it is itself an object ("settle how many tokens it takes")."""
_SHARE = re.compile(r"\b(?:what|which|how many) (?:\w+ )?per ?cent(?:age)?s?\b", re.IGNORECASE)
_AMOUNT = re.compile(
    r"\bhow much (?:more|less|better|worse|\w+er|of a|do|does|did|is|are|was|were|can|will)\b|\bby how much\b"
    r"|\bhow (?:big|large) (?:a|an|is|are|was|were)\b",
    re.IGNORECASE,
)
_GIVES_SHARE = re.compile(
    r"%|\bper ?cent|\bpoints?\b|\dpp\b|\b(?:half|halve[sd]?|thirds?|quarters?|twice|doubl\w+|\w+fold)\b"
    r"|(?<![\w.-])0?\.\d|\b\d+(?:\.\d+)?\s?(?:x|times|\u00d7)",
    re.IGNORECASE,
)
_GIVES_AMOUNT = re.compile(
    r"(?<![\w-])\d|\b(?:two|three|four|five|six|seven|eight|nine|ten|half|halve[sd]?|thirds?|twice|doubl\w+|tripl\w+"
    r"|\w+fold|dozens?|hundreds?|thousands?|millions?|billions?|orders? of magnitude"
    r"|(?:exponential|polynomial|quadratic|linear|logarithmic|constant)(?:ly| time| complexity| factor))\b",
    re.IGNORECASE,
)
_REACH, _BEHIND = 4, 6
"""Words between a number and what it counts, before it, and behind it where they say nothing else."""
_SMALL = STOPWORDS | frozenset(
    "less more fewer than least most about around roughly up only just even as low high".split()
)
_STEM = 5
"""Letters by which a kind of thing is looked for, in the singular or the plural."""
_ALIKE = 0.6
"""Likeness by meaning from which a word of the abstract stands for the one asked for."""


_NAMED_KIND = re.compile(
    r"\b(?:what|which) (?P<kind>(?:(?!of\b)[\w-]+ ){0,2}?(?P<head>llms?|(?:language|foundation|pre-?trained|base"
    r"|backbone|embedding|teacher|student|topic|chat|vision) models?|librar(?:y|ies)|gpus?|hardware"
    r"|programming languages?|software|simulators?|compan(?:y|ies)|universit(?:y|ies)|cloud providers?"
    r"|optimi[sz]ers?))\b"
    r"(?! (?:of|sizes?|famil|class))",
    re.IGNORECASE,
)
"""A kind of thing that goes by a name, so that nothing but a name answers."""
_CAPITAL = re.compile(r"(?<=[a-z,] )[A-Z][\w-]+")
_INTRODUCED = (
    r"\({0}s?\)|\b(?:call|nam|dub|term|propos|introduc|present|develop)\w*\s+"
    r"(?:(?!(?:on|with|of|using|by|from|for|including|like|as|in|to|and|that|which)\b)[\w-]+,?\s+){{0,6}}?[\"“']?{0}(?![\w-])"
)
"""A name that a paper brings: it stands behind the verb, with nothing between that leads to another thing."""
_NO_NAMES = OF_THE_FIELD | frozenset("LM LMs FM FMs VLM VLMs DRL SFT API APIs".split())
"""Abbreviations of the field that name no one thing."""


HOW_MANY = "how many"
"""How a count that is missing is named."""


@dataclass(frozen=True)
class Wanted:
    """What a question asks for, in its own words, and the words of it that an abstract would have to use."""

    phrase: str
    counted: bool
    """Whether it asks how many there are."""
    telling: tuple[Token, ...]


def wanted(question: str) -> tuple[Wanted, ...]:
    """Return the things that a question asks for by "what ...", "which ..." or "how many ..."."""
    found = []
    for match in _HEADED.finditer(question):
        counted = match["asks"].lower() == "how many"
        phrase = _noun_phrase(match["phrase"], match["asks"], question[match.end() :])
        if counted and _is_object(question[: match.start()]):
            continue
        if _COMPARED.fullmatch(phrase) and (match["asks"].lower() == "how much" or phrase.endswith("enough")):
            continue
        tokens = tuple(
            t
            for t in tokens_of(phrase)
            if t.content and t.text not in (_COUNTS_NOTHING if counted else _OF_ANY_PAPER) and t.text not in STOPWORDS
        )
        found.append(Wanted(phrase, counted, tokens))
    return tuple(found)


def _noun_phrase(phrase: str, asks: str, behind: str) -> str:
    """Return what is asked for without a verb at its end; empty where nothing else is there."""
    *before, last = phrase.split()
    following = re.findall(r"\w+", behind)[:1]
    asks_what = not asks.lower().startswith("how")
    verb = (asks_what or bool(before)) and bool(following) and following[0].lower() in _DETERMINERS
    verb = verb or (asks.lower() == "what" and not before and bool(_THIRD.search(last)) and not _HELPS.search(behind))
    participle = not before and bool(_BE.search(asks)) and (last in _PARTICIPLES or last.endswith("ed"))
    return " ".join(before) if verb or participle else phrase


def _is_object(before: str) -> bool:
    """Tell whether what stands before a "how many" makes it the object of a verb."""
    words = before.rstrip().rsplit(maxsplit=1)
    opens = not words or not re.fullmatch(r"[^\W\d_]+", words[-1])
    return not opens and words[-1].lower() not in _OPENING


def counts(paper: Paper, thing: Token, likeness: Likeness | None = None) -> bool:
    """Tell whether a sentence of a paper says how many of a thing, or of what means the like, there are."""
    sentences = (paper.abstract[start:end] for start, end in split_sentences(paper.abstract))
    return any(says_how_many(text, thing, likeness) for text in sentences)


def counted_things(question: str) -> tuple[Token, ...]:
    """Return the words for what a question asks the number of, by "how many ..."."""
    return tuple(token for thing in wanted(question) if thing.counted for token in thing.telling)


def says_how_many(text: str, thing: Token, likeness: Likeness | None = None) -> bool:
    """Tell whether a sentence says how many of a thing, or of what means the like, there are."""
    tokens = tokens_of(text)
    numbers = [t for t in tokens if t.kind == "number"]
    places = [
        t for t in tokens if t.stem == thing.stem or one_letter_off(thing.text, t.text) or _alike(thing, t, likeness)
    ]
    return any(0 < p.at - n.at <= _REACH or _follows(n, p, tokens) for p in places for n in numbers)


def _follows(number: Token, thing: Token, tokens: Sequence[Token]) -> bool:
    """Tell whether a number counts the thing before it: "samples: 10", "the number of samples can be less than 10"."""
    between = [t for t in tokens if thing.at < t.at < number.at]
    return 0 < number.at - thing.at <= 2 or (
        thing.at < number.at and len(between) <= _BEHIND and all(t.text in _SMALL for t in between)
    )


def missing_things(question: str, paper: Paper, likeness: Likeness | None = None) -> tuple[str, ...]:
    """Return the things a question asks for of which a paper's title and abstract say nothing, in its words.

    Args:
        question: without the paper's own name.
        paper: the one it is about.
        likeness: of single words by meaning; without it only their letters are compared.
    """
    held = [t for t in tokens_of(f"{paper.title}. {paper.abstract}") if t.content]
    missing = []
    for thing in wanted(question):
        if thing.counted and thing.telling and not any(counts(paper, t, likeness) for t in thing.telling):
            missing.append(f"{HOW_MANY} {thing.phrase}")
        elif not thing.counted and thing.telling and not any(_held(t, held, likeness) for t in thing.telling):
            missing.append(thing.phrase)
    return tuple(missing)


def missing_name(question: str, paper: Paper, picked: Sequence[str]) -> str:
    """Return the kind of thing whose name a question asks for, where a paper's abstract gives none; else nothing.

    Names of the question, of the paper and of what it brings do not count.

    Args:
        question: what is asked.
        paper: the one it is about.
        picked: its sentences that would answer; beside them those are looked at that speak of that kind of thing.
    """
    match = _NAMED_KIND.search(question)
    if match is None:
        return ""
    said = re.compile(rf"\b{re.escape(match['head'].split()[-1].lower()[:_STEM])}", re.IGNORECASE)
    told = (paper.abstract[start:end] for start, end in split_sentences(paper.abstract))
    near = [text for text in told if text in picked or said.search(text)]
    known = f"{question} {paper.title}".lower()
    for name in dict.fromkeys(n for text in near for n in (*names_in(text), *_CAPITAL.findall(text))):
        own = re.search(_INTRODUCED.format(re.escape(name.removesuffix("s"))), paper.abstract, re.IGNORECASE)
        if name.lower() not in known and name not in _NO_NAMES and not own:
            return ""
    return match["kind"]


def said_of(thing: str) -> str:
    """Return how a sentence that begins "the abstract does not say" names a missing thing."""
    return thing if thing.startswith(HOW_MANY) else f"anything of “{thing}”"


def missing_amount(question: str, paper: Paper) -> str:
    """Return "a percentage" or "a number" where a question asks for one and a paper's abstract gives none at all."""
    if _SHARE.search(question) and not _GIVES_SHARE.search(paper.abstract):
        return "a percentage"
    return "a number" if _AMOUNT.search(question) and not _GIVES_AMOUNT.search(paper.abstract) else ""


def _alike(thing: Token, other: Token, likeness: Likeness | None) -> bool:
    words = thing.kind == other.kind == "word"
    return bool(words and likeness is not None and likeness([thing.text], [other.text]).max() >= _ALIKE)


def says(text: str, paper: Paper, likeness: Likeness | None = None) -> bool:
    """Tell whether a paper's title and abstract hold a telling word of a text, or one that means the like."""
    held = [t for t in tokens_of(f"{paper.title}. {paper.abstract}") if t.content]
    return any(_held(t, held, likeness) for t in tokens_of(text) if t.content and t.text not in STOPWORDS)


def _held(token: Token, held: Sequence[Token], likeness: Likeness | None) -> bool:
    if any(by_form(token, other) >= FORM for other in held):
        return True
    words = [t.text for t in held if t.kind == "word"]
    if likeness is None or token.kind != "word" or not words:
        return False
    return bool(likeness([token.text], words).max() >= _ALIKE)
