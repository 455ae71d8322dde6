"""An answer on the page while it is written: verdicts appear beside its sentences a moment after they are."""

from __future__ import annotations

from dataclasses import replace

from rag.answer import Answer, Event, Grounded, Provenance, Thought
from ui.page_html import live_html

STOPPED = "stopped; this is what had been held against the papers by then"


class Live:
    """Takes the events of one stream and shows what is known by then.

    Args:
        turn: a word that no other answer on the page has.
    """

    def __init__(self, turn: str) -> None:
        self._turn = turn
        self._known = Answer("", "", "", "extractive")
        """What was held against its evidence so far, as an answer of its own."""
        self._rest = ""
        self._thinking = ""

    def add(self, event: Event) -> str:
        """Take an event and return the answer as HTML."""
        if isinstance(event, Thought):
            self._thinking += event.text
        elif isinstance(event, Grounded):
            sentences = (*self._known.sentences, event.sentence)
            self._known = Answer("", "", event.text, "extractive", sentences, event.citations)
            self._rest = event.rest
        else:
            self._rest += event.text
        return live_html(self._known, self._rest, self._thinking, self._turn)

    def stopped(self, generator: str) -> Answer | None:
        """Return what is left of the answer when it is stopped now; ``None`` where no sentence was judged yet.

        Args:
            generator: what was writing it.
        """
        if not self._known.sentences:
            return None
        made = Provenance(notes=(STOPPED,), thinking=self._thinking)
        return replace(self._known, generator=generator, provenance=made)
