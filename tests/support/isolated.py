"""Runs a command in a network namespace that has loopback alone, and counts what wanted to leave it.

As a program it is the inner half, started by ``unshare``: it brings loopback up, runs the command, and writes what the
kernel counted meanwhile. A packet with no route out is counted whoever sent it, native code included; the audit hook in
``audit/`` names the Python line where there is one.
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import struct
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

AUDIT = Path(__file__).resolve().parent / "audit"
COUNTERS = ("Ip:OutNoRoutes", "Udp:OutDatagrams", "Ip6OutNoRoutes", "Udp6OutDatagrams")
TOLD_ELSEWHERE = (
    "CITETRAIL_",
    "GRADIO_",
    "HF_",
    "HUGGINGFACE_",
    "ANONYMIZED_TELEMETRY",
    "CHROMA_",
    "OTEL_",
    "OLLAMA_",
    "ORT_",
    "TIKTOKEN_",
    "NLTK_",
    "DO_NOT_TRACK",
    "DISABLE_TELEMETRY",
    "HTTP_PROXY",
    "HTTPS_PROXY",
    "ALL_PROXY",
    "NO_PROXY",
    "PYTHONPATH",
    "PYTHONDONTWRITEBYTECODE",
    "XDG_",
)


@dataclass(frozen=True)
class Outcome:
    """How an isolated command ended, what the kernel counted, and the attempts that Python made."""

    returncode: int
    output: str
    counters: dict[str, int]
    attempts: list[str]


def plain_environment(home: Path) -> dict[str, str]:
    """Return the environment less what switches telemetry or downloads off, with an empty home folder."""
    kept = {name: value for name, value in os.environ.items() if not name.upper().startswith(TOLD_ELSEWHERE)}
    kept.pop("CI", None)  # onnxruntime for one keeps quiet where it stands
    return kept | {"HOME": str(home), "USERPROFILE": str(home)}


def namespace_command() -> list[str] | None:
    """Return the command that gives a process a network of its own, as root or as a plain user; ``None`` for none."""
    unshare = shutil.which("unshare") if sys.platform == "linux" else None
    if unshare is None:
        return None
    for flags in (["--net"], ["--net", "--map-root-user"]):
        tried = subprocess.run([unshare, *flags, "true"], capture_output=True, timeout=30, check=False)
        if tried.returncode == 0:
            return [unshare, *flags]
    return None


def run_isolated(command: Sequence[str], folder: Path, env: dict[str, str], timeout: float = 300) -> Outcome:
    """Run ``command`` with loopback alone. ``folder`` is its working directory and takes the two reports."""
    prefix = namespace_command()
    if prefix is None:
        raise RuntimeError("network namespaces cannot be made here")
    log, report = folder / "network.log", folder / "network.json"
    log.unlink(missing_ok=True)
    watched = env | {
        "PYTHONPATH": os.pathsep.join(filter(None, (str(AUDIT), env.get("PYTHONPATH", "")))),
        "CITETRAIL_TEST_NETWORK_LOG": str(log),
    }
    done = subprocess.run(
        [*prefix, sys.executable, "-S", str(Path(__file__).resolve()), str(report), *command],
        cwd=folder,
        env=watched,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
        timeout=timeout,
        check=False,
    )
    counters = json.loads(report.read_text()) if report.exists() else {}
    attempts = log.read_text(encoding="utf-8").splitlines() if log.exists() else []
    return Outcome(done.returncode, done.stdout, counters, attempts)


def raise_loopback() -> None:
    """Bring ``lo`` up, as ``ip link set lo up`` does."""
    import fcntl

    set_flags, up, running = 0x8914, 0x1, 0x40
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as control:
        fcntl.ioctl(control, set_flags, struct.pack("16sH14s", b"lo", up | running, b""))


def read_counters() -> dict[str, int]:
    """Return the namespace's counts of packets that had no way out, and of datagrams (name look-ups are some)."""
    lines = [line.split() for line in Path("/proc/net/snmp").read_text().splitlines()]
    counts: dict[str, int] = {}
    for names, values in zip(lines[::2], lines[1::2], strict=True):
        counts |= {names[0] + name: int(value) for name, value in zip(names[1:], values[1:], strict=True)}
    six = Path("/proc/net/snmp6")
    if six.exists():
        counts |= {name: int(value) for name, value in (line.split() for line in six.read_text().splitlines())}
    return {name: counts.get(name, 0) for name in COUNTERS}


def main() -> int:
    """Inner half: loopback up, the command, the counts."""
    report, *command = sys.argv[1:]
    raise_loopback()
    before = read_counters()
    done = subprocess.run(command, check=False)
    after = read_counters()
    Path(report).write_text(json.dumps({name: after[name] - before[name] for name in COUNTERS}))
    return done.returncode


if __name__ == "__main__":
    sys.exit(main())
