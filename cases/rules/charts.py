"""Where the parts of a chart stand: whole numbers in the units of its drawing, as text, so that no language turns them."""

import dataclasses

HEIGHT, TOP, FOOT = 200, 24, 34
# Beside the columns, for the names of the first and the last.
EDGE = 16


@dataclasses.dataclass(frozen=True)
class Column:
    """One column with its number above and its name beneath ("" where there is no room)."""

    x: str
    y: str
    width: str
    height: str
    middle: str
    above: str
    number: int
    name: str
    # where the line of its limit lies, if it has one
    limit: str = ""
    right: str = ""


@dataclasses.dataclass(frozen=True)
class Columns:
    """A chart of columns."""

    width: str
    height: str
    base: str
    names_at: str
    columns: list[Column]
    edge: str
    across: str


def columns(points: list[tuple[str, int]], *, limits: list[int] | None = None, wide: int = 760) -> Columns:
    """The chart of these numbers, each with its name, from left to right; `limits`: at most how many each could be."""
    most = max([number for _name, number in points] + (limits or []), default=0)
    step = wide // max(len(points), 1)
    every = max(1, -(-44 // step)) if step else 1
    width = max(step * 7 // 10, 2)
    found = []
    for place, (name, number) in enumerate(points):
        tall = round((HEIGHT - TOP) * number / most) if most else 0
        left = place * step + (step - width) // 2
        found.append(
            Column(
                x=str(left), y=str(HEIGHT - tall), width=str(width), height=str(tall), middle=str(left + width // 2),
                above=str(HEIGHT - tall - 4), number=number, name=name if (len(points) - 1 - place) % every == 0 else "",
                limit=str(HEIGHT - round((HEIGHT - TOP) * limits[place] / most)) if limits and most else "",
                right=str(left + width),
            )
        )  # fmt: skip
    return Columns(
        str(wide), str(HEIGHT + FOOT), str(HEIGHT), str(HEIGHT + 20), found, str(EDGE), str(wide + 2 * EDGE)
    )  # fmt: skip


@dataclasses.dataclass(frozen=True)
class Point:
    """One number of a line."""

    x: str
    y: str
    above: str
    number: int


@dataclasses.dataclass(frozen=True)
class Line:
    """A chart of one line over years. A year without a number is a gap: the line stops there, and begins again."""

    width: str
    height: str
    base: str
    names_at: str
    years: list[tuple[str, int]]
    # each what a polyline wants: x,y x,y …
    pieces: list[str]
    points: list[Point]


def line(numbers: dict[int, int], *, years: range, most: int, wide: int = 760) -> Line:
    """The line of these numbers by year, drawn over all of `years` and up to `most`, so that several charts compare."""
    step = (wide - 80) // max(len(years) - 1, 1)
    places = {
        year: (40 + (year - years[0]) * step, HEIGHT - round((HEIGHT - TOP) * number / most))
        for year, number in numbers.items()
    }
    return Line(
        str(wide), str(HEIGHT + FOOT), str(HEIGHT), str(HEIGHT + 20),
        years=[(str(40 + (year - years[0]) * step), year) for year in years],
        pieces=pieces(places),
        points=[Point(str(x), str(y), str(y - 10), numbers[year]) for year, (x, y) in sorted(places.items())],
    )  # fmt: skip


def pieces(places: dict[int, tuple[int, int]]) -> list[str]:
    """A line through years that follow each other, and another after each gap; a year alone has none."""
    runs: list[list[int]] = []
    for year in sorted(places):
        if runs and runs[-1][-1] == year - 1:
            runs[-1].append(year)
        else:
            runs.append([year])
    return [" ".join(f"{places[y][0]},{places[y][1]}" for y in run) for run in runs if len(run) > 1]


def ranked(numbers: list[int]) -> list[int]:
    """The rank of each, the most first; equal numbers share one and the next is that many further: 1, 2, 2, 4."""
    return [1 + sum(other > number for other in numbers) for number in numbers]
