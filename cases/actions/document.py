"""Documents: sealed files of a case, added, opened one by one, and withdrawn."""

import uuid

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from organisations.actions import audit
from organisations.actions.base import Refused, action
from organisations.models import User
from organisations.permissions import Permission
from organisations.rules.audit import Verb
from organisations.rules.files import CleanFile
from organisations.sealing import files
from organisations.sealing.envelope import SealBroken

from ..models import Case, Document
from ..models.document import file_context
from . import base
from .base import acting_for, in_sight


@action
def add(*, case: Case, file: CleanFile, values: dict, submission: uuid.UUID | None, by: User) -> Document:
    """A document with its file, once per submission. Raises Refused, also when the file cannot be kept."""
    pk = uuid.uuid4()
    try:
        # Sealing takes time, so it comes before the case is locked; what is not recorded then leaves no file.
        with files.incoming(file.data, owner=case.sealed_for, context=file_context(pk)) as name:
            document = base.record(
                Document, case=case,
                values={
                    **values, "id": pk, "name": file.name, "file": name, "type": file.type, "size": len(file.data),
                },
                said={**values, "name": file.name, "size": len(file.data)}, submission=submission, by=by,
                permission=Permission.SUPPORT_WRITE, verb=Verb.DOCUMENT_ADDED, room="documents",
            )  # fmt: skip
            if document.pk == pk:
                files.keep(name, named=Document.objects.filter(file=name).exists)
    except OSError as problem:
        raise Refused(_("The file could not be kept: the disk may be full. Tell your administrator.")) from problem
    return document


@action
def open_file(*, document: Document, by: User) -> bytes:
    """What is in the file; every opening is told to the audit trail. Raises Refused.

    A withdrawn document opens only for those who write here: they may have to see why it was withdrawn.
    """
    needed = Permission.SUPPORT_READ if document.withdrawn_at is None else Permission.SUPPORT_WRITE
    case = in_sight(document.case, by=by, permission=needed).first()
    if case is not None:
        case.hidden_before = Case.objects.hidden_from(case, by)
    if case is None or not case.shows(document):
        raise Refused(
            base.NOT_ANY_MORE
            if document.withdrawn_at is None
            else _("This document was withdrawn. Those who write in this room can still open it.")
        )
    content = content_of(document)
    audit.record(
        Verb.DOCUMENT_OPENED, by=by, case=case, room="documents", object_id=document.pk,
        organisation=acting_for(case, by=by, permission=needed),
    )  # fmt: skip
    return content


def content_of(document: Document) -> bytes:
    """The unsealed file. Raises Refused."""
    try:
        return files.read(document.file, owner=document.sealed_for, context=file_context(document.pk))
    except (OSError, SealBroken) as problem:
        raise Refused(_("The file of this document is missing or damaged. Tell your administrator.")) from problem


@action
def withdraw(*, document: Document, reason: str, version: int | None, by: User) -> Document:
    """The document no longer counts; nothing is deleted. Raises Stale and Refused."""
    return base.change(
        document,
        values={"withdrawn_at": timezone.now(), "withdrawn_by": by, "withdrawn_reason": reason},
        version=version, by=by, check=still_counts,
        permission=Permission.SUPPORT_WRITE, verb=Verb.DOCUMENT_WITHDRAWN, room="documents",
    )  # fmt: skip


def still_counts(document: Document) -> None:
    if document.withdrawn_at is not None:
        raise Refused(_("This document was withdrawn already."))
