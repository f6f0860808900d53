"""One file of cases that a team lead had made last evening."""

import datetime

from organisations.models import User

from .. import exports
from ..models import CaseExport
from .clock import at, it_is

REASON = "Voor het gesprek met de gemeente over de bezetting. (verzonnen)"


def keep_one(by: User, today: datetime.date) -> None:
    """Unless one is there already, or waits."""
    if any(export.is_waiting or export.is_ready for export in CaseExport.objects.of(by)):
        return
    with it_is(at(today - datetime.timedelta(days=1), 23, 55)):
        exports.ask(reason=REASON, filters="danger=yes", with_names=False, language="nl", submission=None, by=by)
