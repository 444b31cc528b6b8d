"""Peers on the JVM: downloaded where they are asked for, and run from their source files."""

import os
import subprocess
import sys

import machine
import process
import pytorch
from systems import BATCHES, INFERENCE_BATCH, PYTHON, ROOT, SHAPES, System

DIRECTORY = ROOT / "benchmarks/peers"
TARGET = DIRECTORY / "target"
MODELS = TARGET / "models"


class Peers:
    """
    The peers on the JVM.

    asked: whether they may be downloaded; else each says that it was left out
    """

    def __init__(self, asked):
        self.asked = asked
        self.missing = {}

    def trainings(self, effort, subject, cores):
        """
        Deeplearning4j, with MLP and CNN: networks with shortcuts are of another kind there.
        On two cores it takes twice the batch, as PyTorch does with two threads.
        """
        if subject not in ("mlp", "cnn"):
            return []
        arguments = [subject, str(BATCHES[subject] * cores), *_slices(effort)]
        # Left to itself, it takes the build for AVX-512 on any processor, and crashes.
        build = "-avx512" if machine.vectors().startswith("avx512") else "-avx2"
        return [
            self._system(
                "Deeplearning4j", "", "Dl4jTraining", arguments, cores,
                properties={"org.bytedeco.javacpp.platform.extension": build},
                environment={"OMP_NUM_THREADS": str(cores)},
            )
        ]  # fmt: skip

    def inferences(self, effort, subject, cores):
        """ONNX Runtime, whose sessions share threads or have one each, and DJL with PyTorch."""
        slices = _slices(effort)

        def onnx(variant, instances, threads):
            model = self._model(subject, "onnx")
            arguments = [str(model), str(instances), str(threads), *slices]
            return self._system(
                "ONNX Runtime", variant, "OnnxInference", arguments, cores, needs="onnxscript"
            )

        shape = ",".join(str(extent) for extent in (INFERENCE_BATCH, *SHAPES[subject]))
        model = self._model(subject, "pt")
        djl = self._system(
            "DJL", "", "DjlInference", [str(model), shape, str(cores), *slices], cores,
            needs="torch",
            properties={
                "ai.djl.offline": "true",
                "ai.djl.pytorch.num_threads": "1",
                "ai.djl.pytorch.num_interop_threads": "1",
                "DJL_CACHE_DIR": str(TARGET / "djl-cache"),
            },
        )  # fmt: skip
        sessions = [onnx("one session" if cores > 1 else "", 1, cores)]
        if cores > 1:
            sessions.append(onnx("a session a core", cores, 1))
        return [*sessions, djl]

    def _system(
        self, name, variant, program, arguments, cores,
        properties=None, environment=None, needs=None,
    ):  # fmt: skip
        place = TARGET / name.lower().replace(" ", "")
        command = [
            os.environ["SPARROW_JAVA"].splitlines()[0], "-Xmx2g", "-XX:+UseParallelGC",
            *(f"-D{key}={value}" for key, value in (properties or {}).items()),
            "-cp", f"{place}/*:{ROOT / 'benchmarks/target/classes'}",
            str(DIRECTORY / f"{program}.java"), *arguments,
        ]  # fmt: skip
        return System(
            name,
            variant,
            lambda: process.run(command, cores, environment).number(),
            self._absent(place.name) or (needs and pytorch.missing(needs)),
        )

    def _absent(self, name):
        """Why a peer cannot be had; downloads it at first."""
        if not self.asked:
            return "left out; --peers downloads it"
        if name not in self.missing:
            self.missing[name] = _downloaded(name)
        return self.missing[name]

    def _model(self, subject, kind):
        """A network as a file, exported anew where it is older than what it is made of."""
        path = MODELS / f"{subject}.{kind}"
        sources = [PYTHON / "torch_networks.py", PYTHON / "torch_export.py"]
        fresh = path.exists() and all(
            path.stat().st_mtime > source.stat().st_mtime for source in sources
        )
        needed = "onnxscript" if kind == "onnx" else "torch"
        if self.asked and not fresh and not pytorch.missing(needed):
            MODELS.mkdir(parents=True, exist_ok=True)
            command = [sys.executable, str(PYTHON / "torch_export.py"), subject, str(path)]
            try:
                process.run(command, 1)
            except process.Failed as e:
                print(f"compare: {path.name} cannot be exported: {e}", file=sys.stderr)
        return path


def _slices(effort):
    return [f"PT{effort.warm_up}S", f"PT{effort.slice}S", str(effort.slices)]


def _downloaded(name):
    """None where it worked, else what Maven says."""
    command = [
        str(ROOT / "mvnw"), "-B", "-ntp", "-q", "-f", str(DIRECTORY / "pom.xml"), f"-P{name}",
        "dependency:copy-dependencies", f"-DoutputDirectory={TARGET / name}",
    ]  # fmt: skip
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    if ended.returncode == 0:
        return None
    errors = [line for line in ended.stdout.splitlines() if "ERROR" in line]
    return (errors or [f"Maven ended with {ended.returncode}"])[0][:300]
