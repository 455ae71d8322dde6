"""Dates: read as printed, their years inferred, given with ``saved``, or left unknown."""

from __future__ import annotations

from datetime import date

import pytest

from ingest.sources.dates import PageDate, infer_year, parse_date
from tests.support.pages import abstract, read_text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Dec 8, 2022", PageDate(12, 8, 2022)),
        ("Jun 28", PageDate(6, 28)),
        ("  May 5 ", PageDate(5, 5)),
        ("Sept. 5", PageDate(9, 5)),
        ("September 30, 2024", PageDate(9, 30, 2024)),
        ("Feb 29", PageDate(2, 29)),
        ("Feb 29, 2024", PageDate(2, 29, 2024)),
        ("Feb 29, 2023", None),
        ("Feb 30", None),
        ("Apr 31", None),
        ("Jan 0", None),
        ("Jan 1, 0000", None),
        ("Octopus 4", None),
        ("Marathon 5", None),
        ("Junction 6", None),
        ("dec 8", None),
        ("Dec 8 2022", None),
        ("8 Dec", None),
        ("", None),
    ],
)
def test_parse_date(text, expected):
    assert parse_date(text) == expected


def _published(*dates: str, saved: date | None = None) -> list[tuple[str, bool]]:
    lines = [line for i, day in enumerate(dates) for line in (f"Frogs {chr(65 + i)}", abstract(f"frogs {i}"), day)]
    reading = read_text("\n".join(lines), saved=saved)
    return [(entry.appearance.published, entry.appearance.year_inferred) for entry in reading.entries]


def test_the_year_is_one_more_than_the_latest_printed():
    assert _published("Dec 8, 2022", "Jun 28", "Jan 3, 2024") == [
        ("2022-12-08", False),
        ("2025-06-28", True),
        ("2024-01-03", False),
    ]


def test_a_page_that_prints_no_year_leaves_it_unknown():
    assert _published("Dec 8", "Jun 28") == [("--12-08", False), ("--06-28", False)]


def test_saved_overrides_the_inference_and_unmarks_it():
    assert _published("Dec 8, 2022", "Jun 28", saved=date(2026, 2, 1)) == [("2022-12-08", False), ("2026-06-28", False)]
    assert _published("Dec 8", saved=date(2021, 12, 9)) == [("2021-12-08", False)]


def test_saved_in_a_year_the_page_prints_is_reported():
    reading = read_text(f"Frogs\n{abstract('frogs')}\nDec 8, 2024\n", saved=date(2023, 5, 1))
    assert [(p.line, "2023" in p.message and "2024" in p.message) for p in reading.problems] == [(0, True)]


def test_february_29_is_inferred_into_a_year_that_has_one():
    assert _published("Dec 8, 2021", "Feb 29") == [("2021-12-08", False), ("2024-02-29", True)]
    assert _published("Dec 8, 2023", "Feb 29", "Mar 1")[1:] == [("2024-02-29", True), ("2024-03-01", True)]
    assert infer_year([PageDate(2, 29), PageDate(1, 1, 2096)], None) == 2104


def test_february_29_in_a_year_without_one_is_reported_not_stored():
    text = f"Frogs\n{abstract('frogs')}\nFeb 29\n"
    reading = read_text(text, saved=date(2025, 3, 1))
    assert reading.entries[0].appearance.published == "--02-29"
    assert [(p.line, "February 29 in 2025" in p.message) for p in reading.problems] == [(1, True)]
    assert read_text(text, saved=date(2024, 3, 1)).entries[0].appearance.published == "2024-02-29"


@pytest.mark.parametrize("day", ["Feb 30", "Apr 31 4", "Feb 29, 2023", "Dec 99"])
def test_a_date_that_does_not_exist_is_reported_with_its_line(day):
    reading = read_text(f"Frogs\n{abstract('frogs')}\n\n{day}\nPonds\n{abstract('ponds')}\n")
    assert [(p.line, p.message) for p in reading.problems] == [(4, f"a date that does not exist: {day!r}")]
    assert [(e.title, e.appearance.published) for e in reading.entries] == [("Frogs", ""), ("Ponds", "")]


def test_the_day_of_the_page():
    text = f"new\nFeb 30\nOct 31\nFrogs\n{abstract('frogs')}\nDec 8, 2022\n"
    reading = read_text(text)
    assert reading.facts == {"day": "2023-10-31", "inferred_year": "2023"}
    assert [(p.line, p.message) for p in reading.problems] == [(2, "a date that does not exist: 'Feb 30'")]
    assert read_text(text, saved=date(2024, 1, 1)).facts == {"day": "2024-10-31"}
    assert read_text(text.replace("Oct 31", "Oct 31, 2020")).facts["day"] == "2020-10-31"


def test_a_second_day_above_the_entries_is_reported():
    reading = read_text(f"Oct 31\nNov 1\nFrogs\n{abstract('frogs')}\n")
    assert reading.facts["day"] == "--10-31"
    assert [(p.line, p.message) for p in reading.problems] == [(2, "a second date above the first entry: 'Nov 1'")]


def test_the_year_of_the_pages_own_day_counts_as_printed():
    (entry,) = read_text(f"Oct 31, 2023\nFrogs\n{abstract('frogs')}\nJun 5\n").entries
    assert (entry.appearance.published, entry.appearance.year_inferred) == ("2024-06-05", True)
