"""AES-256-GCM over bytes, with what the bytes belong to authenticated beside them."""

import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

FORMAT = b"\x01"
NONCE = 12


class SealBroken(Exception):
    """The bytes were changed, moved to another row or column, or sealed under another key."""


def seal(key: bytes, plain: bytes, context: str) -> bytes:
    """FORMAT + nonce + ciphertext. `context` names table, column and row, so that a sealed value cannot be moved."""
    nonce = os.urandom(NONCE)
    return FORMAT + nonce + AESGCM(key).encrypt(nonce, plain, context.encode())


def unseal(key: bytes, sealed: bytes, context: str) -> bytes:
    """The plain bytes. Raises SealBroken."""
    if sealed[:1] != FORMAT:
        raise SealBroken("unknown format")
    try:
        return AESGCM(key).decrypt(sealed[1 : 1 + NONCE], sealed[1 + NONCE :], context.encode())
    except InvalidTag:
        raise SealBroken(context) from None
