"""The stated rule that gives a model its way of answering."""

from __future__ import annotations

import pytest

from rag.generation.modes import mode_for
from tests.support.llms import FakeWriter


@pytest.mark.parametrize(
    ("billions", "schemas", "mode"),
    [
        (0.135, True, "select"),
        (3.9, True, "select"),
        (3.9, False, "select"),
        (4.0, True, "write"),
        (70.0, True, "write"),
        (70.0, False, "plain"),
        (None, True, "select"),
        (None, False, "plain"),
    ],
)
def test_auto_goes_by_size_and_schema(billions: float | None, schemas: bool, mode: str) -> None:
    assert mode_for(FakeWriter(size=billions, schemas=schemas), "auto") == mode


@pytest.mark.parametrize("setting", ["select", "write", "plain"])
def test_a_setting_goes_before_the_rule(setting: str) -> None:
    assert mode_for(FakeWriter(size=0.1), setting) == mode_for(FakeWriter(size=70), setting) == setting
