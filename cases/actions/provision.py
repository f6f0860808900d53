"""What the reflection period gives: arranged, or not after all."""

from django.utils.translation import gettext_lazy as _

from organisations.actions.base import Refused, action
from organisations.models import User
from organisations.permissions import Permission
from organisations.rules.audit import Verb

from ..models import Provision, ReflectionPeriod
from .base import locked, told


@action
def record(*, reflection: ReflectionPeriod, what: str, arranged: bool, by: User) -> None:
    """To say again what stands already changes nothing. Raises Refused."""
    case = locked(reflection.case, by=by, permission=Permission.SUPPORT_WRITE)
    period = case.reflectionperiod_set.first()
    if period is None or period.pk != reflection.pk or not period.running:
        raise Refused(_("This reflection period does not run any more. Look again what stands there."))
    last = Provision.objects.filter(reflection=period, what=what).first()
    if arranged == (last is not None and last.arranged):
        return
    row = Provision(
        case=case, created_by=by, reflection=period, what=what, arranged=arranged,
        version=1 if last is None else last.version + 1,
    )  # fmt: skip
    row.save(force_insert=True)
    told(Verb.PROVISION_RECORDED, case=case, by=by, room="residence", object_id=row.pk)
