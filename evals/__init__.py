"""Evals: the ruler. Rows of data, small scorers, metrics with intervals, baselines beside ours, reports and gates.

The flow reads from the file names: ``rows`` are asked by the ``runner``, judged by the ``scorers``, gathered by
``summary`` into ``results``, shown by ``report`` and held against the ``gates`` and a ``baseline``.
"""
