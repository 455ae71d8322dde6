"""Grounding: generated sentences held against the words they cite."""

from rag.grounding.checker import EmbeddedChecker, SupportChecker, Verdict, make_checker
from rag.grounding.markers import Marked, read_marked, strip_markers

__all__ = ["EmbeddedChecker", "Marked", "SupportChecker", "Verdict", "make_checker", "read_marked", "strip_markers"]
