"""Records of a stream, waited for with patience that has an end, and broken off at any moment."""

from __future__ import annotations

import asyncio
import queue
import threading
from collections.abc import AsyncIterator, Callable, Generator
from contextlib import suppress
from dataclasses import dataclass
from typing import Generic, TypeVar

Record = TypeVar("Record")
POLL_SECONDS = 0.05
"""How often the clock is looked at while nothing comes; what does come is handed on at once."""
BEAT_SECONDS = 1.0
"""How often a waiting caller gets the floor."""
_CLOSING_SECONDS = 2.0


class TooLate(Exception):
    """Nothing came in time."""

    def __init__(self, seconds: float) -> None:
        super().__init__(seconds)
        self.seconds = seconds


@dataclass(frozen=True)
class Patience:
    """How long is waited: for the first record, and for each one after it; in seconds."""

    first: float
    later: float


@dataclass(frozen=True)
class _Arrival(Generic[Record]):
    at: float
    record: Record | None = None
    error: Exception | None = None
    """Without a record and an error, the stream is at its end."""


def arriving(
    stream: Callable[[], AsyncIterator[Record]],
    patience: Patience,
    clock: Callable[[], float],
    failures: tuple[type[Exception], ...],
) -> Generator[Record | None, None, None]:
    """Yield what a stream brings as it comes, and ``None`` about once a second while nothing does.

    The stream runs in an event loop of its own, in a thread of its own: a task can be cancelled wherever it waits,
    also before the server's first byte, and its connection is closed with it. (A blocking read can not.) ``None``
    gives the caller the floor, so that it can close this generator while a model is being loaded.

    Args:
        stream: makes the stream; called in the event loop.
        patience: how long is waited.
        clock: tells seconds, as :func:`time.monotonic` does.
        failures: what the stream may raise.

    Raises:
        TooLate: patience was at its end. Time that the caller took between two records does not count.
        Exception: one of ``failures``, as the stream raised it.
    """
    arrivals: queue.SimpleQueue[_Arrival[Record]] = queue.SimpleQueue()
    pump = _Pump(stream, lambda *what: arrivals.put(_Arrival(clock(), *what)), failures)
    last = beat = clock()
    allowed = patience.first
    try:
        pump.start()
        while True:
            try:
                arrival = arrivals.get(timeout=POLL_SECONDS)
            except queue.Empty:
                now = clock()
                if now - last > allowed:
                    raise TooLate(allowed) from None
                if now - beat >= BEAT_SECONDS:
                    beat = now
                    yield None
                continue
            if arrival.at - last > allowed:
                raise TooLate(allowed)
            if arrival.error:
                raise arrival.error
            if arrival.record is None:
                return
            last, allowed = arrival.at, patience.later
            beat = clock()
            yield arrival.record
    finally:
        pump.stop()


class _Pump(Generic[Record]):
    """Runs a stream in a thread and hands on what it brings."""

    def __init__(
        self,
        stream: Callable[[], AsyncIterator[Record]],
        hand_on: Callable[..., None],
        failures: tuple[type[Exception], ...],
    ) -> None:
        self._stream = stream
        self._hand_on = hand_on
        self._failures = failures
        self._loop: asyncio.AbstractEventLoop | None = None
        self._task: asyncio.Task[None] | None = None
        self._running = threading.Event()
        self._thread = threading.Thread(target=self._run, name="citetrail-model", daemon=True)

    def start(self) -> None:
        """Begin, and return when there is something that can be stopped."""
        self._thread.start()
        self._running.wait()

    def stop(self) -> None:
        """Break the stream off, if it still runs, and wait until its connection is closed."""
        if self._loop and self._task:
            with suppress(RuntimeError):  # the loop was closed meanwhile: it had come to its end
                self._loop.call_soon_threadsafe(self._task.cancel)
        if self._thread.ident:
            self._thread.join(_CLOSING_SECONDS)

    def _run(self) -> None:
        try:
            with suppress(asyncio.CancelledError):
                asyncio.run(self._pump())
        except self._failures as error:
            self._hand_on(None, error)
        finally:
            self._running.set()
            self._hand_on()

    async def _pump(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._task = asyncio.ensure_future(self._all())
        self._running.set()
        await self._task

    async def _all(self) -> None:
        async for record in self._stream():
            self._hand_on(record)
