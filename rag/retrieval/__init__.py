"""Finding papers and sentences: BM25 and vectors fused, which papers belong to a list, which sentences answer."""
