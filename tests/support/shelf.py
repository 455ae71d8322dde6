"""A shelf of hand-made papers for the tests of answers, and a library of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from ingest.library import Library
from ingest.links import find_links
from ingest.paper import Appearance, Paper, paper_id_for
from ingest.pipeline import store_papers
from ingest.settings import Settings
from rag.lexical import Analyzer
from tests.support.embedding import BagOfWords

ALPHA, BETA = "001_alpha", "002_beta"
DAYS = {ALPHA: "2025-03-14", BETA: "2025-10-31"}
DIMENSION = 512
"""Enough places for words of one test not to meet by chance."""
_ANALYZER = Analyzer()


class BagOfStems(BagOfWords):
    """Counts stems of words that carry meaning, so that texts about one thing are near each other."""

    @classmethod
    def class_name(cls) -> str:
        return "BagOfStems"

    def _get_text_embedding(self, text: str) -> list[float]:
        return super()._get_text_embedding(" ".join(_ANALYZER.terms(text)))


@cache
def bag() -> BagOfStems:
    """Return the embedder of the shelf."""
    return BagOfStems(dimension=DIMENSION)


def seen(
    *digests: str,
    authors: int | None = None,
    published: str = "",
    comments: int | None = None,
    inferred: bool = False,
) -> tuple[Appearance, ...]:
    """Return one appearance for each digest, all with the same metadata."""
    return tuple(Appearance(d, DAYS.get(d, ""), 1, authors, published, inferred, comments) for d in digests)


def paper(title: str, abstract: str, appearances: Iterable[Appearance] = ()) -> Paper:
    """Return a paper; its links are those of its abstract."""
    return Paper(paper_id_for(title), title, abstract, tuple(appearances), find_links(abstract))


FROG = paper(
    "FrogNet: Counting Frogs by Sound",
    "FrogNet counts frogs in ponds from audio alone. It reaches 62.2% accuracy on PondBench, against 48.5% for the "
    "best baseline. Its sample complexity is quadratic in the number of ponds. "
    "The code is at https://github.com/pond/frognet.",
    seen(ALPHA, authors=3, published="2024-05-01", comments=4),
)
POND = paper(
    "PondBench: A Benchmark of Amphibian Recordings",
    "PondBench holds 3,400 recordings of 12 ponds. Each recording was labelled by two biologists. "
    "No system we tried scores above 70% on the night split.",
    seen(ALPHA, BETA, authors=1, published="2023-02-11", comments=0),
)
MERGE_A = paper(
    "MergeKing: Model Merging without Data",
    "We study model merging, where the weights of several fine-tuned networks are averaged. MergeKing picks a "
    "coefficient for each layer and needs no data. Merging eight experts keeps 91% of their accuracy.",
    seen(BETA, authors=5, published="2024-11-20", comments=2),
)
MERGE_B = paper(
    "Soup or Salad: When Does Model Merging Fail?",
    "Model merging fails when the merged networks disagree on sign. We show that resolving signs before merging "
    "lowers the error by 18%. The remedy adds no cost at inference.",
    seen(BETA, authors=1, published="2022-08-09", comments=7),
)
MERGE_C = paper(
    "A Survey of Model Merging",
    "This survey orders 140 papers on model merging by what they average. Most merging methods were tried on vision "
    "alone. We list open problems of merging.",
    seen(ALPHA, authors=9),
)
QUANT_A = paper(
    "TinyBits: Two-bit Quantization of Transformers",
    "TinyBits brings transformer weights down to two bits. Quantization by TinyBits loses 0.8 points of perplexity "
    "and halves the memory. Code: https://github.com/tiny/bits.",
    seen(BETA, authors=4, published="2025-01-15", comments=1),
)
QUANT_B = paper(
    "Calibration Sets for Quantization",
    "Post-training quantization depends on its calibration set. We find that 128 samples are enough and that random "
    "text hurts quantization.",
    seen(ALPHA, authors=4, published="--07-04"),
)
TIDE = paper(
    "TidePredict: Forecasting Tides with Gaussian Processes",
    "TidePredict forecasts tides in harbours with Gaussian processes. The mean error is 4 cm over 30 days. "
    "Storm surges are not modelled.",
    seen(ALPHA, authors=2, published="2021-06-30", comments=0),
)
BREAD = paper(
    "Learning to Bake: Robots That Knead Dough",
    "A robot arm kneads dough from tactile feedback. Loaves rise in 9 of 10 trials. "
    "The policy transfers to gluten-free flour without retraining.",
    seen(BETA, authors=12, published="2025-09-02", comments=7, inferred=True),
)
CHESS = paper(
    "ChessMind: Explaining Moves in Plain Language",
    "ChessMind explains chess moves in plain language. Club players rated 78% of its explanations as useful. "
    "The explanations come from a search tree of depth 6.",
    seen(BETA, authors=2, published="2024-02-29"),
)
WIND = paper(
    "Wake Steering for Offshore Wind Farms",
    "Wake steering turns the rotors of a wind farm to raise its yield. A field test in the North Sea raised the yield "
    "by 2.35% within 6 months.",
    seen(ALPHA, authors=7, published="2024-05-01"),
)
NAKED = paper(
    "On the Grammar of Whale Song",
    "Whale song follows a grammar of at most 3 levels. The grammar was inferred from 18 hours of song.",
    seen(ALPHA),
)

SHELF = (FROG, POND, MERGE_A, MERGE_B, MERGE_C, QUANT_A, QUANT_B, TIDE, BREAD, CHESS, WIND, NAKED)
BY_ID = {p.paper_id: p for p in SHELF}

QUESTION = "What accuracy does FrogNet reach on PondBench?"
"""What most tests ask: FrogNet's abstract answers it."""
SAID = "It reaches 62.2% accuracy on PondBench, against 48.5% for the best baseline."
"""The sentence that does."""
FALSE = "It reaches 99.9% accuracy on PondBench."
"""What no abstract says."""


def settings_in(folder: Path, **more: Any) -> Settings:
    """Return settings for a library in a folder, answered without a model unless told otherwise."""
    return replace(Settings(library=str(folder / "library"), generator="extractive", picker="off"), **more)


def fill(settings: Settings, papers: Sequence[Paper] = SHELF) -> Library:
    """Return a library that holds these papers."""
    library = Library.open(settings, bag(), create=True)
    store_papers(library, papers)
    return library
