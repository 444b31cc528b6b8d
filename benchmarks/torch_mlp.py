"""Training throughput of the MLP 784-512-256-10 in PyTorch, the counterpart of ./benchmarks/mlp.

usage: python torch_mlp.py THREADS

ReLU, 128 samples a step, Adam. Prints the samples per second of the median of some runs of steps,
after some that do not count. The inputs lie in memory as float32, ready to be used.
"""

import statistics
import sys
import time

import torch
from torch import nn

BATCH = 128
STEPS = 200
WARM_UP_RUNS = 2
RUNS = 15


def main():
    torch.set_num_threads(int(sys.argv[1]))
    torch.manual_seed(1)
    network = nn.Sequential(
        nn.Linear(784, 512), nn.ReLU(), nn.Linear(512, 256), nn.ReLU(), nn.Linear(256, 10)
    )
    optimizer = torch.optim.Adam(network.parameters(), lr=0.001)
    loss = nn.CrossEntropyLoss()
    inputs = torch.rand(STEPS, BATCH, 784)
    targets = torch.randint(0, 10, (STEPS, BATCH))

    def run():
        start = time.perf_counter()
        for x, y in zip(inputs, targets):
            optimizer.zero_grad()
            loss(network(x), y).backward()
            optimizer.step()
        return STEPS * BATCH / (time.perf_counter() - start)

    rates = [run() for _ in range(WARM_UP_RUNS + RUNS)][WARM_UP_RUNS:]
    print(round(statistics.median(rates)))


if __name__ == "__main__":
    main()
