"""One model's reply, as it comes."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from rag.listening.circles import Circles
from rag.listening.failures import repeats_itself
from rag.listening.thoughts import Thoughts
from rag.writer import Piece


class Listener:
    """Makes pieces of what a model says and thinks, and remembers whether it said anything."""

    def __init__(self) -> None:
        self.begun = False
        """Whether anything came, reasoning too."""
        self.spoke = False
        """Whether there were words, beside reasoning."""
        self._thoughts = Thoughts()
        self._circles = {"text": Circles(), "thinking": Circles()}

    def text(self, text: str) -> Iterator[Piece]:
        """Take a piece of the text.

        Raises:
            ModelError: it goes round in a circle; the piece that shows it is yielded before.
        """
        return self._heard(self._thoughts.feed(text))

    def thought(self, text: str) -> Iterator[Piece]:
        """Take a piece of reasoning that comes apart from the text; raises as :meth:`text`."""
        return self._heard((Piece(text, "thinking"),) if text else ())

    def rest(self) -> Iterator[Piece]:
        """Yield what was held back, at the end."""
        return self._heard(self._thoughts.rest())

    def _heard(self, pieces: Iterable[Piece]) -> Iterator[Piece]:
        for piece in pieces:
            self.begun = True
            self.spoke |= piece.kind == "text" and bool(piece.text.strip())
            yield piece
            if again := self._circles[piece.kind].feed(piece.text):
                raise repeats_itself(again)
