"""Questions in other languages: told by their small words or their script.

The abstracts, the embedder and the rules that read questions know English. A question in another language is read by
what it shares with the papers (names, numbers, terms that nearly all languages write alike) and by a glossary of
the words in which questions are asked. Where nothing rare is shared there is nothing to hold on to, and it is declined:
similarities of a foreign sentence to English ones would find some paper, and not the right one.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from rag.lexical import STOPWORDS

HAN = "\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7af"
"""Letters of scripts that put no space between words."""
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
_LEAST_SCRIPT = 0.25
"""Share of a question's letters that make it one of a script's language (a formula may hold Greek ones)."""
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
_SORRY = "Please ask in English, or name a paper or a method as it calls itself."
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
    """Asks for another language, in this one."""

    def speaks_for(self, words: Sequence[str], text: str) -> float:
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
    small = frozenset(table["votes"].split())
    telling = [_body(f) for f, english in pairs if f[:_ALIKE] != english[:_ALIKE] and f not in small]
    return Tongue(
        name,
        small,
        tuple((_pattern(_body(foreign), name), english) for foreign, english in pairs),
        frozenset(english for _, english in terms),
        _pattern(f"(?:{'|'.join(telling)})", name),
        table["sorry"],
    )


def _body(foreign: str) -> str:
    return re.escape(foreign).replace(r"\*", r"\w{0,5}").replace(r"\ ", r"\s+")


def _pattern(body: str, name: str) -> re.Pattern[str]:
    return re.compile(body if name == "Chinese" else rf"(?<![\w-]){body}(?![\w-])", re.IGNORECASE)


def tongue_of(language: str) -> Tongue:
    """Return what is known of a language; next to nothing of one that the glossary does not have."""
    return tongues().get(language) or Tongue(language, frozenset(), (), frozenset(), re.compile("(?!)"), "")


def language_of(text: str) -> str:
    """Return the language of a question; empty for English and for what cannot be told."""
    letters = sum(map(str.isalpha, text))
    for name, script in _SCRIPTS:
        if letters and len(script.findall(text)) >= _LEAST_SCRIPT * letters:
            return name
    low = unicodedata.normalize("NFC", text.lower())
    words = [part for word in _WORD.findall(low) for part in re.split(r"['’]", word)]
    votes = {name: tongue.speaks_for(words, low) for name, tongue in tongues().items()}
    for name, spelling in _SPELLINGS:
        votes[name] += len(spelling.findall(low))
    best = max(votes, key=lambda name: votes[name])
    return best if votes[best] >= _LEAST_VOTES and votes[best] > sum(w in _ENGLISH for w in words) else ""


def ask_in_english(language: str) -> str:
    """Ask for an English question, in the asker's language too where it is known."""
    sorry = tongues()[language].sorry if language in tongues() else ""
    return f"{_SORRY} {sorry}".strip()
