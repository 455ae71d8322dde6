"""The wheel: its metadata, its contents, and a life of its own in an empty environment."""

from __future__ import annotations

import email
import email.message
import json
import os
import re
import subprocess
import sys
import sysconfig
import venv
import zipfile
from dataclasses import dataclass
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.support.isolated import plain_environment

pytestmark = pytest.mark.packaging

PACKAGES = ("evals", "ingest", "prompts", "rag", "ui")
NOT_CODE = (
    r"prompts/.+\.md",
    r"rag/answer\.schema\.json",
    r"ingest/sample/.+\.txt",
    r"evals/data/.+\.jsonl",
    r"evals/.+\.toml",
)


@dataclass(frozen=True)
class Installed:
    """An environment that has the wheel, and the folder commands are run in."""

    python: Path
    command: Path
    site: Path
    folder: Path
    env: dict[str, str]

    def run(self, *command: str | Path, timeout: float = 240) -> str:
        """Run a command there and return what it printed."""
        done = subprocess.run(
            [str(part) for part in command],
            cwd=self.folder,
            env=self.env,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            timeout=timeout,
            check=False,
        )
        assert done.returncode == 0, f"{command} ended with {done.returncode}:\n{done.stdout}\n{done.stderr}"
        return done.stdout


@pytest.fixture(scope="module")
def wheel(repository: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the wheel as a release would, with the pinned build backend."""
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(repository)]
    done = subprocess.run(build, capture_output=True, encoding="utf-8", timeout=120, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def names(wheel: Path) -> list[str]:
    with zipfile.ZipFile(wheel) as archive:
        return archive.namelist()


@pytest.fixture(scope="module")
def metadata(wheel: Path, names: list[str]) -> email.message.Message:
    (path,) = (name for name in names if name.endswith(".dist-info/METADATA"))
    with zipfile.ZipFile(wheel) as archive:
        return email.message_from_bytes(archive.read(path))


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Installed:
    """Install the wheel alone into an empty environment; the dependencies are lent by the running one.

    They are lent by a line in a ``.pth`` file: the folder is searched last, and the ``.pth`` files in it, among them
    the one that makes the checkout importable, are not read.
    """
    home = tmp_path_factory.mktemp("elsewhere")
    builder = venv.EnvBuilder(with_pip=False, symlinks=os.name != "nt")
    builder.create(home / "env")
    scripts = home / "env" / ("Scripts" if os.name == "nt" else "bin")
    python = scripts / ("python.exe" if os.name == "nt" else "python")
    paths = sysconfig.get_paths(vars={"base": str(home / "env"), "platbase": str(home / "env")}, scheme="venv")
    site = Path(paths["purelib"])
    pip = [sys.executable, "-m", "pip", "--python", str(python), "install", "--quiet", "--no-index", "--no-deps"]
    subprocess.run([*pip, str(wheel)], check=True, capture_output=True, timeout=120)
    lent = dict.fromkeys(sysconfig.get_path(kind) for kind in ("purelib", "platlib"))
    (site / "zz-lent.pth").write_text("\n".join(lent) + "\n", encoding="utf-8")
    folder = home / "work"
    folder.mkdir()
    env = plain_environment(home) | {"CITETRAIL_LIBRARY": str(folder / "library"), "PYTHONUTF8": "1"}
    return Installed(python, scripts / "citetrail", site, folder, env)


def test_the_metadata_asks_for_neither_weights_nor_pytorch(metadata: email.message.Message) -> None:
    asked = {canonicalize_name(Requirement(one).name) for one in metadata.get_all("Requires-Dist", [])}
    assert {"chromadb", "gradio", "llama-index-core", "onnxruntime"} <= asked
    assert {
        name for name in asked if re.match(r"gt-all|torch|sentence-transformers|transformers|nvidia", name)
    } == set()


def test_the_metadata_names_the_project(metadata: email.message.Message) -> None:
    assert (metadata["Name"], metadata["Version"]) == ("citetrail", "0.1.0")
    assert metadata["Requires-Python"] == ">=3.11"
    assert metadata["License-Expression"] == "Apache-2.0"


def test_the_wheel_holds_every_file_of_the_five_packages_and_nothing_else(repository: Path, names: list[str]) -> None:
    on_disk = {
        path.relative_to(repository).as_posix()
        for package in PACKAGES
        for path in (repository / package).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts and not path.name.startswith(".")
    }
    packed = {name for name in names if ".dist-info/" not in name}
    assert packed == on_disk


@pytest.mark.parametrize("pattern", NOT_CODE)
def test_the_wheel_holds_what_is_not_code(names: list[str], pattern: str) -> None:
    assert [name for name in names if re.fullmatch(pattern, name)]


def test_the_packages_come_from_the_wheel(installed: Installed, repository: Path) -> None:
    script = (
        "import importlib, json, sys\n"
        f"files = [importlib.import_module(name).__file__ for name in {PACKAGES!r}]\n"
        "from rag import Assistant\n"
        "import importlib.metadata as metadata\n"
        "print(json.dumps({'files': files, 'path': sys.path, 'version': metadata.version('citetrail')}))\n"
    )
    seen = json.loads(installed.run(installed.python, "-c", script))
    assert [file for file in seen["files"] if not Path(file).is_relative_to(installed.site)] == []
    assert str(repository) not in seen["path"]
    assert seen["version"] == "0.1.0"


@pytest.mark.slow
def test_citetrail_answers_over_the_sample_from_another_folder(installed: Installed) -> None:
    sample = "from ingest.sample import sample_paths\nprint(*sample_paths(), sep='\\n')"
    digests = [Path(line) for line in installed.run(installed.python, "-c", sample).splitlines()]
    assert digests
    assert all(digest.is_relative_to(installed.site) for digest in digests)
    installed.run(installed.command, "ingest", min(digests, key=lambda digest: digest.stat().st_size))

    first = "from rag import Assistant\nwith_library = Assistant.open()\nprint(with_library.library.papers()[0].title)"
    title = installed.run(installed.python, "-c", first).strip()
    answer = json.loads(installed.run(installed.command, "ask", f'What is the paper "{title}" about?', "--json"))
    assert not answer["abstained"]
    assert title in [citation["title"] for citation in answer["citations"]]
    assert all(evidence["quote"] for sentence in answer["sentences"] for evidence in sentence["evidence"])
    assert [evidence for sentence in answer["sentences"] for evidence in sentence["evidence"]]
