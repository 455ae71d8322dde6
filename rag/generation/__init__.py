"""Answers that a model writes or selects: fitted to its window, read as they come, each sentence held to its source."""
