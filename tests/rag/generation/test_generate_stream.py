"""A model's answer as it comes: events, failures midway, and the conversation before."""

from __future__ import annotations

import pytest

from ingest.errors import ModelError
from rag import Answer, Assistant
from rag.answer import Event, Grounded, Thought, Token
from rag.generation.plain import LONGEST
from rag.writer import Piece
from tests.support.asking import Asking, leave, plainly
from tests.support.llms import FakeWriter
from tests.support.shelf import FALSE, FROG, QUESTION, SAID, TIDE


class TestFailing:
    GONE = ModelError("The model stopped.", "Try again.")

    def test_before_a_word_the_papers_sentences_take_over(self, asking: Asking, assistant: Assistant) -> None:
        answer = plainly(asking, FakeWriter(fails=self.GONE))
        assert answer.generator == "extractive"
        assert answer.provenance.mode == answer.provenance.prompt == ""
        assert answer.text == assistant.ask(QUESTION).text
        assert "The model stopped. Try again." in answer.provenance.notes

    def test_midway_what_was_grounded_so_far_is_kept(self, asking: Asking) -> None:
        answer = plainly(asking, FakeWriter(f"{SAID} [1] The mean error is", fails=self.GONE))
        assert answer.generator == "ollama/fake"
        assert [s.support for s in answer.sentences] == ["supported", "unsupported"]
        assert "The model stopped. Try again." in answer.provenance.notes

    @pytest.mark.parametrize(
        ("cut", "supports"),
        [
            (f"{SAID} [1]", ["supported"]),
            (f"{SAID} [", ["supported"]),
            ("It reaches 62.2", ["unsupported"]),
            ("No system we tried scores above 70", ["unsupported"]),
            ("No system we tried scores above 70.", ["unsupported"]),
        ],
    )
    def test_half_a_sentence_is_never_taken_for_a_whole_one(
        self, asking: Asking, cut: str, supports: list[str]
    ) -> None:
        assert [s.support for s in plainly(asking, FakeWriter(cut, fails=self.GONE)).sentences] == supports

    def test_the_same_sentence_for_ever_is_stopped(self, asking: Asking) -> None:
        writer = FakeWriter(f"{SAID} [1] " * 1_000)
        answer = plainly(asking, writer)
        assert writer.stopped == 1
        assert answer.text == f"{SAID} [1]"
        assert any("again and again" in note for note in answer.provenance.notes)

    def test_prose_without_end_is_stopped(self, asking: Asking) -> None:
        letters = str.maketrans("0123456789", "abcdefghij")  # digits that count up would pass for a circle
        writer = FakeWriter([Piece(f"word{str(i).translate(letters)} ") for i in range(20_000)])
        answer = plainly(asking, writer)
        assert writer.stopped == 1
        assert sum(len(p.text) for p in writer.pieces[: writer.given]) < LONGEST + 20
        assert {s.support for s in answer.sentences} == {"unsupported"}
        assert any("grew too long" in note for note in answer.provenance.notes)


class TestStream:
    def test_words_come_as_they_are_written_and_verdicts_a_moment_after(self, asking: Asking) -> None:
        writer = FakeWriter(f"{SAID} [1] {FALSE} [1] The end.")
        events: list[Event] = []
        for event in asking(writer, answer_mode="plain").stream(QUESTION):
            if isinstance(event, Answer):
                answer = event
            else:
                events.append(event)
        shown = "".join(e.text for e in events if isinstance(e, Token))
        assert shown == f"{SAID} {FALSE} The end."
        first = next(i for i, e in enumerate(events) if isinstance(e, Grounded))
        grounded = events[first]
        assert isinstance(grounded, Grounded)
        assert grounded.sentence == answer.sentences[0]
        assert grounded.text == f"{SAID} [1]"
        assert grounded.citations == answer.citations
        assert grounded.rest == "It reaches"
        assert len([e for e in events[first:] if isinstance(e, Token) and e.text]) > 5

    def test_every_sentence_of_the_answer_was_an_event_before(self, asking: Asking) -> None:
        *events, answer = asking(FakeWriter(f"{SAID} [1] {FALSE}"), answer_mode="plain").stream(QUESTION)
        assert isinstance(answer, Answer)
        assert tuple(e.sentence for e in events if isinstance(e, Grounded)) == answer.sentences

    def test_reasoning_is_kept_apart(self, asking: Asking) -> None:
        writer = FakeWriter([Piece("Let me ", "thinking"), Piece("see.", "thinking"), Piece(f"{SAID} [1]")])
        *events, answer = asking(writer, answer_mode="plain").stream(QUESTION)
        assert [e.text for e in events if isinstance(e, Thought)] == ["Let me ", "see."]
        assert isinstance(answer, Answer)
        assert "Let me" not in answer.text + "".join(e.text for e in events if isinstance(e, Token))
        assert answer.provenance.thinking == "Let me see."

    def test_a_model_that_has_nothing_to_show_yet_still_lets_the_reader_go(self, asking: Asking) -> None:
        for mode in ("select", "write", "plain"):
            writer = FakeWriter([Piece("")] * 5 + [Piece('{"sentences": []}')])
            stream = asking(writer, answer_mode=mode).stream(QUESTION)
            assert next(stream) == Token("")
            leave(stream)
            assert (writer.given, writer.stopped) == (1, 1)

    def test_closing_the_stream_closes_the_writers(self, asking: Asking) -> None:
        writer = FakeWriter(f"{SAID} [1] " * 3)
        stream = asking(writer, answer_mode="plain").stream(QUESTION)
        next(stream)
        leave(stream)
        assert writer.stopped == 1

    def test_what_the_server_told_and_the_stages_are_kept(self, asking: Asking) -> None:
        answer = plainly(asking, FakeWriter(f"{SAID} [1]", told=700))
        assert answer.provenance.usage["prompt_tokens"] == 700
        assert {"read", "retrieve", "prompt", "wait", "generate", "ground", "total"} == set(answer.timings)


class TestConversation:
    HISTORY = (
        {"role": "user", "content": "What does FrogNet count?"},
        {"role": "assistant", "content": "FrogNet counts frogs in ponds from audio alone. [1]"},
    )

    @pytest.mark.parametrize("mode", ["select", "write", "plain"])
    def test_a_question_that_stands_alone_is_asked_the_same_with_and_without_a_conversation(
        self, asking: Asking, mode: str
    ) -> None:
        alone, after = FakeWriter(f"{SAID} [1]"), FakeWriter(f"{SAID} [1]")
        before = [{"role": "user", "content": "What is TidePredict?"}, {"role": "assistant", "content": TIDE.abstract}]
        without = asking(alone, answer_mode=mode).ask(QUESTION)
        within = asking(after, answer_mode=mode).ask(QUESTION, before)
        assert alone.asked == after.asked
        assert without.text == within.text

    def test_a_follow_up_is_asked_with_the_conversation(self, asking: Asking) -> None:
        writer = FakeWriter("Its sample complexity is quadratic in the number of ponds. [1]")
        answer = asking(writer, answer_mode="plain").ask("and its sample complexity?", self.HISTORY)
        assert answer.standalone_question == "and FrogNet's sample complexity?"
        assert len(writer.asked) == 1, "the rules resolved it"
        assert "counts frogs in ponds" in writer.asked[0][1][1].rpartition("Conversation")[2]
        assert answer.citations[0].title == FROG.title

    HAZY = (
        {"role": "user", "content": "Do loaves rise?"},
        {"role": "assistant", "content": "They do in most trials, it seems."},
    )

    def test_what_the_rules_cannot_resolve_the_model_makes_stand_alone(self, asking: Asking) -> None:
        writer = FakeWriter("In how many trials do loaves rise?")
        answer = asking(writer, answer_mode="plain").ask("in how many of them?", self.HAZY)
        assert answer.standalone_question == "In how many trials do loaves rise?"
        assert len(writer.asked) == 2

    @pytest.mark.parametrize("odd", ["", "Zebras and quantum computers?", "{}"])
    def test_an_odd_rewriting_leaves_the_rules_reading(self, asking: Asking, assistant: Assistant, odd: str) -> None:
        answer = asking(FakeWriter(odd), answer_mode="plain").ask("in how many of them?", self.HAZY)
        assert answer.standalone_question == assistant.ask("in how many of them?", self.HAZY).standalone_question
