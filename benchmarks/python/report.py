"""The results as a table for the terminal, a table in Markdown and a chart."""

import importlib.util
import statistics
import sys

from systems import SUBJECTS

BEGIN = "<!-- benchmarks/compare writes from here -->"
END = "<!-- to here -->"
LESS_IS_BETTER = ("MiB", "s")
# Further from the fastest than any noise.
FAR_BEHIND = 0.75


def check():
    """Stops before hours of measuring where the chart could not be drawn."""
    if not importlib.util.find_spec("matplotlib"):
        sys.exit(f"compare: --write expects matplotlib in {sys.executable}, got none; install it")


def number(value):
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}"


def _best(row, systems):
    """The variant of a family that stands for it."""
    sign = -1 if row["unit"] in LESS_IS_BETTER else 1
    return max(systems, key=lambda system: sign * statistics.median(system["values"]))


def _families(row):
    """The best of each peer, in their order."""
    families = {}
    for system in row["systems"][1:]:
        if system["values"]:
            key = (system["name"], system["variant"] if system["name"] == "Sparrow" else "")
            families.setdefault(key, []).append(system)
    return [_best(row, systems) for systems in families.values()]


def is_far_behind(system, row):
    """Whether another variant has been so much faster that this one will not stand for both."""
    if system["name"] == "Sparrow" or not system["values"]:
        return False
    variants = [s for s in row["systems"] if s["name"] == system["name"] and s["values"]]
    fastest = statistics.median(_best(row, variants)["values"])
    return statistics.median(system["values"]) < FAR_BEHIND * fastest


def _title(system):
    return system["name"] + (f" ({system['variant']})" if system["variant"] else "")


def _ratios(ours, peer):
    """Ours over the peer's in each round."""
    return [mine / theirs for mine, theirs in zip(ours["values"], peer["values"])]


def lines(results):
    """
    A line for each pair: work, network, cores, unit, ours, peer, peer's number and the ratios.
    The peer is None where there is none.
    """
    for row in results["rows"]:
        ours = row["systems"][0]
        if not ours["values"]:
            continue
        mine = statistics.median(ours["values"])
        for peer in _families(row) or [None]:
            yield row, mine, peer, _ratios(ours, peer) if peer else []


def _cells(results):
    yield ["", "network", "cores", "unit", "Sparrow", "peer", "", "Sparrow / peer"]
    for row, mine, peer, ratios in lines(results):
        less = ", less is better" if row["unit"] in LESS_IS_BETTER else ""
        cells = [
            row["work"], SUBJECTS[row["subject"]], str(row["cores"]), row["unit"] + less,
            number(mine),
        ]  # fmt: skip
        if peer:
            ratio = f"{statistics.median(ratios):.2f} ({min(ratios):.2f} - {max(ratios):.2f})"
            cells += [_title(peer), number(statistics.median(peer["values"])), ratio]
        else:
            cells += ["", "", ""]
        yield cells


def _missing(results):
    """What was not measured, with the reason, each once."""
    said = {}
    for row in results["rows"]:
        for system in row["systems"]:
            if system["missing"]:
                works = said.setdefault((_title(system), system["missing"]), [])
                if row["work"] not in works:
                    works.append(row["work"])
    for (title, reason), works in said.items():
        yield f"{title}, {' and '.join(works)}: {reason}"


def text(results):
    cells = list(_cells(results))
    widths = [max(len(row[i]) for row in cells) for i in range(len(cells[0]))]
    right = {2, 4, 6}
    table = [
        "  ".join(
            cell.rjust(width) if i in right else cell.ljust(width)
            for i, (cell, width) in enumerate(zip(row, widths))
        ).rstrip()
        for row in cells
    ]
    return "\n".join(table + ["not measured: " + line for line in _missing(results)])


def markdown(results):
    machine = dict(results["machine"])
    about = (
        f"{machine.pop('processor')} ({machine.pop('isa')}), {machine.pop('cores')} cores, "
        f"{machine.pop('memory-gib')} GiB; " + ", ".join(f"{k} {v}" for k, v in machine.items())
    )
    rounds = f"{results['rounds']} round{'s' if results['rounds'] > 1 else ''}"
    if results["quick"]:
        rounds += " of `--quick`, which proves nothing but that everything runs"
    cells = list(_cells(results))
    aligned = ["---", "---", "---:", "---", "---:", "---", "---:", "---"]
    table = ["| " + " | ".join(row) + " |" for row in [cells[0], aligned, *cells[1:]]]
    missing = [f"- {line}" for line in _missing(results)]
    chart = "![Sparrow beside its peers](compare.svg)"
    return "\n".join(
        [f"{about}; {rounds}.", "", chart, "", *table]
        + (["", "Not measured:", "", *missing] if missing else [])
    )


def write(results, directory):
    """The table between the marks of performance.md, and the chart beside it."""
    page = directory / "performance.md"
    if not page.exists():
        page.write_text(f"# Performance\n\n{BEGIN}\n{END}\n")
    before, begin, rest = page.read_text().partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        sys.exit(f"compare: {page} expects the lines '{BEGIN}' and '{END}', got none; add them")
    page.write_text(f"{before}{begin}\n\n{markdown(results)}\n\n{end}{after}")
    _chart(results, directory / "compare.svg")


def _label(row, peer):
    cores = f"{row['cores']} core{'s' if row['cores'] > 1 else ''}"
    name = _title(peer) if peer["name"] == "Sparrow" else peer["name"]
    return f"{row['work']}, {SUBJECTS[row['subject']]}, {cores}: {name}"


def _chart(results, path):
    import matplotlib

    matplotlib.use("svg")
    matplotlib.rcParams["svg.hashsalt"] = "sparrow"
    from matplotlib import pyplot

    pairs = [line for line in lines(results) if line[2]]
    names = [peer["name"] for _, _, peer, _ in pairs]
    colours = {name: f"C{i}" for i, name in enumerate(dict.fromkeys(names))}
    figure, axes = pyplot.subplots(figsize=(9, 1 + 0.28 * len(pairs)))
    for place, (row, _, peer, ratios) in enumerate(pairs):
        # Longer to the right is better for Sparrow in every bar.
        better = [1 / ratio if row["unit"] in LESS_IS_BETTER else ratio for ratio in ratios]
        middle = statistics.median(better)
        axes.barh(
            place, middle - 1, left=1, height=0.7, color=colours[peer["name"]], capsize=2,
            xerr=[[middle - min(better)], [max(better) - middle]],
        )  # fmt: skip
    axes.set_yticks(range(len(pairs)), [_label(row, peer) for row, _, peer, _ in pairs], fontsize=8)
    axes.invert_yaxis()
    axes.axvline(1, color="black", linewidth=1)
    axes.set_xscale("log", base=2)
    low, high = axes.get_xlim()
    axes.set_xlim(min(low, 0.45), max(high, 2.2))
    axes.xaxis.set_major_formatter(lambda value, _: f"{value:g}")
    axes.grid(axis="x", alpha=0.3)
    axes.set_axisbelow(True)
    axes.set_title("Sparrow / peer, and peer / Sparrow of memory and seconds", fontsize=9)
    figure.tight_layout()
    figure.savefig(path, metadata={"Date": None})
    pyplot.close(figure)
