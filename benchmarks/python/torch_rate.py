"""Samples per second of a network in PyTorch, in training or inference.

usage: python torch_rate.py OPTIONS

OPTIONS is JSON: work (training, inference), subject, threads, processes, compile, fused, precision
(float32, bfloat16), warm-up and slice in seconds, slices. Prints the samples per second of the
median slice. Several processes train by DistributedDataParallel over gloo, and infer each for
itself.
"""

import contextlib
import json
import os
import socket
import statistics
import sys
import time

import torch
from torch import nn

from systems import BATCHES, INFERENCE_BATCH
from torch_networks import images, network

READY = 8


def precision(options):
    if options["precision"] == "bfloat16":
        return torch.autocast("cpu", dtype=torch.bfloat16)
    return contextlib.nullcontext()


def training(options):
    """A function that does one step, and the samples that it takes."""
    subject = options["subject"]
    # All systems on so many cores take the same number of samples an update.
    batch = BATCHES[subject] * options["threads"]
    made = network(subject)
    model = nn.parallel.DistributedDataParallel(made) if options["processes"] > 1 else made
    model = torch.compile(model) if options["compile"] else model
    optimizer = torch.optim.Adam(made.parameters(), lr=0.001, fused=options["fused"] or None)
    loss = nn.CrossEntropyLoss()
    inputs = images(subject, READY * batch).split(batch)
    targets = torch.randint(0, 10, (READY * batch,)).split(batch)

    def step(i):
        optimizer.zero_grad()
        with precision(options):
            error = loss(model(inputs[i % READY]), targets[i % READY])
        error.backward()
        optimizer.step()

    return step, batch


def inference(options):
    model = network(options["subject"]).eval()
    model = torch.compile(model) if options["compile"] else model
    batch = images(options["subject"], INFERENCE_BATCH)

    def predict(_):
        with torch.inference_mode(), precision(options):
            torch.softmax(model(batch), 1)

    return predict, INFERENCE_BATCH


def timed(work, steps):
    start = time.perf_counter()
    for i in range(steps):
        work(i)
    return time.perf_counter() - start


def agreed(steps, processes):
    """As many steps as the first process wants, so that all of them take part in each."""
    count = torch.tensor(max(4, int(steps)))
    if processes > 1:
        torch.distributed.broadcast(count, 0)
    return int(count)


def run(rank, options, rates):
    processes = options["processes"]
    torch.set_num_threads(options["threads"])
    if processes > 1:
        os.environ.update(MASTER_ADDR="127.0.0.1", MASTER_PORT=str(options["port"]))
        torch.distributed.init_process_group("gloo", rank=rank, world_size=processes)
    work, batch = {"training": training, "inference": inference}[options["work"]](options)
    timed(work, READY)  # what is compiled or chosen at first use
    warm = agreed(options["warm-up"] / timed(work, READY) * READY, processes)
    steps = agreed(options["slice"] / timed(work, warm) * warm, processes)
    for _ in range(options["slices"]):
        if processes > 1:
            torch.distributed.barrier()
        rates[rank].append(steps * batch / timed(work, steps))


def free_port():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return free.getsockname()[1]


def main():
    options = json.loads(sys.argv[1])
    processes = options["processes"]
    if processes == 1:
        rates = [[]]
        run(0, options, rates)
    else:
        options["port"] = free_port()
        with torch.multiprocessing.Manager() as manager:
            shared = [manager.list() for _ in range(processes)]
            torch.multiprocessing.spawn(run, (options, shared), nprocs=processes)
            rates = [list(each) for each in shared]
    print(statistics.median(sum(slices) for slices in zip(*rates)))


if __name__ == "__main__":
    main()
