"""A newcomer's first session, as a program: ingest, ask, start the page and fetch it. Prints one JSON object.

Run by the test of isolation in a network namespace; settings come from the environment.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import threading
import time
import urllib.request
from typing import Any

COMMAND = [sys.executable, "-c", "import sys; from ui.cli import main; sys.exit(main())"]
ADDRESS = re.compile(r"http://127\.0\.0\.1:\d+")
START_SECONDS = 120


def run(*arguments: str) -> str:
    """Run a citetrail command and return what it printed; end the session where it fails."""
    done = subprocess.run([*COMMAND, *arguments], capture_output=True, encoding="utf-8", timeout=240, check=False)
    if done.returncode != 0:
        sys.exit(f"citetrail {' '.join(arguments)} ended with {done.returncode}:\n{done.stdout}\n{done.stderr}")
    return done.stdout


class Page:
    """The chat page as a process; what it prints is collected, so that its address can be read."""

    def __init__(self) -> None:
        self.process = subprocess.Popen(
            [*COMMAND, "chat"],
            env=os.environ | {"PYTHONUNBUFFERED": "1"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="replace",
        )
        self.lines: list[str] = []
        threading.Thread(target=self._collect, daemon=True).start()

    def _collect(self) -> None:
        assert self.process.stdout is not None
        self.lines.extend(iter(self.process.stdout.readline, ""))

    def address(self) -> str:
        """Wait for the printed address."""
        end = time.monotonic() + START_SECONDS
        while time.monotonic() < end:
            if found := ADDRESS.search("".join(self.lines)):
                return found[0]
            if self.process.poll() is not None:
                break
            time.sleep(0.1)
        self.stop()
        sys.exit(f"citetrail chat printed no address; it said:\n{''.join(self.lines)}")

    def stop(self) -> None:
        self.process.terminate()
        try:
            self.process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def fetch(url: str) -> str:
    direct = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    with direct.open(url, timeout=30) as response:
        body: bytes = response.read()
    return body.decode("utf-8")


def main(question: str, *digests: str) -> dict[str, Any]:
    """Return what the session saw: the answer, the page and the page's configuration."""
    ingested = run("ingest", *digests)
    answer = json.loads(run("ask", question, "--json"))
    page = Page()
    try:
        address = page.address()
        html = fetch(address + "/")
        config = json.loads(fetch(address + "/config"))
        time.sleep(2)  # what a server does in the background after its start
    finally:
        page.stop()
    return {"ingested": ingested, "answer": answer, "address": address, "html": html, "config": config}


if __name__ == "__main__":
    print(json.dumps(main(*sys.argv[1:])))
