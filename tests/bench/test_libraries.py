"""The libraries that questions are put to, and the figures told of the answers."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from bench import ask_libraries, fit_evidence
from bench.ask_libraries import figures
from bench.libraries import PAPERS, Put, read_libraries, read_put
from rag.answer import Answer
from rag.assistant import Assistant
from tests.support.shelf import FROG, TIDE, bag, fill, settings_in

LIBRARIES = json.loads(PAPERS.read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def assistant(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    """Give the assistant over the shelf, without a model."""
    settings = settings_in(tmp_path_factory.mktemp("shelf"))
    fill(settings).close()
    opened = Assistant.open(settings, embed_model=bag())
    yield opened
    opened.close()


def test_the_card_counts_them_and_each_paper_is_of_its_library() -> None:
    put = read_put()
    assert len(put) == 1_160 and sum(bool(one.papers) for one in put) == 580
    assert all(set(one.papers) <= set(LIBRARIES[one.library]) for one in put)
    assert len({(one.library, one.question) for one in put}) == len(put)
    assert not any(one.answer for one in put if not one.papers)


def test_no_paper_is_in_two_libraries() -> None:
    every = [paper_id for library in LIBRARIES for paper_id in library]
    assert len(set(every)) == len(every) == 846


def test_papers_are_read_in_the_order_of_their_library(tmp_path: Path) -> None:
    path = tmp_path / "abstracts.jsonl.gz"
    first, second = LIBRARIES[0][0], LIBRARIES[1][0]
    rows = [{"id": i, "title": "A  title", "abstract": "One.\nTwo."} for i in (second, first, "another")]
    path.write_bytes(gzip.compress("".join(json.dumps(row) + "\n" for row in rows).encode()))
    read = list(read_libraries(path))
    assert [[paper.paper_id for paper in library] for library in read] == [[first], [second], [], []]
    assert (read[0][0].title, read[0][0].abstract) == ("A title", "One. Two.")


@pytest.mark.parametrize("command", [fit_evidence.main, ask_libraries.main])
def test_without_abstracts_it_is_skipped_with_a_word(
    command: Callable[[list[str]], None], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command([str(tmp_path / "absent.gz")])
    assert "skipped" in capsys.readouterr().out


def test_figures_of_facts(assistant: Assistant) -> None:
    put = [
        Put(0, "fact", "q", "lay", (FROG.paper_id,), ("62.2",)),
        Put(0, "fact", "q", "lay", (TIDE.paper_id,), ("no such words",)),
        Put(0, "fact", "q", "lay", ()),
    ]
    asked: list[Answer] = [
        assistant.ask("How accurate is FrogNet?"),
        assistant.ask("What is TidePredict?"),
        assistant.ask("What do volcanologists cook on Mars?"),
    ]
    told = figures(list(zip(put, asked, strict=True)))
    assert told["paper@5"] == 1.0
    assert told["answered"] == 0.5
    assert told["declined"] == 0.0 and told["declined of others"] == float(asked[2].abstained)


def test_figures_of_lists_count_what_is_listed_and_belongs(assistant: Assistant) -> None:
    answer = assistant.ask("Which papers are about frogs?")
    listed = {c.paper_id for c in answer.citations}
    told = figures([(Put(0, "list", "q", "near", (FROG.paper_id, "absent")), answer)])
    assert FROG.paper_id in listed
    assert told["recall"] == 0.5 and told["precision"] == 1 / len(listed)
