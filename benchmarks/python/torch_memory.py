"""The training of conf/fashion-mnist.yaml in PyTorch, all images in memory as float32.

usage: python torch_memory.py DIRECTORY THREADS

DIRECTORY has the four .gz files. Prints the accuracy on the test images.
"""

import gzip
import sys
from pathlib import Path

import numpy
import torch
from torch import nn
from torch.utils.data import DataLoader, TensorDataset, random_split

EPOCHS = 5
BATCH = 256


def idx(path):
    with gzip.open(path) as file:
        data = file.read()
    shape = [int.from_bytes(data[4 + 4 * i : 8 + 4 * i], "big") for i in range(data[3])]
    return numpy.frombuffer(data, numpy.uint8, offset=4 + 4 * len(shape)).reshape(shape)


def data_set(directory, part, mean=None, deviation=None):
    images = torch.from_numpy(idx(directory / f"{part}-images-idx3-ubyte.gz").astype("float32"))
    labels = torch.from_numpy(idx(directory / f"{part}-labels-idx1-ubyte.gz").astype("int64"))
    if mean is None:
        mean, deviation = images.mean(), images.std()
    return TensorDataset((images - mean) / deviation, labels), mean, deviation


def accuracy(network, rows):
    network.eval()
    with torch.inference_mode():
        right = sum(
            (network(x).argmax(1) == y).sum().item() for x, y in DataLoader(rows, BATCH)
        )
    network.train()
    return right / len(rows)


def main():
    directory = Path(sys.argv[1])
    torch.set_num_threads(int(sys.argv[2]))
    torch.manual_seed(42)
    rows, mean, deviation = data_set(directory, "train")
    test, _, _ = data_set(directory, "t10k", mean, deviation)
    train, validation = random_split(rows, [0.9, 0.1])
    network = nn.Sequential(
        nn.Flatten(), nn.Linear(784, 256), nn.ReLU(), nn.Dropout(0.2), nn.Linear(256, 10)
    )
    optimizer = torch.optim.Adam(network.parameters(), lr=0.001)
    loss = nn.CrossEntropyLoss()
    for _ in range(EPOCHS):
        for x, y in DataLoader(train, BATCH, shuffle=True):
            optimizer.zero_grad()
            loss(network(x), y).backward()
            optimizer.step()
        accuracy(network, validation)
    print(accuracy(network, test))


if __name__ == "__main__":
    main()
