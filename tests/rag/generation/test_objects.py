"""Objects taken out of a model's text as they close."""

from __future__ import annotations

import pytest

from rag.generation.objects import ObjectReader

ITEM = {"source": 1, "words": 'a "quoted" {brace}', "sentence": "Frogs sing."}
JSON = '{"source": 1, "words": "a \\"quoted\\" {brace}", "sentence": "Frogs sing."}'


@pytest.mark.parametrize("size", [1, 3, 1_000])
def test_each_object_comes_when_it_closes_the_inner_before_the_outer(size: int) -> None:
    text = f'{{"sentences": [{JSON}], "missing": []}}'
    reader = ObjectReader()
    found = [o for i in range(0, len(text), size) for o in reader.feed(text[i : i + size])]
    assert found == [ITEM, {"sentences": [ITEM], "missing": []}]


@pytest.mark.parametrize(
    "text",
    [f"```json\n{JSON}\n```", f"Sure, here it is: {JSON} Anything else?", f"[{JSON}", f'{{"sentences": [{JSON}, {{"so'],
)
def test_what_stands_around_an_object_is_passed_over(text: str) -> None:
    assert ObjectReader().feed(text) == [ITEM]


def test_lines_of_objects_are_read_one_by_one() -> None:
    assert ObjectReader().feed(f"{JSON}\n{JSON}\n") == [ITEM, ITEM]


@pytest.mark.parametrize("text", ['{"sentences": [1, 2,],}', '{"sentences": [1, 2],\n}'])
def test_a_comma_too_many_is_forgiven(text: str) -> None:
    assert ObjectReader().feed(text) == [{"sentences": [1, 2]}]


@pytest.mark.parametrize("text", ["", "Frogs sing.", '"{}"?', "}", '{"a": }', "{frogs}"])
def test_what_is_no_object_gives_none(text: str) -> None:
    assert [o for o in ObjectReader().feed(text) if o] == []


def test_it_tells_whether_an_object_was_begun() -> None:
    reader = ObjectReader()
    reader.feed("Well, ")
    assert not reader.opened
    reader.feed('{"sent')
    assert reader.opened
