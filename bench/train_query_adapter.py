"""Trains the query adapter of the embedded embedder, on a CPU.

Papers stay where all-MiniLM-L6-v2 puts them; what is trained is a low-rank addition (LoRA, Hu et al. 2022) to the
matrices that read a question, so that a question in everyday words comes to lie beside the paper that answers it. The
loss is a softmax over every paper of the pool (its score: the mean of the cosines of its best sentence, its best
passage and its centre, as in retrieval), and one over every sentence of the pool where it is known which one answers.
Since no paper's vector changes, all of them stand against every question at hardly any cost. ::

    python -m pip install jax optax
    python -m bench.train_query_adapter ABSTRACTS.jsonl.gz --out FOLDER

With ``--start`` and ``--further`` an adapter is trained on with more questions. The abstracts are gzipped JSON lines:
``id``, ``title``, ``abstract``. The questions are those of ``bench/data/questions.jsonl``; one whose paper is not among
the abstracts is left out, and some papers' are kept aside to measure with. The folder receives ``adapter.safetensors``
and, for another run, the papers' vectors.
"""

from __future__ import annotations

import argparse
import hashlib
import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate, chain
from pathlib import Path
from typing import Any

import numpy as np
from safetensors.numpy import load_file, save_file
from tokenizers import Tokenizer

from bench.asked_papers import Asked, read_every, read_papers, sentences_of
from bench.minilm_jax import MATRICES, Arrays, Encoder, descend
from ingest.embeddings import make_embedder
from ingest.embeddings.added import OFF
from ingest.embeddings.minilm_graph import LAYERS
from ingest.embeddings.query_adapter import ADAPTER_FILE, DOWN, UP
from ingest.embeddings.weights import find_weights
from ingest.paper import Paper
from ingest.pipeline import embed_papers
from ingest.settings import Settings

VECTORS_FILE = "vectors.npz"
ROWS = 64
"""Questions in a batch."""
LENGTHS = 24, 64
"""Word pieces of a batch: of short questions, and of others, the longest of which are cut."""
SCALE = 50.0
"""Cosines are multiplied by it before the softmax."""
SENTENCES_WEIGHT = 0.5
MOST_ANSWERS = 3
SMALL_POOL = 207
"""Papers among which a question's is looked for, beside the whole pool: as many as a few digests hold."""
EMBEDDED_TOGETHER = 64


@dataclass(frozen=True)
class Pool:
    """The vectors of papers, float32 rows of length 1, and which paper each belongs to."""

    sentences: Any
    passages: Any
    centres: Any
    sentence_owner: Any
    passage_owner: Any


@dataclass(frozen=True)
class Question:
    """A question as word pieces, its paper's place in the pool and those of the sentences that answer it."""

    pieces: tuple[int, ...]
    paper: int
    answers: tuple[int, ...]


def embed_pool(papers: Sequence[Paper], kept: Path) -> dict[str, Any]:
    """Return the vectors of papers in half precision, from an earlier run's file if they are the same papers."""
    ids = np.array([paper.paper_id for paper in papers])
    if kept.is_file():
        known = dict(np.load(kept))
        if np.array_equal(known["ids"], ids):
            return known
    settings = Settings(query_adapter=OFF)
    embedder = make_embedder(settings)
    parts: dict[str, list[Any]] = {name: [] for name in ("sentences", "passages")}
    owners: dict[str, list[int]] = {name: [] for name in parts}
    place = {paper.paper_id: i for i, paper in enumerate(papers)}
    for at in range(0, len(papers), EMBEDDED_TOGETHER):
        passages, sentences = embed_papers(papers[at : at + EMBEDDED_TOGETHER], settings, embedder)
        for name, (texts, rows) in (("sentences", sentences), ("passages", passages)):
            parts[name].append(np.array(rows, np.float16))
            owners[name] += [place[text.paper_id] for text in texts]
        print(f"\rembedding {at}/{len(papers)}", end="", flush=True)
    print()
    made = {name: np.concatenate(rows) for name, rows in parts.items()}
    made |= {f"{name}_owner": np.array(places, np.int32) for name, places in owners.items()} | {"ids": ids}
    np.savez(kept, allow_pickle=False, **made)
    return made


def pool_of(made: Mapping[str, Any], papers: int) -> Pool:
    """Return the pool of vectors; a paper's centre is the normalised mean of its passages."""
    centres = np.zeros((papers, made["passages"].shape[1]), np.float32)
    np.add.at(centres, made["passages_owner"], made["passages"].astype(np.float32))
    centres /= np.maximum(np.linalg.norm(centres, axis=1, keepdims=True), 1e-9)
    sentences, passages = (made[name].astype(np.float32) for name in ("sentences", "passages"))
    return Pool(sentences, passages, centres, made["sentences_owner"], made["passages_owner"])


def questions_of(asked: Sequence[Asked], papers: Sequence[Paper], made: Mapping[str, Any]) -> list[Question]:
    """Return the questions whose papers are in the pool."""
    tokenizer = Tokenizer.from_file(str(find_weights().tokenizer))
    tokenizer.no_padding()
    tokenizer.enable_truncation(LENGTHS[-1])
    place = {paper.paper_id: i for i, paper in enumerate(papers)}
    counts = np.bincount(made["sentences_owner"], minlength=len(papers))
    first = [0, *accumulate(counts)]
    whole = {i for i, paper in enumerate(papers) if len(sentences_of(paper)) == counts[i]}  # none left out as an order
    found = []
    for one in asked:
        if (at := place.get(one.paper_id)) is not None:
            answers = tuple(first[at] + k for k in one.answers[:MOST_ANSWERS]) if at in whole else ()
            found.append(Question(tuple(tokenizer.encode(one.question).ids), at, answers))
    return found


class Model:
    """The encoder with an adapter, and the scores of a pool for questions."""

    def __init__(self, pool: Pool) -> None:
        self.encoder = Encoder()
        self.jax, self.np = self.encoder.jax, self.encoder.np
        self.pool = Pool(*map(self.np.asarray, vars(pool).values()))
        self.scores = self.jax.jit(self._scores)
        self.vectors = self.jax.jit(self._vectors)

    def _vectors(self, adapter: Arrays, frozen: Arrays, pieces: Any, mask: Any) -> Any:
        """Return the vectors of questions, ``(rows, 384)``."""
        states = self.encoder.adapted(adapter, frozen, pieces, mask)
        summed = (states * mask[..., None]).sum(1)
        return summed / self.np.linalg.norm(summed, axis=-1, keepdims=True)

    def _scores(self, vectors: Any) -> tuple[Any, Any]:
        """Return the cosines of questions with every sentence, and their scores with every paper."""
        pool, papers = self.pool, len(self.pool.centres)
        sentences, passages = vectors @ pool.sentences.T, vectors @ pool.passages.T
        best = [
            self.jax.ops.segment_max(cosines.T, owner, papers).T
            for cosines, owner in ((sentences, pool.sentence_owner), (passages, pool.passage_owner))
        ]
        return sentences, (best[0] + best[1] + vectors @ pool.centres.T) / 3

    def loss(self, adapter: Arrays, frozen: Arrays, batch: Arrays) -> Any:
        """Return the mean of -log of the share that falls to the right paper, and so of the right sentence."""
        cosines, scores = self._scores(self._vectors(adapter, frozen, batch["pieces"], batch["mask"]))
        logs = self.jax.nn.log_softmax(scores * SCALE, -1)
        lost = -self.np.take_along_axis(logs, batch["paper"][:, None], 1).mean()
        answers, known = batch["answers"], batch["answers"][:, 0] >= 0
        logs = self.jax.nn.log_softmax(cosines * SCALE, -1)
        shares = self.np.where(answers >= 0, self.np.take_along_axis(logs, self.np.maximum(answers, 0), 1), -1e9)
        missed = self.np.where(known, -self.jax.nn.logsumexp(shares, -1), 0.0).sum()
        return lost + SENTENCES_WEIGHT * missed / self.np.maximum(known.sum(), 1)


def batch_of(questions: Sequence[Question], length: int) -> Arrays:
    """Lay questions into arrays of ``(questions, length)``."""
    pieces = np.zeros((len(questions), length), np.int32)
    mask = np.zeros(pieces.shape, np.float32)
    answers = np.full((len(questions), MOST_ANSWERS), -1, np.int32)
    for row, one in enumerate(questions):
        read = one.pieces[:length]
        pieces[row, : len(read)], mask[row, : len(read)] = read, 1
        answers[row, : len(one.answers)] = one.answers
    papers = np.array([one.paper for one in questions], np.int32)
    return {"pieces": pieces, "mask": mask, "answers": answers, "paper": papers}


def batches_of(questions: Sequence[Question], rng: random.Random) -> list[Arrays]:
    """Return the batches of one pass over the questions, short and long ones apart, in an order by chance."""
    made = []
    for length, shorter in zip(LENGTHS, (0, *LENGTHS), strict=False):
        alike = [q for q in questions if shorter < len(q.pieces) <= length]
        rng.shuffle(alike)
        made += [batch_of(alike[at : at + ROWS], length) for at in range(0, len(alike) - ROWS + 1, ROWS)]
    rng.shuffle(made)
    return made


def initial(rank: int, seed: int, weights: Mapping[str, Any], start: Path | None) -> Arrays:
    """Return the adapter of an earlier run, or one that changes nothing yet."""
    if start:
        return {name: matrix.astype(np.float32) for name, matrix in load_file(str(start)).items()}
    rng = np.random.default_rng(seed)
    adapter: Arrays = {}
    for name in (f"encoder.layer.{i}.{matrix}" for i in range(LAYERS) for matrix in MATRICES):
        outputs, inputs = weights[f"{name}.weight"].shape
        adapter[name + DOWN] = rng.normal(0, inputs**-0.5, (rank, inputs)).astype(np.float32)
        adapter[name + UP] = np.zeros((outputs, rank), np.float32)
    return adapter


def train(
    model: Model, questions: Sequence[Question], frozen: Arrays, arguments: argparse.Namespace
) -> Iterator[Arrays]:
    """Train, yielding the adapter after each pass."""
    rng = random.Random(arguments.seed)
    adapter = initial(arguments.rank, arguments.seed, frozen, arguments.start)
    passes = [batches_of(questions, rng) for _ in range(arguments.passes)]
    ends = set(accumulate(map(len, passes)))
    for i, trained in enumerate(descend(model.loss, adapter, frozen, [*chain(*passes)], arguments.rate), 1):
        if i in ends:
            yield {name: np.asarray(matrix) for name, matrix in trained.items()}


def figures(model: Model, adapter: Arrays, frozen: Arrays, questions: Sequence[Question]) -> Mapping[str, float]:
    """Return how often a question's paper is found, in the whole pool and in a small one, and its answer ranked first.

    The small pool is the question's paper and 206 others drawn by chance; the answer is looked for in its own paper.
    """
    rng = np.random.default_rng(1)
    ranks, small, answered = [], [], []
    owner = np.asarray(model.pool.sentence_owner)
    for at in range(0, len(questions), ROWS):
        some = questions[at : at + ROWS]
        batch = batch_of([*some, *[some[-1]] * (ROWS - len(some))], LENGTHS[-1])
        cosines, scores = map(np.asarray, model.scores(model.vectors(adapter, frozen, batch["pieces"], batch["mask"])))
        for i, one in enumerate(some):
            ranks.append((scores[i] > scores[i, one.paper]).sum())
            others = rng.choice(len(scores[i]), SMALL_POOL - 1, replace=False)
            small.append((scores[i, others] > scores[i, one.paper]).sum())
            if one.answers:
                own = np.flatnonzero(owner == one.paper)
                answered.append(own[cosines[i, own].argmax()] in one.answers)
    pools = ("all", ranks), ("small", small)
    found = {f"{name} {k}": float(np.mean(np.array(held) < k)) for name, held in pools for k in (1, 5)}
    return found | ({"answer": float(np.mean(answered))} if answered else {})


def shrunk(adapter: Arrays, share: float) -> Arrays:
    """Return an adapter that adds only a share of what it adds."""
    return {name: matrix * share if name.endswith(UP) else matrix for name, matrix in adapter.items()}


def main() -> None:
    """Embed, train, measure and save."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("abstracts", type=Path, help="gzipped JSON lines of papers")
    parser.add_argument("--out", type=Path, required=True, help="the folder to write into")
    parser.add_argument("--rank", type=int, default=8, help="of the adapter's matrices (default: 8)")
    parser.add_argument("--rate", type=float, default=1e-3, help="highest learning rate (default: 0.001)")
    parser.add_argument("--passes", type=int, default=2, help="over the questions (default: 2)")
    parser.add_argument(
        "--start", type=Path, help=f"{ADAPTER_FILE} of an earlier run to go on from, at its whole strength"
    )
    parser.add_argument("--further", action="store_true", help="train on the further questions too")
    parser.add_argument("--share", type=float, default=1.0, help="of what was trained that is kept (default: 1)")
    parser.add_argument("--seed", type=int, default=0, help="of the order and the first matrices (default: 0)")
    arguments = parser.parse_args()
    if not arguments.abstracts.is_file():
        print(f"skipped: there is no {arguments.abstracts}")
        return
    arguments.out.mkdir(parents=True, exist_ok=True)
    asked = read_every(arguments.further)
    papers = read_papers(arguments.abstracts, asked)
    made = embed_pool(papers, arguments.out / VECTORS_FILE)
    model = Model(pool_of(made, len(papers)))
    weights = {n: w for n, w in load_file(str(find_weights().model)).items() if "position_ids" not in n}
    frozen = {name: model.np.asarray(w) for name, w in weights.items()}
    aside = questions_of([one for one in asked if one.kept_aside], papers, made)
    kinds = {"details": [q for q in aside if q.answers], "topics": [q for q in aside if not q.answers]}
    for adapter in train(model, questions_of([a for a in asked if not a.kept_aside], papers, made), frozen, arguments):
        kept = {n: m.astype(np.float16) for n, m in shrunk(adapter, arguments.share).items()}
        save_file(kept, str(arguments.out / ADAPTER_FILE))
    digest = hashlib.sha256((arguments.out / ADAPTER_FILE).read_bytes()).hexdigest()
    print(f"{arguments.out / ADAPTER_FILE}  SHA-256 {digest}")
    for name, one in (("without", shrunk(kept, 0.0)), ("with", kept)):
        for kind, questions in kinds.items():
            told = "  ".join(f"{k} {v:.3f}" for k, v in figures(model, one, frozen, questions).items())
            print(f"{name:8} {kind:8} {len(questions)} questions  {told}", flush=True)


if __name__ == "__main__":
    main()
