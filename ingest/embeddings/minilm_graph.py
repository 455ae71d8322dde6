"""An ONNX graph of all-MiniLM-L6-v2, built from its safetensors weights.

The architecture is BERT (Devlin et al. 2019) in the MiniLM size (Wang et al. 2020): 6 layers, 384 wide, 12
heads; mean pooling over the unmasked word pieces and L2 normalisation as Sentence-BERT (Reimers and Gurevych
2019) trained it. Inputs ``input_ids`` and ``attention_mask``, int64 ``(batch, length)``; output ``embedding``,
float32 ``(batch, 384)``, each row of length 1.

``states``, float32 ``(batch, length, 384)``, are what is pooled: the last layer's, of each word piece.

An adapter adds a product of two narrow matrices to every matrix of the layers (LoRA, Hu et al. 2022), times an input
of its own, float32 ``(1,)``: ``asking`` for the query adapter, 1 for questions, 0 for texts, whose vectors are then
those of the model alone; ``matching`` for that of late interaction.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper
from safetensors import SafetensorError
from safetensors.numpy import load_file

from ingest.embeddings.query_adapter import DOWN, UP

GRAPH_VERSION = 3
LAYERS = 6
HEADS = 12
WIDTH = 384
_EPSILON = 1e-12
_OPSET = 20  # the first with Gelu; LayerNormalization came with 17


@dataclass
class _Graph:
    """Nodes and constants as they are added; every method returns the name of its output."""

    weights: dict[str, NDArray[np.float32]]
    adapters: dict[str, dict[str, NDArray[np.float32]]] = field(default_factory=dict)
    """By the input that turns each on."""
    switched: dict[tuple[tuple[str, int], ...], str] = field(default_factory=dict)
    nodes: list[onnx.NodeProto] = field(default_factory=list)
    constants: dict[str, NDArray[np.generic]] = field(default_factory=dict)

    def op(self, kind: str, inputs: Sequence[str], **attributes: Any) -> str:
        name = f"{kind}_{len(self.nodes)}"
        self.nodes.append(helper.make_node(kind, list(inputs), [name], **attributes))
        return name

    def constant(self, name: str, value: NDArray[np.generic]) -> str:
        self.constants[name] = value
        return name

    def weight(self, name: str) -> str:
        return self.constant(name, self.weights[name])

    def linear(self, x: str, name: str) -> str:
        kernel = self.constant(f"{name}.kernel", np.ascontiguousarray(self.weights[f"{name}.weight"].T))
        plain = self.op("Add", [self.op("MatMul", [x, kernel]), self.weight(f"{name}.bias")])
        adapters = {switch: adapter for switch, adapter in self.adapters.items() if name + DOWN in adapter}
        if not adapters:
            return plain
        # All of them in one product: two small ones would take the time of two.
        down = np.concatenate([adapter[name + DOWN].T for adapter in adapters.values()], axis=1)
        up = np.concatenate([adapter[name + UP].T for adapter in adapters.values()])
        on = self._switched(tuple((switch, len(adapter[name + DOWN])) for switch, adapter in adapters.items()))
        narrow = self.op("Mul", [self.op("MatMul", [x, self.constant(name + DOWN, down)]), on])
        return self.op("Add", [plain, self.op("MatMul", [narrow, self.constant(name + UP, up)])])

    def _switched(self, ranks: tuple[tuple[str, int], ...]) -> str:
        """Return the adapters' switches side by side, each as often as its rank."""
        if ranks not in self.switched:
            times = [self.op("Expand", [switch, self.constant(f"rank_{rank}", _ints(rank))]) for switch, rank in ranks]
            self.switched[ranks] = self.op("Concat", times, axis=0)
        return self.switched[ranks]

    def norm(self, x: str, name: str) -> str:
        inputs = [x, self.weight(f"{name}.weight"), self.weight(f"{name}.bias")]
        return self.op("LayerNormalization", inputs, axis=-1, epsilon=_EPSILON)


def _embeddings(g: _Graph) -> str:
    words = g.op("Gather", [g.weight("embeddings.word_embeddings.weight"), "input_ids"])
    length = g.op("Slice", [g.op("Shape", ["input_ids"]), g.constant("one", _ints(1)), g.constant("two", _ints(2))])
    until = g.op("Squeeze", [length, g.constant("axis0", _ints(0))])
    zero, step = g.constant("zero", np.array(0, np.int64)), g.constant("step", np.array(1, np.int64))
    places = g.op("Range", [zero, until, step])
    positions = g.op("Gather", [g.weight("embeddings.position_embeddings.weight"), places])
    segment = g.constant("segment", g.weights["embeddings.token_type_embeddings.weight"][:1])
    return g.norm(g.op("Add", [g.op("Add", [words, positions]), segment]), "embeddings.LayerNorm")


def _heads(g: _Graph, x: str, transpose: tuple[int, ...]) -> str:
    shape = g.constant("heads", _ints(0, 0, HEADS, WIDTH // HEADS))
    return g.op("Transpose", [g.op("Reshape", [x, shape])], perm=transpose)


def _layer(g: _Graph, x: str, mask: str, name: str) -> str:
    query = _heads(g, g.linear(x, f"{name}.attention.self.query"), (0, 2, 1, 3))
    key = _heads(g, g.linear(x, f"{name}.attention.self.key"), (0, 2, 3, 1))
    value = _heads(g, g.linear(x, f"{name}.attention.self.value"), (0, 2, 1, 3))
    scale = g.constant("scale", np.array((WIDTH // HEADS) ** -0.5, np.float32))
    scores = g.op("Add", [g.op("Mul", [g.op("MatMul", [query, key]), scale]), mask])
    mixed = g.op("MatMul", [g.op("Softmax", [scores], axis=-1), value])
    joined = g.op("Reshape", [g.op("Transpose", [mixed], perm=(0, 2, 1, 3)), g.constant("whole", _ints(0, 0, WIDTH))])
    attended = g.linear(joined, f"{name}.attention.output.dense")
    x = g.norm(g.op("Add", [attended, x]), f"{name}.attention.output.LayerNorm")
    inner = g.op("Gelu", [g.linear(x, f"{name}.intermediate.dense")])
    return g.norm(g.op("Add", [g.linear(inner, f"{name}.output.dense"), x]), f"{name}.output.LayerNorm")


def _pool(g: _Graph, x: str, mask: str) -> None:
    column = g.op("Unsqueeze", [mask, g.constant("axis2", _ints(2))])
    axis = g.constant("axis1", _ints(1))
    summed = g.op("ReduceSum", [g.op("Mul", [x, column]), axis], keepdims=0)
    count = g.op("ReduceSum", [column, axis], keepdims=0)
    mean = g.op("Div", [summed, count])
    length = g.op("ReduceL2", [mean, g.constant("last", _ints(-1))], keepdims=1)
    g.nodes.append(helper.make_node("Div", [mean, length], ["embedding"]))


def _ints(*values: int) -> NDArray[np.int64]:
    return np.array(values, np.int64)


def build_graph(weights_file: Path, adapters: Mapping[str, Path] | None = None) -> bytes:
    """Build the graph from ``model.safetensors`` and return it serialised (about 90 MB).

    Args:
        weights_file: the model's weights.
        adapters: the adapters' files by the input that turns each on; the graph has no others of these inputs.

    Raises:
        KeyError: a tensor of the architecture is not in the file.
        ValueError: an adapter cannot be read, or does not fit the model; the first argument is its file.
    """
    weights = load_file(str(weights_file))
    g = _Graph(weights, {switch: _narrow(path, weights) for switch, path in (adapters or {}).items()})
    mask = g.op("Cast", ["attention_mask"], to=TensorProto.FLOAT)
    wide = g.op("Unsqueeze", [mask, g.constant("axes12", _ints(1, 2))])
    closed = g.op("Sub", [g.constant("full", np.array(1, np.float32)), wide])
    bias = g.op("Mul", [closed, g.constant("far", np.array(-1e4, np.float32))])
    x = _embeddings(g)
    for i in range(LAYERS):
        x = _layer(g, x, bias, f"encoder.layer.{i}")
    _pool(g, x, mask)
    g.nodes.append(helper.make_node("Identity", [x], ["states"]))
    return _serialise(g)


def _narrow(adapter: Path, weights: Mapping[str, NDArray[np.float32]]) -> dict[str, NDArray[np.float32]]:
    """Return an adapter's matrices, two for each matrix of the model that it adds to."""
    try:
        held = load_file(str(adapter))
    except SafetensorError as error:
        raise ValueError(adapter, str(error)) from error
    narrow = {name: matrix.astype(np.float32) for name, matrix in held.items() if name.endswith((DOWN, UP))}
    for name in sorted({n.removesuffix(DOWN).removesuffix(UP) for n in narrow}):
        if f"{name}.weight" not in weights:
            raise ValueError(adapter, f"the model has no {name}")
        up, down = (narrow[name + part].shape if name + part in narrow else () for part in (UP, DOWN))
        whole = weights[f"{name}.weight"].shape
        if up[:1] + down[1:] != whole or up[1:] != down[:1]:
            raise ValueError(adapter, f"matrices of the forms {up} and {down} for {name}, whose form is {whole}")
    return narrow


def _serialise(g: _Graph) -> bytes:
    shape = ["batch", "length"]
    inputs = [helper.make_tensor_value_info(name, TensorProto.INT64, shape) for name in ("input_ids", "attention_mask")]
    inputs += [helper.make_tensor_value_info(switch, TensorProto.FLOAT, [1]) for switch in g.adapters]
    graph = helper.make_graph(
        g.nodes,
        "all-MiniLM-L6-v2",
        inputs,
        [
            helper.make_tensor_value_info("embedding", TensorProto.FLOAT, ["batch", WIDTH]),
            helper.make_tensor_value_info("states", TensorProto.FLOAT, [*shape, WIDTH]),
        ],
        [numpy_helper.from_array(value, name) for name, value in g.constants.items()],
    )
    model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", _OPSET)], ir_version=10)
    onnx.checker.check_model(model)
    return bytes(model.SerializeToString())
