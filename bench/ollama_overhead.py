"""What citetrail adds to a local model's own time, against the bare official client with the identical prompt.

Asks the Ollama server at ``OLLAMA_HOST`` (or the setting), or, where none answers, the tests' wire double, whose
times are scripted; the first line says which. Each question is asked once to warm up (the server then has the prompt in
its cache, for all alike), then, in one run: by the assistant, by the bare client, and by the writer alone::

    .venv/bin/python -m bench.ollama_overhead [--library DIR] [--model NAME] [--mode MODE] [--questions N]

Printed are medians and 95th percentiles in milliseconds:

* before the first token: from the question to the request, plus what the writer takes longer than the bare client
  from the request to the first token;
* after the last token: from the server's last record to the grounded answer;
* the ratio of the assistant's whole time to the bare client's.

The questions are development rows of the fact set; those answered without the model are passed over.
"""

from __future__ import annotations

import argparse
import contextlib
import itertools
import json
import os
import re
import statistics
import time
from collections.abc import Generator, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ollama import Client

from evals.rows import FACTS, load_facts
from ingest.library import Library
from ingest.settings import Settings, load_settings
from rag import Answer, Assistant
from rag.ollama import OllamaWriter, probe, writer_of
from rag.writer import Message, Piece, Usage
from tests.support.ollama_double import OllamaDouble, Reply, said, serve_ollama

_MARKED = re.compile(r"^\[(\d+)\] .*\n(.+)", re.MULTILINE)
"""A source of a prompt: its number, its title, its abstract."""


class Timed:
    """Stands before a writer and notes when it is asked, first heard and done."""

    def __init__(self, writer: OllamaWriter) -> None:
        self.name, self.window, self.billions = writer.name, writer.window, writer.billions
        self.takes_schema = writer.takes_schema
        self.writer = writer
        self.request: dict[str, Any] = {}
        self.asked = self.first = self.last = 0.0

    def write(
        self, messages: Sequence[Message], *, schema: Mapping[str, Any] | None = None, most: int | None = None
    ) -> Generator[Piece, None, Usage]:
        """Yield what the writer does."""
        self.asked, self.first = time.perf_counter(), 0.0
        self.request = self.writer.request(messages, schema, most)
        self.asked_with = (messages, schema, most)
        try:
            return (yield from self._heard(messages, schema, most))
        finally:
            self.last = time.perf_counter()

    def _heard(
        self, messages: Sequence[Message], schema: Mapping[str, Any] | None, most: int | None
    ) -> Generator[Piece, None, Usage]:
        pieces = self.writer.write(messages, schema=schema, most=most)
        with contextlib.closing(pieces):
            while True:
                try:
                    piece = next(pieces)
                except StopIteration as end:
                    return end.value or Usage()
                if piece.text and not self.first:
                    self.first = time.perf_counter()
                yield piece

    def close(self) -> None:
        """Close the writer."""
        self.writer.close()


@dataclass(frozen=True)
class Taken:
    """Milliseconds of one question."""

    before: float
    client: float
    after: float
    whole: float
    bare: float


def ask(assistant: Assistant, timed: Timed, bare: Client, question: str) -> Taken | None:
    """Ask in the three ways; ``None`` for a question that never reaches the model."""
    timed.asked = 0.0
    assistant.ask(question)
    if not timed.asked:
        return None
    began = time.perf_counter()
    for event in assistant.stream(question):
        if isinstance(event, Answer):
            break
    ended = time.perf_counter()
    before, after = timed.asked - began, ended - timed.last
    bare_first, bare_whole = _bare(bare, timed.request)
    messages, schema, most = timed.asked_with
    list(timed.write(messages, schema=schema, most=most))
    client = timed.first - timed.asked - bare_first
    return Taken(*(1000 * seconds for seconds in (before, client, after, ended - began, bare_whole)))


def _bare(client: Client, request: Mapping[str, Any]) -> tuple[float, float]:
    """Return the seconds to the first token and to the end."""
    began, first = time.perf_counter(), 0.0
    for record in client.chat(**request):
        if not first and (record.message.content or record.message.thinking):
            first = time.perf_counter() - began
    return first, time.perf_counter() - began


@contextlib.contextmanager
def serving(settings: Settings) -> Iterator[tuple[OllamaWriter, str]]:
    """Give a writer and a word on what it asks: the server that the settings name, or the double."""
    status = probe(settings)
    if status.chosen:
        yield writer_of(status, settings), f"Ollama {status.version} at {status.url}, {status.chosen.name}"
        return
    with serve_ollama(OllamaDouble(answer=scripted)) as double:
        found = load_settings({}, None, ollama_host=double.url).settings
        yield writer_of(probe(found), found), f"the wire double, whose times are scripted ({status.problem})"


def scripted(body: Mapping[str, Any]) -> Reply:
    """Answer from the prompt as a well-behaved model would, at about 100 tokens a second."""
    prompt = "\n".join(str(message["content"]) for message in body["messages"])
    told = [(int(n), text.split(". ")[0] + ".") for n, text in _MARKED.findall(prompt)][:4]
    if not body.get("format"):
        text = " ".join(f"{sentence} [{n}]" for n, sentence in told)
    elif told:
        written = [{"source": n, "words": words, "sentence": words} for n, words in told]
        text = json.dumps({"sentences": written, "missing": []})
    else:
        text = json.dumps({"sentences": [1, 2, 3]})
    return said(text, delay=0.2, pause=0.01)


def shown(name: str, taken: Sequence[float]) -> str:
    """Return a line with the median and the 95th percentile."""
    high = statistics.quantiles(taken, n=20)[-1] if len(taken) > 1 else taken[0]
    return f"{name:<44} p50 {statistics.median(taken):8.1f} ms   p95 {high:8.1f} ms"


def report(rows: Sequence[Taken]) -> list[str]:
    """Return the lines to print."""
    return [
        shown("before the first token", [r.before + max(r.client, 0.0) for r in rows]),
        shown("  of which until the request", [r.before for r in rows]),
        shown("  of which in the client, beside the bare one", [r.client for r in rows]),
        shown("after the last token", [r.after for r in rows]),
        shown("whole answer", [r.whole for r in rows]),
        shown("bare client, identical prompt", [r.bare for r in rows]),
        f"ratio of medians, whole to bare              {_ratio(rows):.3f}",
    ]


def _ratio(rows: Sequence[Taken]) -> float:
    return statistics.median(r.whole for r in rows) / statistics.median(r.bare for r in rows)


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--library", help="the library to ask (default: the configured one)")
    parser.add_argument("--model", help="the chat model (default: the configured one, else the best installed)")
    parser.add_argument("--mode", default="auto", help="select, write, plain or auto (default: auto)")
    parser.add_argument("--questions", type=int, default=10, help="how many questions (default: 10)")
    arguments = parser.parse_args()
    told = {"library": arguments.library, "model": arguments.model, "answer_mode": arguments.mode}
    settings = load_settings(os.environ, Path.cwd(), **told).settings
    questions = (row.turns[0] for row in load_facts(FACTS) if row.split == "dev")
    with serving(settings) as (writer, whom):
        print(f"asked: {whom}")
        timed = Timed(writer)
        assistant = Assistant(Library.open(settings), timed)
        bare = Client(writer.url, timeout=settings.ollama_timeout, trust_env=False, follow_redirects=False)
        taken = (ask(assistant, timed, bare, question) for question in questions)
        rows = list(itertools.islice((row for row in taken if row), arguments.questions))
        print("\n".join([f"{len(rows)} questions", *report(rows)]))
        assistant.close()


if __name__ == "__main__":
    main()
