"""Runs a command on some cores alone, and tells what it printed and took."""

import os
import re
import subprocess
import tempfile
import time
from dataclasses import dataclass

import machine

TIMEOUT = 1200


class Failed(Exception):
    """A command that ended badly; its message is the last thing that it said."""


@dataclass(frozen=True)
class Outcome:
    """
    lines: of standard output, each with the seconds after which it came
    peak: bytes resident at most in the largest of its processes
    """

    lines: list
    peak: int

    def number(self):
        try:
            return float(self.lines[-1][1])
        except (IndexError, ValueError):
            raise Failed(f"expects a number as the last line, got {self.lines[-1:]}")


def _pin(cores):
    chosen = machine.cores()
    if chosen:
        os.sched_setaffinity(0, chosen[:cores])


def run(command, cores, environment=None, directory=None):
    """Runs a command to its end on so many cores, with the variables added to the environment."""
    with tempfile.TemporaryFile("w+") as errors:
        start = time.perf_counter()
        process = subprocess.Popen(
            command,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
            env={**os.environ, "OMP_NUM_THREADS": "1", **(environment or {})},
            cwd=directory,
            preexec_fn=lambda: _pin(cores),
        )
        lines = []
        try:
            for line in process.stdout:
                lines.append((time.perf_counter() - start, line.strip()))
                if lines[-1][0] > TIMEOUT:
                    process.kill()
        except BaseException:
            process.kill()
            raise
        finally:
            process.stdout.close()
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode != 0:
            errors.seek(0)
            raise Failed(_cause(errors.read(), process.returncode))
    return Outcome(lines, usage.ru_maxrss * 1024)


def _cause(text, status):
    """What an error says of itself, before the lines that say where it was thrown."""
    said = [line.strip() for line in text.splitlines() if line.strip()]
    thrown = [line for line in said if line.startswith(("Exception in thread", "Caused by"))]
    python = [line for line in said if "Error: " in line or line.endswith("Error")]
    best = (thrown[-1:] or python[-1:] or said[-1:] or [f"exit status {status}"])[0]
    return re.sub(r'^(Exception in thread "\S+"|Caused by:) ', "", best)[:400]
