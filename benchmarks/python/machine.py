"""The machine: its processor, its cores, and what runs on it."""

import importlib.metadata
import os
import platform
import re
import subprocess
from pathlib import Path

VECTORS = ("avx512_bf16", "avx512f", "avx2", "asimd")


def cores():
    """A processor of each core that this process may use; None where the system does not say."""
    if not hasattr(os, "sched_getaffinity"):
        return None
    chosen, seen = [], set()
    for cpu in sorted(os.sched_getaffinity(0)):
        topology = Path(f"/sys/devices/system/cpu/cpu{cpu}/topology/thread_siblings_list")
        core = topology.read_text().strip() if topology.exists() else str(cpu)
        if core not in seen:
            seen.add(core)
            chosen.append(cpu)
    return chosen


def count():
    found = cores()
    return len(found) if found else os.cpu_count()


def _cpu():
    path = Path("/proc/cpuinfo")
    text = path.read_text() if path.exists() else ""
    model = re.search(r"^model name\s*:\s*(.+)$", text, re.MULTILINE)
    flags = re.search(r"^(?:flags|Features)\s*:\s*(.+)$", text, re.MULTILINE)
    flags = flags.group(1).split() if flags else []
    return (
        model.group(1) if model else platform.processor() or platform.machine(),
        next((vector for vector in VECTORS if vector in flags), platform.machine()),
    )


def vectors():
    """The widest kind of vectors that the processor has."""
    return _cpu()[1]


def _java(java):
    output = subprocess.run([java, "-version"], capture_output=True, text=True).stderr
    found = re.search(r'version "([^"]+)"', output)
    return found.group(1) if found else "unknown"


def _versions(packages):
    found = {}
    for package in packages:
        try:
            found[package] = importlib.metadata.version(package)
        except importlib.metadata.PackageNotFoundError:
            pass
    return found


def describe():
    model, isa = _cpu()
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    return {
        "processor": model,
        "isa": isa,
        "cores": count(),
        "memory-gib": round(memory, 1),
        "system": platform.platform(),
        "java": _java(os.environ["SPARROW_JAVA"].splitlines()[0]),
        "python": platform.python_version(),
        **_versions(["torch", "onnx"]),
    }
