"""Answers without a model: every claim is a quote or a computation."""
