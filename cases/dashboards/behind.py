"""The files behind a figure, and the figure in words."""

import dataclasses
import datetime
from typing import Any

from django.db.models import DateTimeField, Exists, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.fields.json import KeyTextTransform
from django.db.models.functions import Cast, Coalesce
from django.http import QueryDict
from django.utils import formats
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from organisations.models import Organisation
from organisations.permissions import Permission
from organisations.rules.days import midnight

from ..forms.dashboard import BehindForm
from ..models import Case, Exploitation, FollowUp, Journey, Notice, Participation
from ..models.case import CaseQuerySet
from ..rules import figures
from ..rules.codes import FileType
from ..rules.figures import NONE, RESTRICTED, STATELESS, UNKNOWN, Dimension, Measure
from ..rules.registration import REGISTERED
from .history import is_code, name_of
from .now import NOW, REACHED
from .whose import SUPPORT, Asked, ever_in, files_now

# What the list behind a figure of history asks of its reader.
READING_HISTORY = {
    Measure.PERSONS: Permission.IDENTITY_READ,
    Measure.NOTICES: Permission.IDENTITY_READ,
    Measure.SUPPORT_ONLY: Permission.IDENTITY_READ,
    Measure.DEPARTED: Permission.RETURN_READ,
    Measure.FOLLOWED_UP: Permission.RETURN_READ,
    Measure.SUPPORT_DEPARTED: Permission.RETURN_READ,
    Measure.SUPPORT_FOLLOWED_UP: Permission.RETURN_READ,
}


@dataclasses.dataclass(frozen=True)
class Behind:
    """Which figure, and of a figure of history which weeks or months, and by what."""

    figure: str
    first: datetime.date | None = None
    dimension: str = ""
    code: str = ""
    support: bool = False

    @property
    def as_text(self) -> dict[str, str]:
        """As it stands in an address."""
        return {
            "figure": self.figure, "first": self.first.strftime("%d-%m-%Y") if self.first else "",
            "dimension": self.dimension, "code": self.code, "support": "yes" if self.support else "",
        }  # fmt: skip

    @property
    def reading(self) -> Permission:
        """What the list behind it asks of its reader."""
        return NOW[self.figure].reading if self.figure in NOW else READING_HISTORY[Measure(self.figure)]


def behind(asked: Asked, wanted: Behind) -> CaseQuerySet:
    """Every file that the figure counts, whoever may open it."""
    if wanted.figure in NOW:
        files = NOW[wanted.figure].narrow(files_now(asked), asked)
        return files.filter(SUPPORT) if wanted.support else files.exclude(SUPPORT)
    period = period_of(asked, wanted)
    if period is None:
        return Case.objects.none()
    first, after = period
    files = Case.objects.filter(ever_in(asked))
    measure = Measure(wanted.figure)
    files = files.filter(SUPPORT) if measure in figures.OF_SUPPORT_ONLY else files.exclude(SUPPORT)
    return by_what(happened(files, measure, asked, wanted, first, after), wanted)


def period_of(asked: Asked, wanted: Behind) -> tuple[datetime.date, datetime.date] | None:
    """The first day of a figure of history and the day after its last; None for a week or month that is not on the page."""
    columns = [day for day in asked.columns if wanted.first in {None, day}]
    return (columns[0], figures.next_day(columns[-1], asked.grain)) if columns else None


def registered() -> QuerySet[Notice]:
    decided = [decision.value for decision in REGISTERED]
    return Notice.objects.filter(decision__in=decided, withdrawn_on=None).exclude(case__file_type=FileType.SUPPORT_ONLY)


def happened(
    files: CaseQuerySet, measure: Measure, asked: Asked, wanted: Behind, first: datetime.date, after: datetime.date
) -> CaseQuerySet:
    """The files in which it happened from that day until before the other, with its region and kind of notifier."""
    told = of_notice(asked, wanted)
    if measure in {Measure.PERSONS, Measure.NOTICES}:
        return files.filter(pk__in=notices_of(measure, asked, told, first, after).values("case"))
    if measure is Measure.SUPPORT_ONLY:
        files = files.filter(created_at__gte=midnight(first), created_at__lt=midnight(after))
    elif measure in {Measure.DEPARTED, Measure.SUPPORT_DEPARTED}:
        files = files.filter(pk__in=departures(first, after).values("case"))
    else:
        files = files.filter(pk__in=first_contacts(first, after).values("case"))
    if measure in {Measure.DEPARTED, Measure.FOLLOWED_UP} and asked.national:
        files = files.filter(Exists(registered().filter(case=OuterRef("pk"))))
    for name, value in told.items():
        notice = Notice.objects.filter(case=OuterRef("pk")).order_by("received_on", "created_at", "id").values(name)[:1]
        found = Coalesce(Subquery(notice), Value(""))
        files = files.alias(**{f"first_{name}": found}).filter(**{f"first_{name}": value})
    return files


def of_notice(asked: Asked, wanted: Behind) -> dict[str, str]:
    """What the notice that counts must say."""
    told: dict[str, str] = {}
    if asked.region:
        told["region"] = asked.region_noted
    if wanted.code == RESTRICTED:
        return told
    if wanted.dimension == Dimension.REGION:
        told["region"] = "" if wanted.code == UNKNOWN else wanted.code
    if wanted.dimension == Dimension.NOTIFIER:
        told["notifier"] = "" if wanted.code == NONE else wanted.code
    return told


def notices_of(
    measure: Measure, asked: Asked, told: dict[str, str], first: datetime.date, after: datetime.date
) -> QuerySet[Notice]:
    notices = registered().filter(received_on__gte=first, received_on__lt=after, **told)
    return notices.exclude(Exists(earlier(asked))) if measure is Measure.PERSONS else notices


def departures(first: datetime.date, after: datetime.date) -> QuerySet[Journey]:
    return Journey.objects.filter(departed_on__gte=first, departed_on__lt=after)


def first_contacts(first: datetime.date, after: datetime.date) -> QuerySet[FollowUp]:
    """Contacts after a return in those days, of files that had none before."""
    spoken = FollowUp.objects.filter(outcome__in=REACHED)
    before = spoken.filter(case=OuterRef("case"), done_on__lt=first)
    return spoken.filter(~Exists(before), done_on__gte=first, done_on__lt=after)


def earlier(asked: Asked) -> QuerySet[Notice]:
    """Of a notice, the registered ones of the same person that came before it, in these figures."""
    before = (
        Q(received_on__lt=OuterRef("received_on"))
        | Q(received_on=OuterRef("received_on"), created_at__lt=OuterRef("created_at"))
        | Q(received_on=OuterRef("received_on"), created_at=OuterRef("created_at"), pk__lt=OuterRef("pk"))
    )
    return registered().filter(before, ever_in(asked, "case"), case__victim=OuterRef("case__victim"))


def by_what(files: CaseQuerySet, wanted: Behind) -> CaseQuerySet:
    code = wanted.code
    if wanted.dimension:
        files = files.filter(restricted=code == RESTRICTED)
    if code == RESTRICTED:
        return files
    if wanted.dimension == Dimension.AGE_GROUP:
        return files.filter(age_group=code)
    if wanted.dimension == Dimension.SEX:
        return files.filter(victim__sex=code)
    if wanted.dimension == Dimension.NATIONALITY:
        if code == STATELESS:
            return files.filter(victim__stateless=True)
        if code == UNKNOWN:
            return files.filter(victim__nationalities=[], victim__stateless=False)
        return files.filter(victim__nationalities__contains=[code])
    if wanted.dimension == Dimension.FORM:
        newest = Exploitation.objects.filter(case=OuterRef("pk")).order_by("-created_at", "-id").values("forms")[:1]
        files = files.alias(forms=Subquery(newest))
        named = Q(forms__contains=[code])
        return files.filter(named | Q(forms=None) | Q(forms=[]) if code == UNKNOWN else named)
    return files


def without_hidden(
    files: CaseQuerySet, wanted: Behind, asked: Asked, organisations: list[Organisation]
) -> CaseQuerySet:
    """Without those of which a transfer to these organisations hid what the figure looks at."""
    figure = NOW.get(wanted.figure)
    for room in figure.rooms if figure else ():
        parts = hiding(room, organisations)
        if figure and figure.looks_back:
            parts = parts.filter(before__gt=figure.looks_back(asked))
        files = files.exclude(Exists(parts))
    return files


def hiding(room: str, organisations: list[Organisation]) -> QuerySet[Participation]:
    """The parts of these organisations in a file from which a transfer hid something of that room: `before` when."""
    return (
        Participation.objects.now()
        .filter(case=OuterRef("pk"), organisation__in=organisations)
        .alias(before=Cast(KeyTextTransform(room, "hidden_before"), DateTimeField()))
        .filter(before__isnull=False)
    )


RETURN_NAMES = {
    Measure.DEPARTED: _("Departed"),
    Measure.SUPPORT_DEPARTED: _("Departed"),
    Measure.FOLLOWED_UP: _("Followed up after return"),
    Measure.SUPPORT_FOLLOWED_UP: _("Followed up after return"),
}


def behind_of(asked: Asked, data: QueryDict) -> Behind | None:
    """Which figure the address of a list names; None where it is made up, or stands on no page of these figures.

    Whether files for support only are there at all is nothing that the national figures tell. Of returns a page says how many
    there were in the period, and no list tells when, or whose.
    """
    measures = [measure.value for measure in Measure if not (asked.national and measure in figures.OF_SUPPORT_ONLY)]
    form = BehindForm(data, figures=[*NOW, *measures])
    if not form.is_valid() or bool(form.cleaned_data["dimension"]) != bool(form.cleaned_data["code"]):
        return None
    wanted = Behind(**form.cleaned_data)
    if wanted.figure in NOW:
        return None if wanted.dimension or wanted.first or (wanted.support and asked.national) else wanted
    measure = Measure(wanted.figure)
    if (wanted.first or wanted.dimension) and measure not in figures.INFLOW:
        return None
    if wanted.dimension and not is_code(wanted.dimension, wanted.code):
        return None
    return None if wanted.support or period_of(asked, wanted) is None else wanted


def title_of(asked: Asked, wanted: Behind) -> Any:
    """The figure in words."""
    if wanted.figure == "without_contact":
        said = ngettext("Without contact for %(days)s day", "Without contact for %(days)s days", asked.days)
        return said % {"days": asked.days}
    if wanted.figure in NOW:
        return NOW[wanted.figure].name
    return {**figures.INFLOW, **RETURN_NAMES}[Measure(wanted.figure)]


def in_words(asked: Asked, wanted: Behind) -> list[Any]:
    """What the list is narrowed to."""
    told: list[Any] = [asked.whose.name]
    if asked.within:
        told.append(asked.within.name)
    if asked.region:
        told.append(name_of(Dimension.REGION, asked.region))
    if wanted.dimension:
        told.append(name_of(wanted.dimension, wanted.code))
    if wanted.support:
        told.append(figures.INFLOW[Measure.SUPPORT_ONLY])
    columns = [wanted.first] if wanted.first else asked.columns
    if wanted.figure not in NOW and columns:
        last = figures.next_day(columns[-1], asked.grain) - datetime.timedelta(days=1)
        days = {"first": formats.date_format(columns[0]), "last": formats.date_format(last)}
        told.append(_("%(first)s to %(last)s") % days)
    return told
