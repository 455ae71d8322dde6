"""What cannot be read is reported with its line, and costs nothing else."""

from __future__ import annotations

import pytest

from tests.support.pages import abstract, read_text

FROGS, PONDS = abstract("frogs"), abstract("ponds")
LONG = "An entry whose title is so long that it cannot be shown whole in a report of what was not understood"

CASES = [
    ("an entry with no abstract", ["Frogs", "Ponds", PONDS], [(1, "an entry with no abstract: 'Frogs'")], ["Ponds"]),
    (
        "the last entry has no abstract",
        ["Frogs", FROGS, "Ponds"],
        [(3, "an entry with no abstract: 'Ponds'")],
        ["Frogs"],
    ),
    (
        "an entry with details and no abstract is one problem",
        ["Frogs", "• 6 authors", "·", "Dec 8, 2022", "Ponds", PONDS],
        [(1, "an entry with no abstract: 'Frogs'")],
        ["Ponds"],
    ),
    (
        "a paragraph with no title",
        [FROGS, "Ponds", PONDS],
        [(1, f"a paragraph with no title before it: {FROGS[:60] + '…'!r}")],
        ["Ponds"],
    ),
    (
        "a second paragraph",
        ["Frogs", FROGS, PONDS, "Ponds", PONDS],
        [(3, f"a paragraph with no title before it: {PONDS[:60] + '…'!r}")],
        ["Frogs", "Ponds"],
    ),
    (
        "an unknown line about an entry",
        ["Frogs", FROGS, "• 3 likes", "Ponds", PONDS, "• by many"],
        [
            (3, "a line about the entry that is not understood: '• 3 likes'"),
            (6, "a line about the entry that is not understood: '• by many'"),
        ],
        ["Frogs", "Ponds"],
    ),
    (
        "such a line above every entry",
        ["• 6 authors", "Frogs", FROGS],
        [(1, "a line about the entry that is not understood: '• 6 authors'")],
        ["Frogs"],
    ),
    (
        "a long line is cut short",
        [LONG, "Frogs", FROGS],
        [(1, f"an entry with no abstract: {LONG[:60] + '…'!r}")],
        ["Frogs"],
    ),
    (
        "problems stand in the order of the lines",
        ["Frogs", "Ponds", PONDS, "• 3 likes", "Newts"],
        [
            (1, "an entry with no abstract: 'Frogs'"),
            (4, "a line about the entry that is not understood: '• 3 likes'"),
            (5, "an entry with no abstract: 'Newts'"),
        ],
        ["Ponds"],
    ),
]


@pytest.mark.parametrize(("lines", "problems", "titles"), [c[1:] for c in CASES], ids=[c[0] for c in CASES])
def test_what_is_not_understood_is_reported(lines, problems, titles):
    reading = read_text("\n".join(lines))
    assert [(problem.line, problem.message) for problem in reading.problems] == problems
    assert [entry.title for entry in reading.entries] == titles


def test_a_problem_reads_like_a_compilers():
    (problem,) = read_text(f"Frogs\nPonds\n{PONDS}").problems
    assert str(problem) == "page.txt:1: an entry with no abstract: 'Frogs'"


def test_wrapped_prose_of_another_kind_gives_no_papers():
    prose = "\n".join(
        f"a line of wrapped prose, number {i},\nthat ends a sentence here after some words." for i in range(9)
    )
    titles = "\n".join(f"and a heading of it ({i})" for i in range(60))
    assert read_text(f"{prose}\n{titles}").entries == ()


def test_many_problems_do_not_cost_as_many_entries():
    whole = "\n".join(f"Frogs {chr(65 + i)}\n{abstract(f'frogs {i}')}" for i in range(10))
    bare = "\n".join(f"Bare ({i})" for i in range(20))
    reading = read_text(f"{bare}\n{whole}")
    assert (len(reading.entries), len(reading.problems)) == (10, 20)
