"""The Makefile, `.ci/run`, the workflow, and the tests' own rules about browsers and skips."""

from __future__ import annotations

import os
import re
import shutil
import stat
import subprocess
from pathlib import Path

import pytest

from tests.support.browser import OVERRIDE, find_browser
from tests.support.skips import skip_or_fail

posix = pytest.mark.skipif(os.name != "posix", reason="the stand-ins for programs are shell scripts")
PLAIN = {"PATH": os.environ.get("PATH", os.defpath), "HOME": os.environ.get("HOME", "/")}


def program(path: Path, script: str) -> Path:
    """Write a shell script that stands in for a program."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return path


def run(*command: str, folder: Path, env: dict[str, str] | None = None) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command, cwd=folder, env=PLAIN | (env or {}), capture_output=True, encoding="utf-8", timeout=60, check=False
    )


@pytest.fixture
def checkout(repository: Path, tmp_path: Path) -> Path:
    """Return a copy of what the commands read, in a folder with a space in its name."""
    folder = tmp_path / "a folder" / "citetrail"
    folder.mkdir(parents=True)
    for name in ("Makefile", "pyproject.toml", "requirements.lock", "requirements-dev.lock"):
        shutil.copy(repository / name, folder)
    shutil.copytree(repository / ".ci", folder / ".ci")
    return folder


@posix
class TestMake:
    def test_it_lists_its_commands(self, checkout: Path) -> None:
        listed = run("make", "help", folder=checkout).stdout
        assert {"setup", "chat", "test", "lint", "types", "unit", "evals", "lock", "clean"} <= set(listed.split())

    def test_chat_sets_up_and_hands_the_digests_on(self, checkout: Path) -> None:
        planned = run("make", "-n", "chat", "DIGESTS=one.txt more/", folder=checkout).stdout.splitlines()
        assert planned[-1] == ".venv/bin/citetrail chat one.txt more/"
        sample = run("make", "-n", "chat", folder=checkout).stdout.splitlines()
        assert sample[-1] == ".venv/bin/citetrail chat --library citetrail-sample"
        assert any("--require-hashes -r requirements.lock" in line for line in planned)

    def test_setup_needs_no_development_tools(self, checkout: Path) -> None:
        assert "requirements-dev" not in run("make", "-n", "setup", folder=checkout).stdout

    def test_test_runs_everything(self, checkout: Path) -> None:
        planned = run("make", "-n", "test", folder=checkout).stdout
        steps = ["requirements.lock", "requirements-dev.lock", "browser", "ruff check", "mypy", "pytest", "-m evals"]
        places = [planned.find(step) for step in steps]
        assert -1 not in places
        assert places == sorted(places)

    def test_an_old_python_is_refused_with_what_to_do(self, checkout: Path) -> None:
        old = program(checkout / "bin" / "python-old", 'case "$1" in -V) echo Python 3.9.2;; *) exit 1;; esac')
        done = run("make", "setup", f"PYTHON={old}", folder=checkout)
        assert done.returncode != 0
        assert "Python 3.11 or newer" in done.stderr
        assert "Python 3.9.2" in done.stderr
        assert "make PYTHON=" in done.stderr

    def test_a_missing_python_is_refused_with_what_to_do(self, checkout: Path) -> None:
        done = run("make", "setup", "PYTHON=python-of-nowhere", folder=checkout)
        assert done.returncode != 0
        assert "python-of-nowhere" in done.stderr
        assert "make PYTHON=" in done.stderr

    def test_a_second_setup_does_nothing(self, checkout: Path) -> None:
        (checkout / ".venv").mkdir()
        stamps = [checkout / ".venv" / name for name in (".created", ".locked", ".installed", ".developing")]
        newest = max(path.stat().st_mtime for path in checkout.iterdir())
        for later, stamp in enumerate(stamps, start=1):
            stamp.touch()
            os.utime(stamp, (newest + later, newest + later))
        assert "pip" not in run("make", "-n", "setup", folder=checkout).stdout
        os.utime(checkout / "requirements.lock", (newest + 9, newest + 9))
        assert "pip" in run("make", "-n", "setup", folder=checkout).stdout


@posix
class TestCiRun:
    def ask(self, checkout: Path, **env: str) -> list[str]:
        """Run the script with a stand-in for make, and return its folder, arguments and CITETRAIL_DIGESTS."""
        program(checkout.parent / "bin" / "make", 'printf "%s\\n" "$PWD" "$*" "${CITETRAIL_DIGESTS-unset}"')
        path = f"{checkout.parent / 'bin'}{os.pathsep}{PLAIN['PATH']}"
        done = run("bash", str(checkout / ".ci" / "run"), folder=checkout.parent, env={"PATH": path} | env)
        assert done.returncode == 0, done.stderr
        return done.stdout.splitlines()

    def test_it_is_make_test_in_the_checkout(self, checkout: Path) -> None:
        assert self.ask(checkout) == [str(checkout.resolve()), "test", "unset"]

    def test_digests_beside_the_checkout_are_used(self, checkout: Path) -> None:
        beside = checkout.parent / "shared" / "digests"
        beside.mkdir(parents=True)
        assert self.ask(checkout)[2] == str(beside.resolve())

    def test_digests_named_by_hand_come_first(self, checkout: Path) -> None:
        (checkout.parent / "shared" / "digests").mkdir(parents=True)
        assert self.ask(checkout, CITETRAIL_DIGESTS="/elsewhere")[2] == "/elsewhere"

    def test_a_failure_is_passed_on(self, checkout: Path) -> None:
        program(checkout.parent / "bin" / "make", "exit 3")
        path = f"{checkout.parent / 'bin'}{os.pathsep}{PLAIN['PATH']}"
        assert run("bash", str(checkout / ".ci" / "run"), folder=checkout, env={"PATH": path}).returncode == 3


def test_the_workflow_runs_the_same_script_with_pinned_actions(repository: Path) -> None:
    text = (repository / ".github" / "workflows" / "ci.yml").read_text(encoding="utf-8")
    used = re.findall(r"uses: *(\S+)", text)
    assert used
    assert [action for action in used if not re.fullmatch(r"[\w-]+/[\w-]+@v\d+", action)] == []
    assert re.search(r"run: \.ci/run$", text, flags=re.MULTILINE)


@posix
class TestBrowser:
    def test_the_one_named_comes_first(self, tmp_path: Path) -> None:
        named = program(tmp_path / "mine", "exit 0")
        assert find_browser({OVERRIDE: str(named), "PATH": PLAIN["PATH"]}) == named

    def test_a_named_one_that_does_not_run_is_none(self, tmp_path: Path) -> None:
        broken = program(tmp_path / "broken", "exit 1")
        assert find_browser({OVERRIDE: str(broken)}) is None
        assert find_browser({OVERRIDE: str(tmp_path / "absent")}) is None

    def test_one_on_the_path_is_found_and_a_broken_one_passed_over(self, tmp_path: Path) -> None:
        program(tmp_path / "chromium", "exit 1")
        chrome = program(tmp_path / "google-chrome", "exit 0")
        assert find_browser({"PATH": str(tmp_path)}) == chrome

    def test_playwrights_own_is_found(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("tests.support.browser.PLACES", ())
        built = program(tmp_path / "a [b]" / "chromium-9" / "chrome-linux" / "chrome", "exit 0")
        env = {"PATH": str(tmp_path), "PLAYWRIGHT_BROWSERS_PATH": str(tmp_path / "a [b]")}
        assert find_browser(env) == built

    def test_none_is_none(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("tests.support.browser.PLACES", ())
        assert find_browser({"PATH": str(tmp_path), "PLAYWRIGHT_BROWSERS_PATH": str(tmp_path)}) is None


class TestSkips:
    def test_a_developers_machine_skips(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.delenv("CI", raising=False)
        with pytest.raises(pytest.skip.Exception, match="no browser"):
            skip_or_fail("no browser")

    def test_ci_fails(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("CI", "true")
        with pytest.raises(pytest.fail.Exception, match="no browser"):
            skip_or_fail("no browser")
