"""Taking cases along as a file: asked, made, handed out, deleted.

Making may be stopped at any moment and begun again. What is written of an unfinished file is thrown away by the next
attempt; the row becomes ready, the file gets its place and every case in it its row in the audit trail in one transaction,
and not before each right was asked once more.
"""

import uuid
from collections.abc import Iterable, Iterator

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from organisations.actions import audit
from organisations.actions.base import Refused, action, once
from organisations.models import Organisation, User
from organisations.permissions import Permission
from organisations.rules.audit import Verb
from organisations.sealing import Destroyed, files, keys
from organisations.sealing.envelope import SealBroken

from ..models import Case, CaseExport
from ..rules.case_export import BATCH, MOST_WAITING, State, Why
from .base import acting_for_each

ROOM = "exports"

# A piece of the file, and the ids of the cases that are in it.
Piece = tuple[bytes, list[uuid.UUID]]

NOT_HERE = _("This file is not there (any more). Ask for a new one.")
NOT_WHOLE = _(
    "You may no longer take along every case that is in this file: one was handed over, restricted or erased, or a part "
    "or role has ended. Ask for a new file; it will hold what you may take along now."
)


class Stopped(Exception):
    """The file that is being made is not wanted any more, or would not be right: its requester deleted it, a right ended."""


@action
def ask(
    *, reason: str, filters: str, with_names: bool, language: str, submission: uuid.UUID | None, by: User
) -> CaseExport:
    """Ask for the cases of the list with these filters as a file, once per submission. Raises Refused."""
    organisations = by.organisations_with(Permission.CASES_EXPORT)
    if not organisations:
        raise Refused(_("You may not take cases along as a file any more."))
    values = {"reason": reason, "filters": filters, "with_names": with_names}

    def make() -> CaseExport:
        # one after the other: at the same moment each would find room
        User.objects.select_for_update(no_key=True).get(pk=by.pk)
        if CaseExport.objects.of(by).waiting().count() >= MOST_WAITING:
            raise Refused(_("Several of your files wait to be made already. Delete one, or wait."))
        export = CaseExport(
            organisation=organisations[0], language=language, submission=submission, created_by=by, **values
        )
        export.save(force_insert=True)
        told(Verb.EXPORT_ASKED, export, by=by)
        return export

    return once(CaseExport, submission, make, said=values, created_by_id=by.pk)[0]


def told(verb: Verb, export: CaseExport, *, by: User | None, through: Iterable[Organisation] = ()) -> None:
    """In the trail of each organisation whose cases are concerned; without any, of the one it was asked through."""
    for organisation in list(through) or [export.organisation]:
        audit.record(verb, by=by, organisation=organisation, room=ROOM, object_id=export.pk)


def make(*, export: CaseExport, pieces: Iterable[Piece], total: int, by: User) -> None:
    """Write the file of an export that waits; `by` is who asked for it, and `pieces` what they may take along now.

    When something ends a right or the export meanwhile, it stays as it is: whoever still waits is tried again.
    """
    if not by.organisations_with(Permission.CASES_EXPORT):
        fail(export=export, why=Why.RIGHTS, by=by)
        return
    taken = bytearray()
    try:
        begin(export, total=total)
        # Written as it is read, so that neither the cases nor the file are ever in memory as a whole.
        plain = counted(export, pieces, taken)
        with files.incoming(plain, owner=export.file_owner, context=export.file_context, name=export.file):
            finish(export=export, taken=bytes(taken), by=by)
    except (Stopped, Destroyed):
        return
    except OSError:
        fail(export=export, why=Why.DISK, by=by)
    except (SealBroken, keys.NoSuchMasterKey):
        fail(export=export, why=Why.DAMAGED, by=by)


def begin(export: CaseExport, *, total: int) -> None:
    """Throw away what an attempt that was killed has left, and name the next one before it writes anything."""
    if export.file is not None:
        files.throw_away(export.file)
    export.file, export.written, export.total = uuid.uuid4(), 0, total
    CaseExport.objects.waiting().filter(pk=export.pk).update(file=export.file, written=0, total=total)


def counted(export: CaseExport, pieces: Iterable[Piece], taken: bytearray) -> Iterator[bytes]:
    """The pieces, telling after each how far the file is; `taken` gets the ids, sixteen bytes each. Raises Stopped."""
    for text, cases in pieces:
        yield text
        for case in cases:
            taken += case.bytes
        if not CaseExport.objects.waiting().filter(pk=export.pk).update(written=len(taken) // 16):
            raise Stopped


@action
def finish(*, export: CaseExport, taken: bytes, by: User) -> None:
    """The written file becomes the export, if every case in it may still be taken along. Raises Stopped and OSError."""
    row = CaseExport.objects.select_for_update(no_key=True).filter(pk=export.pk).first()
    if row is None or not row.is_waiting or row.file != export.file:
        raise Stopped
    everywhere: dict[uuid.UUID, Organisation] = {}
    for start in range(0, len(taken), 16 * BATCH):
        ids = [uuid.UUID(bytes=taken[at : at + 16]) for at in range(start, min(start + 16 * BATCH, len(taken)), 16)]
        by.forget_roles()  # asked again for every batch: writing it may have taken long
        cases = list(Case.objects.where_may(by, Permission.CASES_EXPORT).filter(pk__in=ids).only("reference"))
        if len(cases) != len(ids):
            raise Stopped
        through = acting_for_each(cases, by=by, permission=Permission.CASES_EXPORT)
        everywhere |= {organisation.pk: organisation for organisation in through.values()}
        audit.record_many(
            Verb.CASE_EXPORTED, by=by, room="case", object_id=row.pk,
            about=[(case, through.get(case.pk)) for case in cases],
        )  # fmt: skip
    row.state, row.made_at = State.READY, timezone.now()
    row.written = row.total = len(taken) // 16
    row.version += 1
    row.save(update_fields=["state", "made_at", "written", "total", "version"])
    told(Verb.EXPORT_MADE, row, by=by, through=everywhere.values())
    assert row.file is not None
    files.keep(row.file, named=named(row.file))


def named(file: uuid.UUID):
    """The question whether a row names the file."""
    return CaseExport.objects.ready().filter(file=file).exists


@action
def fail(*, export: CaseExport, why: Why, by: User) -> None:
    """It is not made, and its requester reads why."""
    row = CaseExport.objects.waiting().select_for_update(no_key=True).filter(pk=export.pk).first()
    if row is not None:
        end(row, State.FAILED, why)


def end(row: CaseExport, state: State, why: Why) -> None:
    """The file and its key go; of the row stays that there was one."""
    if row.file is not None:
        files.let_go(row.file, named=named(row.file))
        keys.destroy(row.file_owner)
    row.state, row.why, row.file, row.ended_at = state, why, None, timezone.now()
    row.version += 1
    row.save(update_fields=["state", "why", "file", "ended_at", "version"])


@action
def download(*, export: CaseExport, by: User) -> bytes:
    """What is in the file, for who asked for it; every time is told to the audit trail. Raises Refused."""
    row = CaseExport.objects.of(by).filter(pk=export.pk).first()
    if row is None or not row.is_ready or row.file is None:
        raise Refused(NOT_HERE)
    if not row.still_whole(by):
        raise Refused(NOT_WHOLE)
    try:
        content = files.read(row.file, owner=row.file_owner, context=row.file_context)
    except Destroyed as gone:
        # deleted at this moment, with its key
        raise Refused(NOT_HERE) from gone
    except (OSError, SealBroken) as problem:
        raise Refused(_("The file is missing or damaged. Ask for a new one.")) from problem
    told(Verb.EXPORT_DOWNLOADED, row, by=by)
    return content


@action
def delete(*, export: CaseExport, seen_waiting: bool = False, by: User) -> None:
    """The file is deleted at once, or not made at all; by who asked for it. Raises Refused.

    `seen_waiting`: whoever pressed did not know that it was made meanwhile, and then it stays.
    """
    row = CaseExport.objects.of(by).select_for_update(no_key=True).filter(pk=export.pk).first()
    if row is None or row.state not in {State.WAITING, State.READY}:
        raise Refused(NOT_HERE)
    if seen_waiting and row.state == State.READY:
        raise Refused(_("The file was made meanwhile. You can download it below, or delete it."))
    end(row, State.GONE, Why.ASKED)
    told(Verb.EXPORT_DELETED, row, by=by)


def purge() -> int:
    """Delete the files that were kept long enough, or of which their requester may no longer have every case; how many."""
    gone = 0
    for export in CaseExport.objects.ready().select_related("created_by").order_by("created_at"):
        why = Why.TIME if export.is_over else "" if export.still_whole(export.created_by) else Why.LOST
        gone += bool(why) and end_ready(CaseExport.objects.filter(pk=export.pk), Why(why))
    return gone


def end_ready(exports: QuerySet[CaseExport], why: Why) -> int:
    """Of these, delete the files that are ready; how many."""
    with transaction.atomic():
        rows = list(exports.filter(state=State.READY).select_for_update(no_key=True).order_by("pk"))
        for row in rows:
            end(row, State.GONE, why)
            told(Verb.EXPORT_DELETED, row, by=None)
    return len(rows)


def forget(case_id: uuid.UUID) -> None:
    """A case is erased: files that hold it are deleted, and nobody reads the reason of any that ever did."""
    holding = CaseExport.objects.holding(case_id)
    end_ready(holding, Why.ERASED)
    holding.exclude(reason=None).update(reason=None)
