"""Aspects: what a question asks of several papers alike, and which moves of an abstract tell it."""

from __future__ import annotations

import re

from rag.extractive.moves import Move
from rag.lexical import STOPWORDS
from rag.questions.phrases import OF_QUESTIONS, any_of

_ASPECTS: tuple[tuple[Move, re.Pattern[str]], ...] = (
    (
        "cost",
        any_of(
            r"\b(?:costs?|cheap\w*|expensive|compute|computational\w*|fast\w*|slow\w*|speed\w*|time|memory|efficien\w*"
            r"|tokens?|budget|gpus?|overhead|latency|complexity)\b"
        ),
    ),
    (
        "data",
        any_of(
            r"\b(?:data|data ?sets?|benchmarks?|corpus|corpora|trained on|train on|tested on|evaluat\w*|bigger|larger"
            r"|samples|test ?beds?|cover\w*)\b"
        ),
    ),
    (
        "limit",
        any_of(r"\b(?:limit\w*|weak\w*|drawbacks?|shortcomings?|fail\w*|struggl\w*|caveats?|assum\w*|problems?)\b"),
    ),
    (
        "result",
        any_of(
            r"\b(?:results?|scores?|accura\w*|gains?|improv\w*|success|perform\w*|conclu\w*|finds?|findings?|best|well"
            r"|reach\w*|how (?:much|far|many|big|large|long|high|badly|poorly)|outcome|report\w*|say|says|claims?"
            r"|guarantees?|favou?rs?|prefers?|recommends?|advocates?|suggests?|figures?|fares?|find out|evidence"
            r"|better|beats?|wins?)\b"
        ),
    ),
    (
        "method",
        any_of(
            r"\b(?:methods?|method-wise|approach\w*|techniques?|ideas?|mechanisms?|work|works|use|uses|manage\w*|handle\w*"
            r"|build\w*|train\w*|choos\w*|treat\w*|tackl\w*|solv\w*|get|do it|speed up|achiev\w*)\b",
            r"^how\b",
        ),
    ),
    ("aim", any_of(r"\b(?:purpose|aim|goal|for|propos\w*|introduc\w*|contribut\w*|about|topic|question)\b")),
)
"""What a question compares, and which move of an abstract tells it; the first that fits counts, and the second."""
NUMBER = any_of(
    r"\bhow (?:much|many|far|long|fast|large|big|high|often|well|badly|poorly)\b|\bby how much\b",
    r"\b(?:success|scores?|rates?|percent\w*|points|accuracy|speed-?ups?|gains?|numbers?|figures?|sizes?)\b",
)
"""Asks that a figure answers best."""
FIGURE_ONLY = any_of(
    r"\bhow (?:much|many|far|big|large)\b|\bin points\b|\b(?:rates?|percent\w*|scores?|figures?|speed-?ups?)\b"
)
"""Asks that nothing but a figure answers."""
GENERIC = (
    STOPWORDS
    | OF_QUESTIONS
    | frozenset(
        """result score scores method-wise limit limits limitation limitations cost costs gain gains improvement
        improvements performance best better propose introduce present find finding findings conclude conclusion get
        gets difference differences differ contribution contributions idea ideas technique techniques number numbers
        data dataset datasets benchmark benchmarks much far well many good train manage work works size big bigger
        larger
        weakness weaknesses drawback drawbacks make makes solve solves achieve achieves help overall respectively
        side tackle tackles problem problems fast faster cheap cheaper rate rates success tested two three four first
        second last ones papers harder easier larger bigger smaller newer older stronger weaker longer shorter slower
        higher lower more less beat beats need needs treat treats handle handles deal deals manages build builds built
        choose chooses apply applies approach badly poorly figure figures report reports say says claim claims state
        states favour favours favor favors prefer prefers recommend recommends advocate advocates suggest suggests
        remove removes relative always ever never according compare compares compared fare fares own one ones set
        sets off""".split()
    )
)
"""Words of an aspect that name it and say nothing of what it is about."""
SILENT: tuple[tuple[Move, str], ...] = (("cost", "what it costs"), ("limit", "where its limits are"))
"""What an abstract leaves out that nowhere makes a move."""


def telling_of(aspect: str) -> list[str]:
    """Return the words of an aspect that say what it is about."""
    return [w for w in re.findall(r"[^\W_]+(?:[-'’][^\W_]+)*", aspect) if w.lower() not in GENERIC]


def moves_of(aspect: str) -> frozenset[Move]:
    """Return the moves of an abstract that tell an aspect; a method is told where it is introduced, too."""
    found: list[Move] = [move for move, pattern in _ASPECTS if pattern.search(aspect)]
    wanted = frozenset(found[:2])
    return wanted | {"aim"} if "method" in wanted else wanted
