"""The ids of rows."""

import os
import time
import uuid


def new_id() -> uuid.UUID:
    """An id that begins with the time (version 7 of RFC 9562).

    What is made together lies together in every index, and the newest comes last in the order of ids.
    """
    moment = time.time_ns() // 1_000_000
    chance = int.from_bytes(os.urandom(10))
    return uuid.UUID(int=moment << 80 | 0x7 << 76 | (chance >> 62 & 0xFFF) << 64 | 0b10 << 62 | chance & (1 << 62) - 1)
