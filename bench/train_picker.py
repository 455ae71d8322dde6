r"""Trains the cross-encoder that picks answer sentences, from all-MiniLM-L6-v2, on a CPU.

It reads a question together with a title and one sentence and gives one number, a logit: how much more likely the
sentence is to answer than that nothing does. It is trained listwise: a softmax over some sentences of one passage, one
sentence of another passage, and "none of them" (logit 0), which is the right choice where a question has no answer.
Several sequences share a row (each attends to itself alone), so that hardly any padding is computed. The word and
position embeddings stay as they are. It is trained in three runs: on encyclopedia questions; on questions about papers
with half as many of the former, where the sentences of other passages are some that the query adapter finds near the
question; and on further such questions too, some of which stand before sentences of other papers alone, so that the
logit tells what answers from what is only near. Of the last run half is kept: its weights are averaged with those it
began with (a model soup, Wortsman et al. 2022), which did better than either. ::

    python -m pip install jax optax
    python -m bench.train_picker ANSWERS/train.jsonl.gz --dev ANSWERS/dev.jsonl.gz --out FIRST
    python -m bench.train_picker ANSWERS/train.jsonl.gz --dev ANSWERS/dev.jsonl.gz --out SECOND \
        --start FIRST/weights.safetensors --abstracts ABSTRACTS.jsonl.gz --vectors ADAPTER/vectors.npz
    python -m bench.train_picker ANSWERS/train.jsonl.gz --dev ANSWERS/dev.jsonl.gz --out FOLDER \
        --start SECOND/weights.safetensors --abstracts ABSTRACTS.jsonl.gz --vectors ADAPTER/vectors.npz \
        --further --absent 0.2 --share 0.5

The data are gzipped JSON lines: ``question``, ``title``, ``sentences``, ``answers`` (indices of the answering
sentences; none: unanswerable), ``source``; abstracts and vectors are those of ``bench.train_query_adapter``. The folder
receives ``weights.safetensors``, ``fp32/model.onnx`` and ``model.onnx``, whose matrices have 8 bits.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
import random
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from llama_index.core.base.embeddings.base import BaseEmbedding
from onnx import TensorProto, helper, numpy_helper
from safetensors.numpy import load_file, save_file
from tokenizers import Tokenizer

from bench.asked_papers import Asked, read_every, read_papers, sentences_of
from bench.minilm_jax import PLACES, WORDS, Arrays, Encoder, descend
from ingest.embeddings import make_embedder
from ingest.embeddings.minilm_graph import WIDTH, build_graph
from ingest.embeddings.weights import find_weights
from ingest.paper import Paper
from ingest.settings import Settings
from rag.retrieval.cross_encoder import MODEL_FILE, CrossEncoderPicker, titled

WEIGHTS_FILE = "weights.safetensors"
ROW = 128
"""Word pieces in a row; a longer sequence is cut."""
ROWS = 32
"""Rows in a batch."""
MOST_SEQUENCES = 160
FROZEN = (WORDS, PLACES)
HEAD = "classifier"
PAPERS = "papers"
"""The source of questions about papers."""
_NEAR, _RIVALS = 20, 2
"""Sentences of other papers that are held to be near a question, and those of them that it is trained against."""


@dataclass(frozen=True)
class Example:
    """A question and the sentences of a passage, of which ``answers`` answer it."""

    question: str
    title: str
    sentences: tuple[str, ...]
    answers: tuple[int, ...]
    source: str
    rivals: tuple[tuple[str, str], ...] = ()
    """Titles and sentences of other passages that are near the question."""


@dataclass(frozen=True)
class Group:
    """Sequences that are weighed against each other: word pieces, where the sentence begins, and if it answers."""

    pieces: tuple[tuple[int, ...], ...]
    starts: tuple[int, ...]
    answers: tuple[bool, ...]


def read_examples(path: Path) -> list[Example]:
    """Read gzipped JSON lines."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    return [Example(r["question"], r["title"], tuple(r["sentences"]), tuple(r["answers"]), r["source"]) for r in rows]


def examples_of(
    asked: Sequence[Asked], papers: Sequence[Paper], known: Mapping[str, Any], embedder: BaseEmbedding
) -> list[Example]:
    """Return questions about papers, each with the sentences of its paper and the nearest of others.

    Args:
        asked: the questions; those on a topic are left out.
        papers: those asked about.
        known: their vectors, from the run that trained the adapter.
        embedder: finds what is near a question.
    """
    place = {paper.paper_id: i for i, paper in enumerate(papers)}
    sentences = [sentences_of(paper) for paper in papers]
    owner, rows = known["sentences_owner"], known["sentences"].astype(np.float32)
    first = np.searchsorted(owner, np.arange(len(papers)))
    found = []
    for one in (a for a in asked if a.answers and a.paper_id in place):
        at = place[one.paper_id]
        cosines = rows @ np.array(embedder.get_query_embedding(one.question), np.float32)
        cosines[owner == at] = -1
        near = [(int(owner[i]), int(i - first[owner[i]])) for i in np.argpartition(-cosines, _NEAR)[:_NEAR]]
        rivals = tuple((papers[p].title, sentences[p][k]) for p, k in near if k < len(sentences[p]))
        found.append(Example(one.question, papers[at].title, tuple(sentences[at]), one.answers, PAPERS, rivals))
    return found


def groups_of(
    examples: Sequence[Example], tokenizer: Tokenizer, most: int, rng: random.Random, absent: float = 0.0
) -> Iterator[Group]:
    """Sample at most ``most`` sentences of each passage, and rivals or one of another passage with the same title.

    A share ``absent`` of the questions about papers stands before rivals alone: none of them answers.
    """
    near: dict[tuple[str, str], list[Example]] = defaultdict(list)
    for example in examples:
        near[example.source, example.title].append(example)
    for example in rng.sample(examples, len(examples)):
        others = [i for i in range(len(example.sentences)) if i not in example.answers]
        rng.shuffle(others)
        alone = absent > 0 and bool(example.rivals) and rng.random() < absent
        answers = list(example.answers)[:most]
        kept = [] if alone else answers + others[: max(0, most - len(answers))]
        texts = [titled(example.title, example.sentences[i]) for i in kept]
        told = [i in example.answers for i in kept]
        foreign = rng.choice(near[example.source, example.title])
        if example.rivals:
            texts += [titled(*rival) for rival in rng.sample(example.rivals, _RIVALS + alone * most)]
        elif foreign.sentences != example.sentences:
            texts.append(titled(example.title, rng.choice(foreign.sentences)))
        told += [False] * (len(texts) - len(told))
        encoded = tokenizer.encode_batch([(example.question, text) for text in texts])
        starts = tuple(e.type_ids.index(1) for e in encoded)
        yield Group(tuple(tuple(e.ids) for e in encoded), starts, tuple(told))


def batches_of(groups: Iterator[Group]) -> Iterator[Arrays]:
    """Lay groups into batches of ``ROWS`` rows, a sequence in the first row that has room."""
    batch, room = _Batch(), [ROW] * ROWS
    for group in groups:
        places = _fit(group, room) if batch.count + len(group.pieces) < MOST_SEQUENCES else None
        if places is None:
            yield batch.arrays
            batch, room = _Batch(), [ROW] * ROWS
            places = _fit(group, room)
        batch.add(group, places or [])
    yield batch.arrays


def _fit(group: Group, room: list[int]) -> list[tuple[int, int]] | None:
    """Find a (row, column) for each sequence, taking the room; ``None``, and no room taken, where one finds none."""
    left, places = room.copy(), []
    for pieces in group.pieces:
        row = next((i for i, free in enumerate(left) if free >= len(pieces)), None)
        if row is None:
            return None
        places.append((row, ROW - left[row]))
        left[row] -= len(pieces)
    room[:] = left
    return places


class _Batch:
    """A batch as it is filled; sequence 0 and group 0 stand for padding."""

    def __init__(self) -> None:
        self.count = 0
        self.groups = 0
        grid, line = (ROWS, ROW), MOST_SEQUENCES
        self.arrays: Arrays = {name: np.zeros(grid, np.int32) for name in ("ids", "types", "positions", "owner")}
        self.arrays |= {"row": np.zeros(line, np.int32), "first": np.zeros(line, np.int32)}
        self.arrays |= {"group": np.zeros(line, np.int32), "answers": np.zeros(line, np.float32)}

    def add(self, group: Group, places: Sequence[tuple[int, int]]) -> None:
        self.groups += 1
        for pieces, start, told, (row, at) in zip(group.pieces, group.starts, group.answers, places, strict=True):
            self.count += 1
            span = slice(at, at + len(pieces))
            self.arrays["ids"][row, span] = pieces
            self.arrays["types"][row, at + start : at + len(pieces)] = 1
            self.arrays["positions"][row, span] = np.arange(len(pieces))
            self.arrays["owner"][row, span] = self.count
            self.arrays["row"][self.count], self.arrays["first"][self.count] = row, at
            self.arrays["group"][self.count], self.arrays["answers"][self.count] = self.groups, told


class Model:
    """BERT in the MiniLM size with a linear head on the first piece and the mean of all, in JAX."""

    def __init__(self) -> None:
        self.encoder = Encoder()
        self.jax, self.np = self.encoder.jax, self.encoder.np

    def logits(self, p: Arrays, frozen: Arrays, batch: Arrays) -> Any:
        """Return one logit a sequence of a batch."""
        same = batch["owner"][:, :, None] == batch["owner"][:, None, :]
        inputs = batch["ids"], batch["positions"], batch["types"]
        x = self.encoder(p | frozen, inputs, self.np.where(same, 0.0, -1e9)[:, None])
        first = x[batch["row"], batch["first"]]
        owner, total = batch["owner"].reshape(-1), MOST_SEQUENCES
        summed = self.jax.ops.segment_sum(x.reshape(-1, WIDTH), owner, total)
        count = self.jax.ops.segment_sum(self.np.ones(owner.shape), owner, total)
        pooled = self.np.concatenate([first, summed / self.np.maximum(count, 1)[:, None]], -1)
        return pooled @ p[f"{HEAD}.weight"][0] + p[f"{HEAD}.bias"][0]

    def loss(self, p: Arrays, frozen: Arrays, batch: Arrays) -> Any:
        """Return the mean over groups of -log of the share that falls to the right choice."""
        group, total = batch["group"], MOST_SEQUENCES
        odds = self.np.exp(self.np.clip(self.logits(p, frozen, batch), -30, 30)) * (group > 0)
        every = self.jax.ops.segment_sum(odds, group, total) + 1
        right = self.jax.ops.segment_sum(odds * batch["answers"], group, total)
        none = self.jax.ops.segment_sum(batch["answers"], group, total) == 0
        there = (self.jax.ops.segment_sum(self.np.ones(total), group, total) > 0) & (self.np.arange(total) > 0)
        lost = self.np.log(every) - self.np.where(none, 0.0, self.np.log(self.np.maximum(right, 1e-13)))
        return (lost * there).sum() / there.sum()


def initial(rng: np.random.Generator, start: Path | None) -> tuple[Arrays, Arrays]:
    """Return the weights to train, with a new head where ``start`` is not an earlier run's, and those that stay."""
    weights = load_file(str(start or find_weights().model))
    kept = {name: value for name, value in weights.items() if name.startswith(("embeddings.", "encoder."))}
    kept.pop("embeddings.position_ids", None)
    frozen = {name: kept.pop(name) for name in FROZEN}
    head = {"weight": rng.normal(0, 0.02, (1, 2 * WIDTH)), "bias": np.zeros(1)}
    kept |= {f"{HEAD}.{part}": weights.get(f"{HEAD}.{part}", new.astype(np.float32)) for part, new in head.items()}
    return kept, frozen


def averaged(weights: Arrays, start: Path | None, share: float) -> Arrays:
    """Return weights that keep a share of how far a run went from those it started with."""
    began = load_file(str(start)) if start and share < 1 else weights
    return {name: (share * value + (1 - share) * began[name]).astype(value.dtype) for name, value in weights.items()}


def train(examples: Sequence[Example], tokenizer: Tokenizer, arguments: argparse.Namespace) -> Iterator[Arrays]:
    """Train, yielding the weights now and then and at the end."""
    model, rng = Model(), random.Random(arguments.seed)
    trained, frozen = initial(np.random.default_rng(arguments.seed), arguments.start)
    groups = groups_of(examples, tokenizer, arguments.sentences, rng, arguments.absent)
    batches = list(islice(batches_of(groups), arguments.steps))
    for i, weights in enumerate(descend(model.loss, trained, frozen, batches, arguments.rate), 1):
        if i % arguments.every == 0 or i == len(batches):
            yield {name: np.asarray(value) for name, value in (weights | frozen).items()}


def classifier_graph(weights_file: Path) -> onnx.ModelProto:
    """Return the ONNX graph of trained weights: all-MiniLM-L6-v2's, with segments and the head instead of a unit mean.

    Raises:
        ValueError: the graph is not laid out as expected.
    """
    weights = load_file(str(weights_file))
    model = onnx.load_model_from_string(build_graph(weights_file))
    graph = model.graph
    mean = next(node for node in graph.node if node.op_type == "Div" and node.output[0] != "embedding").output[0]
    last = [node for node in graph.node if node.op_type == "LayerNormalization"][-1].output[0]
    segments = next((node for node in graph.node if "segment" in node.input), None)
    if segments is None:
        raise ValueError("the embedder's graph adds no segment embedding")
    segments.input[list(segments.input).index("segment")] = "segments"
    kept = [node for node in graph.node if node.op_type != "ReduceL2" and node.output[0] != "embedding"]
    types = helper.make_node("Gather", ["types", "token_type_ids"], ["segments"])
    ends = [
        helper.make_node("Gather", [last, "place"], ["first"], axis=1),
        helper.make_node("Concat", ["first", mean], ["pooled"], axis=-1),
        helper.make_node("Gemm", ["pooled", f"{HEAD}.weight", f"{HEAD}.bias"], ["logits"], transB=1),
    ]
    del graph.node[:], graph.output[:]
    graph.node.extend([types, *kept, *ends])
    added = {"types": weights["embeddings.token_type_embeddings.weight"], "place": np.array(0, np.int64)}
    added |= {name: weights[name] for name in (f"{HEAD}.weight", f"{HEAD}.bias")}
    graph.initializer.extend([numpy_helper.from_array(value, name) for name, value in added.items()])
    graph.input.append(helper.make_tensor_value_info("token_type_ids", TensorProto.INT64, ["batch", "length"]))
    graph.output.append(helper.make_tensor_value_info("logits", TensorProto.FLOAT, ["batch", 1]))
    graph.name = "citetrail sentence picker"
    onnx.checker.check_model(model)
    return model


def export(weights_file: Path, folder: Path) -> Path:
    """Write ``model.onnx`` with 8-bit matrices and embeddings (beside ``fp32/model.onnx``) and return its path."""
    from onnxruntime.quantization import QuantType, quantize_dynamic

    full, small = folder / "fp32" / MODEL_FILE, folder / MODEL_FILE
    full.parent.mkdir(parents=True, exist_ok=True)
    onnx.save_model(classifier_graph(weights_file), str(full))
    # Seven bits of eight: processors without VNNI add pairs of products in 16 bits, which would overflow.
    quantize_dynamic(
        full,
        small,
        op_types_to_quantize=["MatMul", "Gather"],
        per_channel=True,
        reduce_range=True,
        weight_type=QuantType.QInt8,
    )
    return small


def figures(picker: CrossEncoderPicker, examples: Sequence[Example]) -> Mapping[str, float]:
    """Return how often the best sentence answers, and the AUC of answerable against not by the best score."""
    best, hits = [], []
    for example in examples:
        scores = picker.score(example.question, example.title, example.sentences)
        best.append(max(scores))
        if example.answers:
            hits.append(int(np.argmax(scores)) in example.answers)
    yes = np.array([b for b, e in zip(best, examples, strict=True) if e.answers])
    no = np.array([b for b, e in zip(best, examples, strict=True) if not e.answers])
    wins = (yes[:, None] > no[None]).mean() + (yes[:, None] == no[None]).mean() / 2 if len(no) else float("nan")
    return {"first": float(np.mean(hits)), "auc": float(wins), "questions": len(examples)}


def main() -> None:
    """Train, export and measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("train", type=Path, help="gzipped JSON lines to train on")
    parser.add_argument("--dev", type=Path, help="gzipped JSON lines to measure with")
    parser.add_argument("--out", type=Path, required=True, help="the folder to write into")
    parser.add_argument("--steps", type=int, default=600, help="batches at most (default: 600)")
    parser.add_argument("--sentences", type=int, default=4, help="sentences of a passage at most (default: 4)")
    parser.add_argument("--rate", type=float, default=1e-4, help="highest learning rate (default: 0.0001)")
    parser.add_argument("--every", type=int, default=100, help="batches between two savings (default: 100)")
    parser.add_argument("--start", type=Path, help=f"{WEIGHTS_FILE} of an earlier run to go on from")
    parser.add_argument("--abstracts", type=Path, help="gzipped JSON lines of the papers asked about")
    parser.add_argument("--vectors", type=Path, help="their vectors, as bench.train_query_adapter leaves them")
    parser.add_argument("--adapter", default="", help="folder of the query adapter (default: the bundled one)")
    parser.add_argument("--further", action="store_true", help="train on the further questions about papers too")
    parser.add_argument("--absent", type=float, default=0.0, help="share of questions without an answer (default: 0)")
    parser.add_argument("--share", type=float, default=1.0, help="of what the run changes that is kept (default: 1)")
    parser.add_argument("--seed", type=int, default=0, help="of the order, the sampling and the head (default: 0)")
    arguments = parser.parse_args()
    if not arguments.train.is_file():
        print(f"skipped: there is no {arguments.train}")
        return
    tokenizer = Tokenizer.from_file(str(find_weights().tokenizer))
    tokenizer.no_padding()
    tokenizer.enable_truncation(ROW)
    arguments.out.mkdir(parents=True, exist_ok=True)
    examples = read_examples(arguments.train)
    aside: list[Example] = []
    if arguments.abstracts:
        every, known = read_every(arguments.further), np.load(arguments.vectors)
        papers = read_papers(arguments.abstracts, every)
        if [paper.paper_id for paper in papers] != known["ids"].tolist():
            raise SystemExit(f"{arguments.vectors} holds the vectors of other papers; train the query adapter first")
        embedder = make_embedder(Settings(query_adapter=arguments.adapter))
        parts = ([one for one in every if one.kept_aside is held] for held in (False, True))
        asked, aside = (examples_of(part, papers, known, embedder) for part in parts)
        examples = asked + random.Random(arguments.seed).sample(examples, len(asked) // 2)
    for weights in train(examples, tokenizer, arguments):
        save_file(averaged(weights, arguments.start, arguments.share), str(arguments.out / WEIGHTS_FILE))
    model = export(arguments.out / WEIGHTS_FILE, arguments.out)
    print(f"{model}  {model.stat().st_size / 1e6:.1f} MB  SHA-256 {hashlib.sha256(model.read_bytes()).hexdigest()}")
    if arguments.dev and arguments.dev.is_file():
        examples, picker = read_examples(arguments.dev) + aside, CrossEncoderPicker(arguments.out)
        for source in ("", *sorted({e.source for e in examples})):
            reached = figures(picker, [e for e in examples if source in ("", e.source)])
            print(f"{source or 'all':24} " + "  ".join(f"{name} {value:.3f}" for name, value in reached.items()))


if __name__ == "__main__":
    main()
