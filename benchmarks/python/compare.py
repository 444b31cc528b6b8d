"""Compares Sparrow with PyTorch and, where they are asked for, with others on the JVM.

Each measurement is a process of its own on the cores of its row alone, which warms up and then
gives the median of several slices. The systems of a row alternate in rounds, so that all of them
see the same machine; what is told is the median over the rounds, and of each round's ratio the
median, the least and the greatest. Of PyTorch's ways to run the fastest stands for it; those
that have been far behind it are left out of the next rounds.

works: training      samples/s of training in float32, on 1 core and 2
       bfloat16      the same in bfloat16, beside float32, on 1 core
       inference     samples/s of predicting batches of 256, on 1 core and 2
       perceptron    training of the MLP with sigmoids, beside Spark MLlib's own
       roofline      training of the MLP beside its matrix products alone
       executors     training of the MLP by two executors in JVMs of their own, beside one JVM
       memory        peak resident MiB of conf/fashion-mnist.yaml
       start         seconds from ./sparrow train conf/quickstart.yaml to the begin of training
"""

import argparse
import json
import sys
from pathlib import Path

import machine
import process
import report
from peers import Peers
from systems import FULL, QUICK, SUBJECTS
from works import WORKS, rows


def _names(known):
    def parse(text):
        names = text.split(",")
        for name in names:
            if name not in known:
                raise argparse.ArgumentTypeError(
                    f"expects some of {', '.join(known)}, got '{name}'"
                )
        return [name for name in known if name in names]

    return parse


def _arguments():
    parser = argparse.ArgumentParser(
        prog="benchmarks/compare",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--rounds", type=int, default=5, help="5 unless given")
    parser.add_argument(
        "--works", type=_names(WORKS), default=list(WORKS), help="training,inference,...; all"
    )
    parser.add_argument(
        "--only", type=_names(SUBJECTS), default=list(SUBJECTS), help=",".join(SUBJECTS) + "; all"
    )
    parser.add_argument(
        "--peers",
        action="store_true",
        help="ONNX Runtime, DJL and Deeplearning4j too; downloads some 500 MB once",
    )
    parser.add_argument(
        "--quick", action="store_true", help="short slices: to see whether everything runs"
    )
    parser.add_argument(
        "--write",
        type=Path,
        metavar="DIR",
        help="leaves compare.json, compare.svg and the table in performance.md there",
    )
    return parser.parse_args()


def _measure(system):
    """The number, or as text why there is none."""
    try:
        return system.measure()
    except process.Failed as e:
        return str(e)


def _run(all_rows, rounds, results, directory):
    for turn in range(1, rounds + 1):
        for row, result in zip(all_rows, results["rows"]):
            for system, record in zip(row.systems, result["systems"]):
                if record["missing"] or report.is_far_behind(record, result):
                    continue
                measured = _measure(system)
                if isinstance(measured, str):
                    record["missing"] = measured
                    said = "not measured: " + measured
                else:
                    record["values"].append(measured)
                    said = f"{report.number(measured)} {row.unit}"
                print(f"round {turn}: {row.title}: {system.title}: {said}", file=sys.stderr)
        results["rounds"] = turn
        if directory:
            (directory / "compare.json").write_text(json.dumps(results, indent=2) + "\n")


def main():
    arguments = _arguments()
    if arguments.write:
        report.check()
        arguments.write.mkdir(parents=True, exist_ok=True)
    peers = Peers(arguments.peers)
    effort = QUICK if arguments.quick else FULL
    all_rows = rows(arguments.works, arguments.only, effort, peers)
    results = {
        "machine": machine.describe(),
        "quick": arguments.quick,
        "rounds": 0,
        "rows": [row.record() for row in all_rows],
    }
    _run(all_rows, arguments.rounds, results, arguments.write)
    print(report.text(results))
    if arguments.write:
        report.write(results, arguments.write)


if __name__ == "__main__":
    main()
