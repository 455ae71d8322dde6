"""Ingest: digests in, a library of papers and passages out (read → merge → chunk → embed → store)."""
