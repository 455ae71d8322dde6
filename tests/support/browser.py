"""The browser that the page's tests open: found on the machine, else brought by ``--install``.

``python -m tests.support.browser`` prints its path; with ``--install`` it first tries to get one where there is none:
by Playwright, else, as root on Debian's kin, by apt. Where none can be had it says so and ends well: the tests are then
skipped, which a CI run counts as a failure.
"""

from __future__ import annotations

import argparse
import glob
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

NAMES = (
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
    "chrome",
    "microsoft-edge",
    "msedge",
)
PLACES = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
    "C:/Program Files/Google/Chrome/Application/chrome.exe",
    "C:/Program Files (x86)/Microsoft/Edge/Application/msedge.exe",
)
PLAYWRIGHT_CACHES = ("~/.cache/ms-playwright", "~/Library/Caches/ms-playwright", "~/AppData/Local/ms-playwright")
PLAYWRIGHT_BUILDS = (
    "chromium-*/chrome-linux*/chrome",
    "chromium-*/chrome-mac*/*.app/Contents/MacOS/*",
    "chromium-*/chrome-win*/chrome.exe",
    "chromium_headless_shell-*/chrome*/*headless*shell*",
)
OVERRIDE = "CITETRAIL_TEST_BROWSER"
PLAYWRIGHT_SECONDS = 240
APT_SECONDS = 480


def find_browser(environ: Mapping[str, str] | None = None) -> Path | None:
    """Return the program of a Chromium or its kin, the one named by CITETRAIL_TEST_BROWSER first."""
    env = os.environ if environ is None else environ
    named = env.get(OVERRIDE)
    if named:
        return Path(named) if _runs(named) else None
    for candidate in (*_on_path(env), *PLACES, *_from_playwright(env)):
        if _runs(candidate):
            return Path(candidate)
    return None


def _on_path(env: Mapping[str, str]) -> Iterable[str]:
    found = (shutil.which(name, path=env.get("PATH", os.defpath)) for name in NAMES)
    return [path for path in found if path]


def _from_playwright(env: Mapping[str, str]) -> Iterable[str]:
    given = env.get("PLAYWRIGHT_BROWSERS_PATH")
    folders = (given,) if given else tuple(os.path.expanduser(cache) for cache in PLAYWRIGHT_CACHES)
    for folder in folders:
        for build in PLAYWRIGHT_BUILDS:
            yield from sorted(glob.glob(os.path.join(glob.escape(folder), build)), reverse=True)


def _runs(program: str) -> bool:
    """Tell whether the file is there and answers; a Windows browser opens a window on --version, so is not asked."""
    if not (os.path.isfile(program) and os.access(program, os.X_OK)):
        return False
    if sys.platform == "win32":
        return True
    return _attempt([program, "--version"], seconds=30, quiet=True)


def _attempt(command: Sequence[str], *, seconds: int, quiet: bool = False) -> bool:
    if not quiet:
        print("+", " ".join(command), flush=True)
    stream = subprocess.DEVNULL if quiet else None
    env = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    try:
        done = subprocess.run(
            command, stdin=subprocess.DEVNULL, stdout=stream, stderr=stream, env=env, timeout=seconds, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        print(f"{command[0]}: {error}", file=sys.stderr)
        return False
    return done.returncode == 0


def _is_root() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0


def install_browser() -> Path | None:
    """Return the browser found, brought by Playwright or by apt, in that order; ``None`` where no way led to one."""
    if found := find_browser():
        return found
    _attempt([sys.executable, "-m", "playwright", "install", "chromium"], seconds=PLAYWRIGHT_SECONDS)
    if found := find_browser():
        return found
    if shutil.which("apt-get") and _is_root():
        _attempt(["apt-get", "update", "-qq"], seconds=APT_SECONDS)
        packages = ["chromium", "fonts-dejavu-core"]
        _attempt(["apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages], seconds=APT_SECONDS)
    return find_browser()


def main(argv: Sequence[str] | None = None) -> int:
    """Print the browser's path, or what to do where there is none."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--install", action="store_true", help="get a browser where none is found")
    browser = install_browser() if parser.parse_args(argv).install else find_browser()
    if browser is None:
        print(f"No browser for the page's tests: install Chromium, or name one in {OVERRIDE}. They will be skipped.")
    else:
        print(f"Browser for the page's tests: {browser}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
