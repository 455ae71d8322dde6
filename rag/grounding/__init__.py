"""Grounding: generated sentences held against the words they cite."""

from rag.grounding.checker import EmbeddedChecker, SupportChecker, Verdict, make_checker
from rag.grounding.markers import strip_markers

__all__ = ["EmbeddedChecker", "SupportChecker", "Verdict", "make_checker", "strip_markers"]
