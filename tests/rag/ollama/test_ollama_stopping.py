"""The writer for Ollama: how a call is stopped, and how long it is waited for."""

from __future__ import annotations

import dataclasses
import itertools
import threading
import time

import pytest

from ingest.errors import ModelError
from rag.ollama import OllamaWriter
from rag.writer import Piece
from tests.support.ollama_double import CHAT, ManualClock, OllamaDouble, Reply, said, serve_ollama
from tests.support.ollama_writing import ASKED, failing, opened, rambling, written

pytestmark = pytest.mark.server


class TestStopping:
    def test_closing_the_generator_stops_the_server(self, double: OllamaDouble) -> None:
        double.default = Reply(itertools.repeat("word "), pause=0.005)
        writing = opened(double).write(ASKED)
        assert next(writing) == Piece("word ")
        writing.close()
        assert double.left() == ["/api/chat"]

    def test_also_while_the_model_is_being_loaded(self, double: OllamaDouble) -> None:
        double.default = said("Late.", delay=30.0)
        writing = opened(double).write(ASKED)
        began = time.monotonic()
        assert next(writing) == Piece("")
        writing.close()
        assert time.monotonic() - began < 5
        assert double.left() == ["/api/chat"]

    def test_also_by_dropping_it(self, double: OllamaDouble) -> None:
        double.default = Reply(itertools.repeat("word "), pause=0.005)
        writing = opened(double).write(ASKED)
        next(writing)
        del writing
        assert double.left() == ["/api/chat"]

    def test_one_that_repeats_itself_for_ever_is_stopped(self, double: OllamaDouble) -> None:
        double.default = Reply(itertools.chain(["Frogs croak. "], itertools.repeat("And again. ")))
        text, error = failing(opened(double))
        assert text.startswith("Frogs croak. And again. ")
        assert len(text) < 400
        assert "repeats itself" in error.what
        assert double.left() == ["/api/chat"]

    def test_one_that_rambles_for_ever_ends_with_the_window(self, double: OllamaDouble) -> None:
        double.default = Reply(rambling())
        text, error = failing(opened(double, num_ctx=512))
        assert len(text.split()) < 512
        assert "greatest length" in error.what
        assert "num_ctx" in error.fix


class TestTime:
    def patient(self, double: OllamaDouble) -> tuple[OllamaWriter, ManualClock]:
        clock = ManualClock()
        double.sleep = clock.sleep
        return dataclasses.replace(opened(double), clock=clock), clock

    def test_a_first_token_after_ninety_seconds_is_waited_for(self, double: OllamaDouble) -> None:
        double.default = said("Three frogs.", delay=90.0, pause=50.0)
        assert written(self.patient(double)[0])[0] == "Three frogs."

    def test_a_first_token_that_comes_too_late(self, double: OllamaDouble) -> None:
        double.default = said("Three frogs.", delay=181.0)
        text, error = failing(self.patient(double)[0])
        assert text == ""
        assert "wrote nothing within 180 seconds" in error.what
        assert "ollama_timeout" in error.fix

    def test_a_stall_in_mid_stream(self, double: OllamaDouble) -> None:
        let_go = threading.Event()
        double.default = Reply(["Three ", "frogs."], held=let_go)
        writer, clock = self.patient(double)
        writing = writer.write(ASKED)
        assert next(writing) == Piece("Three ")
        clock.sleep(61.0)
        with pytest.raises(ModelError, match="nothing came for 60 seconds") as failed:
            list(writing)
        let_go.set()
        assert "ollama_stall" in failed.value.fix

    def test_by_a_real_clock(self, double: OllamaDouble) -> None:
        let_go = threading.Event()
        double.default = Reply(["Three "], held=let_go)
        began = time.monotonic()
        text, error = failing(opened(double, ollama_stall=0.2))
        let_go.set()
        assert (text, time.monotonic() - began < 3) == ("Three ", True)
        assert "stopped answering" in error.what

    def test_two_share_a_slot_one_after_the_other(self) -> None:
        reply = said("Three frogs.", pause=0.01)
        with serve_ollama(OllamaDouble(models=[CHAT], slots=1, default=reply)) as double:
            writer = opened(double)
            found: list[str] = []
            users = [threading.Thread(target=lambda: found.append(written(writer)[0])) for _ in range(3)]
            for user in users:
                user.start()
            for user in users:
                user.join(20)
            assert found == ["Three frogs."] * 3
            assert double.at_once == 1
