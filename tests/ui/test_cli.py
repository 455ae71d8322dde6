"""The command line: what is printed where, and every exit code."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time

import pytest

import rag
from ingest.errors import LibraryMissing
from tests.ui.fakes import FROG, FakeAssistant
from ui import checks
from ui.cli import build_parser, main
from ui.commands import COMMANDS

pytestmark = pytest.mark.usefixtures("elsewhere")


@pytest.fixture
def assistant(monkeypatch):
    """Put the stand-in where the commands find ``Assistant``; it notes what it was opened with."""
    fake = FakeAssistant()

    class Opener:
        @staticmethod
        def open(library=None, **settings):
            fake.opened.append((library, settings))
            return fake

    monkeypatch.setattr(rag, "Assistant", Opener, raising=False)
    return fake


def test_help_lists_every_command(capsys):
    with pytest.raises(SystemExit) as left:
        main(["--help"])
    assert left.value.code == 0
    shown = capsys.readouterr().out
    for name in ("ingest", "ask", "search", "papers", "chat", "reindex", "evals", "doctor"):
        assert f"\n    {name} " in shown
    assert len(COMMANDS) == 8


def test_help_imports_nothing_heavy(repository):
    heavy = {"gradio", "chromadb", "onnxruntime", "numpy", "llama_index", "rich", "rag", "httpx"}
    code = "import sys, ui.cli; ui.cli.build_parser(); print(*sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], cwd=repository, capture_output=True, text=True, check=False)
    assert "ui.cli" in run.stdout.split()
    assert not heavy & set(run.stdout.split())


def test_help_is_there_at_once(repository):
    took = []
    for _ in range(5):
        start = time.perf_counter()
        subprocess.run(
            [sys.executable, "-m", "ui.cli", "--help"], cwd=repository, stdout=subprocess.DEVNULL, check=True
        )
        took.append(time.perf_counter() - start)
    assert min(took) < 0.3


def test_ask_prints_the_answer_with_its_evidence(assistant, capsys):
    assert main(["ask", "How well?"]) == 0
    shown = capsys.readouterr().out
    assert "It reaches 71.2% accuracy on PondBench. [1]" in shown
    assert "PondBench holds 4,000 recordings. [2] (weakly supported)" in shown
    assert "on the moon. [1] (not supported by the papers)" in shown
    assert f"[1] {FROG}" in shown
    assert "11 Sep 2025 · spring_digest, pond_digest" in shown
    assert "“Training takes two hours on one GPU.”" in shown
    assert "Not mentioned in the papers: price" in shown
    assert assistant.closed


def test_ask_json_is_the_contract(assistant, capsys):
    assert main(["ask", "--json", "How well?"]) == 0
    data = json.loads(capsys.readouterr().out)
    assert data == json.loads(json.dumps(assistant.ask("How well?").to_dict()))
    assert data["schema_version"] == 1


def test_a_declined_question_has_an_exit_code_of_its_own(assistant, capsys):
    assert main(["ask", "Any toads?"]) == 10
    shown = capsys.readouterr().out
    assert "does not say anything about toads" in shown
    assert f"Nearest papers\n  · {FROG}" in shown
    assert main(["ask", "--json", "Any toads?"]) == 10
    assert json.loads(capsys.readouterr().out)["abstained"] is True


def test_a_count_says_what_it_rests_on(assistant, capsys):
    assert main(["ask", "how many?"]) == 0
    assert "Computed over 3 papers of the library; 1 paper lacks what it needs." in capsys.readouterr().out


def test_ask_hands_over_filters_history_and_settings(assistant, tmp_path):
    history = [{"role": "user", "content": "Hm?"}, {"role": "assistant", "content": "Yes."}]
    (tmp_path / "h.json").write_text(json.dumps(history))
    words = (
        "--digest d --since 2025-01-02 --until 2025-02-28 --with-code --history h.json --generator extractive --model m"
    )
    assert main(["ask", "And?", "--library", "lib", *words.split()]) == 0
    assert assistant.calls == [
        {
            "question": "And?",
            "history": history,
            "filters": {
                "digest": "d",
                "published_after": "2025-01-02",
                "published_before": "2025-03-01",
                "has_code": True,
            },
        }
    ]
    (settings, _) = assistant.opened[-1]
    assert (settings.library, settings.generator, settings.model) == ("lib", "extractive", "m")


def test_a_dash_reads_the_question_from_stdin(assistant, monkeypatch):
    import io

    monkeypatch.setattr("sys.stdin", io.StringIO("How well?\n"))
    assert main(["ask", "-"]) == 0
    assert assistant.calls[0]["question"] == "How well?"


@pytest.mark.parametrize(
    ("text", "code", "said"),
    [
        (None, 3, "could not be read"),
        ("{", 3, "is not JSON"),
        ('{"role": "user"}', 2, "is not a list of turns"),
        ('[{"role": "robot", "content": "x"}]', 2, "is not a list of turns"),
        ('[{"role": "user", "content": 3}]', 2, "is not a list of turns"),
    ],
)
def test_a_history_that_is_none_is_refused(assistant, tmp_path, capsys, text, code, said):
    if text is not None:
        (tmp_path / "h.json").write_text(text)
    assert main(["ask", "And?", "--history", "h.json"]) == code
    assert said in capsys.readouterr().err
    assert not assistant.calls


def test_an_error_is_a_message_and_a_fix_without_a_traceback(assistant, capsys):
    assert main(["ask", "model"]) == 5
    shown = capsys.readouterr()
    assert shown.out == ""
    assert shown.err == "citetrail: Ollama went <away>.\nRun: ollama serve\n"
    assert main(["ask", ""]) == 2
    assert "The question is empty." in capsys.readouterr().err


def test_a_date_that_is_none_is_a_usage_error(assistant, capsys):
    with pytest.raises(SystemExit) as left:
        main(["ask", "x", "--since", "soon"])
    assert left.value.code == 2
    assert "'soon' is not a date" in capsys.readouterr().err


def test_an_unknown_generator_is_a_usage_error(assistant, capsys):
    assert main(["ask", "x", "--generator", "magic"]) == 2
    assert "generator = 'magic' has no meaning" in capsys.readouterr().err


def test_without_a_library_it_says_how_to_make_one(capsys):
    assert main(["papers"]) == 4
    shown = capsys.readouterr().err
    assert "There is no library in 'citetrail-library'." in shown
    assert "citetrail ingest --sample" in shown


def test_ingest_without_a_path_says_what_to_give(capsys):
    assert main(["ingest"]) == 2
    assert "citetrail ingest --sample" in capsys.readouterr().err


def test_search_lists_papers_best_first(assistant, capsys):
    assert main(["search", "frogs", "-k", "2"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[1].split()[:3] == ["1", "1.000", "FrogNet:"]
    assert len(lines) == 3
    assert main(["search", "frogs", "--json"]) == 0
    assert [row["rank"] for row in json.loads(capsys.readouterr().out)] == [1, 2, 3]
    assert main(["search", "frogs", "-k", "0"]) == 2


def test_evals_gets_its_own_arguments(monkeypatch):
    got = []

    class Evals:
        @staticmethod
        def main(words):
            got.append(words)
            return 7

    monkeypatch.setitem(sys.modules, "evals.cli", Evals)
    assert main(["evals", "--json", "--help", "x"]) == 7
    assert got == [["--json", "--help", "x"]]


def test_an_interrupt_is_130(assistant, monkeypatch, capsys):
    def interrupted(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(assistant, "ask", interrupted)
    assert main(["ask", "x"]) == 130
    assert "interrupted" in capsys.readouterr().err


@pytest.mark.skipif(sys.platform == "win32", reason="no SIGPIPE there")
@pytest.mark.parametrize("way", ["--json", ""])
def test_a_closed_pipe_is_no_traceback(repository, tmp_path, way):
    code = (
        "import sys, rag; from tests.ui.fakes import FakeAssistant; from ui.cli import main\n"
        "class A:\n    @staticmethod\n    def open(*a, **k): return FakeAssistant()\n"
        f"rag.Assistant = A; sys.exit(main(['ask', *'{way}'.split(), 'How?']))"
    )
    reader, writer = os.pipe()
    os.close(reader)
    env = os.environ | {"PYTHONPATH": str(repository)}
    run = subprocess.run(
        [sys.executable, "-c", code],
        stdout=writer,
        stderr=subprocess.PIPE,
        text=True,
        cwd=tmp_path,
        env=env,
        check=False,
    )
    os.close(writer)
    assert (run.returncode, run.stderr) == (141, "")


def test_chat_in_the_terminal_remembers(assistant, monkeypatch, capsys):
    said = iter(["How well?", "", "model", "And toads?", "/quit"])
    monkeypatch.setattr("builtins.input", lambda _: next(said))
    assert main(["chat", "--terminal"]) == 0
    shown = capsys.readouterr()
    assert "It reaches 71.2%" in shown.out
    assert "Ollama went <away>. Run: ollama serve" in shown.err
    last = assistant.calls[-1]
    assert last["question"] == "And toads?"
    assert [turn["role"] for turn in last["history"]] == ["user", "assistant"]
    assert last["history"][0]["content"] == "How well?"
    assert assistant.closed


def test_chat_in_the_terminal_ends_with_its_input(assistant, monkeypatch):
    def ended(_):
        raise EOFError

    monkeypatch.setattr("builtins.input", ended)
    assert main(["chat", "--terminal"]) == 0


def test_chat_ingests_the_sample_where_there_is_no_library(monkeypatch, capsys):
    from ui.commands import chat

    tries, ingested = [], []

    class Opener:
        @staticmethod
        def open(settings):
            tries.append(settings)
            if len(tries) == 1:
                raise LibraryMissing("None.")
            return FakeAssistant()

    monkeypatch.setattr(rag, "Assistant", Opener, raising=False)
    monkeypatch.setattr(chat, "_ingest", lambda settings, paths: ingested.extend(paths))
    monkeypatch.setattr("builtins.input", lambda _: "/quit")
    assert main(["chat", "--terminal"]) == 0
    assert ingested and all(path.suffix == ".txt" for path in ingested)
    assert "the bundled sample is ingested" in capsys.readouterr().err


def test_chat_hands_the_address_to_the_page(assistant, monkeypatch):
    from ui import serve

    served = []
    monkeypatch.setattr(
        serve, "serve", lambda a, host, port, open_browser: served.append((a, host, port, open_browser))
    )
    assert main(["chat", "--no-browser", "--host", "localhost", "--port", "9"]) == 0
    assert served == [(assistant, "localhost", 9, False)]


def test_doctor_names_what_is_missing_and_what_mends_it(monkeypatch, capsys):
    missing = checks.Check("Library", "missing", "There is none.", "Run: citetrail ingest --sample")
    monkeypatch.setattr(checks, "all_checks", lambda settings: [checks.Check("Python", "ok", "3.11"), missing])
    monkeypatch.setenv("CITETRAIL_TOP_K", "5")
    assert main(["doctor", "--library", "here"]) == 1
    shown = capsys.readouterr().out
    assert "✓ Python  3.11" in shown
    assert "✗ Library  There is none.\n    Run: citetrail ingest --sample" in shown
    rows = {line.split()[0]: line.split()[1:] for line in shown.splitlines() if len(line.split()) >= 3}
    assert rows["library"] == ["'here'", "argument"]
    assert rows["top_k"] == ["5", "CITETRAIL_TOP_K"]
    assert rows["num_ctx"] == ["0", "default"]


def test_doctor_json(monkeypatch, capsys):
    monkeypatch.setattr(checks, "all_checks", lambda settings: [checks.Check("Python", "ok", "3.11")])
    assert main(["doctor", "--json"]) == 0
    data = json.loads(capsys.readouterr().out)
    assert data["healthy"] is True
    assert data["settings"]["embedder"] == {"value": "minilm", "origin": "default"}


def test_every_command_says_what_it_does():
    for command in COMMANDS:
        name = command.__name__.rpartition(".")[2]
        assert name in build_parser().format_help()
        assert str(command.__doc__).startswith(f"``citetrail {name}``")
