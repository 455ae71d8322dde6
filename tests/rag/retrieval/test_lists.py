from __future__ import annotations

from pathlib import Path

import pytest

from rag import Assistant
from rag.questions.filters import Filters
from rag.questions.topic import read_topic
from rag.retrieval.lists import LEAST_CHANCE, MOST_PAPERS, NEGLIGIBLE, belonging, holding_all, log_odds, worth_listing
from tests.support.shelf import BETA, BREAD, CHESS, FROG, MERGE_A, MERGE_B, MERGE_C, POND, SHELF, bag, fill, paper, seen
from tests.support.shelf import settings_in as settings_of


def test_the_papers_that_hold_every_word_are_found_by_stem(assistant: Assistant) -> None:
    held = holding_all(["model", "merge"], assistant.retriever)
    assert held == [MERGE_A, MERGE_B, MERGE_C]
    assert holding_all(["frog", "wind"], assistant.retriever) == []
    assert holding_all([], assistant.retriever) == []


def test_a_name_in_the_question_lists_the_papers_that_mention_it(assistant: Assistant) -> None:
    hits = belonging("Which papers use PondBench?", assistant.retriever)
    assert {h.paper.title for h in hits} == {FROG.title, POND.title}


def test_a_filter_alone_lists_every_paper_it_lets_through(assistant: Assistant) -> None:
    hits = belonging("Which papers are in digest 2?", assistant.retriever, Filters(digest=BETA))
    assert {h.paper.title for h in hits} == {p.title for p in SHELF if BETA in p.digests}


def test_neither_topic_nor_filter_lists_nothing(assistant: Assistant) -> None:
    assert belonging("Which papers are there?", assistant.retriever) == []


@pytest.mark.parametrize(
    ("question", "first"),
    [
        ("Which papers are about dough?", BREAD),
        ("Which papers use PondBench?", FROG),
        ("Which papers explain chess moves?", CHESS),
    ],
)
def test_each_paper_is_listed_with_one_sentence_of_its_own(assistant: Assistant, question: str, first: object) -> None:
    answer = assistant.ask(question)
    titles = [s for s in answer.sentences if s.support == "not_a_claim"]
    quotes = [s for s in answer.sentences if s.support == "supported"]
    assert len(titles) == len(quotes) == len(answer.citations) > 0
    assert first in [p for p in SHELF if p.title in answer.text]
    for number, (title, quote, citation) in enumerate(zip(titles, quotes, answer.citations, strict=True), start=1):
        assert title.text == f"{number}. {citation.title}"
        assert [e.n for e in quote.evidence] == [number] == [citation.n]


def test_a_paper_that_holds_the_topic_is_listed_in_a_small_library_too(tmp_path: Path) -> None:
    settings = settings_of(tmp_path)
    fill(settings, SHELF[:4]).close()
    answer = Assistant.open(settings, embed_model=bag()).ask("Which papers are about model merging?")
    assert not answer.abstained
    assert {c.title for c in answer.citations} == {MERGE_A.title, MERGE_B.title}


def test_more_papers_than_are_shown_are_counted(tmp_path: Path) -> None:
    settings = settings_of(tmp_path)
    many = [
        paper(f"Note {i} on ZebraNet", f"ZebraNet is tried on task {i}.", seen(BETA)) for i in range(MOST_PAPERS + 3)
    ]
    fill(settings, [*SHELF, *many]).close()
    answer = Assistant.open(settings, embed_model=bag()).ask("Which papers use ZebraNet?")
    assert len(answer.citations) == MOST_PAPERS
    assert answer.text.endswith("3 more papers stand out for this.")


def test_a_topic_that_no_paper_is_about_is_declined_with_the_nearest(assistant: Assistant) -> None:
    answer = assistant.ask("Which papers are about underwater basket weaving in antiquity?")
    assert answer.abstained
    assert answer.citations == ()
    assert "The nearest are “" in answer.text


RADAR = paper(
    "Goose Migration by Radar",
    "Goose migration is tracked by radar. Goose migration follows coasts; radar echoes show flocks above wetlands.",
)
ROUTES = paper(
    "Routes of Goose Migration",
    "Goose migration crosses wetlands. Radar echoes of flocks tell when goose migration starts along coasts.",
)
LEDGERS = paper(
    "Ledgers at Dawn",
    "Coins, stamps and ledgers fill an attic of letters. Goose migration began late; goose migration ended early.",
)
WETLANDS = paper(
    "Wetlands at Dusk",
    "Radar echoes show flocks above wetlands and coasts. Goose migration began late; goose migration ended early.",
)


def test_of_papers_that_say_the_same_of_a_topic_one_like_the_best_goes_first(tmp_path: Path) -> None:
    settings = settings_of(tmp_path)
    kettles = [
        paper(f"Kettle {i}", f"Kettle {i} boils after {i} minutes. Its lid rattles {i} times.") for i in range(40)
    ]
    fill(settings, [*SHELF, *kettles, RADAR, ROUTES, LEDGERS, WETLANDS]).close()
    retriever = Assistant.open(settings, embed_model=bag()).retriever
    titles = [hit.paper.title for hit in belonging("Which papers are about goose migration?", retriever)]
    assert titles[:2] == [ROUTES.title, RADAR.title]
    assert titles[2] == WETLANDS.title  # the ledgers, stored before it, are no nearer in words


def test_a_name_beside_other_words_counts(tmp_path: Path) -> None:
    settings = settings_of(tmp_path)
    named = paper(
        "Herons on HeronBench",
        "We try HeronBench once. Nets, boats and weather matter, as do tides and nights of rest for each crew; drift "
        "is small.",
    )
    others = [
        paper(f"Drift {i}", f"Small drift of boats is measured on net {i}. Small drift of nets and boats is small.")
        for i in range(6)
    ]
    fill(settings, [*SHELF, named, *others]).close()
    retriever = Assistant.open(settings, embed_model=bag()).retriever
    hits = belonging("Which papers measure the small drift of boats on HeronBench?", retriever)
    assert [hit.paper.title for hit in hits] == [named.title]


def test_a_filter_said_in_a_question_is_echoed(assistant: Assistant) -> None:
    answer = assistant.ask("Which papers in digest 2 use merging?")
    assert answer.filters == {"digest": BETA}
    assert answer.text.startswith("Looking only at the 6 papers in the digest 002_beta.")
    assert MERGE_C.title not in answer.text


@pytest.mark.parametrize(
    ("chances", "listed"),
    [
        ([], 0),
        ([LEAST_CHANCE - 0.01, 0.1], 0),
        ([0.99, 0.98, 0.97, 0.02], 3),
        ([0.99, 0.1, 0.1], 1),
        ([0.6, 0.6, 0.6, 0.6], 4),
        ([0.5], 1),
    ],
)
def test_as_many_papers_are_listed_as_promise_the_best_balance(chances: list[float], listed: int) -> None:
    assert worth_listing(chances) == listed


def test_any_number_of_unlikely_papers_makes_no_list_longer() -> None:
    likely = [0.95, 0.9, 0.5, 0.2]
    assert worth_listing([*likely, *[NEGLIGIBLE / 2] * 30_000]) == worth_listing(likely)


def test_what_lacks_a_name_of_the_topic_has_no_odds_and_what_is_named_alone_is_sure(assistant: Assistant) -> None:
    retriever = assistant.retriever
    hits = retriever.search("PondBench", len(SHELF))
    odds = log_odds(read_topic("Which papers use PondBench?"), hits, retriever)
    assert set(odds) == {FROG.paper_id, POND.paper_id} and min(odds.values()) > 4
