"""Streams that are waited for by a clock, and broken off while they are silent."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import AsyncIterator, Callable
from typing import Any

import pytest

from rag.ollama.waiting import Patience, TooLate, arriving
from tests.support.ollama_double import ManualClock

PATIENCE = Patience(first=180.0, later=60.0)


class Scripted:
    """A stream that lets a clock run before each record, and notes how it ended."""

    def __init__(self, clock: ManualClock, *steps: float | str | Exception) -> None:
        self.clock = clock
        self.steps = steps
        self.ended = threading.Event()

    async def __call__(self) -> AsyncIterator[str]:
        try:
            for step in self.steps:
                if isinstance(step, float):
                    self.clock.sleep(step)
                elif isinstance(step, Exception):
                    raise step
                elif step == "silence":
                    await asyncio.sleep(3600)
                else:
                    yield step
        finally:
            self.ended.set()


def running() -> list[threading.Thread]:
    """Return the threads that read a stream."""
    return [thread for thread in threading.enumerate() if thread.name == "citetrail-model"]


def read(stream: Callable[[], AsyncIterator[str]], clock: ManualClock) -> list[str]:
    return [record for record in arriving(stream, PATIENCE, clock, (KeyError,)) if record is not None]


def test_records_come_in_order_to_the_end() -> None:
    clock = ManualClock()
    stream = Scripted(clock, "a", "b", "c")
    assert read(stream, clock) == ["a", "b", "c"]
    assert stream.ended.is_set()


def test_a_first_record_after_ninety_seconds_is_waited_for() -> None:
    clock = ManualClock()
    assert read(Scripted(clock, 90.0, "a", 59.0, "b", 59.0), clock) == ["a", "b"]


@pytest.mark.parametrize(("steps", "heard", "seconds"), [((181.0, "a"), [], 180.0), (("a", 61.0, "b"), ["a"], 60.0)])
def test_what_comes_too_late_is_not_heard(steps: tuple[Any, ...], heard: list[str], seconds: float) -> None:
    clock = ManualClock()
    stream = Scripted(clock, *steps)
    got: list[str | None] = []
    with pytest.raises(TooLate) as late:
        got.extend(record for record in _each(arriving(stream, PATIENCE, clock, ()), got))
    assert [r for r in got if r] == heard
    assert late.value.seconds == seconds
    assert stream.ended.wait(2)


def _each(records: Any, got: list[str | None]) -> Any:
    for record in records:
        got.append(record)
        yield from ()


def test_silence_without_a_record_ends_when_patience_does() -> None:
    clock = ManualClock()
    stream = Scripted(clock, "a", "silence")
    records = arriving(stream, PATIENCE, clock, ())
    assert next(records) == "a"
    clock.sleep(60.5)
    with pytest.raises(TooLate):
        while True:
            next(records)
    assert stream.ended.wait(2)


def test_time_the_caller_takes_does_not_count() -> None:
    clock = ManualClock()
    records = arriving(Scripted(clock, "a", "b"), PATIENCE, clock, ())
    assert next(records) == "a"
    for thread in running():
        thread.join(5)
    clock.sleep(1000)
    assert next(records) == "b"
    assert list(records) == []


def test_while_nothing_comes_the_caller_has_the_floor_and_may_close() -> None:
    stream = Scripted(ManualClock(), "silence")
    records = arriving(stream, PATIENCE, time.monotonic, ())
    began = time.monotonic()
    assert next(records) is None
    assert 0.9 < time.monotonic() - began < 5
    records.close()
    assert stream.ended.is_set()
    assert running() == []


def test_a_failure_is_raised_after_what_came_before_it() -> None:
    clock = ManualClock()
    records = arriving(Scripted(clock, "a", KeyError("gone")), PATIENCE, clock, (KeyError,))
    assert next(records) == "a"
    with pytest.raises(KeyError, match="gone"):
        next(records)


def test_nothing_is_left_running_by_a_generator_that_is_dropped() -> None:
    stream = Scripted(ManualClock(), "a", "silence")
    records = arriving(stream, PATIENCE, time.monotonic, ())
    assert next(records) == "a"
    del records
    assert stream.ended.wait(2)
