"""The prompt texts, each a file beside this one, and their loader.

A file begins with a TOML header between two lines ``+++``::

    name       the file's name without ``.md``
    version    raised with every change of the text; answers carry it
    variables  every ``{{variable}}`` that the text uses
    data       those of them whose values come from papers or from the conversation and must never give orders

The text is cut into messages by lines ``=== system ===`` and ``=== user ===``. Names in capitals, such as
``{{ABSTENTION}}``, are the constants of this module, so that a prompt and the code that reads its answer agree.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal, get_args

__all__ = [
    "ABSTENTION",
    "FENCE_CLOSE",
    "FENCE_OPEN",
    "Message",
    "Prompt",
    "PromptError",
    "load_prompt",
    "parse_prompt",
    "rendered",
]

ABSTENTION = "The papers given do not answer this."
"""What a model is told to reply, word for word, when the sources do not answer the question."""
FENCE_OPEN = "<<<DATA"
"""Opens a stretch of a prompt that is data."""
FENCE_CLOSE = "DATA>>>"
"""Closes a stretch of a prompt that is data."""

Role = Literal["system", "user"]
_CONSTANTS = {"ABSTENTION": ABSTENTION, "FENCE_OPEN": FENCE_OPEN, "FENCE_CLOSE": FENCE_CLOSE}
_HEADER = re.compile(r"\A\+\+\+\n(.*?)\n\+\+\+\n(.*)\Z", re.DOTALL)
_PLACE = re.compile(r"\{\{(\w+)\}\}")
_DIVIDER = re.compile(r"^=== (\w+) ===\n", re.MULTILINE)
_FENCE = re.compile(r"<{3,}(?=\s*DATA)|(?<=DATA)(\s*)>{3,}", re.IGNORECASE)

_TURN = re.compile(r"<(?=\|\w+\|>|/?s>|/?start_of_turn>|/?end_of_turn>|</?SYS>>)|\[(?=/?INST\])", re.IGNORECASE)
"""Where a special token of a chat template begins, which a server would take for the end of a turn."""


class PromptError(ValueError):
    """A prompt file is not as it must be, or a prompt was rendered with the wrong variables."""


@dataclass(frozen=True)
class Message:
    """One rendered message for a chat model."""

    role: Role
    content: str


@dataclass(frozen=True)
class Prompt:
    """A prompt as read from its file; ``text`` still has its places and dividers."""

    name: str
    version: str
    variables: tuple[str, ...]
    text: str
    data: tuple[str, ...] = ()

    @property
    def label(self) -> str:
        """Name and version, as answers carry it: ``answer/1``."""
        return f"{self.name}/{self.version}"

    def messages(self, **values: str) -> tuple[Message, ...]:
        """Render the messages for a chat model.

        Raises:
            PromptError: a variable is missing, or one is given that the prompt does not have.
        """
        filling = self._filling(values)
        return tuple(Message(role, _fill(text, filling)) for role, text in _cut(self.name, self.text))

    def render(self, **values: str) -> str:
        """Render the whole as one text, for a model without roles.

        Raises:
            PromptError: as :meth:`messages`.
        """
        return "\n\n".join(message.content for message in self.messages(**values))

    def _filling(self, values: Mapping[str, str]) -> dict[str, str]:
        if missing := sorted(set(self.variables) - set(values)):
            raise PromptError(f"prompt {self.name!r} needs {', '.join(missing)}")
        if unknown := sorted(set(values) - set(self.variables)):
            raise PromptError(f"prompt {self.name!r} has no variable {', '.join(unknown)}")
        return {name: _inert(value) if name in self.data else value for name, value in values.items()}


def _inert(value: str) -> str:
    """Break every mark in a value that could close its fence or open another, or end a turn of the chat."""
    fenced = _FENCE.sub(lambda found: f"{found.group(1) or ''}[fence]", value)
    return _TURN.sub(lambda found: f"{found.group()} ", fenced)


def _fill(text: str, filling: Mapping[str, str]) -> str:
    """Put the values in, in one pass: a value that looks like a place stays as it is."""
    return _PLACE.sub(lambda place: {**_CONSTANTS, **filling}[place.group(1)], text)


def _cut(name: str, text: str) -> list[tuple[Role, str]]:
    before, *pieces = _DIVIDER.split(text)
    if before.strip() or not pieces:
        raise PromptError(f"prompt {name!r} must begin with a line '=== system ===' or '=== user ==='")
    messages: list[tuple[Role, str]] = []
    for role, body in zip(pieces[::2], pieces[1::2], strict=True):
        known = next((known for known in get_args(Role) if known == role), None)
        if known is None:
            raise PromptError(f"prompt {name!r} has a message of the unknown role {role!r}")
        messages.append((known, body.strip()))
    return messages


def parse_prompt(name: str, source: str) -> Prompt:
    """Read a prompt from a file's text and check that it is whole.

    Raises:
        PromptError: the header is missing or wrong, or its variables are not those that the text uses.
    """
    header, text = _read_header(name, source)
    prompt = Prompt(name, str(header["version"]), tuple(header["variables"]), text, tuple(header["data"]))
    used = {place for place in _PLACE.findall(text) if place not in _CONSTANTS}
    if undeclared := sorted(used - set(prompt.variables)):
        raise PromptError(f"prompt {name!r} uses {', '.join(undeclared)} without declaring it")
    if unused := sorted(set(prompt.variables) - used):
        raise PromptError(f"prompt {name!r} declares {', '.join(unused)} without using it")
    if stray := sorted(set(prompt.data) - set(prompt.variables)):
        raise PromptError(f"prompt {name!r} calls {', '.join(stray)} data, which is no variable of it")
    _cut(name, text)
    return prompt


def _read_header(name: str, source: str) -> tuple[dict[str, Any], str]:
    found = _HEADER.match(source.replace("\r\n", "\n"))
    if found is None:
        raise PromptError(f"prompt {name!r} has no header between lines '+++'")
    try:
        header = tomllib.loads(found.group(1))
    except tomllib.TOMLDecodeError as error:
        raise PromptError(f"prompt {name!r} has a header that is not TOML: {error}") from error
    fields = {"name", "version", "variables", "data"}
    if set(header) != fields:
        raise PromptError(f"prompt {name!r} must state {', '.join(sorted(fields))} and nothing else in its header")
    if header["name"] != name:
        raise PromptError(f"prompt {name!r} calls itself {header['name']!r}")
    return header, found.group(2)


@cache
def load_prompt(name: str) -> Prompt:
    """Load ``<name>.md`` from this package.

    Raises:
        PromptError: there is none, or it is not whole.
    """
    path = Path(__file__).with_name(f"{name}.md")
    if not path.is_file():
        known = sorted(p.stem for p in path.parent.glob("*.md"))
        raise PromptError(f"there is no prompt {name!r}; there are {', '.join(known)}")
    return parse_prompt(name, path.read_text(encoding="utf-8"))


def rendered(name: str, /, **values: str) -> list[tuple[str, str]]:
    """Render a prompt as what a writer is given: the role and the text of each message.

    Raises:
        PromptError: as :func:`load_prompt` and :meth:`Prompt.messages`.
    """
    return [(message.role, message.content) for message in load_prompt(name).messages(**values)]
