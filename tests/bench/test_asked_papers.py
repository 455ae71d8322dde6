"""The questions that the trainers read: their form, what is kept aside, and how their papers are read."""

from __future__ import annotations

import gzip
import json
from collections import Counter

from bench.asked_papers import FURTHER, QUESTIONS, Asked, read_asked, read_papers, sentences_of
from ingest.paper import Paper

CARD = (QUESTIONS.parent / "README.md").read_text(encoding="utf-8")


def test_the_card_counts_what_is_there():
    asked = read_asked()
    papers = {one.paper_id for one in asked}
    details = [one for one in asked if one.answers]
    for number in (len(asked), len(papers), len(details), len(asked) - len(details)):
        assert f"{number:,}" in CARD
    assert {one.paper_id.split(":")[0].rstrip("0123456789") for one in asked} == {
        "arxiv", "acl", "naacl", "coling", "iclr", "colm",
    }  # fmt: skip


def test_the_card_counts_the_further_ones():
    further, papers = read_asked(FURTHER), {one.paper_id for one in read_asked()}
    assert all(one.answers and one.paper_id in papers for one in further)
    for number in (len(further), len({one.paper_id for one in further})):
        assert f"{number:,}" in CARD


def test_questions_are_whole_and_none_is_there_twice():
    asked = [*read_asked(), *read_asked(FURTHER)]
    assert Counter((one.paper_id, one.question) for one in asked).most_common(1)[0][1] == 1
    for one in asked:
        assert one.question == one.question.strip() and 2 <= len(one.question.split()) <= 70, one
        assert one.answers == tuple(sorted(set(one.answers))) and all(at >= 0 for at in one.answers), one


def test_a_tenth_of_the_papers_is_kept_aside_whole():
    asked = read_asked()
    aside = {one.paper_id for one in asked if one.kept_aside}
    assert not aside & {one.paper_id for one in asked if not one.kept_aside}
    assert 0.08 < len(aside) / len({one.paper_id for one in asked}) < 0.12


def test_papers_are_read_as_the_indices_count_them(tmp_path):
    path = tmp_path / "abstracts.jsonl.gz"
    rows = [
        {"id": "b", "title": "Frogs\n  sing", "abstract": "Frogs  sing.\nToads do not."},
        {"id": "a", "title": "Newts", "abstract": "Newts swim."},
        {"id": "c", "title": "Nobody asked", "abstract": None},
    ]
    with gzip.open(path, "wt", encoding="utf-8") as lines:
        lines.write("\n".join(map(json.dumps, rows)))
    asked = [Asked("a", "Who swims?", (0,)), Asked("b", "Who is silent?", (1,)), Asked("z", "Where?", (0,))]
    papers = read_papers(path, asked)
    assert papers == [Paper("b", "Frogs sing", "Frogs sing. Toads do not."), Paper("a", "Newts", "Newts swim.")]
    assert sentences_of(papers[0]) == ["Frogs sing.", "Toads do not."]
