"""Sentences: where they end, and that no character is lost between them."""

from __future__ import annotations

import time
from itertools import pairwise

import pytest

from ingest.sample import sample_paths
from ingest.sources import expand, read_file
from ingest.text import split_sentences

CASES = [
    ("One. Two! Three? Four", ["One.", "Two!", "Three?", "Four"]),
    ("We gain 3.5 points. Cost drops by 0.5.", ["We gain 3.5 points.", "Cost drops by 0.5."]),
    ("We use e.g. Adam. It works.", ["We use e.g. Adam.", "It works."]),
    ("Some norms, i.e. L2 norms, help.", ["Some norms, i.e. L2 norms, help."]),
    ("As in Smith et al. [2020] we fit.", ["As in Smith et al. [2020] we fit."]),
    ("Smith et al. (2020) fit. So do we.", ["Smith et al. (2020) fit.", "So do we."]),
    ("This was shown by Smith et al. We extend it.", ["This was shown by Smith et al.", "We extend it."]),
    ("Cats, dogs, etc. are met.", ["Cats, dogs, etc. are met."]),
    ("Cats, dogs, etc. We count them.", ["Cats, dogs, etc.", "We count them."]),
    ("See Fig. 3 and Eq. (5) vs. Sec. 2. Done.", ["See Fig. 3 and Eq. (5) vs. Sec. 2.", "Done."]),
    ("It runs in 5 sec. We stop.", ["It runs in 5 sec.", "We stop."]),
    ("Is it true? The answer is no. We show why.", ["Is it true?", "The answer is no.", "We show why."]),
    ("Entry No. 5 fails.", ["Entry No. 5 fails."]),
    ("A method by J. Smith works.", ["A method by J. Smith works."]),
    ("A method by J.K. Smith and A. B. Doe works.", ["A method by J.K. Smith and A. B. Doe works."]),
    ("We call it system A. The rest follows.", ["We call it system A.", "The rest follows."]),
    ("It was made in the U.S. The U.S. Navy bought it.", ["It was made in the U.S.", "The U.S. Navy bought it."]),
    ("Data are i.i.d. Gaussian noise.", ["Data are i.i.d. Gaussian noise."]),
    ("Two steps: 1. Fit a model. 2. Prune it.", ["Two steps: 1. Fit a model.", "2. Prune it."]),
    (
        "We find that: 1. It holds; 2. It is cheap. So be it.",
        ["We find that: 1. It holds; 2. It is cheap.", "So be it."],
    ),
    ("Accuracy rises by 5. We are pleased.", ["Accuracy rises by 5.", "We are pleased."]),
    ("Published in 2020. Then cited.", ["Published in 2020.", "Then cited."]),
    ('He said "it works." Then he left.', ['He said "it works."', "Then he left."]),
    ("It works (mostly.) Then it fails.", ["It works (mostly.)", "Then it fails."]),
    ("Really?! Yes...", ["Really?!", "Yes..."]),
    ("Fairness, toxicity, ... as a baseline.", ["Fairness, toxicity, ... as a baseline."]),
    ("the wing is thin . the lift is small .", ["the wing is thin .", "the lift is small ."]),
    ("It ends.The next begins.", ["It ends.", "The next begins."]),
    ("Use sklearn.svm and Node.js freely.", ["Use sklearn.svm and Node.js freely."]),
    (
        "The code is at https://github.com/a/b. We thank all.",
        ["The code is at https://github.com/a/b.", "We thank all."],
    ),
    ("What is Yahoo! doing? Much.", ["What is Yahoo! doing?", "Much."]),
    ("A line.\nAnother\nline. Last", ["A line.", "Another\nline.", "Last"]),
    ("  \t padded.  Text \n", ["padded.", "Text"]),
    ("", []),
    (" \n ", []),
    (". . .", [".", ".", "."]),
]


@pytest.mark.parametrize(("text", "sentences"), CASES)
def test_where_sentences_end(text, sentences):
    assert [text[start:end] for start, end in split_sentences(text)] == sentences


def _hold(text: str) -> None:
    spans = split_sentences(text)
    assert all(a_end <= b_start for (_, a_end), (b_start, _) in pairwise(spans))
    assert all(text[start:end].strip() == text[start:end] != "" for start, end in spans)
    covered = "".join(text[start:end] for start, end in spans)
    assert "".join(covered.split()) == "".join(text.split())


@pytest.mark.parametrize("text", [text for text, _ in CASES])
def test_no_character_is_lost_in_a_case(text):
    _hold(text)


@pytest.mark.parametrize(
    "text",
    [
        "a . b . . c ... d?!?",
        "\u00a0x.\u2003Y. \u200b Z.",
        "🙂. 🙂! é. É.",
        ".A.B.C. D.e.f",
        "((.)) [.] ”. “A.”",
        "1. 2. 3.",
    ],
)
def test_no_character_is_lost_in_odd_texts(text):
    _hold(text)


@pytest.mark.parametrize("which", ["sample", pytest.param("digests", marks=pytest.mark.digests)])
def test_no_character_is_lost_in_whole_digests(which, request):
    paths = sample_paths() if which == "sample" else expand([request.getfixturevalue("digests")])
    abstracts = [entry.abstract for path in paths for entry in read_file(path).entries]
    for abstract in abstracts:
        _hold(abstract)
    sentences = [a[start:end] for a in abstracts for start, end in split_sentences(a)]
    assert 7 < len(sentences) / len(abstracts) < 12
    assert sum(len(sentence) < 12 for sentence in sentences) < len(sentences) / 500


@pytest.mark.parametrize("unit", ["a", ". ", "a.", " .", "e.g. ", "1. ", "A.", "\n"])
def test_long_texts_take_no_longer_than_their_length(unit):
    text = unit * (100_000 // len(unit)) + " b. C"
    began = time.perf_counter()
    split_sentences(text)
    assert time.perf_counter() - began < 2
