#!/usr/bin/env python3
"""Works out a saved model's predictions anew, with NumPy in double precision, and compares.

usage: check_model.py MODEL SCORED...

MODEL is the directory of network.json and weights.safetensors. SCORED is what scoring wrote:
Parquet or JSON Lines files, or directories of them; the rows hold the model's features beside the
predictions. Prints the largest difference; the exit status is 1 where it is above 1e-5, and 2 where
there is nothing to compare. Needs numpy and safetensors, and pyarrow for Parquet.
"""

import base64
import json
import sys
from pathlib import Path

import numpy as np
from safetensors.numpy import load_file

TOLERANCE = 1e-5
BATCH = 1000


def named(description):
    """A description's name and its settings: "relu" or {"dense": {"units": 10}}."""
    if isinstance(description, str):
        return description, {}
    return next(iter(description.items()))


def sigmoid(x):
    return 0.5 * (1 + np.tanh(x / 2))


def softmax(x):
    powers = np.exp(x - x.max(axis=1, keepdims=True))
    return powers / powers.sum(axis=1, keepdims=True)


ACTIVATIONS = {
    "linear": lambda x, settings: x,
    "relu": lambda x, settings: np.maximum(x, 0),
    "leaky-relu": lambda x, settings: np.where(x > 0, x, settings.get("slope", 0.01) * x),
    "sigmoid": lambda x, settings: sigmoid(x),
    "tanh": lambda x, settings: np.tanh(x),
}


def layer(x, description, weights, path):
    name, settings = named(description)
    if name == "flatten":
        return x.reshape(len(x), -1)
    if name == "dropout":
        return x
    if name == "dense":
        x = x @ weights[path + "/kernel"]
        if settings.get("use-bias", True):
            x = x + weights[path + "/bias"]
        name, settings = named(settings.get("activation", "linear"))
    if name == "sequential":
        return sequence(x, settings["layers"], weights, path + "/")
    if name not in ACTIVATIONS:
        raise ValueError(f"layer {path}: expects one that this program knows, got {name}")
    return ACTIVATIONS[name](x, settings)


def sequence(x, layers, weights, prefix=""):
    for index, description in enumerate(layers):
        x = layer(x, description, weights, prefix + str(index))
    return x


def numbers(value, width):
    """The raw values of a numeric feature: a number, a list, bytes, or bytes in JSON's base64."""
    if width > 1 and isinstance(value, str):
        value = base64.b64decode(value)
    if isinstance(value, bytes):
        return np.frombuffer(value, dtype=np.uint8)
    return np.atleast_1d(np.asarray(value, dtype=np.float32))


def category(value):
    if isinstance(value, bool):
        return "1" if value else "0"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return "" if value is None else str(value).strip()


def inputs(row, preprocessing):
    parts = []
    for feature, scaling in zip(preprocessing["features"], preprocessing["scaling"]):
        kind, settings = named(feature)
        value = row.get(settings["name"]) if "fill" in scaling else row[settings["name"]]
        if value is None or value != value:
            value = scaling.get("fill", value)
        if kind == "categorical":
            parts.append(np.array([category(value) == v for v in settings["values"]], dtype=float))
        elif kind != "numeric":
            raise ValueError(f"feature {settings['name']}: expects numbers or a category, got {kind}")
        else:
            times = settings["width"] // settings["channels"]
            shift, scale = (np.tile(np.float32(scaling[k]), times) for k in ("shift", "scale"))
            parts.append((numbers(value, settings["width"]) - shift.astype(float)) * scale.astype(float))
    return np.concatenate(parts)


def predictions(rows, model, weights):
    x = np.stack([inputs(row, model["preprocessing"]) for row in rows])
    network = model["network"]
    outputs = sequence(x.reshape([len(rows), *network["input"]]), network["layers"], weights)
    loss, _ = named(model["loss"])
    if loss == "softmax-cross-entropy":
        return softmax(outputs)
    if loss == "binary-cross-entropy":
        return np.hstack([1 - sigmoid(outputs), sigmoid(outputs)])
    return outputs


def files(path):
    if path.is_dir():
        return sorted(p for kind in ("*.parquet", "*.json") for p in path.glob(kind))
    return [path]


def batches(path):
    if path.suffix == ".parquet":
        from pyarrow.parquet import ParquetFile

        for batch in ParquetFile(path).iter_batches(BATCH):
            yield batch.to_pylist()
        return
    with open(path, encoding="utf-8") as lines:
        rows = []
        for line in lines:
            rows.append(json.loads(line))
            if len(rows) == BATCH:
                yield rows
                rows = []
        if rows:
            yield rows


def main(directory, *scored):
    model = json.loads((Path(directory) / "network.json").read_text(encoding="utf-8"))
    stored = load_file(Path(directory) / "weights.safetensors")
    weights = {name: tensor.astype(np.float64) for name, tensor in stored.items()}
    column = "probability" if model["classes"] else "prediction"
    worst = 0.0
    count = 0
    for path in (file for given in scored for file in files(Path(given))):
        for rows in batches(path):
            if column not in rows[0]:
                raise ValueError(f"{path}: expects a column {column}, got {list(rows[0])}")
            expected = predictions(rows, model, weights)
            got = np.array([row[column] for row in rows], dtype=float).reshape(len(rows), -1)
            label = model["preprocessing"].get("label")
            if label:
                got = (got - label["shift"][0]) * label["scale"][0]
            difference = np.abs(got - expected)
            worst = np.maximum(worst, difference.max())  # keeps a NaN
            count += len(rows)
    if count == 0:
        raise ValueError(f"{' '.join(scored)}: expects scored rows, got none")
    print(f"{count} rows: the largest difference of {column} is {worst:.3g}")
    return 0 if worst <= TOLERANCE else 1


if __name__ == "__main__":
    if len(sys.argv) < 3:
        print(__doc__, file=sys.stderr)
        sys.exit(2)
    try:
        sys.exit(main(*sys.argv[1:]))
    except (OSError, ValueError) as problem:
        print(problem, file=sys.stderr)
        sys.exit(2)
