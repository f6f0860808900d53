"""Where sealed files lie: a directory of ours outside the database, under random names, each sealed for its owner.

A file is sealed under a temporary name before any row is locked, and moved into place by the action that records it.
Whatever becomes of that action and of the transaction around it, a file that no row names is taken away again:
`settled` does so at the end of a request or command, the command `clean_files` after a crash.
"""

import contextlib
import os
import uuid
from collections.abc import Callable, Iterable, Iterator
from contextvars import ContextVar
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError

from . import chunks, keys

INCOMING = "incoming"

# Files moved into place or let go in this request or command, each with the question whether a row names it.
_kept: ContextVar[list[tuple[uuid.UUID, Callable[[], bool]]] | None] = ContextVar("kept_files", default=None)


def root() -> Path:
    return Path(settings.FILES_ROOT)


def place(name: uuid.UUID) -> Path:
    """Where the file with that name lies; no directory becomes too long to list."""
    return root() / name.hex[:2] / name.hex


@contextlib.contextmanager
def incoming(
    plain: bytes | Iterable[bytes], *, owner: keys.Owner, context: str, name: uuid.UUID | None = None
) -> Iterator[uuid.UUID]:
    """The file sealed under a temporary name; at the end it is gone, unless it was kept. Raises OSError."""
    name = name or uuid.uuid4()
    waiting = root() / INCOMING / name.hex
    try:
        write(waiting, chunks.seal(keys.data_key(owner), plain, context))
        yield name
    except BaseException:
        place(name).unlink(missing_ok=True)
        raise
    finally:
        waiting.unlink(missing_ok=True)


def write(path: Path, pieces: Iterator[bytes]) -> None:
    """A new file that its owner alone reads, on the disk before this returns."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        for piece in pieces:
            file.write(piece)
        file.flush()
        os.fsync(file.fileno())


def keep(name: uuid.UUID, *, named: Callable[[], bool]) -> None:
    """Move the file into place; `named` tells, when all is settled, whether a row names it. Raises OSError."""
    target = place(name)
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    (root() / INCOMING / name.hex).rename(target)
    # The new name too is on the disk before the row is committed.
    directory = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)
    ask_later(name, named)


def let_go(name: uuid.UUID, *, named: Callable[[], bool]) -> None:
    """The row that names the file goes: when all is settled and no row names it, the file goes too."""
    ask_later(name, named)


def ask_later(name: uuid.UUID, named: Callable[[], bool]) -> None:
    waiting = _kept.get()
    if waiting is not None:
        waiting.append((name, named))


def throw_away(name: uuid.UUID) -> None:
    """What is left under that name of a file that was never recorded: its maker was killed. Raises OSError."""
    place(name).unlink(missing_ok=True)
    (root() / INCOMING / name.hex).unlink(missing_ok=True)


@contextlib.contextmanager
def settled() -> Iterator[None]:
    """Around every request and command, outside its transaction: what was rolled back leaves no file."""
    token = _kept.set([])
    try:
        yield
    finally:
        for name, named in _kept.get() or []:
            # When the database does not answer, nobody knows: `clean_files` asks again later.
            with contextlib.suppress(DatabaseError):
                if not named():
                    place(name).unlink(missing_ok=True)
        _kept.reset(token)


def read(name: uuid.UUID, *, owner: keys.Owner, context: str) -> bytes:
    """The whole plain file. Raises SealBroken when it was changed, cut short or moved, OSError when it is not there."""
    return chunks.unseal(keys.data_key(owner), place(name).read_bytes(), context)


def everything() -> Iterator[tuple[uuid.UUID, Path]]:
    """Every file of ours with its name, temporary ones too; what is not ours is passed over."""
    for directory in sorted(root().iterdir()):
        if directory.is_dir() and (directory.name == INCOMING or len(directory.name) == 2):
            for path in sorted(directory.iterdir()):
                name = as_name(path.name)
                if name is not None and path in {place(name), root() / INCOMING / name.hex}:
                    yield name, path


def as_name(text: str) -> uuid.UUID | None:
    try:
        name = uuid.UUID(hex=text)
    except ValueError:
        return None
    return name if name.hex == text else None
