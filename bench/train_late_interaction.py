"""Trains the late-interaction model, on a CPU.

Papers' word pieces keep the states that all-MiniLM-L6-v2 gives them. What is trained is how they, and a question's, are
brought down to few dimensions, how much each piece of a question weighs, and a low-rank adapter (LoRA, Hu et al. 2022)
for reading the question, begun as the query adapter. The loss is a softmax over the papers of a batch: the right one,
those of the other questions and a near one of each, by the weighted mean of the nearest pieces' cosines (Khattab and
Zaharia 2020). The heads are trained alone first, then everything. ::

    python -m pip install jax optax
    python -m bench.train_late_interaction ABSTRACTS.jsonl.gz --out FOLDER

Abstracts and questions are those of ``bench.train_query_adapter``; some papers' are kept aside to measure with. The
folder receives ``late_interaction.safetensors`` and, for another run, the papers' states (about 1 GB).
"""

from __future__ import annotations

import argparse
import hashlib
import math
import random
from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from safetensors.numpy import load_file, save_file

from bench.asked_papers import Asked, read_every, read_papers
from bench.minilm_jax import Arrays, Encoder, descend
from ingest.embeddings.added import OFF
from ingest.embeddings.late_interaction import BIAS, LATE_FILE, QUESTION, RARITY, TEXT, WEIGHT
from ingest.embeddings.minilm import MiniLMEmbedding
from ingest.embeddings.minilm_graph import WIDTH
from ingest.embeddings.query_adapter import ADAPTER_FILE, BUNDLED
from ingest.embeddings.weights import find_weights
from ingest.manifest import PASSAGE_OVERLAP, PASSAGE_TOKENS
from ingest.onnx_session import open_tokenizer
from ingest.paper import Paper
from ingest.passages import PassageSplitter

STATES_FILE = "states.npz"
ROWS = 48
"""Questions in a batch, beside whose papers as many near ones stand."""
QUESTION_PIECES, PAPER_PIECES = 40, 288
"""What is read of a question, its marks counted, and of a paper; of longer papers a sample by chance."""
NEAREST = 40
"""Papers near a question by the mean of its states, one of which is drawn for it."""
SCALE = "scale"
FIRST_SCALE, FIRST_BIAS = 3.5, 0.5
"""Where the logarithm of what cosines are multiplied by, and the weights' intercept, begin."""
SMALL_POOL = 207


@dataclass(frozen=True)
class Papers:
    """Papers' word pieces."""

    states: Any
    """Of the encoder's last layer, float16 ``(papers, PAPER_PIECES, 384)``."""
    held: Any
    """Which of them there are, ``(papers, PAPER_PIECES)``."""
    rarity: Any
    """Of each piece of the vocabulary: the logarithm of the papers over those that hold it; 0 of marks."""


def read_states(papers: Sequence[Paper], kept: Path, seed: int) -> Papers:
    """Return the pieces of papers as their passages are embedded, from an earlier run's file if there is one."""
    if kept.is_file():
        return Papers(**np.load(kept))
    embedder = MiniLMEmbedding(query_adapter=OFF, late_interaction=OFF)
    splitter = PassageSplitter(passage_tokens=PASSAGE_TOKENS, passage_overlap=PASSAGE_OVERLAP)
    rng = np.random.default_rng(seed)
    states = np.zeros((len(papers), PAPER_PIECES, WIDTH), np.float16)
    held = np.zeros(states.shape[:2], bool)
    tokenizer = open_tokenizer(find_weights().tokenizer, PAPER_PIECES)
    papers_with = np.zeros(tokenizer.get_vocab_size())
    for place, paper in enumerate(papers):
        passages = [f"{paper.title}\n{paper.abstract[start:end]}" for start, end in splitter.spans(paper.abstract)]
        read = sorted(embedder.read(passages), key=lambda one: one[0])
        rows, pieces = np.concatenate([one[2] for one in read]), np.concatenate([one[3] for one in read])
        chosen = np.sort(rng.permutation(len(rows))[:PAPER_PIECES])
        states[place, : len(chosen)], held[place, : len(chosen)] = rows[chosen], True
        papers_with[np.unique(pieces)] += 1
        print(f"\rreading {place + 1}/{len(papers)}", end="", flush=True)
    print()
    rarity = np.maximum(np.log((len(papers) + 1) / (papers_with + 0.5)), 0.0)
    for piece, number in tokenizer.get_vocab().items():
        if not any(sign.isalnum() for sign in piece.removeprefix("##")) or piece.startswith("["):
            rarity[number] = 0.0
    made = Papers(states, held, rarity.astype(np.float32))
    np.savez(kept, allow_pickle=False, **vars(made))
    return made


@dataclass(frozen=True)
class Questions:
    """Questions as word pieces ``(questions, QUESTION_PIECES)`` with their marks, and their papers' places."""

    pieces: Any
    mask: Any
    papers: Any


def questions_of(asked: Sequence[Asked], papers: Sequence[Paper]) -> Questions:
    """Return the questions whose papers are at hand."""
    tokenizer = open_tokenizer(find_weights().tokenizer, QUESTION_PIECES)
    place = {paper.paper_id: i for i, paper in enumerate(papers)}
    known = [one for one in asked if one.paper_id in place]
    pieces = np.zeros((len(known), QUESTION_PIECES), np.int32)
    for row, one in enumerate(known):
        ids = tokenizer.encode(one.question).ids
        pieces[row, : len(ids)] = ids
    return Questions(
        pieces, (pieces > 0).astype(np.float32), np.array([place[one.paper_id] for one in known], np.int32)
    )


class Model:
    """The encoder with its adapter, and the scores of papers for questions."""

    def __init__(self) -> None:
        self.encoder = Encoder()
        self.jax, self.np = self.encoder.jax, self.encoder.np
        self.states = self.jax.jit(self.encoder.adapted)
        self.scores = self.jax.jit(self._scores)

    def _unit(self, rows: Any) -> Any:
        return rows / self.np.sqrt((rows * rows).sum(-1, keepdims=True) + 1e-6)

    def _scores(self, p: Arrays, frozen: Arrays, batch: Arrays) -> Any:
        """Return the scores of the batch's papers for its questions, ``(questions, papers)``."""
        states = self.encoder.adapted(p, frozen, batch["pieces"], batch["mask"])
        asked, texts = self._unit(states @ p[QUESTION]), self._unit(batch["states"] @ p[TEXT])
        cosines = self.np.einsum("qid,kjd->qikj", asked, texts)
        nearest = self.np.where(batch["held"][None, None], cosines, -1.0).max(-1)
        weights = self.jax.nn.softplus(states @ p[WEIGHT] + p[BIAS]) * frozen[RARITY][batch["pieces"]] * batch["mask"]
        return (nearest * weights[..., None]).sum(1) / (weights.sum(1) + 1e-6)[:, None]

    def loss(self, p: Arrays, frozen: Arrays, batch: Arrays) -> Any:
        """Return the mean of -log of the share that falls to the right paper."""
        scores = self._scores(p, frozen, batch) * self.np.exp(p[SCALE])
        logs = self.jax.nn.log_softmax(self.np.where(batch["same"], -1e9, scores), -1)
        return -self.np.diagonal(logs).mean()


def nearest_papers(questions: Questions, papers: Papers, model: Model, p: Arrays, frozen: Arrays) -> Any:
    """Return the places of the :data:`NEAREST` papers of each question but its own, by the mean of the states."""
    centres = np.stack([s[h].astype(np.float32).mean(0) for s, h in zip(papers.states, papers.held, strict=True)])
    centres /= np.linalg.norm(centres, axis=1, keepdims=True)
    found = np.zeros((len(questions.papers), NEAREST), np.int32)
    for at in range(0, len(found), ROWS):
        mask = questions.mask[at : at + ROWS]
        states = np.asarray(model.states(p, frozen, questions.pieces[at : at + ROWS], mask))
        likeness = (states * mask[..., None]).sum(1) @ centres.T
        likeness[np.arange(len(likeness)), questions.papers[at : at + ROWS]] = -np.inf
        found[at : at + ROWS] = np.argpartition(-likeness, NEAREST, 1)[:, :NEAREST]
    return found


class Batches(Sequence[Arrays]):
    """Batches that go through the questions so many times, in an order by chance; each is laid out when it is read."""

    def __init__(self, questions: Questions, near: Any, papers: Papers, passes: float, rng: random.Random) -> None:
        self._questions, self._papers = questions, papers
        count = len(questions.papers)
        order = [i for _ in range(math.ceil(passes)) for i in rng.sample(range(count), count)]
        self._rows = [np.array(order[at : at + ROWS]) for at in range(0, int(passes * count) - ROWS + 1, ROWS)]
        self._near = [[near[row, rng.randrange(NEAREST)] for row in rows] for rows in self._rows]

    def __len__(self) -> int:
        """Return how many batches there are."""
        return len(self._rows)

    def __getitem__(self, place: Any) -> Any:
        """Lay out a batch."""
        rows = self._rows[place]
        own = self._questions.papers[rows]
        among = np.concatenate([own, self._near[place]])
        same = among[None] == own[:, None]
        np.fill_diagonal(same, False)
        return batch_of(self._questions, rows, self._papers, among) | {"same": same}


def batch_of(questions: Questions, rows: Any, papers: Papers, among: Any) -> Arrays:
    """Lay out some questions and the papers that they are held against."""
    asked = {"pieces": questions.pieces[rows], "mask": questions.mask[rows]}
    return asked | {"states": papers.states[among].astype(np.float32), "held": papers.held[among]}


def initial(papers: Papers, dimension: int) -> Arrays:
    """Return the query adapter and heads that keep the papers' states' main directions."""
    states = papers.states[:600][papers.held[:600]].astype(np.float32)
    states /= np.linalg.norm(states, axis=1, keepdims=True)
    directions = np.linalg.svd(states[np.random.default_rng(0).permutation(len(states))[:20_000]], False)[2]
    adapter = {n: m.astype(np.float32) for n, m in load_file(str(BUNDLED / ADAPTER_FILE)).items()}
    head = directions[:dimension].T.astype(np.float32)
    rest = {WEIGHT: np.zeros(WIDTH), BIAS: np.array([FIRST_BIAS]), SCALE: np.array(FIRST_SCALE)}
    return adapter | {QUESTION: head, TEXT: head} | {name: np.asarray(x, np.float32) for name, x in rest.items()}


def last(steps: Iterator[Arrays]) -> Arrays:
    """Go through the steps of a training and return what the last one leaves."""
    return deque(steps, maxlen=1).pop()


def figures(model: Model, p: Arrays, frozen: Arrays, questions: Questions, papers: Papers) -> dict[str, float]:
    """Return how often a question's paper comes first, and in the first five, among it and 206 others by chance."""
    rng = np.random.default_rng(1)
    ranks = []
    for row, own in enumerate(questions.papers):
        among = np.concatenate([[own], rng.permutation(len(papers.held))[: SMALL_POOL - 1]])
        scores = np.asarray(model.scores(p, frozen, batch_of(questions, [row], papers, among)))[0]
        ranks.append((scores[1:][among[1:] != own] > scores[0]).sum())
    return {f"small {k}": float(np.mean(np.array(ranks) < k)) for k in (1, 5)}


def main() -> None:
    """Read, train, measure and save."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("abstracts", type=Path, help="gzipped JSON lines of papers")
    parser.add_argument("--out", type=Path, required=True, help="the folder to write into")
    parser.add_argument("--dimension", type=int, default=64, help="numbers of a piece's vector (default: 64)")
    parser.add_argument("--seed", type=int, default=0, help="of the order and the samples (default: 0)")
    parser.add_argument("--measured", type=int, default=600, help="questions kept aside to measure with (default: 600)")
    arguments = parser.parse_args()
    if not arguments.abstracts.is_file():
        print(f"skipped: there is no {arguments.abstracts}")
        return
    arguments.out.mkdir(parents=True, exist_ok=True)
    asked = read_every()
    papers = read_papers(arguments.abstracts, asked)
    read = read_states(papers, arguments.out / STATES_FILE, arguments.seed)
    weights = {n: w for n, w in load_file(str(find_weights().model)).items() if "position_ids" not in n}
    model, rng = Model(), random.Random(arguments.seed)
    frozen = {name: model.np.asarray(w) for name, w in weights.items()} | {RARITY: model.np.asarray(read.rarity)}
    p = initial(read, arguments.dimension)
    mine = questions_of([one for one in asked if not one.kept_aside], papers)
    near = nearest_papers(mine, read, model, p, frozen)
    heads = {name: p[name] for name in (QUESTION, TEXT, WEIGHT, BIAS, SCALE)}
    fixed = frozen | {name: model.np.asarray(matrix) for name, matrix in p.items() if name not in heads}

    def by_heads(trained: Arrays, held: Arrays, batch: Arrays) -> Any:
        return model.loss({**held, **trained}, held, batch)

    first = last(descend(by_heads, heads, fixed, Batches(mine, near, read, 1.0, rng), 1e-3))
    p = last(descend(model.loss, p | first, frozen, Batches(mine, near, read, 1.5, rng), 3e-4))
    kept = {name: np.asarray(x) for name, x in p.items() if name != SCALE} | {RARITY: read.rarity}
    path = arguments.out / LATE_FILE
    save_file({name: x.astype(np.float16) for name, x in kept.items()}, str(path))
    print(f"{path}  SHA-256 {hashlib.sha256(path.read_bytes()).hexdigest()}")
    aside = questions_of([one for one in asked if one.kept_aside][: arguments.measured], papers)
    told = "  ".join(f"{k} {v:.3f}" for k, v in figures(model, p, frozen, aside, read).items())
    print(f"{len(aside.papers)} questions  {told}")


if __name__ == "__main__":
    main()
