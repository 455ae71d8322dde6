from __future__ import annotations

from datetime import date

import pytest

from rag.questions.times import read_months, read_times, spoken

TODAY = date(2026, 11, 21)

STATED = [
    ("papers since 2024", "2024-01-01", ""),
    ("papers from 2024 on", "2024-01-01", ""),
    ("from June 2025 onwards", "2025-06-01", ""),
    ("2024 or later", "2024-01-01", ""),
    ("not before 2024", "2024-01-01", ""),
    ("published after 2023", "2024-01-01", ""),
    ("published after January 2025", "2025-02-01", ""),
    ("newer than May 2024", "2024-06-01", ""),
    ("before 2024", "", "2024-01-01"),
    ("before 15 May 2024", "", "2024-05-15"),
    ("before May 15, 2024", "", "2024-05-15"),
    ("older than 2023", "", "2023-01-01"),
    ("until 2023", "", "2024-01-01"),
    ("up to March 2023", "", "2023-04-01"),
    ("no later than 2022", "", "2023-01-01"),
    ("2022 or earlier", "", "2023-01-01"),
    ("published in 2023", "2023-01-01", "2024-01-01"),
    ("papers from the year 2023", "2023-01-01", "2024-01-01"),
    ("the 2023 paper on frogs", "2023-01-01", "2024-01-01"),
    ("May 2024 papers", "2024-05-01", "2024-06-01"),
    ("in September 2025", "2025-09-01", "2025-10-01"),
    ("in Sept. 2025", "2025-09-01", "2025-10-01"),
    ("in december of 2025", "2025-12-01", "2026-01-01"),
    ("published on 2024-05-15", "2024-05-15", "2024-05-16"),
    ("published on 15.05.2024", "2024-05-15", "2024-05-16"),
    ("on 3 May 2024", "2024-05-03", "2024-05-04"),
    ("in 2024-05", "2024-05-01", "2024-06-01"),
    ("in early 2024", "2024-01-01", "2024-05-01"),
    ("in the second half of 2023", "2023-07-01", "2024-01-01"),
    ("in Q3 2025", "2025-07-01", "2025-10-01"),
    ("in the fourth quarter of 2024", "2024-10-01", "2025-01-01"),
    ("published between March and June 2024", "2024-03-01", "2024-07-01"),
    ("between 2022 and 2023", "2022-01-01", "2024-01-01"),
    ("from march 2023 to may 2024", "2023-03-01", "2024-06-01"),
    ("2022-2024 papers", "2022-01-01", "2025-01-01"),
    ("this year", "2026-01-01", "2027-01-01"),
    ("last year", "2025-01-01", "2026-01-01"),
    ("since last year", "2025-01-01", ""),
    ("last month", "2026-10-01", "2026-11-01"),
    ("in the last 6 months", "2026-05-25", ""),
    ("over the past two years", "2024-11-21", ""),
    ("papers older than two years", "", "2024-11-21"),
    ("since May", "2026-05-01", ""),
    ("since December", "2025-12-01", ""),
]


@pytest.mark.parametrize(("text", "after", "before"), STATED)
def test_a_time_is_read_into_days(text: str, after: str, before: str) -> None:
    (stated,) = read_times(text, TODAY)
    assert (str(stated.after or ""), str(stated.before or "")) == (after, before)
    assert not stated.negated


@pytest.mark.parametrize(
    "text",
    [
        "papers with 2024 samples",
        "What does the model do in 20 steps?",
        "trained in 2048 steps",
        "published May 45, 2024",
        "What does the paper say about October?",
        "results on AIME 2024",
        "What may a model do?",
        "which papers march on",
        "in 2024-13",
        "",
    ],
)
def test_what_is_no_time_is_none(text: str) -> None:
    assert read_times(text, TODAY) == ()


def test_two_times_are_both_read() -> None:
    first, second = read_times("since 2022 and before 2024", TODAY)
    assert (first.after, first.before) == (date(2022, 1, 1), None)
    assert (second.after, second.before) == (None, date(2024, 1, 1))


@pytest.mark.parametrize("text", ["papers not published in 2024", "papers that aren't from 2024", "other than in 2024"])
def test_a_time_denied_is_marked(text: str) -> None:
    (stated,) = read_times(text, TODAY)
    assert stated.negated
    assert stated.holds("2024-07-01")
    assert not stated.holds("2025-01-01")


def test_last_month_in_january_is_of_the_year_before() -> None:
    (stated,) = read_times("last month", date(2026, 1, 5))
    assert (stated.after, stated.before) == (date(2025, 12, 1), date(2026, 1, 1))


def test_now_is_today_unless_told() -> None:
    (stated,) = read_times("this year")
    assert stated.after == date(date.today().year, 1, 1)


@pytest.mark.parametrize(
    ("after", "before", "words"),
    [
        ("2024-01-01", "", "2024-01-01 or later"),
        ("", "2024-01-01", "before 2024-01-01"),
        ("2024-01-01", "2025-01-01", "2024"),
        ("2022-01-01", "2025-01-01", "2022 to 2024"),
        ("2024-12-01", "2025-01-01", "in December 2024"),
        ("2024-03-01", "2024-07-01", "2024-03-01 to 2024-06-30"),
        ("2024-05-15", "2024-05-16", "2024-05-15"),
    ],
)
def test_a_time_is_said_as_short_as_it_can_be(after: str, before: str, words: str) -> None:
    assert spoken(after, before) == words


@pytest.mark.parametrize(
    ("text", "months"),
    [
        ("Which papers were published in June?", (6,)),
        ("papers from june", (6,)),
        ("the June papers", (6,)),
        ("dated in the month of December", (12,)),
        ("released in Sept.", (9,)),
        ("from May", (5,)),
        ("published in june and in August", (6, 8)),
        ("in June, that is in june", (6,)),
    ],
)
def test_a_month_without_its_year_is_one_of_any_year(text: str, months: tuple[int, ...]) -> None:
    assert read_months(text) == months
    assert read_times(text, TODAY) == ()


@pytest.mark.parametrize(
    ("text", "after", "before"),
    [
        ("in June 2024", "2024-06-01", "2024-07-01"),
        ("June 2024 papers", "2024-06-01", "2024-07-01"),
        ("in May, 2024", "2024-05-01", "2024-06-01"),
        ("since June", "2026-06-01", ""),
        ("before June", "", "2026-06-01"),
        ("from June on", "2026-06-01", ""),
        ("in June or later", "2026-06-01", ""),
        ("from March to June", "2026-03-01", "2026-07-01"),
        ("from June until August 2024", "2024-06-01", "2024-09-01"),
        ("of March 15", "2026-03-15", "2026-03-16"),
        ("of the 15th of March", "2026-03-15", "2026-03-16"),
        ("on 15 March", "2026-03-15", "2026-03-16"),
    ],
)
def test_a_month_in_a_longer_time_is_no_month_of_any_year(text: str, after: str, before: str) -> None:
    assert read_months(text) == ()
    (stated,) = read_times(text, TODAY)
    assert (str(stated.after or ""), str(stated.before or "")) == (after, before)


@pytest.mark.parametrize(
    "text",
    ["June 2024", "March 15", "the March digest", "papers from the March digest", "What may a paper show?", "may"],
)
def test_what_only_holds_a_month_is_no_month_of_any_year(text: str) -> None:
    assert read_months(text) == ()


def test_may_before_papers_is_no_month() -> None:
    assert read_months("What may papers show?") == ()
    assert read_months("the June papers") == (6,)
