"""What is known of one paper: where it can be read, and code that is only promised."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from rag import Assistant
from tests.support.shelf import SHELF, bag, fill, paper, settings_in

URL = "https://arxiv.org/abs/2401.00001"
PROMISE = "We will release our code upon acceptance."
GOOSE = replace(paper("GooseWalk: Geese That March", f"Geese march in rows. {PROMISE} It takes 9 steps."), url=URL)
DUCK = paper(
    "DuckSwim: Ducks in Rows", "Ducks swim in rows. Weights are at https://huggingface.co/duck. Rows are short."
)


@pytest.fixture(scope="module")
def geese(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assistant]:
    """Give an assistant over the shelf, a paper with a page of its own and one with weights alone."""
    settings = settings_in(tmp_path_factory.mktemp("geese"))
    fill(settings, (*SHELF, GOOSE, DUCK)).close()
    opened = Assistant.open(settings, embed_model=bag())
    yield opened
    opened.close()


@pytest.mark.parametrize(
    "question",
    [
        "What is the arXiv link of GooseWalk?",
        "What is the arXiv number of GooseWalk?",
        "Give me the link to the paper GooseWalk",
        "Where can I read the paper GooseWalk?",
        "What is the pdf link of GooseWalk?",
    ],
)
def test_the_page_of_a_paper_is_told_where_its_digest_gives_it(geese: Assistant, question: str) -> None:
    answer = geese.ask(question)
    assert answer.catalogue is not None
    assert (answer.catalogue.operation, answer.catalogue.value) == ("url_of", URL)
    assert URL in answer.text
    assert [citation.title for citation in answer.citations] == [GOOSE.title]


@pytest.mark.parametrize(
    "question",
    ["What is the arXiv link of FrogNet?", "What is the arXiv id of TidePredict?", "What is the DOI of TinyBits?"],
)
def test_an_address_that_no_digest_gives_is_declined_by_name(geese: Assistant, question: str) -> None:
    answer = geese.ask(question)
    assert answer.abstained
    assert answer.missing == ("an arXiv identifier or a DOI",)


def test_a_page_is_no_doi(geese: Assistant) -> None:
    answer = geese.ask("What is the DOI of GooseWalk?")
    assert answer.abstained and URL not in answer.text


@pytest.mark.parametrize(
    ("question", "lead"),
    [
        ("Does GooseWalk have code?", "Not as far as its abstract tells"),
        ("Is the code of GooseWalk available?", "Not as far as its abstract tells"),
        ("Where is the code of GooseWalk?", "The abstract of “GooseWalk"),
    ],
)
def test_code_that_is_only_promised_is_quoted(geese: Assistant, question: str, lead: str) -> None:
    answer = geese.ask(question)
    assert answer.catalogue is not None
    assert (answer.catalogue.operation, answer.catalogue.value, answer.catalogue.unknown) == ("code_of", "", 1)
    assert answer.text.startswith(lead)
    assert f"links to no code repository, and says: “{PROMISE}”" in answer.text


def test_what_an_abstract_does_not_promise_is_not_quoted(geese: Assistant) -> None:
    text = geese.ask("Does DuckSwim have code?").text
    assert "links to no code repository, but to https://huggingface.co/duck" in text
    assert "and says" not in text
    assert "and says" not in geese.ask("Does TidePredict have code?").text


@pytest.mark.parametrize(
    ("promise", "spoken"),
    [
        ("Our code will be publicly available.", True),
        ("The implementation is open-sourced.", True),
        ("We open-source all our code.", True),
        ("We share the full implementation.", True),
        ("Code generation is hard.", False),
        ("We provide a proof that code is long.", False),
    ],
)
def test_a_promise_is_told_from_other_talk_of_code(
    tmp_path_factory: pytest.TempPathFactory, promise: str, spoken: bool
) -> None:
    settings = settings_in(tmp_path_factory.mktemp("promise"))
    fill(
        settings, (*SHELF[:3], paper("SwanDance: Swans in Pairs", f"Swans dance in pairs. {promise} They rest."))
    ).close()
    assistant = Assistant.open(settings, embed_model=bag())
    assert ("and says: “" in assistant.ask("Does SwanDance have code?").text) is spoken
    assistant.close()


@pytest.mark.parametrize(
    ("question", "said"),
    [
        ("How many papers come with code?", True),
        ("Which papers have no code?", True),
        ("How many papers have a single author?", False),
    ],
)
def test_a_count_of_papers_with_code_says_what_counts(geese: Assistant, question: str, said: bool) -> None:
    answer = geese.ask(question)
    assert ("Only links to code hosts such as GitHub count" in answer.text) is said
    assert (GOOSE.title in answer.text) is (question == "Which papers have no code?")
