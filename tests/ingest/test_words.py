"""Vectors of single words out of the embedded model's own table."""

from __future__ import annotations

import numpy as np


def test_words_that_mean_like_things_are_nearer_than_others(minilm):
    rows = minilm.embed_words(["kidney", "renal", "quick", "fast", "banana", "vaccine"])
    assert rows.shape == (6, 384) and rows.dtype == np.float32
    assert np.allclose(np.linalg.norm(rows, axis=1), 1.0, atol=1e-3)
    assert rows[0] @ rows[1] > 0.6 and rows[2] @ rows[3] > 0.4
    assert abs(rows[4] @ rows[5]) < 0.1 and abs(rows[0] @ rows[2]) < 0.2


def test_a_word_is_the_same_in_any_company_and_one_of_many_pieces_has_a_vector(minilm):
    alone, together = minilm.embed_words(["tokenization"]), minilm.embed_words(["frog", "tokenization"])
    assert np.array_equal(alone[0], together[1])
    assert alone[0] @ minilm.embed_words(["token"])[0] > 0.5
