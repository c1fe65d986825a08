#!/usr/bin/env python3
"""Runs every line that Poolscope writes in another framework's name there, and writes down what it gave: data/results.json.

    python3 -m venv venv
    venv/bin/pip install torch==2.13.0 numpy==2.4.6 keras==3.15.1 jax==0.10.2 onnx==1.23.2 onnxruntime==1.32.0
    POOLSCOPE_WRITE_LINES=lines.json npx vitest run --project frameworks   # the lines; fails as long as there are new ones
    venv/bin/python tests/frameworks/generate.py lines.json

The lines are this project's own; they are evaluated as Python. No test needs any of these packages, the results are committed.
"""
import json
import os
import sys

# Of the backends JAX pools as TensorFlow does; torch's "same" repeats the edge in averages.
os.environ["KERAS_BACKEND"] = "jax"

import keras
import numpy as np
import onnx
import onnxruntime
import torch
from torch import nn
from torch.nn import functional as F

OPSET = 22


def run_pytorch(code, x):
    """A layer, or an expression in x."""
    x = torch.from_numpy(x)[None, None]
    made = eval(code, {"nn": nn, "F": F, "x": x, "float": float})
    return (made(x) if isinstance(made, nn.Module) else made)[0, 0].numpy()


def run_keras(code, x):
    x = keras.ops.convert_to_tensor(x[None, :, :, None])
    made = eval(code, {"keras": keras, "x": x, "float": float})
    made = made(x) if isinstance(made, keras.layers.Layer) else made
    return keras.ops.convert_to_numpy(made)[0, :, :, 0]


def run_onnx(code, x):
    node = eval(code, {"onnx": onnx})
    value = onnx.helper.make_tensor_value_info
    graph = onnx.helper.make_graph(
        [node],
        "graph",
        [value("x", onnx.TensorProto.FLOAT, (1, 1, *x.shape))],
        [value("y", onnx.TensorProto.FLOAT, ("n", "c", "h", "w"))],
    )
    model = onnx.helper.make_model(graph, opset_imports=[onnx.helper.make_opsetid("", OPSET)], ir_version=10)
    onnx.checker.check_model(model)
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    return session.run(None, {"x": x[None, None]})[0][0, 0]


def numeral(value):
    """JSON has no infinity; nine digits are all that a float32 has."""
    if np.isfinite(value):
        return float(f"{value:.9g}")
    return "NaN" if np.isnan(value) else "Infinity" if value > 0 else "-Infinity"


RUN = {"PyTorch": run_pytorch, "Keras": run_keras, "ONNX": run_onnx}


def main():
    with open(sys.argv[1], encoding="utf8") as file:
        lines = json.load(file)
    results = []
    for line in lines:
        x = np.array(line.pop("input"), np.float32).reshape(line["height"], line["width"])
        try:
            y = RUN[line["framework"]](line["code"], x)
            line |= {"shape": list(y.shape), "values": [numeral(value) for value in y.flatten()]}
        except Exception as error:  # What a framework refuses is a result too.
            line |= {"error": f"{type(error).__name__}: {error}".split("\n")[0][:160]}
        results.append(json.dumps(line, ensure_ascii=False))
    versions = {"torch": torch.__version__, "keras": keras.__version__, "backend": keras.backend.backend(), "onnxruntime": onnxruntime.__version__}
    place = os.path.join(os.path.dirname(os.path.abspath(__file__)), "data", "results.json")
    with open(place, "w", encoding="utf8") as file:
        file.write('{"versions": ' + json.dumps(versions) + ',\n"lines": [\n' + ",\n".join(results) + "\n]}\n")


main()
