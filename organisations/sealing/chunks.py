"""AES-256-GCM over files: 64 KiB at a time, with the order of the chunks and their end authenticated.

A file is FORMAT + salt + chunks. It has a key of its own, derived from the data key, the salt and the context that says
what it belongs to; so the nonce may simply count the chunks, and its last byte marks the last one. A chunk that was
swapped, repeated, left out or added opens under no nonce, and a file that was cut short has no last chunk.
"""

import os
from collections.abc import Iterable, Iterator

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from .envelope import SealBroken

FORMAT = b"\x01"
SALT = 32
CHUNK = 64 * 1024
TAG = 16


def cipher(key: bytes, salt: bytes, context: str) -> AESGCM:
    """The cipher of this one file."""
    return AESGCM(HKDF(SHA256(), length=32, salt=salt, info=f"file|{context}".encode()).derive(key))


def nonce(number: int, *, last: bool) -> bytes:
    return number.to_bytes(11, "big") + bytes([last])


def seal(key: bytes, plain: bytes | Iterable[bytes], context: str) -> Iterator[bytes]:
    """The sealed file, piece by piece; what is sealed may come in pieces too."""
    salt = os.urandom(SALT)
    own = cipher(key, salt, context)
    yield FORMAT + salt
    number, held = 0, b""
    for piece in in_chunks([plain] if isinstance(plain, bytes) else plain):
        if held:
            yield own.encrypt(nonce(number, last=False), held, None)
            number += 1
        held = piece
    yield own.encrypt(nonce(number, last=True), held, None)


def in_chunks(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """The same bytes, as much at a time as a chunk holds."""
    rest = b""
    for piece in pieces:
        rest += piece
        whole = len(rest) - len(rest) % CHUNK
        yield from (rest[start : start + CHUNK] for start in range(0, whole, CHUNK))
        rest = rest[whole:]
    if rest:
        yield rest


def unseal(key: bytes, sealed: bytes, context: str) -> bytes:
    """The whole plain file, never a part of it. Raises SealBroken."""
    begin = len(FORMAT) + SALT
    if sealed[: len(FORMAT)] != FORMAT or len(sealed) < begin + TAG:
        raise SealBroken("unknown format")
    own = cipher(key, sealed[len(FORMAT) : begin], context)
    view = memoryview(sealed)[begin:]
    starts = range(0, len(view), CHUNK + TAG)
    try:
        return b"".join(
            own.decrypt(nonce(number, last=start == starts[-1]), view[start : start + CHUNK + TAG], None)
            for number, start in enumerate(starts)
        )
    except InvalidTag:
        raise SealBroken(context) from None
