"""Everything that is compared, Sparrow beside its peers."""

import machine
import pytorch
import sparrow
from systems import SUBJECTS, Row


def _trainings(effort, peers):
    return [
        Row(
            "training", subject, cores, "samples/s",
            sparrow.training(effort, subject, cores),
            pytorch.trainings(effort, subject, cores) + peers.trainings(effort, subject, cores),
        )
        for cores in (1, 2)
        for subject in SUBJECTS
    ]  # fmt: skip


def _bfloat16(effort, peers):
    return [
        Row(
            "bfloat16", subject, 1, "samples/s",
            sparrow.training(effort, subject, 1, "bfloat16", "bfloat16"),
            [sparrow.training(effort, subject, 1, "float32", "float32")]
            + pytorch.trainings(effort, subject, 1, "bfloat16"),
        )
        for subject in SUBJECTS
    ]  # fmt: skip


def _inferences(effort, peers):
    return [
        Row(
            "inference", subject, cores, "samples/s",
            sparrow.inference(effort, subject, cores),
            pytorch.inferences(effort, subject, cores) + peers.inferences(effort, subject, cores),
        )
        for cores in (1, 2)
        for subject in SUBJECTS
    ]  # fmt: skip


def _perceptron(effort, peers):
    return [
        Row(
            "perceptron", "mlp", cores, "samples/s",
            sparrow.training(effort, "sigmoid-mlp", cores),
            [sparrow.mllib(effort, cores)],
        )
        for cores in (1, 2)
    ]  # fmt: skip


def _roofline(effort, peers):
    row = sparrow.training(effort, "mlp", 1)
    return [Row("roofline", "mlp", 1, "samples/s", row, [sparrow.products(effort)])]


def _executors(effort, peers):
    one = sparrow.training(effort, "mlp", 2, variant="one JVM")
    return [
        Row("executors", "mlp", 2, "samples/s", sparrow.executors(effort, "mlp", 2), [one])
    ]


def _memory(effort, peers):
    return [Row("memory", "mlp", machine.count(), "MiB", sparrow.memory(), [pytorch.memory()])]


def _start(effort, peers):
    return [Row("start", "mlp", machine.count(), "s", sparrow.start(), [])]


WORKS = {
    "training": _trainings,
    "bfloat16": _bfloat16,
    "inference": _inferences,
    "perceptron": _perceptron,
    "roofline": _roofline,
    "executors": _executors,
    "memory": _memory,
    "start": _start,
}


def rows(works, subjects, effort, peers):
    """The rows that are asked for and that the machine has the cores for, in their order."""
    return [
        row
        for work in works
        for row in WORKS[work](effort, peers)
        if row.subject in subjects and row.cores <= machine.count()
    ]
