"""How quickly the command and the package are there, and what they leave for later."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

pytestmark = pytest.mark.packaging

HEAVY = ("gradio", "chromadb", "onnxruntime", "onnx", "llama_index", "pandas", "tokenizers", "tiktoken", "pypdf")
HELP = "import sys; from ui.cli import main; sys.argv = ['citetrail', '--help']; sys.exit(main())"
TRIES = 5


@pytest.fixture(scope="module")
def env(repository: Path) -> dict[str, str]:
    """Return an environment in which byte code is kept, as it is for a user."""
    kept = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    return kept | {"PYTHONPATH": str(repository)}


def run(code: str, env: dict[str, str], folder: Path) -> str:
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=folder,
        env=env,
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def quickest(code: str, env: dict[str, str], folder: Path, limit: float) -> float:
    """Return the least of a few whole runs, the first thrown away; other tests share the cores."""
    run(code, env, folder)
    best = float("inf")
    for _ in range(TRIES):
        start = time.perf_counter()
        run(code, env, folder)
        best = min(best, time.perf_counter() - start)
        if best < limit:
            break
    return best


def test_help_is_instant(env: dict[str, str], tmp_path: Path) -> None:
    assert quickest(HELP, env, tmp_path, 0.3) < 0.3


def test_import_rag_is_quick(env: dict[str, str], tmp_path: Path) -> None:
    assert quickest("import rag; rag.Assistant", env, tmp_path, 0.5) < 0.5


@pytest.mark.parametrize("code", ["import rag; rag.Assistant", "import ui.cli", "import ingest", "import prompts"])
def test_heavy_packages_wait_until_they_are_used(env: dict[str, str], tmp_path: Path, code: str) -> None:
    loaded = run(f"{code}\nimport sys\nprint(*(name for name in {HEAVY!r} if name in sys.modules))", env, tmp_path)
    assert loaded.split() == []


LATER = ("numpy", "bm25s", "Stemmer", "rag.engine", "rag.reader", "rag.retrieval.retrieve")


@pytest.mark.parametrize(
    ("code", "loaded"),
    [
        ("import rag; rag.Assistant, rag.Answer, rag.Settings", set()),
        ("import rag.assistant", set()),
        ("import rag.engine", set(LATER)),
    ],
)
def test_what_answers_is_loaded_with_the_first_library(
    env: dict[str, str], tmp_path: Path, code: str, loaded: set[str]
) -> None:
    found = run(f"{code}\nimport sys\nprint(*(name for name in {LATER!r} if name in sys.modules))", env, tmp_path)
    assert set(found.split()) == loaded


def test_a_heavy_import_would_be_seen(env: dict[str, str], tmp_path: Path) -> None:
    loaded = run(f"import onnx\nimport sys\nprint(*(name for name in {HEAVY!r} if name in sys.modules))", env, tmp_path)
    assert "onnx" in loaded.split()
