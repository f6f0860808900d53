"""The public pages that a record of the directory was taken from."""

from django.db.models import Max
from django.utils.translation import gettext_lazy as _

from ..models import Organisation, OrganisationSource, User
from ..rules.audit import Verb
from ..rules.directory import SOURCES, Deed
from . import audit
from .base import Refused, action
from .organisation import locked, write


@action
def add(*, organisation: Organisation, values: dict, version: int | None, by: User) -> OrganisationSource:
    """Raises Stale and Refused."""
    row = locked(organisation, version=version, by=by)
    before = listed(row)
    check_other(row, values["url"])
    source = OrganisationSource.objects.create(organisation=row, position=next_position(row), **values)
    keep(row, before, by=by)
    return source


@action
def change(*, source: OrganisationSource, values: dict, version: int | None, by: User) -> OrganisationSource:
    """Raises Stale and Refused."""
    row = locked(source.organisation, version=version, by=by)
    before = listed(row)
    check_other(row, values["url"], than=source)
    for name, value in values.items():
        setattr(source, name, value)
    source.save(update_fields=list(values))
    keep(row, before, by=by)
    return source


@action
def remove(*, source: OrganisationSource, version: int | None, by: User) -> None:
    """Raises Stale and Refused."""
    row = locked(source.organisation, version=version, by=by)
    before = listed(row)
    row.sources.filter(pk=source.pk).delete()
    keep(row, before, by=by)


def check_other(row: Organisation, url: str, *, than: OrganisationSource | None = None) -> None:
    """Raises Refused where another source of the record has that address."""
    others = row.sources.filter(url=url)
    if (others.exclude(pk=than.pk) if than is not None else others).exists():
        raise Refused(_("This page is a source of this record already."))


def next_position(row: Organisation) -> int:
    """Behind the last; one that was removed leaves a gap."""
    last = row.sources.aggregate(last=Max("position"))["last"]
    return 0 if last is None else last + 1


def listed(row: Organisation) -> list[str]:
    """Each source in one line, as the history tells it."""
    return [source.in_a_line for source in row.sources.all()]


def keep(row: Organisation, before: list[str], *, by: User) -> None:
    """From now on they are a person's word: an import keeps them as they are."""
    write(row, {}, Deed.CHANGED, by=by, also={SOURCES: [before, listed(row)]})
    audit.record(Verb.ORGANISATION_CHANGED, by=by, object_id=row.pk)
