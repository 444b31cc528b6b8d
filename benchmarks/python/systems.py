"""What is compared: systems, rows of them, and how much effort goes into each measurement."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Callable

ROOT = Path(__file__).resolve().parents[2]
PYTHON = ROOT / "benchmarks" / "python"

SUBJECTS = {"mlp": "MLP", "wide-mlp": "wide MLP", "cnn": "CNN", "resnet20": "ResNet-20"}
# A sample, channels first; Sparrow's come last.
SHAPES = {"mlp": (784,), "wide-mlp": (784,), "cnn": (1, 28, 28), "resnet20": (3, 32, 32)}
# Samples a worker and step.
BATCHES = {"mlp": 128, "wide-mlp": 128, "cnn": 64, "resnet20": 64}
INFERENCE_BATCH = 256


@dataclass(frozen=True)
class System:
    """
    name: the family that it is of; the best of a family's variants stands for it
    variant: how it is used
    measure: gives the number
    missing: why it cannot be measured here, None where it can
    """

    name: str
    variant: str
    measure: Callable[[], float]
    missing: str | None = None

    @property
    def title(self):
        return f"{self.name} ({self.variant})" if self.variant else self.name


@dataclass(frozen=True)
class Row:
    """Sparrow and its peers at the same work."""

    work: str
    subject: str
    cores: int
    unit: str
    ours: System
    peers: list[System]

    @property
    def systems(self):
        return [self.ours, *self.peers]

    @property
    def title(self):
        cores = f"{self.cores} core{'s' if self.cores > 1 else ''}"
        return f"{self.work}, {SUBJECTS[self.subject]}, {cores}"

    def record(self):
        """What is kept of it: the numbers of each round come into its lists."""
        return {
            "work": self.work,
            "subject": self.subject,
            "cores": self.cores,
            "unit": self.unit,
            "systems": [
                {"name": s.name, "variant": s.variant, "missing": s.missing, "values": []}
                for s in self.systems
            ],
        }


@dataclass(frozen=True)
class Effort:
    """How long each measurement takes: seconds and slices, or epochs."""

    warm_up: float
    slice: float
    slices: int
    warm_up_epochs: int
    epochs: int


FULL = Effort(warm_up=3, slice=1, slices=7, warm_up_epochs=6, epochs=9)
QUICK = Effort(warm_up=0.5, slice=0.3, slices=3, warm_up_epochs=1, epochs=2)


def milliseconds(seconds):
    """A duration as Sparrow's options are written."""
    return f"{round(seconds * 1000)}ms"
