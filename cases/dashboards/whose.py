"""Whose figures a person reads, what the address asks for, and whose files those are.

Totals count restricted cases, and no breakdown describes them; what lies behind a figure shows only what the viewer may open
(views/lookups.py).
"""

import dataclasses
import datetime
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import QueryDict
from django.utils.translation import gettext as _

from organisations.models import Organisation, User
from organisations.permissions import Permission
from organisations.roles import ABILITIES, Role

from ..forms.dashboard import DashboardForm
from ..models import Case, Notice, Participation
from ..models.case import CaseQuerySet
from ..rules import figures
from ..rules.codes import FileType
from ..rules.figures import NATIONAL_SCOPES, UNKNOWN, Dimension, Grain, Measure, Scope

SUPPORT = Q(file_type=FileType.SUPPORT_ONLY)


@dataclasses.dataclass(frozen=True)
class Whose:
    """Whose figures a person reads: through which organisation of theirs, and in which manner."""

    scope: Scope
    organisation: Organisation

    @property
    def key(self) -> str:
        return f"{self.scope}~{self.organisation.pk}"

    @property
    def name(self) -> str:
        how = {
            Scope.NATIONAL: _("%(organisation)s, national figures"),
            Scope.LEAD: _("%(organisation)s, cases it leads or supports"),
            Scope.COORDINATION: _("%(organisation)s, cases it coordinates"),
        }[self.scope]
        return how % {"organisation": self.organisation.name}


@dataclasses.dataclass(frozen=True)
class Asked:
    """What the page is asked for."""

    whose: Whose
    today: datetime.date
    within: Organisation | None = None
    region: str = ""
    since: datetime.date | None = None
    until: datetime.date | None = None
    grain: Grain = Grain.MONTH
    measure: Measure = Measure.PERSONS
    days: int = figures.CONTACT_DAYS

    @property
    def scope(self) -> Scope:
        return Scope.WITHIN if self.within else self.whose.scope

    @property
    def region_name(self) -> Any:
        return figures.WORDS[Dimension.REGION].get(self.region, "")

    @property
    def region_noted(self) -> str:
        """What a notice says of its region that belongs to what is asked; nothing where it is not known."""
        return "" if self.region == UNKNOWN else self.region

    @property
    def national(self) -> bool:
        return self.scope in NATIONAL_SCOPES

    @property
    def columns(self) -> list[datetime.date]:
        return figures.columns(self.since, min(self.until or self.today, self.today), self.grain)

    @property
    def cut(self) -> bool:
        """Whether the period is longer than what is shown of it."""
        return self.since is not None and self.columns[0] > figures.first_day(self.since, self.grain)


def figures_of(user: User) -> list[Whose]:
    """Whose figures this person reads, by each role in force that reads any. A list, for somebody may have two."""
    found = []
    for membership in user.active_memberships:
        role = Role(membership.role)
        if Permission.DASHBOARD_READ in ABILITIES[role]:
            one = Whose(figures.SCOPE_OF[role], membership.organisation)
            # the register alone reads what is of everybody
            if one.scope is not Scope.NATIONAL or one.organisation.registers_nationally:
                found.append(one)
    return list(dict.fromkeys(found))


def asked_of(user: User, data: QueryDict, *, today: datetime.date) -> tuple[DashboardForm, Asked | None]:
    """The filters of an address, and what they ask for; None for somebody who reads no figures at all."""
    mine = {one.key: one for one in figures_of(user)}
    national = any(one.scope is Scope.NATIONAL for one in mine.values())
    organisations = {str(one.pk): one for one in tenants()} if national else {}
    filters = DashboardForm(
        data,
        whose={key: one.name for key, one in mine.items()},
        organisations={key: one.name for key, one in organisations.items()},
    )
    wanted = filters.wanted()
    whose = mine.get(wanted.pop("whose", "")) or next(iter(mine.values()), None)
    if whose is None:
        return filters, None
    narrowed = organisations.get(wanted.pop("organisation", ""))
    within = narrowed if whose.scope is Scope.NATIONAL else None
    asked = Asked(whose=whose, today=today, within=within, **wanted)
    filters.offer_measures({code: figures.INFLOW[code] for code in figures.offered(asked.scope)})
    if asked.measure not in figures.offered(asked.scope):
        filters.add_error("measure", _("These figures do not count that."))
        asked = dataclasses.replace(asked, measure=Measure.PERSONS)
    return filters, asked


def tenants() -> QuerySet[Organisation]:
    """Who may take part in files, besides the register itself."""
    return Organisation.objects.tenants().filter(registers_nationally=False).order_by("name", "id")


def parts_in(
    parts: QuerySet[Participation], scope: Scope, organisation: Organisation, of: str
) -> QuerySet[Participation]:
    codes = [part.value for part in figures.PARTS_OF[scope]]
    return parts.filter(case=OuterRef(of), organisation=organisation, part__in=codes)


def takes_part(scope: Scope, organisation: Organisation) -> Q:
    """Whether the organisation takes part now."""
    return Q(Exists(parts_in(Participation.objects.now(), scope, organisation, "pk")))


def files_now(asked: Asked) -> CaseQuerySet:
    """Open files in which the organisation takes part now; of the national figures never one for support only."""
    files = Case.objects.filter(takes_part(asked.whose.scope, asked.whose.organisation)).open()
    if asked.within:
        files = files.filter(takes_part(Scope.WITHIN, asked.within))
    if asked.national:
        files = files.exclude(SUPPORT)
    if asked.region:
        notices = Notice.objects.filter(case=OuterRef("pk"))
        there = Exists(notices.filter(region=asked.region_noted))
        files = files.filter(there | ~Exists(notices) if asked.region == UNKNOWN else there)
    return files


def ever_in(asked: Asked, of: str = "pk") -> Q:
    """Whether the organisation ever took part in the file to which `of` points; nationally every file counts."""
    if asked.scope is Scope.NATIONAL:
        return Q()
    return Q(Exists(parts_in(Participation.objects.all(), asked.scope, asked.within or asked.whose.organisation, of)))
