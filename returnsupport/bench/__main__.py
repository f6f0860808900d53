"""Speed as ratios: our pages beside a floor, in one run, on one database, by one client in turn.

    python -m returnsupport.bench [--cases 100000] [--growth 10000 1000000] [--rounds 60]

docs/performance.md says what the figures mean.
"""

import argparse
import dataclasses
import os
import statistics
import sys
from collections.abc import Iterable

from .. import local
from . import server, world
from .client import Client, Unexpected

PASSWORD = "safe-return-demo"  # noqa: S105 - that of the demo's accounts, in the README

# Sizes are compared in turns: a machine that is slower for a while would pass for a world that is.
TURNS = 3

Measured = dict[str, tuple[list[float], list[float]]]


@dataclasses.dataclass(frozen=True)
class Figures:
    """Of each page the milliseconds of ours and of the floor; of each kind of file rows and seconds."""

    pages: Measured
    files: list[tuple[str, int, float]]

    def and_then(self, later: "Figures") -> "Figures":
        """Those of both turns."""
        pages = {
            name: (ours + later.pages[name][0], floor + later.pages[name][1])
            for name, (ours, floor) in self.pages.items()
        }
        return Figures(pages, self.files + later.files)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cases", type=int, default=100_000)
    parser.add_argument("--growth", type=int, nargs="*", default=[], help="two or more sizes to compare instead")
    parser.add_argument("--rounds", type=int, default=60, help="two or more, in each turn")
    asked = parser.parse_args()
    sizes, rounds = asked.growth or [asked.cases], max(2, asked.rounds)
    found: dict[int, Figures] = {}
    turns = TURNS if len(sizes) > 1 else 1
    try:
        for turn in range(turns):
            for size in sizes:
                figures = measure_at(size, rounds=rounds, with_files=turn == turns - 1)
                found[size] = found[size].and_then(figures) if size in found else figures
    except (local.NotReady, server.Silent, Unexpected) as problem:
        print(problem, file=sys.stderr)
        return 1
    for size, figures in found.items():
        lines = ["", f"At {size:,} cases:", "", *against_the_floor(figures.pages), "", *files(figures)]
        print("\n".join(lines), flush=True)
    if len(sizes) > 1:
        print("\n".join(["", *growth({size: figures.pages for size, figures in found.items()})]))
    return 0


def measure_at(size: int, *, rounds: int, with_files: bool) -> Figures:
    """Raises local.NotReady, server.Silent and Unexpected."""
    world.prepare(size)
    server.collect()
    os.environ["DJANGO_SETTINGS_MODULE"] = "returnsupport.bench.settings"
    # Each size in a process of its own: settings name one database.
    return server.in_a_child(measure, rounds, with_files)


def measure(rounds: int, with_files: bool) -> Figures:
    import django

    django.setup()
    from .board import fill
    from .files import speeds
    from .pages import pages, put_back

    fill()
    put_back()
    with server.serving() as port:
        signed_in: dict[str, Client] = {}
        found: Measured = {}
        for page in pages():
            if page.who not in signed_in:
                signed_in[page.who] = Client(port)
                signed_in[page.who].sign_in(f"{page.who}@demo.test", PASSWORD)
            client = signed_in[page.who]
            asked = [(page.ours(client), page.floor(client)) for _round in range(page.warm_up + rounds)]
            pairs = asked[page.warm_up :]
            found[page.name] = [ours for ours, _floor in pairs], [floor for _ours, floor in pairs]
        return Figures(found, list(speeds(signed_in["teamlead"])) if with_files else [])


def against_the_floor(measured: Measured) -> list[str]:
    lines = ["| Page | ours, median ms | p95 | floor, median ms | p95 | ratio |", "|---|--:|--:|--:|--:|--:|"]
    for name, (ours, floor) in measured.items():
        ratio = statistics.median(ours) / statistics.median(floor)
        lines.append(
            f"| {name} | {statistics.median(ours):.1f} | {p95(ours):.1f} | {statistics.median(floor):.1f} | {p95(floor):.1f} | {ratio:.1f} |"
        )
    return lines


def files(figures: Figures) -> list[str]:
    lines = ["| The list as a file | rows | seconds | rows a second |", "|---|--:|--:|--:|"]
    return lines + [f"| {name} | {rows:,} | {s:.2f} | {rows / s:,.0f} |" for name, rows, s in figures.files]


def growth(found: dict[int, Measured]) -> list[str]:
    sizes = sorted(found)
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
