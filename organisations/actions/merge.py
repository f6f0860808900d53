"""Two records of the same organisation become one."""

from typing import Any, cast

from django.db import IntegrityError, transaction
from django.db.models import F, ForeignObjectRel, Model
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from ..models import FormerSlug, Organisation, OrganisationSource, User
from ..rules.audit import Verb
from ..rules.directory import DESCRIBING, SEVERAL, SOURCES, Deed, Visibility, shown_to_fewer
from . import audit
from .base import Refused, action
from .organisation import locked, note, write
from .source import listed, next_position


@action
def merge(*, kept: Organisation, other: Organisation, version: int | None, seen: int | None, by: User) -> Organisation:
    """`other` goes up in `kept`: what kept leaves open is filled, lists are joined, whatever pointed to it points here.

    Of a record that fewer people see, nothing is taken over but what points to it; what it said stands in the history.
    Its address leads to kept, and its history goes along, each line with the record it was written about.
    `seen` is the version of the other one that the page showed.
    Raises Stale, and Refused for tenants and where one case points to both.
    """
    if kept.pk == other.pk:
        raise Refused(_("These are the same record."))
    for pk in sorted([kept.pk, other.pk]):  # always in this order: two merges at once wait for each other
        Organisation.objects.select_for_update().filter(pk=pk).first()
    row, gone = locked(kept, version=version, by=by), locked(other, version=seen, by=by)
    if why := why_not(row, gone):
        raise Refused(why)
    line = write(row, merged(row, gone), Deed.MERGED, by=by, reason=f"{gone.name} ({gone.slug})")
    said = {name: [getattr(gone, name), ""] for name in DESCRIBING if getattr(gone, name)}
    if sources := listed(gone):
        said[SOURCES] = [sources, []]
    note(gone, Deed.ABSORBED, by=by, fields=said)
    # what came to the other one by an earlier merge goes on naming the record it was written about
    gone.history.filter(came_with=None).update(came_with=line)
    take_sources(row, gone)
    try:
        with transaction.atomic():
            take_what_points_to(row, gone, by=by)
    except IntegrityError as error:
        raise Refused(
            _("Both records are in use side by side in one case, so they cannot become one. End one of the two there.")
        ) from error
    slug, public = gone.slug, gone.visibility == Visibility.PUBLIC and gone.suspended_at is None
    gone.delete()
    FormerSlug.objects.create(slug=slug, organisation=row, public=public)
    audit.record(Verb.ORGANISATIONS_MERGED, by=by, object_id=row.pk)
    audit.record(Verb.ORGANISATIONS_MERGED, by=by, object_id=other.pk)
    return row


def why_not(row: Organisation, gone: Organisation) -> Promise | None:
    """Why these two are not merged as they are, and what to do first; the page says it before anybody presses."""
    if works_here(row) or works_here(gone):
        return _(
            "An organisation that works in the system itself is not merged: its people and cases are its own. Suspend the record in which nobody works, and say there which one counts."
        )
    if shown_to_fewer(row.visibility, than=gone.visibility):
        return _(
            "The other record is seen by more people than this one. Keep that one, and let this one go up in it: it then stays as it is shown now."
        )
    if bool(row.suspended_at) != bool(gone.suspended_at):
        return _(
            "One of these records is suspended and the other one is not. First end the suspension, or suspend the other one too."
        )
    return None


def keeps_to_itself(row: Organisation, gone: Organisation) -> bool:
    """Whether what the other record says would be read by people who may not see it now."""
    return shown_to_fewer(gone.visibility, than=row.visibility)


def works_here(organisation: Organisation) -> bool:
    """Whether anybody has, had or was offered a role there, or a house is kept."""
    return any(getattr(organisation, name).exists() for name in ("memberships", "invitations", "shelters"))


def merged(row: Organisation, gone: Organisation) -> dict[str, Any]:
    """What the record says afterwards, as far as that is something else than now."""
    values: dict[str, Any] = {}
    for name in () if keeps_to_itself(row, gone) else DESCRIBING:
        mine, theirs = getattr(row, name), getattr(gone, name)
        if name in SEVERAL:
            values[name] = list(dict.fromkeys([*mine, *theirs]))
        elif not mine:
            values[name] = theirs
    return values


def sources_taken(row: Organisation, gone: Organisation) -> list[OrganisationSource]:
    """The pages that only the other one named, if the readers of this record may know them."""
    known = {source.url for source in row.sources.all()}
    return [] if keeps_to_itself(row, gone) else [one for one in gone.sources.all() if one.url not in known]


def sources_after(row: Organisation, gone: Organisation) -> list[str]:
    """The sources of the merged record, each in a line."""
    return [*listed(row), *(one.in_a_line for one in sources_taken(row, gone))]


def take_sources(row: Organisation, gone: Organisation) -> None:
    """They come after our own."""
    after = next_position(row)
    for source in sources_taken(row, gone):
        OrganisationSource.objects.filter(pk=source.pk).update(organisation=row, position=after + source.position)


def take_what_points_to(row: Organisation, gone: Organisation, *, by: User) -> None:
    """Every row of every table that points to the other record, whichever app it is of; its sources went before.

    A row of a case is told in the trail of that case, and whoever has its form open is asked again.
    """
    for relation in Organisation._meta.get_fields(include_hidden=True):
        if not isinstance(relation, ForeignObjectRel) or relation.related_model is OrganisationSource:
            continue
        name, table = relation.field.name, cast(type[Model], relation.related_model)
        pointing = table._base_manager.filter(**{name: gone})
        columns = {field.name for field in table._meta.concrete_fields}
        for one in pointing.select_related("case") if "case" in columns else ():
            audit.record(
                Verb.FILE_RECORD_MERGED,
                by=by,
                case=cast(Any, one).case,
                room=getattr(table, "ROOM", "case"),
                object_id=one.pk,
            )
        seen_again = {"version": F("version") + 1} if "version" in columns else {}
        pointing.update(**{name: row}, **seen_again)
