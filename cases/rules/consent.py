"""Who consents to what, for whom, and what follows when a consent is withdrawn.

Below 16 the guardian consents, from 16 the person (CoMensha on the AVG, NJi). The sources say so of the national
register; for the other purposes it is applied alike, and to be checked.
"""

import datetime
from dataclasses import dataclass
from enum import StrEnum

from django.utils.translation import gettext_lazy as _

from .periods import turns

OF_AGE = 16


class Purpose(StrEnum):
    REGISTRATION = "registration"
    SHARING = "sharing"
    TRANSFER = "transfer"
    PARTNER = "partner"
    PLACEMENT = "placement"


class Ground(StrEnum):
    PERSON = "consent"
    GUARDIAN = "guardian"
    OVERRIDE = "override"


GROUNDS = {
    Ground.PERSON: _("Consent of the person"),
    Ground.GUARDIAN: _("Consent of the guardian"),
    Ground.OVERRIDE: _("Without consent, by a decision with a reason"),
}

INTERPRETERS = {
    "none": _("No interpreter needed"),
    "present": _("Interpreter in the room"),
    "phone": _("Interpreter by telephone or video"),
    "own_circle": _("Somebody of the person's own circle (rather not)"),
}


@dataclass(frozen=True)
class Rule:
    """One purpose: its name, on which grounds, whether in writing, and what a withdrawal does."""

    name: object
    allows: object
    grounds: tuple[Ground, ...]
    written: bool
    withdrawal: object


BY_DECISION_TOO = (Ground.PERSON, Ground.GUARDIAN, Ground.OVERRIDE)

RULES: dict[Purpose, Rule] = {
    # A duty to notify is a legal ground without consent: rules/registration.py. A refusal is never overridden.
    Purpose.REGISTRATION: Rule(
        _("National registration"),
        _("The national register sees who this is, and the facts of registration."),
        (Ground.PERSON, Ground.GUARDIAN),
        True,
        _("The notices registered with consent count as withdrawn, and the register no longer sees this case."),
    ),
    Purpose.SHARING: Rule(
        _("Help by another organisation"),
        _("The organisation can take part in this case and reads it as far as its part goes."),
        BY_DECISION_TOO,
        False,
        _("The part of the organisation ends at once: it no longer sees this case."),
    ),
    Purpose.TRANSFER: Rule(
        _("Transfer to another organisation"),
        _("The case may be offered to this organisation, which then leads it."),
        BY_DECISION_TOO,
        False,
        _("A transfer that was not answered yet is taken back."),
    ),
    Purpose.PARTNER: Rule(
        _("Partner of the return plan"),
        _("The partner may be told what it needs to receive the person."),
        BY_DECISION_TOO,
        False,
        _("From now on the partner is told nothing, and the case does not move on to departure."),
    ),
    # CoMensha on the AVG: also where a notice needs no consent, sharing it to find shelter does.
    Purpose.PLACEMENT: Rule(
        _("Asking for a place in a shelter"),
        _(
            "CoMensha looks for a place and asks houses, which read a profile without a name. The house that accepts takes part in this case."
        ),
        BY_DECISION_TOO,
        False,
        _("Nobody looks for a place any more, and what was held is let go. A stay that has begun goes on."),
    ),
}  # fmt: skip


# There is one who receives it, so nobody is chosen.
WITHOUT_CHOICE = frozenset({Purpose.REGISTRATION, Purpose.PLACEMENT})


def givers(birth: datetime.date | None, birth_year: int | None, *, minor: bool, on: datetime.date) -> frozenset[Ground]:
    """Who can consent on that day; both where it is not known whether somebody was 16 already."""
    if birth is not None:
        return frozenset({Ground.GUARDIAN if on < turns(birth, OF_AGE) else Ground.PERSON})
    if birth_year is not None and on.year - birth_year != OF_AGE:
        return frozenset({Ground.GUARDIAN if on.year - birth_year < OF_AGE else Ground.PERSON})
    unknown = minor or birth_year is not None
    return frozenset({Ground.PERSON, Ground.GUARDIAN} if unknown else {Ground.PERSON})


def objection(
    purpose: Purpose,
    ground: Ground,
    *,
    written: bool,
    birth: datetime.date | None,
    birth_year: int | None = None,
    minor: bool,
    on: datetime.date,
) -> object | None:
    """The sentence why a consent like this does not count, or None."""
    rule = RULES[purpose]
    if ground not in rule.grounds:
        return _("There is no registration without consent or legal ground.")
    if rule.written and not written:
        return _("Consent to national registration is given in writing.")
    if ground is not Ground.OVERRIDE and ground not in givers(birth, birth_year, minor=minor, on=on):
        return (
            _("The person was below 16 on that day: the guardian consents.")
            if ground is Ground.PERSON
            else _("From 16 on the person consents, not the guardian.")
        )
    return None
