"""A conversation so far: which papers it is about, and what its last question and answer were."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ingest.paper import Paper
from rag.answer import Turn
from rag.questions.naming import named_papers, quoted_papers
from rag.questions.question import kind_of

_TURNS_READ = 12
_NUMBERED = re.compile(r"^\s*1[.)]\s", re.MULTILINE)


@dataclass(frozen=True)
class Exchange:
    """A question, its answer, and the papers of both."""

    question: str
    answer: str
    asked: tuple[Paper, ...]
    """The papers that the question names, in its order."""
    told: tuple[Paper, ...]
    """The papers that the answer quotes or names, in its order."""


@dataclass(frozen=True)
class Talk:
    """The exchanges of a conversation, the last first."""

    exchanges: tuple[Exchange, ...]

    @classmethod
    def of(cls, history: Sequence[Turn], papers: Sequence[Paper]) -> Talk:
        """Read a conversation."""
        exchanges: list[Exchange] = []
        question = ""
        for turn in history[-_TURNS_READ:]:
            if turn.role == "user":
                question = turn.content
                exchanges.append(Exchange(question, "", named_papers(question, papers), ()))
            else:
                asked = exchanges.pop().asked if exchanges and not exchanges[-1].answer else ()
                exchanges.append(Exchange(question, turn.content, asked, quoted_papers(turn.content, papers)))
        return cls(tuple(reversed(exchanges)))

    def __bool__(self) -> bool:
        """Tell whether anything was said."""
        return bool(self.exchanges)

    @property
    def before(self) -> str:
        """The last question."""
        return self.exchanges[0].question

    @property
    def listed(self) -> bool:
        """Tell whether the last answer is a list of papers, or about none in particular."""
        last = self.exchanges[0]
        return bool(_NUMBERED.search(last.answer)) or (len(last.told) != 1 and kind_of(last.question) == "list")

    @property
    def papers(self) -> tuple[Paper, ...]:
        """The papers of the last exchange that is about any: those told, else those asked about."""
        return next((e.told or e.asked for e in self.exchanges if e.told or e.asked), ())

    @property
    def subject(self) -> Paper | None:
        """The one paper talked of: the only one of the last answer, or the one of it that was asked about."""
        if not self.papers:
            return None
        asked = [p for e in self.exchanges for p in reversed(e.asked)]
        return next((p for p in self.papers if p in asked), self.papers[0])

    @property
    def recent(self) -> tuple[Paper, ...]:
        """All papers talked of, those of the last exchange first, each exchange's in its order."""
        return tuple(dict.fromkeys(p for e in self.exchanges for p in (*e.asked, *e.told)))

    def group(self, count: int = 0) -> tuple[Paper, ...]:
        """Return the papers meant by "these": those of the last exchange that is about several.

        Args:
            count: so many are meant ("the two"): the last ones talked of where no exchange has that many.
        """
        if count:
            for exchange in self.exchanges:
                for found in (exchange.asked, exchange.told):
                    if len(found) == count:
                        return found
            latest = [e.asked or e.told for e in self.exchanges]
            apart = tuple(dict.fromkeys(p for papers in latest for p in papers[:1]))
            if len(apart) >= count:
                return tuple(reversed(apart[:count]))
        several = (e.told if len(e.told) > 1 else e.asked for e in self.exchanges)
        return next((papers for papers in several if len(papers) > 1), self.papers)

    def counted(self, place: int) -> Paper | None:
        """Return the paper at a place of the last exchange with so many: as the user named them, else as told."""
        for exchange in self.exchanges:
            for found in (exchange.asked, exchange.told):
                if len(found) > max(place, 1):
                    return found[place]
        return None

    def other(self) -> Paper | None:
        """Return the paper beside the one talked of last."""
        named = next((e.asked[-1] for e in self.exchanges if e.asked), None)
        last = self.papers[0] if len(set(self.papers)) == 1 else named or next(iter(self.papers), None)
        return next((p for p in self.recent if p != last), None)
