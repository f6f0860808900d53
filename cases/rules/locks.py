"""One run at a time: the number of the advisory lock of each command that a timer starts. No two share one."""

from enum import IntEnum, unique


@unique
class Lock(IntEnum):
    REMINDERS = 7_305_611
    COUNT = 7_305_612
    EXPORTS = 7_305_613
