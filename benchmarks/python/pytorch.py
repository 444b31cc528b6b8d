"""How PyTorch is measured."""

import importlib.util
import json
import sys

import machine
import process
import sparrow
from systems import PYTHON, System


def missing(module="torch"):
    """Why a module cannot be had, None where it can."""
    if importlib.util.find_spec(module):
        return None
    return f"no {module} in {sys.executable}; PYTHON names another Python"


def _system(effort, work, subject, variant, cores, **how):
    threads = how.get("threads", 1)
    options = {
        "work": work,
        "subject": subject,
        "threads": threads,
        "processes": how.get("processes", 1),
        "compile": how.get("compile", False),
        "fused": how.get("fused", False),
        "precision": how.get("precision", "float32"),
        "warm-up": effort.warm_up,
        "slice": effort.slice,
        "slices": effort.slices,
    }
    command = [sys.executable, str(PYTHON / "torch_rate.py"), json.dumps(options)]
    environment = {"OMP_NUM_THREADS": str(threads)}
    return System(
        "PyTorch",
        variant,
        lambda: process.run(command, cores, environment).number(),
        missing(),
    )


def trainings(effort, subject, cores, precision="float32"):
    def one(variant, **how):
        return _system(effort, "training", subject, variant, cores, precision=precision, **how)

    threads = [
        one("eager", threads=cores),
        one("fused Adam", threads=cores, fused=True),
        one("compiled, fused Adam", threads=cores, fused=True, compile=True),
    ]
    if cores == 1:
        return threads
    return threads + [
        one("DDP, fused Adam", processes=cores, fused=True),
        one("DDP, compiled, fused Adam", processes=cores, fused=True, compile=True),
    ]


def inferences(effort, subject, cores):
    def one(variant, **how):
        return _system(effort, "inference", subject, variant, cores, **how)

    threads = [one("eager", threads=cores), one("compiled", threads=cores, compile=True)]
    if cores == 1:
        return threads
    return threads + [
        one("processes, eager", processes=cores),
        one("processes, compiled", processes=cores, compile=True),
    ]


def memory():
    """Peak resident MiB of the same training on Fashion-MNIST as Sparrow's."""
    place, absent = sparrow.data()
    command = [sys.executable, str(PYTHON / "torch_memory.py"), str(place), str(machine.count())]
    environment = {"OMP_NUM_THREADS": str(machine.count())}
    return System(
        "PyTorch",
        "",
        lambda: process.run(command, machine.count(), environment).peak / 2**20,
        absent or missing(),
    )
