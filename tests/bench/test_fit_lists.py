"""The lists that belonging is fitted on, and how a list is judged."""

from __future__ import annotations

import json

import numpy as np

from bench.fit_lists import QUESTIONS, Listed, _fitted, _told
from evals.rows import FACTS

ROWS = [json.loads(line) for line in QUESTIONS.read_text(encoding="utf-8").splitlines()]


def made(belongs: list[bool], counts: list[bool], evidence: list[float]) -> Listed:
    rows = np.array([[value, 1.0] for value in evidence])
    return Listed(rows, np.array(belongs), np.array(counts), kept_aside=False)


def test_a_paper_belongs_or_is_borderline_never_both_and_no_question_is_of_the_eval_set() -> None:
    assert all(row["gold"] and not set(row["gold"]) & set(row["maybe"]) for row in ROWS)
    facts = map(json.loads, FACTS.read_text(encoding="utf-8").splitlines())
    asked = {turn.lower() for fact in facts for turn in fact["turns"]}
    assert not any(row["question"].lower() in asked for row in ROWS)


def test_recall_and_precision_leave_borderline_papers_out() -> None:
    one = made([True, True, False, False], [True, True, False, True], [9.0, -9.0, 9.0, -9.0])
    assert _told(one, np.array([1.0, 0.0])) == (0.5, 1.0)


def test_weights_part_what_evidence_parts() -> None:
    lists = [made([True, False, False], [True, True, True], [2.0, -1.0, 0.0]) for _ in range(20)]
    assert _told(lists[0], _fitted(lists)) == (1.0, 1.0)
