"""A sentence as the checker reads it: its words in order, each with its stem, kind, clause and weight."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal

from ingest.text import normalise
from rag.lexical import STOPWORDS, Analyzer
from rag.questions.asked import names_in

Kind = Literal["word", "name", "number", "function"]

_NUMBER_WORDS = {
    **{
        w: float(i) for i, w in enumerate("zero one two three four five six seven eight nine ten eleven twelve".split())
    },
    **{"twice": 2.0, "double": 2.0, "thrice": 3.0, "triple": 3.0, "twenty": 20.0, "thirty": 30.0, "fifty": 50.0},
    **{"third": 3.0, "fourth": 4.0, "fifth": 5.0},
    **dict.fromkeys(("half", "halves", "halved", "halving"), 0.5),
    **{"quarter": 0.25, "hundred": 100.0, "thousand": 1e3, "million": 1e6, "billion": 1e9},
}
_TIMES = frozenset({"hundred", "thousand", "million", "billion"})
_SCALE = {"k": 1e3, "thousand": 1e3, "m": 1e6, "million": 1e6, "b": 1e9, "billion": 1e9}
_NUMBER = (
    r"(?<![\w.])(?P<number>\d{1,3}(?: \d{3})+(?![\d.])|\d+/\d+|\d+(?:\.\d+)?|\.\d+)"
    r"(?:\s?(?P<unit>%|(?:percent|per cent|million|billion|thousand|times|fold)\b)|(?P<tight>[kmbx\u00d7])(?![\w-])"
    r"|-(?P<fold>fold|times)\b)?(?![a-z]*\d)"
)
_WORD = r"(?P<word>[^\W_]+(?:[.'+-][^\W_]+)*\+*)"
_BREAK = r"(?P<clause>[,;:()\[\]]|--)"
_TOKEN = re.compile(f"{_NUMBER}|{_WORD}|{_BREAK}")
_CITE_KEY = re.compile(r"~[a-z-]+(?:19|20)\d\d[a-z]*")
"""A reference that LaTeX left in an abstract ("HAQ~wang2018haq")."""
_MIDDLE = re.compile(r"(?<=\d)\u00b7(?=\d)")
JOINTS = frozenset("whereas while but although though however than because when if which where unlike yet".split())
_CAPITAL = re.compile(r"(?<![.!?:\"'(]\s)(?<=[\w,;)]\s)[A-Z][a-z]+[\w-]*")
_COMMON = frozenset(
    """also approach achieve achieves achieved author authors based called data demonstrate different evaluation
    experiment experiments experimental existing extensive find findings found framework given include including
    introduce known large method methods model models new novel number paper performance perform present problem
    problems propose proposed provide report result results show shown shows significantly single state study
    studies system task tasks technique term test training use used uses using various way work works known well
    make makes made several many give gives given take takes turn turns get gets call run runs both via overall
    specifically furthermore moreover respectively per within across among toward towards upon""".split()
)
"""Words of reporting, which say little about what is claimed."""
LIGHT, HEAVY = 0.4, 1.5


@dataclass(frozen=True)
class Token:
    """One word of a sentence."""

    text: str
    stem: str
    kind: Kind
    at: int
    """Place among all words of the text, function words counted."""
    clause: int
    value: float = 0.0
    unit: str = ""
    """Of a number: ``%``, ``x`` for a multiple, or nothing."""

    @property
    def content(self) -> bool:
        """Whether the token says something: all but function words."""
        return self.kind != "function"

    @property
    def weight(self) -> float:
        """How much the token counts: names and numbers most, words of reporting least."""
        if self.kind in ("name", "number"):
            return HEAVY
        return LIGHT if self.text in _COMMON else 1.0


@lru_cache(maxsize=4_000)
def tokens_of(text: str) -> tuple[Token, ...]:
    """Read a text into tokens; a hyphenated word gives its parts, a name with a version stays whole."""
    names = name_keys(text)
    analyzer = _analyzer()
    found: list[Token] = []
    clause = 0
    for match in _TOKEN.finditer(_CITE_KEY.sub("", _MIDDLE.sub(".", normalise(text)))):
        if match["clause"]:
            clause += 1
        elif match["number"]:
            value, unit = read_number(match)
            found.append(Token(match.group(), f"{value:.12g}", "number", len(found), clause, value, unit))
        else:
            for part in _parts(match["word"], names):
                clause += part in JOINTS
                found.append(_word(part, names, len(found), clause, analyzer))
    return tuple(_joined(found))


def _joined(tokens: Sequence[Token]) -> list[Token]:
    """Return the tokens with "two" and "hundred" as one number."""
    joined: list[Token] = []
    for token in tokens:
        last = joined[-1] if joined else None
        if last and token.text in _TIMES and last.kind == "number" and last.at == token.at - 1 and not last.unit:
            value = last.value * token.value
            joined[-1] = replace(last, text=f"{last.text} {token.text}", stem=f"{value:.12g}", value=value)
        else:
            joined.append(token)
    return joined


def name_keys(text: str) -> frozenset[str]:
    """Return the names of a text, squeezed: with capitals inside or digits, parts of such, words capitalised midway."""
    whole = names_in(text)
    parts = (part for name in whole if "-" in name for part in name.split("-"))
    names = {*whole, *_CAPITAL.findall(text), *(part for part in parts if names_in(part))}
    return frozenset(key for n in names if len(key := squeeze(n)) > 1)


@lru_cache(maxsize=20_000)
def squeeze(text: str) -> str:
    """Return the letters and digits of a text alone, the plural ending off."""
    letters = re.sub(r"[^a-z0-9]+", "", normalise(text))
    return letters[:-1] if letters.endswith("s") and len(letters) > 3 else letters


def read_number(match: re.Match[str]) -> tuple[float, str]:
    """Return the value and unit of a number as written."""
    written, unit = match["number"].replace(" ", ""), match["unit"] or match["tight"] or match["fold"] or ""
    if "/" in written:
        over, under = written.split("/")
        return (float(over) / float(under) if float(under) else float(over)), ""
    value = float(written) * _SCALE.get(unit, 1.0)
    if unit in ("%", "percent", "per cent"):
        return value, "%"
    return value, "x" if unit in ("x", "\u00d7", "times", "fold") else ""


def content_of(tokens: Sequence[Token]) -> list[Token]:
    """Return the tokens that say something."""
    return [t for t in tokens if t.content]


def _parts(word: str, names: frozenset[str]) -> list[str]:
    parts = word.split("-")
    versioned = any(re.search(r"\d", p) for p in parts) and squeeze(word) in names
    return [word] if versioned or len(parts) == 1 else [p for p in parts if p]


def _word(part: str, names: frozenset[str], at: int, clause: int, analyzer: Analyzer) -> Token:
    text = part.removesuffix("'s").rstrip("'")
    if text in _NUMBER_WORDS:
        return Token(text, f"{_NUMBER_WORDS[text]:.12g}", "number", at, clause, _NUMBER_WORDS[text])
    if squeeze(text) in names:
        return Token(text, squeeze(text), "name", at, clause)
    if text.isdigit():
        return Token(text, text, "number", at, clause, float(text))
    kind: Kind = "function" if text in STOPWORDS or len(text) < 2 else "word"
    return Token(text, analyzer.stem(text), kind, at, clause)


@lru_cache(maxsize=1)
def _analyzer() -> Analyzer:
    return Analyzer()
