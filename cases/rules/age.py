"""Who is a minor, for the safeguards of a return."""

import datetime

from .codes import AgeGroup


def is_minor(age_group: str, turns_18_on: datetime.date | None, today: datetime.date) -> bool:
    """A minor if either says so, the first answer or the birth date: a safeguard too many is put right by correcting one."""
    return age_group == AgeGroup.MINOR or (turns_18_on is not None and turns_18_on > today)


def age_differs(age_group: str, turns_18_on: datetime.date | None, today: datetime.date) -> bool:
    """Whether the first answer "adult or minor?" contradicts the birth date."""
    if turns_18_on is None or age_group == AgeGroup.UNKNOWN:
        return False
    return (turns_18_on > today) != (age_group == AgeGroup.MINOR)
