from __future__ import annotations

from evals.runner import run_rows, runnable
from ingest.errors import ModelError
from tests.evals.making import ALPHA, BETA, PAPERS, SHELF, answered, fact


class FakeAssistant:
    """Answers from Alpha and remembers what it was asked."""

    def __init__(self, fail: bool = False) -> None:
        self.asked: list[tuple[str, list[dict[str, str]]]] = []
        self.fail = fail

    def ask(self, question, history=()):
        self.asked.append((question, list(history)))
        if self.fail:
            raise ModelError("the model is gone.", "Start it.")
        return answered(ALPHA, text=f"23.4% to {question} [1]")


def test_earlier_turns_are_asked_and_become_history_with_its_own_answers():
    assistant = FakeAssistant()
    (result,) = run_rows(assistant, [fact(type="follow_up", turns=("one", "two", "three"))], PAPERS)
    assert [q for q, _ in assistant.asked] == ["one", "two", "three"]
    assert assistant.asked[2][1] == [
        {"role": "user", "content": "one"},
        {"role": "assistant", "content": "23.4% to one [1]"},
        {"role": "user", "content": "two"},
        {"role": "assistant", "content": "23.4% to two [1]"},
    ]
    assert result.right
    assert result.history[1] == ("assistant", "23.4% to one [1]")
    assert result.milliseconds >= 0


def test_an_error_is_a_wrong_answer_with_its_reason():
    (result,) = run_rows(FakeAssistant(fail=True), [fact()], PAPERS)
    assert not result.right
    assert "the model is gone" in result.error
    assert "the model is gone" in result.why
    recall = result.score("recall@10")
    assert recall is not None
    assert recall.value == 0


def test_an_error_is_no_way_to_decline():
    row = fact(type="absent", gold=(), nuggets=(), answerable=False)
    (result,) = run_rows(FakeAssistant(fail=True), [row], PAPERS)
    assert not result.right
    assert not result.outcome.held_back


def test_progress_is_told():
    told: list[tuple[str, int, int]] = []
    run_rows(FakeAssistant(), [fact(), fact(id="r2")], PAPERS, progress=lambda *step: told.append(step))
    assert told == [("questions", 1, 2), ("questions", 2, 2)]


def test_rows_about_other_papers_are_skipped_with_a_reason():
    rows = [
        fact(),
        fact(id="away", gold=("Delta",)),
        fact(id="half", type="compare", gold=(ALPHA.title, "Delta")),
        fact(id="list", type="list", gold=(ALPHA.title, "Delta")),
        fact(id="digest", type="count", gold=(), recompute={"op": "count", "where": {"digest": "777"}}),
        fact(id="absent", type="absent", gold=(), answerable=False),
    ]
    fit, skipped = runnable(rows, PAPERS)
    assert [r.id for r in fit] == ["r1", "list", "absent"]
    assert [i for i, _ in skipped] == ["away", "half", "digest"]
    assert all(why for _, why in skipped)


def test_titles_are_matched_tolerantly():
    assert SHELF.ids(["ALPHA \u2013 merging models", "Unknown", BETA.title]) == ["a", "b"]
