"""Questions in other languages: told by their small words or their script, and put into English word by word.

The abstracts, the embedder and the rules that read questions know English. A question in another language is read by
what it shares with the papers (names, numbers, terms that nearly all languages write alike) and by a glossary of
the words in which questions are asked. Where nothing rare is shared there is nothing to hold on to, and it is declined:
similarities of a foreign sentence to English ones would find some paper, and not the right one.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cache
from itertools import takewhile
from pathlib import Path
from typing import TYPE_CHECKING

from ingest.text import normalise
from rag.asked import mentions, names_in
from rag.lexical import STOPWORDS
from rag.phrases import OF_QUESTIONS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ingest.paper import Paper
    from rag.lexical import LexicalIndex

_HAN = "\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7af"
_SCRIPTS = (
    ("Japanese", re.compile(r"[\u3040-\u30ff]")),
    ("Korean", re.compile(r"[\uac00-\ud7af\u1100-\u11ff]")),
    ("Chinese", re.compile(r"[\u4e00-\u9fff]")),
    ("Russian", re.compile(r"[\u0400-\u04ff]")),
    ("Arabic", re.compile(r"[\u0600-\u06ff]")),
    ("Hindi", re.compile(r"[\u0900-\u097f]")),
    ("Greek", re.compile(r"[\u0370-\u03ff]")),
    ("Hebrew", re.compile(r"[\u0590-\u05ff]")),
    ("Thai", re.compile(r"[\u0e00-\u0e7f]")),
)
_LEAST_SCRIPT = 2
"""Letters of a script that make a question one of its language (a formula may hold a Greek one or two)."""
_SPELLINGS = (
    ("German", re.compile(r"[äöüß]")),
    ("Spanish", re.compile(r"[ñ¿¡]")),
    ("Portuguese", re.compile(r"[ãõ]")),
    ("French", re.compile(r"[çèêùœîôû]|\b[dlnsjq]['’](?=[aeiouyhéè])")),
)
_ENGLISH = STOPWORDS | frozenset(
    "wat papers paper study method tell show list give there many much one two new use".split()
)
_LEAST_VOTES = 1.5
_BY_GLOSSARY = 0.5
"""What a word of the glossary counts beside a small word."""
_ALIKE = 4
"""Letters from the start by which a foreign word is taken to be English as well."""
_BESIDE = re.compile(rf"(?<=[A-Za-z0-9])(?=[{_HAN}])|(?<=[{_HAN}])(?=[A-Za-z0-9])")
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")

@dataclass(frozen=True)
class Tongue:
    """What is known of a language."""

    name: str
    votes: frozenset[str]
    phrases: tuple[tuple[re.Pattern[str], str], ...]
    """What is put in English, longest first."""
    terms: frozenset[str]
    """Those of the English words that a paper may be found by."""
    telling: re.Pattern[str]
    """Words of the glossary that are not written so in English."""
    sorry: str

    def count(self, words: Sequence[str], text: str) -> float:
        """Return how much speaks for a text being in this language: its small words, and words of the glossary."""
        return sum(w in self.votes for w in words) + _BY_GLOSSARY * len(self.telling.findall(text))


@cache
def tongues() -> Mapping[str, Tongue]:
    """Read the glossary that stands beside this module."""
    data = tomllib.loads(Path(__file__).with_name("glossary.toml").read_text(encoding="utf-8"))
    return {name: _tongue(name, table) for name, table in data.items()}


def _tongue(name: str, table: Mapping[str, str]) -> Tongue:
    words, terms = ([tuple(line.split(": ", 1)) for line in table[k].strip().splitlines()] for k in ("words", "terms"))
    pairs = sorted((*words, *terms), key=lambda pair: -len(pair[0]))
    telling = [_body(foreign) for foreign, english in pairs if foreign[:_ALIKE] != english[:_ALIKE]]
    return Tongue(
        name,
        frozenset(table["votes"].split()),
        tuple((_pattern(_body(foreign), name), english) for foreign, english in pairs),
        frozenset(english for _, english in terms),
        _pattern(f"(?:{'|'.join(telling)})", name),
        table["sorry"],
    )


def _body(foreign: str) -> str:
    return re.escape(foreign).replace(r"\*", r"\w{0,5}").replace(r"\ ", r"\s+")


def _pattern(body: str, name: str) -> re.Pattern[str]:
    return re.compile(body if name == "Chinese" else rf"(?<![\w-]){body}(?![\w-])", re.IGNORECASE)


def language_of(text: str) -> str:
    """Return the language of a question; empty for English and for what cannot be told."""
    for name, script in _SCRIPTS:
        if len(script.findall(text)) >= _LEAST_SCRIPT:
            return name
    low = unicodedata.normalize("NFC", text.lower())
    words = [part for word in _WORD.findall(low) for part in re.split(r"['’]", word)]
    votes = {
        n: sum(w in t.votes for w in words) + _BY_GLOSSARY * len(t.telling.findall(low)) for n, t in tongues().items()
    }
    for name, spelling in _SPELLINGS:
        votes[name] += len(spelling.findall(low))
    best = max(votes, key=lambda name: votes[name])
    return best if votes[best] >= _LEAST_VOTES and votes[best] > sum(w in _ENGLISH for w in words) else ""


def ask_in_english(language: str) -> str:
    """Ask for an English question, in the asker's language too where it is known."""
    sorry = tongues()[language].sorry if language in tongues() else ""
    return f"{_SORRY} {sorry}".strip()


_SORRY = "Please ask in English, or name a paper or a method as it calls itself."
_UNKNOWN = Tongue("", frozenset(), (), frozenset(), re.compile("(?!)"), "")
