"""Grounding: generated sentences held against the words they cite."""

from rag.grounding.checker import EmbeddedChecker
from rag.grounding.making import make_checker
from rag.grounding.markers import strip_markers
from rag.grounding.verdict import SupportChecker, Verdict

__all__ = ["EmbeddedChecker", "SupportChecker", "Verdict", "make_checker", "strip_markers"]
