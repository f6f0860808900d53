"""Who may have a notice registered nationally, and on what ground."""

from enum import StrEnum

from django.utils.translation import gettext_lazy as _


class Decision(StrEnum):
    GROUND = "ground"
    CONSENT = "consent"
    REFUSED = "refused"


DECISIONS = {
    Decision.GROUND: _("Registered on legal ground, no consent needed"),
    Decision.CONSENT: _("Registered with written consent"),
    Decision.REFUSED: _("Not registered: the person refused"),
}

# Bodies with a duty to notify, whose notices need no consent for registration since 25 May 2018
# (CoMensha, consequences of the AVG).
DUTY_TO_NOTIFY = frozenset({"police", "kmar", "nla"})

REGISTERED = frozenset({Decision.GROUND, Decision.CONSENT})


def ground_refused(notifier: str, decision: str) -> object | None:
    """The sentence why this notifier cannot register on ground, or None."""
    if decision == Decision.GROUND and notifier not in DUTY_TO_NOTIFY:
        return _(
            "Only notices of the police, the Royal Marechaussee and the Labour Authority are registered without consent."
        )
    return None
