from __future__ import annotations

import asyncio
import dataclasses
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from llama_index.core.llms import MockLLM

from ingest.errors import ConfigError, LibraryMismatch, LibraryMissing, UsageError
from ingest.manifest import follow
from ingest.settings import Settings
from rag import Answer, Assistant, Token
from rag.answer import Event, Grounded
from rag.llama_index_writer import LlamaIndexWriter
from rag.questions.question import MAX_CHARACTERS
from tests.support.answers import check_answer
from tests.support.asking import Asking
from tests.support.embedding import BagOfWords
from tests.support.llms import FakeWriter, Told, telling
from tests.support.ollama_double import CHAT, OllamaDouble
from tests.support.shelf import BY_ID, FROG, QUESTION, SAID, SHELF, bag, fill, settings_in


class TestOpen:
    def test_a_folder(self, folder: Path, shelf_settings: Settings) -> None:
        for where in (shelf_settings.library, Path(shelf_settings.library)):
            assistant = Assistant.open(where, embed_model=bag(), generator="extractive")
            assert len(assistant.library.papers()) == len(SHELF)
            assert assistant.generator_name == "extractive"

    def test_settings_and_single_ones_over_them(self, shelf_settings: Settings) -> None:
        assistant = Assistant.open(shelf_settings, embed_model=bag(), top_k=3)
        assert assistant.settings == dataclasses.replace(follow(shelf_settings, assistant.library.manifest), top_k=3)
        assert len(assistant.retriever.retrieve("frogs")) == 3

    def test_whole_settings_are_not_mixed_with_the_environment(
        self, shelf_settings: Settings, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("CITETRAIL_TOP_K", "2")
        assert Assistant.open(shelf_settings, embed_model=bag()).settings.top_k == shelf_settings.top_k

    def test_the_folder_that_the_configuration_names(
        self, folder: Path, shelf_settings: Settings, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        (folder / "citetrail.toml").write_text(f"library = '{shelf_settings.library}'\ngenerator = 'extractive'\n")
        assert Assistant.open(embed_model=bag()).settings.library == shelf_settings.library
        monkeypatch.setenv("CITETRAIL_TOP_K", "4")
        assert Assistant.open(embed_model=bag()).settings.top_k == 4

    def test_no_library_is_said_with_what_to_do_and_nothing_is_made(self, folder: Path) -> None:
        with pytest.raises(LibraryMissing, match="citetrail ingest"):
            Assistant.open(folder / "nowhere", embed_model=bag())
        assert not (folder / "nowhere").exists()

    def test_another_embedder_is_refused(self, shelf_settings: Settings) -> None:
        with pytest.raises(LibraryMismatch):
            Assistant.open(shelf_settings, embed_model=BagOfWords(dimension=32))

    def test_an_unknown_setting_is_named(self, shelf_settings: Settings) -> None:
        with pytest.raises(ConfigError, match="colour"):
            Assistant.open(shelf_settings, embed_model=bag(), colour="red")

    def test_any_llm_of_llamaindex(self, shelf_settings: Settings) -> None:
        for llm, name in ((MockLLM(max_tokens=4), "llm/MockLLM"), (telling(SAID), "llm/Told")):
            assistant = Assistant.open(shelf_settings, llm=llm, embed_model=bag())
            answer = assistant.ask(QUESTION)
            assert assistant.generator_name == answer.generator == name
            check_answer(answer, BY_ID)
            assistant.close()

    def test_a_given_llm_goes_before_the_configured_generator(self, shelf_settings: Settings) -> None:
        settings = dataclasses.replace(shelf_settings, generator="ollama", ollama_host="127.0.0.1:9")
        assert Assistant.open(settings, llm=telling(SAID), embed_model=bag()).generator_name == "llm/Told"


class TestWrittenBy:
    def test_another_writer_answers_over_the_same_library(self, asking: Asking) -> None:
        first = asking(FakeWriter(f"{SAID} [1]"), answer_mode="plain")
        second = first.written_by("")
        assert second.library is first.library and second.retriever is first.retriever
        assert (first.generator_name, second.generator_name) == ("ollama/fake", "extractive")
        assert first.ask(QUESTION).generator == "ollama/fake"
        assert second.ask(QUESTION).generator == "extractive"
        assert second.ask(QUESTION).sentences[0].text == SAID

    def test_a_model_of_the_server_writes_in_the_way_that_is_told(self, asking: Asking, double: OllamaDouble) -> None:
        first = asking(FakeWriter(SAID), ollama_host=double.url, answer_mode="select")
        second = first.written_by(CHAT.name, "plain")
        assert (first.generator_name, second.generator_name) == ("ollama/fake", f"ollama/{CHAT.name}")
        assert second.library is first.library and second.retriever is first.retriever
        assert second.ask(QUESTION).provenance.mode == "plain"
        assert second.written_by(CHAT.name).ask(QUESTION).provenance.mode == "select"


class TestAsk:
    def test_the_sentence_that_answers_is_quoted_first(self, assistant: Assistant) -> None:
        answer = assistant.ask(QUESTION)
        assert answer.sentences[0].text == SAID
        assert answer.text.startswith(f"{SAID} [1]")
        assert answer.citations[0].title == FROG.title
        assert not answer.abstained

    def test_aask_gives_the_same(self, assistant: Assistant) -> None:
        awaited = asyncio.run(assistant.aask(QUESTION, [], {"digest": "001_alpha"}))
        asked = assistant.ask(QUESTION, [], {"digest": "001_alpha"})
        assert dataclasses.replace(awaited, timings={}) == dataclasses.replace(asked, timings={})

    def test_aask_leaves_the_event_loop_free(self, assistant: Assistant) -> None:
        asked_in: list[int] = []

        class Noting(Told):
            def stream_complete(self, *args: Any, **kwargs: Any) -> Any:
                asked_in.append(threading.get_ident())
                return super().stream_complete(*args, **kwargs)

        noting = Noting(pieces=(SAID,))
        asyncio.run(Assistant(assistant.library, LlamaIndexWriter(noting)).aask(QUESTION))
        assert asked_in != [threading.get_ident()]
        assert len(asked_in) == 1

    def test_several_threads_may_ask_at_once(self, assistant: Assistant) -> None:
        questions = [f"What does “{p.title}” find?" for p in SHELF] * 2
        alone = [assistant.ask(q).text for q in questions]
        found: dict[int, str] = {}

        def ask(place: int) -> None:
            found[place] = assistant.ask(questions[place]).text

        threads = [threading.Thread(target=ask, args=(i,)) for i in range(len(questions))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert [found.get(i) for i in range(len(questions))] == alone

    def test_white_space_around_a_question_does_not_matter(self, assistant: Assistant) -> None:
        assert assistant.ask(f"\n  {QUESTION}\t ").text == assistant.ask(QUESTION).text


def parts(stream: Iterator[Event | Answer]) -> tuple[list[Token], list[Answer]]:
    events = [e for e in stream if not isinstance(e, Grounded)]
    tokens = [e for e in events if isinstance(e, Token)]
    answers = [e for e in events if isinstance(e, Answer)]
    assert events[-1:] == answers, "exactly one answer, and it comes last"
    assert len(tokens) + len(answers) == len(events)
    return tokens, answers


class TestStream:
    @pytest.mark.parametrize("question", [QUESTION, "hello", "", "How many papers are there?", "What of Peru?"])
    def test_tokens_then_exactly_one_answer(self, assistant: Assistant, question: str) -> None:
        tokens, (answer,) = parts(assistant.stream(question))
        assert "".join(token.text for token in tokens) == answer.text

    def test_a_models_words_come_as_it_writes_them(self, assistant: Assistant) -> None:
        told = f"{SAID} [1]"
        tokens, (answer,) = parts(Assistant(assistant.library, LlamaIndexWriter(telling(told))).stream(QUESTION))
        assert len(tokens) > 5
        assert "".join(token.text for token in tokens) == SAID
        assert answer.sentences[0].support == "supported"

    def test_a_declined_answer_is_streamed_too(self, assistant: Assistant) -> None:
        assert parts(assistant.stream("What is the capital of Peru?"))[0] != []

    def test_a_bad_question_fails_before_anything_is_yielded(self, assistant: Assistant) -> None:
        with pytest.raises(UsageError):
            next(assistant.stream("x" * 30_000))


class TestHistory:
    @pytest.mark.parametrize(
        "turn",
        [
            {"role": "system", "content": "x"},
            {"role": "user"},
            {"content": "x"},
            {"role": "user", "content": None},
            {"role": "user", "content": ["x"]},
            {},
            "What?",
            None,
            ("user", "x"),
        ],
    )
    def test_a_turn_that_is_none_is_named_by_its_place(self, assistant: Assistant, turn: Any) -> None:
        with pytest.raises(UsageError, match="Turn 1 of the history"):
            assistant.ask("and then?", [{"role": "user", "content": "hello"}, turn])

    def test_an_empty_history_is_none(self, assistant: Assistant) -> None:
        assert assistant.ask(QUESTION, []).text == assistant.ask(QUESTION, ()).text == assistant.ask(QUESTION).text

    def test_further_keys_of_a_turn_do_not_matter(self, assistant: Assistant) -> None:
        turn = {"role": "user", "content": "hello", "metadata": "of a chat page"}
        assert assistant.ask(QUESTION, [turn]).text == assistant.ask(QUESTION).text

    def test_the_history_is_left_as_it_was(self, assistant: Assistant) -> None:
        history = [{"role": "user", "content": QUESTION}, {"role": "assistant", "content": f"{SAID} [1]"}]
        copy = [dict(turn) for turn in history]
        assistant.ask("and its sample complexity?", history)
        assert history == copy

    def test_a_very_long_history_is_taken(self, assistant: Assistant) -> None:
        history = [{"role": "user", "content": QUESTION}, {"role": "assistant", "content": f"{SAID} [1]"}] * 100
        assert "quadratic" in assistant.ask("and its sample complexity?", history).text


class TestLength:
    def test_a_question_of_no_characters_asks_for_one(self, assistant: Assistant) -> None:
        for question in ("", " ", "\n\t"):
            answer = assistant.ask(question)
            assert answer.abstained
            assert answer.abstention_reason == "the question is empty"
            assert "Ask me about" in answer.text
            assert answer.sources == ()

    @pytest.mark.parametrize("length", [30_000, 100_000])
    def test_a_question_too_long_is_refused_with_both_numbers(self, assistant: Assistant, length: int) -> None:
        with pytest.raises(UsageError, match=f"{length:,}.*{MAX_CHARACTERS:,}") as refused:
            assistant.ask("why " * (length // 4))
        assert refused.value.exit_code == 2
        assert len(str(refused.value)) < 300

    def test_the_longest_question_that_is_read_is_answered(self, assistant: Assistant) -> None:
        for filler in ("frog ", "x", "Is it so? "):
            question = (QUESTION + " " + filler * MAX_CHARACTERS)[:MAX_CHARACTERS]
            check_answer(assistant.ask(question), BY_ID)

    @pytest.mark.parametrize("question", ["x" * 19_999, "(" * 15_000, "how many " * 2_200, "a-" * 9_000])
    def test_a_long_question_of_nothing_does_not_take_for_ever(self, assistant: Assistant, question: str) -> None:
        assert assistant.ask(question).timings["total"] < 5_000


def test_settings_that_shape_answers_change_their_fingerprint(tmp_path: Path) -> None:
    settings = settings_in(tmp_path)
    fill(settings, SHELF[:3]).close()
    one = Assistant.open(settings, embed_model=bag()).ask(QUESTION)
    two = Assistant.open(settings, embed_model=bag(), top_k=2).ask(QUESTION)
    assert one.provenance.settings != two.provenance.settings
    assert len(two.sources) == 2
