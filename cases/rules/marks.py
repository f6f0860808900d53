"""A mark by which two cases beside each other are told apart at a glance: always the same for one reference.

A shape and a colour, beside the name and the reference: never colour alone. Two cases may share one; the words do not.
"""

import dataclasses
import hashlib

SHAPES = ("●", "■", "▲", "◆", "★", "✚")
COLOURS = 6


@dataclasses.dataclass(frozen=True)
class Mark:
    shape: str
    # A number that the style sheet gives its colour.
    colour: int


def mark_of(reference: str) -> Mark:
    number = int.from_bytes(hashlib.sha256(reference.encode()).digest()[:4], "big")
    return Mark(SHAPES[number % len(SHAPES)], number // len(SHAPES) % COLOURS)
