"""Exports a network from PyTorch with a softmax at its end, for a batch of the size of inference.

usage: python torch_export.py SUBJECT FILE

FILE ends on .onnx for ONNX, or on .pt for TorchScript, traced and frozen.
"""

import sys

import torch

from systems import INFERENCE_BATCH, SHAPES
from torch_networks import NETWORKS


def main():
    subject, path = sys.argv[1:]
    torch.manual_seed(1)
    network = torch.nn.Sequential(NETWORKS[subject](), torch.nn.Softmax(1)).eval()
    batch = torch.rand(INFERENCE_BATCH, *SHAPES[subject])
    if path.endswith(".onnx"):
        torch.onnx.export(network, (batch,), path, external_data=False)
    else:
        with torch.inference_mode():
            torch.jit.freeze(torch.jit.trace(network, batch)).save(path)


if __name__ == "__main__":
    main()
