"""Sealing: what a stolen disk, backup or database login cannot read (docs/decisions/sealed-by-default.md)."""

from .keys import Destroyed, fresh_keys, preload

__all__ = ["Destroyed", "fresh_keys", "preload"]
