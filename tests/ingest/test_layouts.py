"""Every quirk of a page's layout: what must be read from it, and what must not."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from tests.support.pages import BY, CHROME, abstract, page, read_text

FROGS, PONDS = abstract("frogs"), abstract("ponds")
QUESTION = "Why Do Frogs Sing in the Ponds at Night?"
TEX = r"\textbf{Frogs} at $\mathcal{O}(n)$ -- 100\% fast"


@dataclass(frozen=True)
class Case:
    name: str
    lines: tuple[str, ...]
    include: tuple[str, ...]
    """Titles, in order."""
    between: str = "\n"
    exclude: tuple[str, ...] = ("Subscribe", "Daily Papers", "inbox", "byAK", "•", "·", "new")
    """What no title and no abstract may hold."""


CASES = [
    Case("no blank lines", ("Frogs", FROGS, "Ponds", PONDS), ("Frogs", "Ponds")),
    Case("blank lines", (*CHROME, BY, "Aug 11", "Frogs", FROGS, "Ponds", PONDS), ("Frogs", "Ponds"), "\n\n"),
    Case("many blank lines", ("Frogs", FROGS, "Ponds", PONDS), ("Frogs", "Ponds"), "\n \n\t\n\n"),
    Case(
        "Subscribe glued to the first title",
        ("Get trending papers in your email inbox once a day!", CHROME[1], "SubscribeFrogs: A Study", FROGS),
        ("Frogs: A Study",),
    ),
    Case("glued to a title in small letters", (CHROME[1], "Subscribef1: frogs", FROGS), ("f1: frogs",)),
    Case("glued to a digit", (CHROME[1], "Subscribe3D Frogs", FROGS), ("3D Frogs",)),
    Case("glued to a quotation mark", (CHROME[1], 'Subscribe"Frogs" in Ponds', FROGS), ('"Frogs" in Ponds',)),
    Case("glued to a bracket", (CHROME[1], "Subscribe[Re] Frogs", FROGS), ("[Re] Frogs",)),
    Case("glued to TeX", (CHROME[1], "Subscribe$k$-Frogs", FROGS), ("$k$-Frogs",)),
    Case("glued to the page's name", (CHROME[1], "SubscribeDaily Papers", BY, "Frogs", FROGS), ("Frogs",)),
    Case("blank line before the glued title", (CHROME[1], "", "SubscribeFrogs", FROGS), ("Frogs",)),
    Case("Subscribe on a line of its own", (CHROME[1], "Subscribe", "Frogs", FROGS), ("Frogs",)),
    Case(
        "a title that begins with subscribers",
        (CHROME[1], "Subscribers of Frog Feeds", FROGS),
        ("Subscribers of Frog Feeds",),
        exclude=("Daily Papers",),
    ),
    Case(
        "Subscribe far from the inbox line belongs to the title",
        ("Frogs", FROGS, "SubscribeNet", PONDS),
        ("Frogs", "SubscribeNet"),
        exclude=("Daily Papers",),
    ),
    Case(
        "details under the abstract",
        ("Frogs", FROGS, "  • 6 authors", "·", "Dec 8, 2022 2", "Ponds", PONDS),
        ("Frogs", "Ponds"),
    ),
    Case(
        "details between title and abstract",
        ("Frogs", "• 6 authors", "·", "Dec 8, 2022", FROGS, "Ponds", PONDS),
        ("Frogs", "Ponds"),
    ),
    Case("spaces around lines", ("   Frogs  ", f"\t{FROGS} "), ("Frogs",)),
    Case("a question as title", (QUESTION, FROGS), (QUESTION,)),
    Case("a short title with a full stop", ("Frogs Sing.", FROGS), ("Frogs Sing.",)),
    Case("a title like a date", ("Octopus 4", FROGS, "Marathon 5", PONDS), ("Octopus 4", "Marathon 5")),
    Case("a model's name as the second title", ("Frogs", FROGS, "Gemma 2", PONDS), ("Frogs", "Gemma 2")),
    Case("an abstract that ends in a bracket", ("Frogs", "We count frogs in a pond by ear (and by eye.)"), ("Frogs",)),
    Case("an abstract that ends in quotes", ("Frogs", 'We ask whether all frogs in a pond say "quak."'), ("Frogs",)),
    Case("a long abstract with no full stop", ("Frogs", "word " * 60), ("Frogs",)),
    Case("TeX in a title", (TEX, FROGS), (TEX,)),
    Case("chrome in capitals", ("NEW", "SUBSCRIBE", "DAILY PAPERS", BY.upper(), "Frogs", FROGS), ("Frogs",)),
    Case("a space after by", ("by AK and the research community", "Frogs", FROGS), ("Frogs",)),
]  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_layout(case):
    reading = read_text(case.between.join(case.lines) + "\n")
    assert tuple(entry.title for entry in reading.entries) == case.include
    assert [str(problem) for problem in reading.problems] == []
    read = "\n".join(f"{entry.title}\n{entry.abstract}" for entry in reading.entries)
    assert [word for word in case.exclude if word in read] == []


def test_abstracts_are_stored_as_printed():
    text = r"We reach 99.9\% at $\alpha = 0.1$ -- with  two spaces, ``quotes'' and {\it braces}; Gödel’s “frog”."
    (entry,) = read_text(f"Frogs\n{text}\n").entries
    assert entry.abstract == text


def test_details_go_to_the_entry_they_stand_under():
    lines = ["Frogs", FROGS, "• 1 author", "·", "Dec 8, 2022 12", "Ponds", PONDS, "• 7 authors", "Jan 2, 2023", "Newts"]
    frogs, ponds, newts = read_text("\n".join([*lines, FROGS])).entries
    assert (frogs.appearance.authors, frogs.appearance.published, frogs.appearance.comments) == (1, "2022-12-08", 12)
    assert (ponds.appearance.authors, ponds.appearance.published, ponds.appearance.comments) == (7, "2023-01-02", None)
    assert (newts.appearance.authors, newts.appearance.published, newts.appearance.comments) == (None, "", None)


def test_lines_and_digest_are_remembered():
    reading = read_text(page(("Frogs", FROGS), ("Ponds", PONDS)))
    assert [(e.appearance.digest, e.appearance.line) for e in reading.entries] == [("page", 13), ("page", 17)]
    assert reading.facts == {"day": "--03-14"}
