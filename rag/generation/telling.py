"""What becomes of each sentence a model wrote: told with its verdict, left out, or reason to take another answer."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Literal

from ingest.orders import is_order
from ingest.text import normalise
from prompts import ABSTENTION
from rag.answer import Grounded
from rag.extractive.answers import Draft
from rag.generation.echoes import Echoes
from rag.generation.gaps import Gaps
from rag.generation.ground import Grounder, Judged, Statement
from rag.generation.obeyed import Orders
from rag.listening.circles import Circles

_TOO_OFTEN = 3
"""Times that a sentence may be said before the model is stopped."""
_OPENING = re.compile(
    r"\W*+(?:hello|hi|sure|certainly|of course|here(?: is| are|['’]s)|in summary|thanks?|based on|according to)\b", re.I
)
_OF_NO_CLAIM = frozenset(
    """hello hi there sure certainly of course here s is are in summary short brief thanks thank you for asking your
    based on according to the these those abstract abstracts paper papers source sources given provided above below
    following relevant listed numbered context information i me can from an a and what they say says found find
    question answer answers asked list some all however but unfortunately so still otherwise""".split()
)
"""Words of a preamble; a sentence with any other word in it may claim something."""
_TOPIC = re.compile(r"\b(?:about|regarding|concerning|related to)(?: [^\W\d][\w-]*){1,4}:$", re.I)
"""What the papers that follow are about, at the end of a heading."""


NO_ORDERS = Orders()
NO_ECHOES = Echoes()
Outcome = Literal["answered", "declined", "nothing", "failed"]
"""How a model's answer came out: told; it found no answer; it said nothing that can be used; or is to give way to the
papers' own sentences."""


class Telling:
    """Puts a model's statements into a draft, each judged, by the policy in force.

    A sentence that no paper carries is marked (``mark``), left out (``drop``), or means that the whole answer gives
    way to the papers' own sentences (``extractive``). Where what the model was given holds orders, a sentence that no
    paper carries, or that says what only an order says, is left out always; so is one that says the prompt back and
    that no paper carries whole.

    Args:
        draft: takes the sentences.
        grounder: judges them.
        gaps: knows what the abstracts leave out.
        orders: what the orders say that were found in what the model was given.
        on_unsupported: the policy.
        echoes: knows what the model was told.
    """

    def __init__(
        self,
        draft: Draft,
        grounder: Grounder,
        gaps: Gaps,
        orders: Orders = NO_ORDERS,
        on_unsupported: str = "mark",
        echoes: Echoes = NO_ECHOES,
    ) -> None:
        self._draft = draft
        self._grounder = grounder
        self._gaps = gaps
        self._orders = orders
        self._policy = on_unsupported
        self._echoes = echoes
        self._said: dict[str, int] = {}
        self._dropped = self._obeyed = self._echoed = self.claims = 0
        self._abstained = False
        self.failed = False
        """Whether the whole answer is to give way."""
        self.stuck = False
        """Whether the model says the same again and again."""

    def tell(self, statement: Statement, rest: str = "") -> Iterator[Grounded]:
        """Judge a statement and tell it.

        Args:
            statement: what the model wrote.
            rest: what it wrote after, not yet judged.
        """
        key = normalise(statement.text)
        self._said[key] = self._said.get(key, 0) + 1
        self.stuck = self._said[key] > _TOO_OFTEN
        if self._said[key] > 1:
            return
        before = len(self._draft.composer.sentences)
        self._place(statement)
        if len(self._draft.composer.sentences) > before:
            composer = self._draft.composer
            yield Grounded(composer.sentences[-1], composer.text, tuple(composer.citations), rest)

    def expect(self, text: str) -> None:
        """Begin to judge a sentence that will be told soon, while the model still writes."""
        if normalise(text) not in self._said and not _claims_nothing(text) and not self._grounder.is_title(text):
            self._grounder.expect(text)

    @property
    def outcome(self) -> Outcome:
        """How the answer came out, all told."""
        if self.failed or (not self.claims and self._dropped + self._obeyed + self._echoed):
            return "failed"
        if self.claims:
            return "answered"
        return "declined" if self._draft.missing or self._abstained else "nothing"

    def unfinished(self, text: str) -> None:
        """Tell a sentence that was cut off: unsupported, since the words to come might have turned it round.

        One that goes round in a circle, for which a model is stopped, is left out.
        """
        if not (self._orders or self._echoes.has(text) or Circles().feed(text)):
            self._weigh(Statement(text), Judged("unsupported", 0.0))

    def close(self) -> None:
        """Say in the draft's notes what was left out, and why."""
        notes = self._draft.notes
        if self._dropped:
            became = "led to the papers' own instead" if self.failed else "left out"
            notes.append(f"{sentences(self._dropped)} of the model {became}: no abstract carries what was said")
        if self._obeyed:
            notes.append(f"{sentences(self._obeyed)} of the model left out: it was given a text with an order in it")
        if self._echoed:
            notes.append(f"{sentences(self._echoed)} of the model left out: the question or its instructions said back")
        if self.stuck:
            notes.append("the model was stopped, as it said the same sentence again and again")

    def _place(self, statement: Statement) -> None:
        composer = self._draft.composer
        lead = "\n" if statement.breaks else " "
        if self._grounder.is_title(statement.text):
            composer.say(statement.text, lead)
        elif _claims_nothing(statement.text):
            self._abstained |= ABSTENTION.rstrip(".").lower() in statement.text.lower()
            composer.say(statement.text, lead)
        elif gap := self._gaps.named_by(statement.text):
            composer.say(statement.text, lead)
            self._draft.missing += () if gap in self._draft.missing else (gap,)
        else:
            judged = self._grounder.judge(statement)
            if self._is_ordered(statement.text, judged):
                self._obeyed += 1
                return
            if judged.support != "supported" and self._echoes.has(statement.text):
                self._echoed += 1
                return
            self._weigh(statement, judged)

    def _is_ordered(self, text: str, judged: Judged) -> bool:
        """Tell whether a sentence may stem from an order: where there are any, all that no paper carries may."""
        if judged.support == "unsupported" or is_order(text):
            return bool(self._orders)
        return judged.support != "supported" and self._orders.followed_in(text)

    def _weigh(self, statement: Statement, judged: Judged) -> None:
        """Tell a claim, or act on it by the policy."""
        if judged.support == "unsupported" and self._policy != "mark":
            self._dropped += 1
            self.failed |= self._policy == "extractive"
            return
        self.claims += 1
        lead = "\n" if statement.breaks else " "
        self._draft.composer.add(statement.text, judged.support, judged.grounds, score=judged.score, lead=lead)


def sentences(count: int) -> str:
    """Return ``1 sentence``, ``2 sentences``."""
    return f"{count} sentence{'s' if count > 1 else ''}"


def _claims_nothing(text: str) -> bool:
    """Tell whether a sentence is a preamble or the abstention phrase, and no more than that."""
    rest, declining = re.subn(re.escape(ABSTENTION.rstrip(".")), " ", text, flags=re.IGNORECASE)
    words = re.findall(r"\w+", _TOPIC.sub(" ", rest).lower())
    return bool(declining or _OPENING.match(text)) and _OF_NO_CLAIM.issuperset(words)
