"""Sealing: what a stolen disk, backup or database login cannot read (docs/decisions/sealed-by-default.md)."""

from .keys import Destroyed, Wrapped, fresh_keys, keep, preload

__all__ = ["Destroyed", "Wrapped", "fresh_keys", "keep", "preload"]
