"""The page's HTML: everything untrusted is escaped, every marker leads somewhere, every mark has its legend."""

from __future__ import annotations

import dataclasses
import re
from html.parser import HTMLParser

import pytest

from ingest.errors import UsageError
from ingest.paper import Paper
from rag.answer import Provenance, Sentence
from tests.ui.fakes import (
    EVIL,
    FROG,
    PAPERS,
    FakeAssistant,
    counted_answer,
    declined_answer,
    evil_answer,
    plain_answer,
    standing_in,
)
from ui.page_html import answer_html, error_html, question_html, streaming_html
from ui.page_status import examples_for, header_html
from ui.wording import made_by, plural, shown_date

OURS = {"div", "p", "span", "a", "ol", "ul", "li", "blockquote", "button", "br", "details", "summary"}


class Reader(HTMLParser):
    """Collects the tags, with their attributes, and the words."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.words = ""
        self.feed(text)
        self.close()

    def handle_starttag(self, tag, attrs):
        self.tags.append((tag, {name: value or "" for name, value in attrs}))

    def handle_data(self, data):
        self.words += data


@pytest.mark.parametrize("make", [plain_answer, evil_answer, declined_answer, counted_answer])
def test_only_our_own_tags_come_out(make):
    page = answer_html(make(), "1")
    read = Reader(page)
    assert {tag for tag, _ in read.tags} <= OURS
    attributes = {name for _, attrs in read.tags for name in attrs}
    assert attributes <= {"class", "id", "href", "title", "tabindex", "type", "target", "rel"}
    assert "\n" not in page  # a blank line would hand the rest to Markdown


def test_hostile_words_stay_words():
    read = Reader(answer_html(evil_answer(), "1"))
    assert EVIL in read.words
    assert "<script>document.title='owned'</script>" in read.words
    assert all(attrs["href"].startswith("#cite-1-") for tag, attrs in read.tags if tag == "a")


@pytest.mark.parametrize("text", ['<img src=x onerror="a()">', "a\n\n# b", "a & b"])
def test_questions_tokens_and_errors_are_escaped(text):
    for page in (question_html(text), streaming_html(text), error_html(UsageError(text, text))):
        read = Reader(page)
        assert {tag for tag, _ in read.tags} <= OURS
        assert text.replace("\n", "") in read.words
        assert "\n" not in page


def test_every_marker_leads_to_the_words_its_sentence_rests_on():
    read = Reader(answer_html(plain_answer(), "7"))
    targets = [attrs["href"].removeprefix("#") for tag, attrs in read.tags if attrs.get("class") == "ct-mark"]
    anchors = [attrs["id"] for tag, attrs in read.tags if tag == "li"]
    quoted = [attrs["id"] for tag, attrs in read.tags if tag == "blockquote"]
    assert targets == ["cite-7-1-1", "cite-7-2-1", "cite-7-1-2"]
    assert anchors == ["cite-7-1", "cite-7-2"]
    assert quoted == ["cite-7-1-1", "cite-7-1-2", "cite-7-2-1"]
    assert "[2020]" in read.words  # a number in brackets that cites nothing is left as it is


def test_a_marker_shows_the_words_of_its_own_sentence():
    read = Reader(answer_html(plain_answer(), "1"))
    tips = [attrs["title"] for _, attrs in read.tags if attrs.get("class") == "ct-mark"]
    assert tips[0] == f"{FROG}: “It reaches 71.2% accuracy on PondBench.”"
    assert tips[2] == f"{FROG}: “Training takes two hours on one GPU.”"


def test_citations_have_title_date_digests_and_every_quote():
    read = Reader(answer_html(plain_answer(), "1"))
    assert "11 Sep 2025 · spring_digest, pond_digest" in read.words
    assert "5 Mar, year unknown · pond_digest" in read.words
    for quote in (
        "It reaches 71.2% accuracy on PondBench.",
        "Training takes two hours",
        "4,000 recordings of 12 ponds",
    ):
        assert quote in read.words
    assert ("a", "https://frognet.example/code") in [(tag, attrs.get("href")) for tag, attrs in read.tags]


def test_a_url_that_is_no_web_address_is_no_link():
    answer = plain_answer()
    citation = dataclasses.replace(answer.citations[0], url="javascript:alert(1)")
    page = answer_html(dataclasses.replace(answer, citations=(citation, *answer.citations[1:])), "1")
    assert "javascript" not in page


def test_further_quotes_of_a_paper_are_folded():
    answer = plain_answer()
    first = answer.sentences[0]
    quotes = ("It reaches", "accuracy", "on PondBench", "FrogNet")
    more = tuple(dataclasses.replace(first.evidence[0], quote=quote) for quote in quotes)
    page = answer_html(dataclasses.replace(answer, sentences=(dataclasses.replace(first, evidence=more),)), "1")
    assert "<summary>2 more from this paper</summary>" in page


def test_the_legend_explains_the_marks_there_are_and_no_others():
    page = answer_html(plain_answer(), "1")
    legend = page[page.index('class="ct-legend"') :].split("</p>")[0]
    assert "weakly supported" in legend
    assert "not supported by the papers" in legend
    assert "not checked" not in legend
    assert "ct-legend" not in answer_html(evil_answer(), "1")


def test_a_declined_question_looks_different_and_names_the_nearest_papers():
    page = answer_html(declined_answer(), "1")
    assert 'class="ct-turn ct-abstained"' in page
    assert FROG in Reader(page).words
    assert "ct-abstained" not in answer_html(plain_answer(), "1")


def test_a_count_says_what_it_rests_on_and_what_is_missing_is_said():
    assert "Computed over 3 papers of the library; 1 paper lacks" in answer_html(counted_answer(), "1")
    assert "Not mentioned in the papers: price" in answer_html(plain_answer(), "1")


def test_a_line_that_heads_an_item_is_a_heading():
    said = Sentence("1. FrogNet", 0, 10, "not_a_claim"), Sentence("It counts.", 11, 21, "not_a_claim")
    answer = dataclasses.replace(plain_answer(), text="1. FrogNet\nIt counts.", sentences=said)
    assert '<span class="ct-heading">1. FrogNet</span><br><span>It counts.</span>' in answer_html(answer, "1")


def test_a_line_with_a_dash_is_an_item():
    said = Sentence("Two:", 0, 4, "not_a_claim"), Sentence("- FrogNet", 5, 14, "computed")
    answer = dataclasses.replace(plain_answer(), text="Two:\n- FrogNet", sentences=said)
    assert '<span class="ct-item"><span>- FrogNet</span></span>' in answer_html(answer, "1")


def test_a_marker_never_begins_a_line():
    assert "PondBench.\u00a0<a" in answer_html(plain_answer(), "1")


def test_notes_are_shown():
    answer = dataclasses.replace(plain_answer(), provenance=Provenance(notes=("read <this> as that", "model gone")))
    assert "Note: read <this> as that; model gone" in Reader(answer_html(answer, "1")).words


def test_the_head_names_the_library_and_the_generator():
    said = Reader(header_html(standing_in(FakeAssistant()))).words
    assert "3 papers from 3 digests" in said
    assert "extractive answers" in said
    assert "ollama/tiny" in Reader(header_html(standing_in(FakeAssistant(generator_name="ollama/tiny")))).words


def test_examples_are_made_of_the_library_that_is_there():
    assert examples_for(PAPERS)[0] == "What is FrogNet, and what did it achieve?"
    assert not any("What is" in example for example in examples_for([]))
    spaced = Paper("x", "A long phrase: and more", "Text.")
    assert examples_for([spaced]) == examples_for([])


@pytest.mark.parametrize(
    ("date", "shown"),
    [
        ("2025-09-11", "11 Sep 2025"),
        ("--03-05", "5 Mar, year unknown"),
        ("", ""),
        ("2025", "2025"),
        ("2025-13-01", "2025-13-01"),
    ],
)
def test_dates_read_well(date, shown):
    assert shown_date(date) == shown


def test_words_for_counts_and_makers():
    assert (plural(1, "paper"), plural(2, "paper"), plural(0, "entry", "entries")) == (
        "1 paper",
        "2 papers",
        "0 entries",
    )
    assert made_by(plain_answer()) == "extractive: the papers' own sentences · 0.12 s"
    assert re.fullmatch(r"ollama/m", made_by(dataclasses.replace(plain_answer(), generator="ollama/m", timings={})))
