"""JSON as a model writes it: objects taken out of a text as each is closed, whatever stands around them."""

from __future__ import annotations

import json
import re
from typing import Any

_TRAILING_COMMA = re.compile(r",(\s*[}\]])")


class ObjectReader:
    """Takes text piece by piece and gives back each object as it closes, inner ones before those around them.

    A code fence, a preamble, JSON lines and a list that is cut off are read alike: what is no object is passed over.
    """

    def __init__(self) -> None:
        self._text = ""
        self._open: list[int] = []
        """Where each brace that is still open stands."""
        self._quoted = self._escaped = False
        self.opened = False
        """Whether any object was begun."""

    def feed(self, piece: str) -> list[dict[str, Any]]:
        """Take a piece and return the objects that it closes."""
        found: list[dict[str, Any]] = []
        start = len(self._text)
        self._text += piece
        for at, character in enumerate(piece, start):
            if self._quoted:
                self._read_string(character)
            elif character == '"':
                self._quoted = bool(self._open)
            elif character == "{":
                self._open.append(at)
                self.opened = True
            elif character == "}" and self._open:
                found += _parsed(self._text[self._open.pop() : at + 1])
        return found

    def _read_string(self, character: str) -> None:
        if self._escaped:
            self._escaped = False
        elif character == "\\":
            self._escaped = True
        elif character == '"':
            self._quoted = False


def _parsed(text: str) -> list[dict[str, Any]]:
    """Return the object that a text is, in a list that is empty where it is none."""
    for attempt in (text, _TRAILING_COMMA.sub(r"\1", text)):
        try:
            value = json.loads(attempt, strict=False)
        except ValueError:
            continue
        return [value] if isinstance(value, dict) else []
    return []
