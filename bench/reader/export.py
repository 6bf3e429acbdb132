"""Write a trained reader as ONNX, its matrices in blocks of 64 weights of eight bits."""

from pathlib import Path

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper
from onnxruntime.quantization.matmul_nbits_quantizer import MatMulNBitsQuantizer

from bench.reader.network import HEADS, LAYERS, SIZE, Network

FILE = Path(__file__).parents[2] / "bot" / "ranking" / "reader.onnx"
_BLOCK = 64
_OPSET, _IR = 20, 9
_EPSILON = 1e-12
_MASKED = -1e4


class _Graph:
    """Nodes and constants as they are added."""

    def __init__(self, state: dict[str, NDArray[np.float32]]) -> None:
        self.nodes: list[onnx.NodeProto] = []
        self.constants: list[onnx.TensorProto] = []
        self._state = state

    def constant(self, name: str, value: NDArray[np.generic]) -> str:
        self.constants.append(numpy_helper.from_array(np.array(value, order="C"), name))
        return name

    def node(self, operator: str, inputs: list[str], output: str, **attributes: object) -> str:
        self.nodes.append(helper.make_node(operator, inputs, [output], name=output, **attributes))
        return output

    def linear(self, x: str, module: str) -> str:
        self.constant(f"{module}.w", self._state[f"{module}.weight"].T)
        self.constant(f"{module}.b", self._state[f"{module}.bias"])
        product = self.node("MatMul", [x, f"{module}.w"], f"{module}.product")
        return self.node("Add", [product, f"{module}.b"], f"{module}.out")

    def norm(self, x: str, module: str) -> str:
        weight = self.constant(f"{module}.w", self._state[f"{module}.weight"])
        bias = self.constant(f"{module}.b", self._state[f"{module}.bias"])
        inputs = [x, weight, bias]
        return self.node("LayerNormalization", inputs, f"{module}.out", epsilon=_EPSILON, axis=-1)

    def value(self, name: str) -> NDArray[np.float32]:
        return self._state[name]


def graph_of(state: dict[str, NDArray[np.float32]]) -> onnx.ModelProto:
    """Return the network as ONNX: inputs `x`, `segment` and `mask`, output `score`."""
    g = _Graph(state)
    width = SIZE // HEADS
    g.constant("by_head", np.array([0, 0, 3 * HEADS, width], np.int64))
    g.constant("joined", np.array([0, 0, SIZE], np.int64))
    g.constant("scale", np.array(width**-0.5, np.float32))
    g.constant("one", np.array(1, np.float32))
    g.constant("masked", np.array(_MASKED, np.float32))
    for name, axes in (("axis1", [1]), ("axis2", [2]), ("axes12", [1, 2])):
        g.constant(name, np.array(axes, np.int64))
    g.constant("segment.vector", g.value("segment"))
    padding = g.node("Mul", [g.node("Sub", ["one", "mask"], "absent"), "masked"], "penalty")
    hidden = g.node("Unsqueeze", [padding, "axes12"], "hidden")
    which = g.node("Unsqueeze", ["segment", "axis2"], "segment.each")
    added = g.node("Mul", [which, "segment.vector"], "segment.added")
    x = g.norm(g.node("Add", ["x", added], "x.placed"), "eln")
    for at in range(LAYERS):
        name = f"layers.{at}"
        split = g.node("Reshape", [g.linear(x, f"{name}.qkv"), "by_head"], f"{name}.split")
        turned = g.node("Transpose", [split], f"{name}.turned", perm=[0, 2, 1, 3])
        parts = [f"{name}.{part}" for part in ("query", "key", "value")]
        g.nodes.append(helper.make_node("Split", [turned], parts, axis=1, num_outputs=3))
        query = g.node("Mul", [parts[0], "scale"], f"{name}.scaled")
        key = g.node("Transpose", [parts[1]], f"{name}.key.turned", perm=[0, 1, 3, 2])
        heed = g.node("MatMul", [query, key], f"{name}.heed")
        heed = g.node("Add", [heed, hidden], f"{name}.heed.masked")
        share = g.node("Softmax", [heed], f"{name}.share", axis=-1)
        seen = g.node("MatMul", [share, parts[2]], f"{name}.seen")
        seen = g.node("Transpose", [seen], f"{name}.seen.turned", perm=[0, 2, 1, 3])
        seen = g.node("Reshape", [seen, "joined"], f"{name}.seen.joined")
        first = g.node("Add", [x, g.linear(seen, f"{name}.o")], f"{name}.first")
        x = g.norm(first, f"{name}.ln1")
        inner = g.node("Gelu", [g.linear(x, f"{name}.f1")], f"{name}.gelu", approximate="none")
        second = g.node("Add", [x, g.linear(inner, f"{name}.f2")], f"{name}.second")
        x = g.norm(second, f"{name}.ln2")
    text = g.node("Unsqueeze", [g.node("Floor", ["segment"], "text"), "axis2"], "text.each")
    total = g.node("Mul", [x, text], "text.states")
    total = g.node("ReduceSum", [total, "axis1"], "text.sum", keepdims=0)
    count = g.node("ReduceSum", [text, "axis1"], "text.count", keepdims=0)
    mean = g.node("Div", [total, g.node("Clip", [count, "one"], "text.some")], "mean")
    first = g.node("Gather", [x, g.constant("zero", np.array(0, np.int64))], "first", axis=1)
    both = g.node("Concat", [first, mean], "both", axis=-1)
    pooled = g.node("Tanh", [g.linear(both, "h1")], "pooled")
    g.node("Squeeze", [g.linear(pooled, "h2"), "axis1"], "score")

    def tensor(name: str, shape: list[str | int]) -> onnx.ValueInfoProto:
        return helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)

    inputs = [
        tensor("x", ["pairs", "tokens", SIZE]),
        tensor("segment", ["pairs", "tokens"]),
        tensor("mask", ["pairs", "tokens"]),
    ]
    graph = helper.make_graph(g.nodes, "reader", inputs, [tensor("score", ["pairs"])], g.constants)
    opset = [helper.make_opsetid("", _OPSET)]
    model = helper.make_model(graph, opset_imports=opset, ir_version=_IR)
    onnx.checker.check_model(model)
    return model


def export(network: Network, file: Path = FILE) -> None:
    """Write a network's weights."""
    state = {name: value.float().numpy() for name, value in network.state_dict().items()}
    model = graph_of(state)
    blocks = MatMulNBitsQuantizer(
        model, bits=8, block_size=_BLOCK, is_symmetric=True, accuracy_level=4
    )
    blocks.process()
    blocks.model.save_model_to_file(str(file), False)
