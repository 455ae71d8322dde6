"""Whether a question asks for papers: a logistic regression over the frame that it is put in.

People ask for papers in more ways than patterns can foresee ("I follow small models. Which of these should I open?").
What tells them from questions about a paper is not the topic but the words around it: each run of other words is taken
as one gap, and neighbouring frame words, up to three, carry weights. Words and weights were fitted by
``bench/fit_list_frames.py``, whose figures stand beside them.
"""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

FRAMES = Path(__file__).with_name("list_frames.json")
LEAST_ODDS = 0.5
"""Log-odds from which a question is taken to ask for papers; at it 1 in 100 questions about a paper was, too."""
LEAST_POSSIBLE = -2.0
"""Log-odds below which a question is about one paper however list-like its words, unless it says papers."""
_PAPERS = re.compile(
    r"\b(?:papers?|articles?|works?|studies|publications?|preprints?|entries|abstracts|surveys|reviews|titles)\b"
    r"|\b(?:which|what) of (?:these|those|them)\b|^\W*ha(?:s|ve) any(?:one|body)\b"
    r"|^\W*(?:is|are) there (?:any|some)thing (?:on|about)\b"
    r"|\b(?:which|what) (?:\w+ )?(?:benchmarks|data ?sets|methods|tools) (?:are|were|get) \w+ed\W*$",
    re.IGNORECASE,
)
_TOKEN = re.compile(r"[a-z]+(?:'[a-z]+)?|\d+|[.?!;:,–—-](?=\s|$)")
_GAP, _NUMBER, _START, _END = "_", "#", "^", "$"
_LONGEST = 3


@dataclass(frozen=True)
class Frames:
    """A fitted logistic regression over the frames of questions."""

    bias: float
    words: frozenset[str]
    """Frame words; any other is of a topic."""
    weights: Mapping[str, float]
    """Of runs, as :func:`frames_of` gives them."""

    def odds(self, text: str) -> float:
        """Return the log-odds that a question asks for papers, not for something out of one."""
        return self.bias + sum(self.weights.get(run, 0.0) for run in frames_of(text, self.words))


def tokens_of(text: str) -> list[str]:
    """Return the words, numbers and marks at the ends of words of a text, in lower case."""
    return _TOKEN.findall(text.lower().replace("’", "'"))


def frames_of(text: str, words: Collection[str]) -> set[str]:
    """Return the runs of one to three neighbouring frame words, gaps, numbers and ends of a text, as text.

    Args:
        text: a question.
        words: frame words; a run of other words is one gap, ``_``. Runs without a frame word are left out.
    """
    path = [_START]
    for token in tokens_of(text):
        step = token if token in words else _NUMBER if token.isdigit() else _GAP
        if step != _GAP or path[-1] != _GAP:
            path.append(step)
    path.append(_END)
    runs = (path[at : at + size] for size in range(1, _LONGEST + 1) for at in range(len(path) - size + 1))
    return {" ".join(run) for run in runs if not {_GAP, _START, _END}.issuperset(run)}


def odds_of_list(text: str) -> float:
    """Return the log-odds that a question asks for papers, not for something out of one."""
    return _read().odds(text)


def asks_for_papers(text: str) -> bool:
    """Tell whether a question asks for papers by the frame it is put in."""
    return odds_of_list(text) >= LEAST_ODDS


def asks_of_one(text: str) -> bool:
    """Tell whether a question asks for something out of a paper by the frame it is put in, and says no papers."""
    return odds_of_list(text) < LEAST_POSSIBLE and not _PAPERS.search(text)


@lru_cache(maxsize=1)
def _read() -> Frames:
    stored = json.loads(FRAMES.read_text(encoding="utf-8"))
    return Frames(stored["bias"], frozenset(stored["words"]), stored["weights"])
