"""What every test may use: a browser, the real digests, and a skip that a CI run counts as a failure."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.support.browser import OVERRIDE, find_browser
from tests.support.skips import skip_or_fail

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture(scope="session")
def repository() -> Path:
    """Return the root of the checkout."""
    return ROOT


@pytest.fixture(scope="session")
def chromium_path() -> Path:
    """Return a browser's program; where there is none the test is skipped, and fails in CI."""
    browser = find_browser()
    if browser is None:
        skip_or_fail(f"no Chromium on this machine: `make browser` tries to get one, {OVERRIDE} names one")
    return browser


@pytest.fixture(scope="session")
def digests() -> Path:
    """Return the folder of the real digests; the test is skipped where CITETRAIL_DIGESTS does not name it."""
    named = os.environ.get("CITETRAIL_DIGESTS", "")
    if not named:
        pytest.skip("CITETRAIL_DIGESTS is not set: nothing is tested on the real digests")
    folder = Path(named)
    if not folder.is_dir():
        pytest.fail(f"CITETRAIL_DIGESTS names {named}, which is not a folder")
    return folder
