"""How Sparrow is measured."""

import json
import os
import tempfile
from pathlib import Path

import machine
import process
from systems import ROOT, System, milliseconds

SPARK = ROOT / "spark-integration/target/spark"
JAR = ROOT / "spark-integration/target/sparrow-assembly.jar"
CLASSES = ROOT / "benchmarks/target/classes"
# What makes MLlib's products use vector instructions.
VECTORS = ["--add-modules=jdk.incubator.vector"]


def _program(main, options, cores, flags=(), environment=None):
    command = os.environ["SPARROW_JAVA"].splitlines()
    command[1:1] = flags
    command += [f"io.sparrowml.benchmarks.{main}", json.dumps(options)]
    return process.run(command, cores, environment).number()


def _slices(effort):
    return {
        "warm-up": milliseconds(effort.warm_up),
        "slice": milliseconds(effort.slice),
        "slices": effort.slices,
    }


def training(effort, subject, cores, precision="float32", variant=""):
    """As many logical workers as cores, in one JVM."""
    return _training(effort, subject, cores, f"local[{cores}]", precision, variant)


def executors(effort, subject, cores):
    """An executor in a JVM of its own for each core."""
    return _training(
        effort, subject, cores, f"local-cluster[{cores},1,2048]", "float32", "executors",
        [f"-Dspark.executor.extraClassPath={JAR}:{CLASSES}",
         "-Dspark.executor.extraJavaOptions=-XX:+UseParallelGC"],
        {"SPARK_HOME": str(SPARK), "SPARK_SCALA_VERSION": "2.13"},
    )  # fmt: skip


def _training(
    effort, subject, cores, master, precision, variant, flags=(), environment=None
):
    options = {
        "subject": subject,
        "master": master,
        "workers": cores,
        "precision": precision,
        "warm-up": effort.warm_up_epochs,
        "slices": effort.epochs,
    }
    return System(
        "Sparrow",
        variant,
        lambda: _program("TrainingRate", options, cores, flags, environment),
    )


def inference(effort, subject, threads):
    options = {"subject": subject, "threads": threads, **_slices(effort)}
    return System("Sparrow", "", lambda: _program("InferenceRate", options, threads))


def mllib(effort, cores):
    """Spark's own perceptron with the same layers: samples of each pass that L-BFGS asks for."""
    options = {
        "threads": cores,
        "warm-up": effort.warm_up_epochs,
        "slices": effort.epochs,
    }
    return System(
        "Spark MLlib", "L-BFGS passes", lambda: _program("MllibRate", options, cores, VECTORS)
    )


def products(effort):
    """The matrix products of a training step of the MLP, and nothing else."""
    options = _slices(effort)
    return System(
        "matrix products alone", "", lambda: _program("kernel.ProductsRate", options, 1)
    )


def _train(configuration, *settings):
    with tempfile.TemporaryDirectory() as scratch:
        command = [
            str(ROOT / "sparrow"), "train", configuration, "--output", f"{scratch}/run", *settings,
        ]  # fmt: skip
        return process.run(command, machine.count(), directory=ROOT)


def start():
    """Seconds from the launch to the line that says that training begins."""

    def measure():
        for passed, line in _train("conf/quickstart.yaml", "--set", "training.epochs=1").lines:
            if line.startswith("training on "):
                return passed
        raise process.Failed("expects a line 'training on ...', got none")

    return System("Sparrow", "", measure)


def data():
    """Where Fashion-MNIST is, and why it is not there, if so."""
    found = Path(os.environ.get("SPARROW_DATA", ROOT / "data")) / "fashion-mnist"
    missing = None if found.is_dir() else f"no {found}; SPARROW_DATA names the directory above"
    return found, missing


def memory():
    """Peak resident MiB of the training on Fashion-MNIST."""
    return System(
        "Sparrow", "", lambda: _train("conf/fashion-mnist.yaml").peak / 2**20, data()[1]
    )
