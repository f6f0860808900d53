"""The world of one size behind a server, asked page by page: in a process of its own, since settings name one database."""

import contextlib
import dataclasses
import multiprocessing
import os
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

from . import server, world
from .client import Client

if TYPE_CHECKING:
    from .pages import Page

PASSWORD = "safe-return-demo"  # noqa: S105 - that of the demo's accounts, in the README

OURS, FLOOR = "ours", "floor"


@dataclasses.dataclass(frozen=True)
class AtSize:
    """As whoever measures sees it. `warm_up`: of each page how often it is asked unmeasured first."""

    do: Callable[..., Any]
    warm_up: dict[str, int]

    def ask(self, page: str, whose: str) -> float:
        """Milliseconds of the page, OURS or FLOOR. Raises client.Unexpected."""
        return self.do(ask, (page, whose))

    def files(self) -> list[tuple[str, int, float]]:
        """Of each kind of file rows and seconds. Raises client.Unexpected and local.NotReady."""
        return self.do(made)


@contextlib.contextmanager
def at(size: int) -> Iterator[AtSize]:
    """Raises local.NotReady and server.Silent."""
    world.prepare(size)
    server.collect()
    os.environ["DJANGO_SETTINGS_MODULE"] = "returnsupport.bench.settings"
    with multiprocessing.get_context("fork").Pool(1) as process:
        try:
            yield AtSize(process.apply, process.apply(begin))
        finally:
            process.apply(end)


class Served:
    """What there is in that process: the pages, and who is signed in."""

    def __init__(self, port: int, pages: Iterator["Page"]) -> None:
        self.port, self.pages = port, {page.name: page for page in pages}
        self.signed_in: dict[str, Client] = {}

    def client(self, who: str) -> Client:
        if who not in self.signed_in:
            self.signed_in[who] = Client(self.port)
            self.signed_in[who].sign_in(f"{who}@demo.test", PASSWORD)
        return self.signed_in[who]


served: list[Served] = []
until_the_end = contextlib.ExitStack()


def begin() -> dict[str, int]:
    import django

    django.setup()
    from .board import fill
    from .pages import pages, put_back

    fill()
    put_back()
    served.append(Served(until_the_end.enter_context(server.serving()), pages()))
    return {page.name: page.warm_up for page in served[0].pages.values()}


def ask(name: str, whose: str) -> float:
    page = served[0].pages[name]
    return getattr(page, whose)(served[0].client(page.who))


def made() -> list[tuple[str, int, float]]:
    from .files import speeds

    return list(speeds(served[0].client("teamlead")))


def end() -> None:
    until_the_end.close()
