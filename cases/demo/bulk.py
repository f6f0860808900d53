"""The bulk of an invented world: cases beyond the told ones, made from patterns, in batches, on every core.

A batch is one transaction: killed, whole batches stay, and the next run tops up. The same number, seed and day make the
same case, but for keys and nonces (and a reference that somebody else has).
"""

import dataclasses
import datetime
import multiprocessing
import multiprocessing.connection
import os
import random
import resource
import uuid
from collections.abc import Callable, Iterator
from typing import Any

from django.db import connection, transaction

from organisations.sealing import keys

from ..models import Case
from ..rules.references import ALPHABET, LENGTH, check_character
from . import patterns, short_stories, staff
from .patterns import Pattern
from .person import person
from .rows import Batch
from .world import World

# So many are told by the verbs; the others are made from patterns.
TOLD = 50
BATCH = 2_000
OPEN_EACH = 20
# How often each life is told anew, with other nationalities and words.
TIMES = 2


@dataclasses.dataclass(frozen=True)
class Plan:
    """What every process needs to know."""

    open: list[Pattern]
    closed: list[Pattern]
    shares: dict[int, staff.Share]
    places: dict[int, uuid.UUID]
    seed: int
    until: datetime.date


def fill(
    numbers: range, *, world: World, seed: int, today: datetime.date, processes: int, said: Callable[[int], None]
) -> None:
    """Make the cases with these numbers; `said` hears after each batch how many more there are. Raises RuntimeError."""
    until = today - datetime.timedelta(days=1)
    keys.data_key(keys.INDEX)  # made now, not inside what is rolled back
    plan = Plan(
        open=patterns.told(short_stories.OPEN, TIMES, world=world, seed=seed, until=until),
        closed=patterns.told(short_stories.CLOSED, TIMES, world=world, seed=seed, until=until),
        shares=staff.shares(numbers, world),
        places={},
        seed=seed,
        until=until,
    )
    give_places(plan, numbers)
    batches = [numbers[begin : begin + BATCH] for begin in range(0, len(numbers), BATCH)]
    if processes < 2 or len(batches) < 2:
        for batch in batches:
            make(plan, batch)
            said(len(batch))
    else:
        on_every_core(plan, batches, processes=processes, said=said)


def is_open(number: int) -> bool:
    return number % OPEN_EACH == OPEN_EACH - 1


def team_of(plan: Plan, number: int) -> staff.Team:
    """Of every fifth twenty the COSM's, otherwise that of the share."""
    share = plan.shares[number // staff.SHARE]
    return share.own if number // OPEN_EACH % 5 else share.cosm


def give_places(plan: Plan, numbers: range) -> None:
    """The first open cases of a team whose life has a stay get its free places, one each."""
    free = {id(team): list(team.free_places) for share in plan.shares.values() for team in (share.own, share.cosm)}
    for number in numbers:
        if is_open(number) and pattern_of(plan, number).stay:
            places = free[id(team_of(plan, number))]
            if places:
                plan.places[number] = places.pop(0)


def chance(plan: Plan, number: int) -> random.Random:
    return random.Random(f"{plan.seed}-bulk-{number}")  # noqa: S311 - invented lives, no secret


def pattern_of(plan: Plan, number: int) -> Pattern:
    lives = plan.open if is_open(number) else plan.closed
    return lives[random.Random(f"{plan.seed}-life-{number}").randrange(len(lives))]  # noqa: S311 - no secret


def make(plan: Plan, numbers: range) -> None:
    """One batch, whole or not at all."""
    with transaction.atomic():
        batch = Batch()
        for number, reference in zip(numbers, free_references(plan, numbers), strict=True):
            pattern, rng = pattern_of(plan, number), chance(plan, number)
            who = person(pattern.life, open_case=is_open(number), reference=reference, until=plan.until, rng=rng)
            batch.add(
                pattern, who, team_of(plan, number), worker=number // OPEN_EACH, place=plan.places.get(number)
            )  # fmt: skip
        batch.save()


def free_references(plan: Plan, numbers: range) -> list[str]:
    """The reference of each number; where somebody has it already, the next one that is free."""
    found = {number: reference_of(number, plan.seed) for number in numbers}
    for again in range(1, 100):
        taken = set(Case.objects.filter(reference__in=found.values()).values_list("reference", flat=True))
        if not taken:
            break
        for number, reference in found.items():
            if reference in taken:
                found[number] = reference_of(number + again * 5_000_000, plan.seed)
    return list(found.values())


def reference_of(number: int, seed: int) -> str:
    """Looks random, and no two numbers share one: the multiplier has no factor in common with the number of references."""
    size = len(ALPHABET) ** LENGTH
    place = (number * 367_294_573 + seed * 104_729) % size
    body = ""
    for _letter in range(LENGTH):
        place, letter = divmod(place, len(ALPHABET))
        body += ALPHABET[letter]
    return body + check_character(body)


# --- on every core ------------------------------------------------------------------------------------------------


def on_every_core(plan: Plan, batches: list[range], *, processes: int, said: Callable[[int], None]) -> None:
    """Each process makes every n-th batch and tells after each. Raises RuntimeError when one of them failed."""
    connection.close()  # a connection is never shared
    fork = multiprocessing.get_context("fork")
    started = []
    for n in range(processes):
        hears, tells = fork.Pipe(duplex=False)
        process = fork.Process(target=work, args=(plan, batches[n::processes], tells), daemon=True)
        process.start()
        tells.close()
        started.append((process, hears))
    for made in heard([hears for _process, hears in started]):
        said(made)
    for process, _hears in started:
        process.join()
    if any(process.exitcode for process, _hears in started):
        raise RuntimeError("A process that makes cases has failed; what it had finished stays.")


def heard(pipes: list[Any]) -> Iterator[int]:
    """What the processes tell, until all of them have ended."""
    while pipes:
        ready: list[Any] = multiprocessing.connection.wait(pipes)
        for pipe in ready:
            try:
                yield pipe.recv()
            except EOFError:
                pipes.remove(pipe)


def work(plan: Plan, batches: list[range], tells: Any) -> None:
    """Make these batches; alone in the world, stop after the present one."""
    parent = os.getppid()
    for batch in batches:
        make(plan, batch)
        if os.getppid() != parent:
            return
        tells.send(len(batch))
    connection.close()


def most_memory() -> int:
    """The most that this process, or one that it started, has held at a time, in megabytes."""
    held = [resource.getrusage(who).ru_maxrss for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return max(held) // 1024
