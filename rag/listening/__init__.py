"""What a model says, heard as it comes: reasoning told from answer, and a text that goes in circles stopped."""

from rag.listening.listener import Listener

__all__ = ["Listener"]
