"""Speed as ratios: our pages beside a floor, in one run, on one database, by one client in turn.

    python -m returnsupport.bench [--cases 100000] [--growth 10000 1000000] [--rounds 60]

docs/performance.md says what the figures mean.
"""

import argparse
import contextlib
import statistics
import sys
from collections.abc import Iterable

from .. import local
from . import server
from .at_size import FLOOR, OURS, AtSize, at
from .client import Unexpected

# Of each page the milliseconds of ours and of the floor.
Measured = dict[str, tuple[list[float], list[float]]]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=100_000)
    parser.add_argument("--growth", type=int, nargs="*", default=[], help="two or more sizes to compare instead")
    parser.add_argument("--rounds", type=int, default=60, help="two or more")
    asked = parser.parse_args()
    sizes = sorted(asked.growth or [asked.cases])
    try:
        with contextlib.ExitStack() as worlds:
            at_sizes = {size: worlds.enter_context(at(size)) for size in sizes}
            found = measure(at_sizes, max(2, asked.rounds))
            for size, at_size in at_sizes.items():
                lines = ["", f"At {size:,} cases:", "", *against_the_floor(found[size]), "", *files(at_size)]
                print("\n".join(lines), flush=True)
    except (local.NotReady, server.Silent, Unexpected) as problem:
        print(problem, file=sys.stderr)
        return 1
    if len(sizes) > 1:
        print("\n".join(["", *growth(found)]))
    return 0


def measure(at_sizes: dict[int, AtSize], rounds: int) -> dict[int, Measured]:
    """Every page, so many times: in each round ours and the floor's, each of every size.

    One size after the other, a machine that is slower for a while would pass for a world that is.
    """
    found: dict[int, Measured] = {size: {} for size in at_sizes}
    for page in next(iter(at_sizes.values())).warm_up:
        print(f"measured: {page}", file=sys.stderr, flush=True)
        times: dict[int, dict[str, list[float]]] = {size: {OURS: [], FLOOR: []} for size in at_sizes}
        warm_up = max(at_size.warm_up[page] for at_size in at_sizes.values())
        for _round in range(warm_up + rounds):
            for whose in (OURS, FLOOR):
                for size, at_size in at_sizes.items():
                    times[size][whose].append(at_size.ask(page, whose))
        for size, both in times.items():
            found[size][page] = both[OURS][warm_up:], both[FLOOR][warm_up:]
    return found


def against_the_floor(measured: Measured) -> list[str]:
    lines = ["| Page | ours, median ms | p95 | floor, median ms | p95 | ratio |", "|---|--:|--:|--:|--:|--:|"]
    for name, (ours, floor) in measured.items():
        ratio = statistics.median(ours) / statistics.median(floor)
        lines.append(
            f"| {name} | {statistics.median(ours):.1f} | {p95(ours):.1f} | {statistics.median(floor):.1f} | {p95(floor):.1f} | {ratio:.1f} |"
        )
    return lines


def files(at_size: AtSize) -> list[str]:
    lines = ["| The list as a file | rows | seconds | rows a second |", "|---|--:|--:|--:|"]
    return lines + [f"| {name} | {rows:,} | {s:.2f} | {rows / s:,.0f} |" for name, rows, s in at_size.files()]


def growth(found: dict[int, Measured]) -> list[str]:
    sizes = list(found)
    lines = [
        "| Page | " + " | ".join(f"{size:,}" for size in sizes) + " | grows by | floor grows by |",
        "|---|" + "--:|" * (len(sizes) + 2),
    ]
    for name in found[sizes[0]]:
        ours = [statistics.median(found[size][name][0]) for size in sizes]
        floor = [statistics.median(found[size][name][1]) for size in sizes]
        cells = [*(f"{median:.1f}" for median in ours), f"{ours[-1] / ours[0]:.2f} ×", f"{floor[-1] / floor[0]:.2f} ×"]
        lines.append(f"| {name} | " + " | ".join(cells) + " |")
    return lines


def p95(times: Iterable[float]) -> float:
    return statistics.quantiles(times, n=20)[-1]


if __name__ == "__main__":
    sys.exit(main())
