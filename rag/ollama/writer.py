"""Answers written by a model that Ollama serves."""

from __future__ import annotations

import time
from collections.abc import AsyncIterator, Callable, Generator, Iterator, Mapping, Sequence
from contextlib import aclosing, closing
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from rag.listening import Listener
from rag.listening.failures import broken_off, cut_off, ended_early, said_nothing, unreadable
from rag.ollama import failures
from rag.ollama.installed import Shown
from rag.ollama.waiting import Patience, TooLate, arriving
from rag.writer import Message, Piece, Usage

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from ollama import AsyncClient, ChatResponse

AUTOMATIC_WINDOW = 8192
"""Tokens asked for where neither the settings nor the Modelfile name a number: room for some 20 abstracts. A model's
memory grows with its window, so what it could hold at most (256k tokens for some) is not asked for unbidden."""
_MARGIN = 1.15
"""A model's own tokenizer is taken to make at most so many times the tokens that we count."""
_LEAST = 64
"""Tokens that a model may write however full its window seems."""
_FRAME = 4
"""Tokens taken for what a chat's template puts around a message."""
_NEAR, _DOUBTFUL, _HALF = 0.6, 0.75, 0.5
"""A prompt of more than the first share of the window may have been cut; less read than the second, it was. Where the
model's own window is not known, less than the third."""
_WORTH_THINKING = 256
"""A text of fewer tokens than this is written without reasoning before it."""
_NEVER_QUIET = ("gptoss", "gpt-oss")
"""Families whose reasoning can be made short, but not be turned off."""
_CONNECT_SECONDS = 5.0
_SEND_SECONDS = 30.0


def window_of(shown: Shown, asked: int) -> int:
    """Return the window to ask for, in tokens.

    It is ``asked`` (the setting ``num_ctx``); where that is 0, the Modelfile's, else :data:`AUTOMATIC_WINDOW`; and
    never more than the model was made for, as far as the server tells.
    """
    wanted = asked or shown.num_ctx or AUTOMATIC_WINDOW
    return min(wanted, shown.context) if shown.context else wanted


@dataclass(eq=False)
class OllamaWriter:
    """A :class:`~rag.writer.Writer` that asks Ollama through its official client.

    LlamaIndex's ``Ollama`` is not used, since it hides what matters here. Its stream cannot be closed before the first
    token; it has one time-out for a model that loads and for one that stalls (30 s); a model that reasons cannot be
    told not to for one call; unless told, it asks for the longest window a model has; and the server's counts, load
    times and reason for ending have to be dug out of raw records. What is sent, and what is made of the reply:

    * Never a proxy of the environment, never a redirect; each call has its own connection, which is closed with it,
      so a server that was restarted is no matter, and closing the generator stops the model.
    * The window (``num_ctx``) always; temperature 0 and one seed, so that a question gets the same answer twice;
      ``keep_alive`` never: how long a model stays loaded is the server's own setting (``OLLAMA_KEEP_ALIVE``).
    * A model that can reason is asked to where it writes at length without a schema; what it thinks comes as pieces
      of kind ``thinking``, also where it writes ``<think>`` into its text.
    * While nothing comes, an empty piece about once a second, so that the caller can stop a model that still loads.
    """

    model: str
    url: str
    window: int
    billions: float | None = None
    takes_schema: bool = True
    shown: Shown = field(default_factory=Shown)
    patience: Patience = field(default_factory=lambda: Patience(180.0, 60.0))
    thinks: bool = True
    """Whether a model that can reason may."""
    warning: str = ""
    """What must be said beside an answer of this model: that it is written elsewhere."""
    clock: Callable[[], float] = time.monotonic
    name: str = field(init=False)
    """What an answer names as its generator."""

    def __post_init__(self) -> None:
        """Give it its name."""
        self.name = f"ollama/{self.model}"

    def write(
        self, messages: Sequence[Message], *, schema: Mapping[str, Any] | None = None, most: int | None = None
    ) -> Generator[Piece, None, Usage]:
        """Yield what the model writes as it comes; see :meth:`rag.writer.Writer.write`.

        Raises:
            ModelError: the prompt cannot fit; the server is not there, refuses, breaks off, stalls or sends what
                cannot be read; the text is empty, goes round in a circle or reaches its greatest length (``most``
                too); or the server read only a part of the prompt. What was yielded until then stands.
        """
        sent = _count(messages)
        if sent > self.window:
            raise failures.cannot_fit(sent, self.window)
        reply = _Reply(most)
        yield from self._read(reply, self._request(messages, sent, schema, most))
        reply.check(sent, self.window, bool(self.shown.context))
        return reply.usage

    def request(
        self, messages: Sequence[Message], schema: Mapping[str, Any] | None = None, most: int | None = None
    ) -> dict[str, Any]:
        """Return what the official client's ``chat`` is called with, for those who call it themselves."""
        return self._request(messages, _count(messages), schema, most)

    def close(self) -> None:
        """Do nothing: no connection is kept between calls."""

    def _request(
        self, messages: Sequence[Message], sent: int, schema: Mapping[str, Any] | None, most: int | None
    ) -> dict[str, Any]:
        think = self._think(schema, most)
        room = max(int(self.window - _MARGIN * sent), _LEAST)
        told = room if most is None or think else min(most, room)
        return {
            "model": self.model,
            "messages": [{"role": role, "content": content} for role, content in messages],
            "stream": True,
            "think": think,
            "format": schema,
            "options": {"num_ctx": self.window, "num_predict": told, "temperature": 0.0, "seed": 0},
        }

    def _think(self, schema: Mapping[str, Any] | None, most: int | None) -> bool | str | None:
        """Return what is asked of a model that can reason; nothing is asked of one that cannot."""
        if not self.shown.can("thinking"):
            return None
        if self.thinks and schema is None and (most is None or most >= _WORTH_THINKING):
            return True
        return "low" if any(name in self.model.lower() for name in _NEVER_QUIET) else False

    def _read(self, reply: _Reply, request: Mapping[str, Any]) -> Generator[Piece, None, None]:
        """Yield the pieces of a reply, its failures made ours."""
        import httpx
        from ollama import ResponseError

        raised = (ResponseError, httpx.HTTPError, OSError, ValueError, AttributeError, TypeError)
        try:
            with closing(arriving(lambda: self._stream(request), self.patience, self.clock, raised)) as records:
                for record in records:
                    yield from reply.pieces(record) if record else (Piece(""),)
                    if reply.done:
                        return
        except TooLate as error:
            raise failures.too_late(self.model, error.seconds, reply.heard.begun) from None
        except ResponseError as error:
            raise failures.refused(self.model, error.error, error.status_code) from error
        except (httpx.ConnectError, httpx.ConnectTimeout) as error:
            raise failures.unreachable(error, self.url) from error
        except (httpx.HTTPError, OSError) as error:
            raise broken_off(error, reply.heard.begun) from error
        except (ValueError, AttributeError, TypeError) as error:  # the client takes all JSON it gets for a record
            raise unreadable(error) from error
        raise ended_early()

    async def _stream(self, request: Mapping[str, Any]) -> AsyncIterator[ChatResponse]:
        async with self._client() as client:
            records: AsyncGenerator[ChatResponse, None] = await client.chat(**request)
            async with aclosing(records) as coming:
                async for record in coming:
                    yield record

    def _client(self) -> AsyncClient:
        import httpx
        from ollama import AsyncClient

        slowest = max(self.patience.first, self.patience.later) + _SEND_SECONDS
        timeout = httpx.Timeout(slowest, connect=_CONNECT_SECONDS, write=_SEND_SECONDS, pool=_CONNECT_SECONDS)
        return AsyncClient(
            self.url,
            timeout=timeout,
            trust_env=False,
            follow_redirects=False,
            verify=self.url.startswith("https"),
        )


class _Reply:
    """What was read of one reply."""

    def __init__(self, most: int | None) -> None:
        self.heard = Listener()
        self.usage = Usage()
        self.done = False
        self._most = most
        self._texts = 0
        self._reason = ""

    def pieces(self, record: ChatResponse) -> Iterator[Piece]:
        """Yield what a record brings.

        Raises:
            ModelError: the text goes round in a circle, or has more tokens than asked for.
        """
        yield from self.heard.thought(record.message.thinking or "")
        if text := record.message.content:
            self._texts += 1
            yield from self.heard.text(text)
        if record.done:
            yield from self.heard.rest()
            self.done, self._reason, self.usage = True, record.done_reason or "", _usage(record)
        elif self._most is not None and self._texts > self._most:  # a model that reasons may have been given more
            raise cut_off(thought=False)

    def check(self, sent: int, window: int, known: bool) -> None:
        """Hold the reply's end against what was asked for.

        The server cuts a prompt that is longer than its window without a word, by messages or to half the window, and
        counts what is left. Its count is therefore held against ours where the prompt came near the window, or where
        it is not ``known`` how far a window of this model can go. (A count that is low although nothing was cut is
        what some releases tell of a prompt they had in their cache.)

        Raises:
            ModelError: the prompt was cut, the text reached its greatest length, or there is none.
        """
        read = self.usage.prompt_tokens
        doubtful = _DOUBTFUL * sent if sent > _NEAR * window else _HALF * sent if not known else 0
        if read >= window or 0 < read < doubtful:
            raise failures.prompt_cut(read, sent, window)
        if self._reason == "length":
            raise cut_off(thought=not self.heard.spoke)
        if not self.heard.spoke:
            raise said_nothing()


def _usage(record: ChatResponse) -> Usage:
    def milliseconds(nanoseconds: int | None) -> float:
        return (nanoseconds or 0) / 1e6

    return Usage(
        prompt_tokens=record.prompt_eval_count or 0,
        written_tokens=record.eval_count or 0,
        load_ms=milliseconds(record.load_duration),
        prompt_ms=milliseconds(record.prompt_eval_duration),
        write_ms=milliseconds(record.eval_duration),
    )


def _count(messages: Sequence[Message]) -> int:
    """Return about how many tokens a prompt has, by our own tokenizer and a few for the chat's frame."""
    from ingest.passages import token_counter

    count = token_counter()
    return sum(len(count(text)) + _FRAME for _, text in messages)
