"""Nothing tries to leave the machine: a first session where there is no network but loopback."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

import pytest

from ingest.sample import sample_paths
from tests.support.audit.sitecustomize import is_local
from tests.support.isolated import Outcome, namespace_command, plain_environment, run_isolated
from tests.support.skips import skip_or_fail

SESSION = Path(__file__).resolve().parent.parent / "support" / "first_session.py"
LOADED = re.compile(r"<(?:script|link|img|iframe)\b[^>]*?\b(?:src|href)\s*=\s*[\"'](?:https?:)?//([^/\"']+)", re.I)
PAGE_OF_ITS_OWN = re.compile(r"<link\b[^>]*\brel=[\"'](?:canonical|alternate)[\"'][^>]*>", re.I)


@pytest.fixture(scope="module")
def network_of_its_own() -> None:
    """Skip where namespaces cannot be made; outside Linux there are none, so CI forgives that."""
    if sys.platform != "linux":
        pytest.skip("network namespaces are Linux's")
    if namespace_command() is None:
        skip_or_fail("`unshare --net` is refused here, as root and as a plain user")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the session's home and working folder."""
    return tmp_path_factory.mktemp("alone")


@pytest.fixture(scope="module")
def session(network_of_its_own: None, repository: Path, home: Path) -> Outcome:
    """Ingest the sample's smallest file, ask, start the page and fetch it, telemetry switches unset."""
    env = plain_environment(home) | {"PYTHONPATH": str(repository), "PYTHONUTF8": "1"}
    question = "Which papers are about language models?"
    digest = min(sample_paths(), key=lambda path: path.stat().st_size)
    return run_isolated([sys.executable, str(SESSION), question, str(digest)], home, env)


def seen(session: Outcome) -> dict[str, object]:
    assert session.returncode == 0, session.output
    read: dict[str, object] = json.loads(session.output.splitlines()[-1])
    return read


@pytest.mark.network_namespace
@pytest.mark.packaging
@pytest.mark.slow
class TestFirstSession:
    def test_it_works_without_a_network(self, session: Outcome) -> None:
        result = seen(session)
        answer = result["answer"]
        assert isinstance(answer, dict)
        assert answer["sources"]
        assert "<html" in str(result["html"]).lower()

    def test_no_python_code_names_another_machine(self, session: Outcome) -> None:
        seen(session)
        assert session.attempts == []

    def test_the_kernel_saw_nothing_leave(self, session: Outcome) -> None:
        seen(session)
        assert session.counters
        assert {name: count for name, count in session.counters.items() if count} == {}

    def test_no_library_left_an_identifier_behind(self, session: Outcome, home: Path) -> None:
        """Native telemetry keeps one in the home folder, and uploads later than a session may last."""
        seen(session)
        ours = {home / ".cache" / "citetrail", home / "citetrail-library"}
        left = [path for path in home.rglob("*") if path.is_file() and not ours & set(path.parents)]
        assert {path.name for path in left} == {"network.json"}

    def test_the_page_loads_nothing_from_elsewhere(self, session: Outcome) -> None:
        result = seen(session)
        html = PAGE_OF_ITS_OWN.sub("", str(result["html"]))
        assert LOADED.findall(html) == []
        config = result["config"]
        assert isinstance(config, dict)
        assert [sheet for sheet in config.get("stylesheets") or [] if "//" in sheet] == []


LEAVING = {
    "a connection": "import socket; socket.create_connection(('192.0.2.1', 80), timeout=2)",
    "a datagram": "import socket; socket.socket(type=socket.SOCK_DGRAM).sendto(b'x', ('192.0.2.1', 9))",
    "a name": "import socket; socket.getaddrinfo('telemetry.invalid', 443)",
}


@pytest.mark.network_namespace
@pytest.mark.packaging
@pytest.mark.parametrize("attempt", LEAVING)
def test_an_attempt_to_leave_is_seen(network_of_its_own: None, tmp_path: Path, attempt: str) -> None:
    outcome = run_isolated([sys.executable, "-c", LEAVING[attempt]], tmp_path, plain_environment(tmp_path), timeout=60)
    assert outcome.returncode != 0
    assert len(outcome.attempts) >= 1
    assert re.search(r"192\.0\.2\.1|telemetry\.invalid", outcome.attempts[0])
    if attempt != "a name":  # where the resolver is asked depends on the machine
        assert sum(outcome.counters.values()) >= 1


@pytest.mark.network_namespace
@pytest.mark.packaging
def test_loopback_is_up_and_is_no_attempt(network_of_its_own: None, tmp_path: Path) -> None:
    script = (
        "import socket\n"
        "server = socket.create_server(('127.0.0.1', 0))\n"
        "socket.create_connection(('localhost', server.getsockname()[1])).close()\n"
        "print('reached')\n"
    )
    outcome = run_isolated([sys.executable, "-c", script], tmp_path, plain_environment(tmp_path), timeout=60)
    assert (outcome.returncode, outcome.output.strip(), outcome.attempts) == (0, "reached", [])
    assert set(outcome.counters.values()) == {0}


@pytest.mark.parametrize("address", ["localhost", "127.0.0.53", ("127.0.0.1", 80), ("::1", 80, 0, 0), "/run/x", None])
def test_local_addresses(address: object) -> None:
    assert is_local(address)


@pytest.mark.parametrize("address", ["example.org", "10.0.0.1", ("192.0.2.1", 80), ("2001:db8::1", 80, 0, 0), b"a.b"])
def test_addresses_elsewhere(address: object) -> None:
    assert not is_local(address)


def test_the_environment_of_the_session_switches_nothing_off(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    switches = [
        *("GRADIO_ANALYTICS_ENABLED", "ANONYMIZED_TELEMETRY", "HF_HUB_OFFLINE", "https_proxy", "DO_NOT_TRACK"),
        *("ORT_DISABLE_TELEMETRY", "CI"),
    ]
    for name in switches:
        monkeypatch.setenv(name, "0")
    assert not set(switches) & set(plain_environment(tmp_path))
