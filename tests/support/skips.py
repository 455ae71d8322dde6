"""Skips that a CI run does not forgive."""

from __future__ import annotations

import os
from typing import NoReturn

import pytest


def in_ci() -> bool:
    """Tell whether this is a CI run (``CI=true``)."""
    return os.environ.get("CI", "").lower() in {"1", "true", "yes"}


def skip_or_fail(reason: str) -> NoReturn:
    """Skip the test on a developer's machine; fail it in CI, which must have what it needs."""
    if in_ci():
        pytest.fail(f"in CI this must not be skipped: {reason}")
    pytest.skip(reason)
