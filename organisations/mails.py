"""Messages to the people who work here: never about a case, and never what keeps a page from being served."""

import logging
from collections.abc import Callable

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.template.loader import render_to_string
from django.utils.translation import gettext as _
from django.utils.translation import override

from .actions import invitation as invitations
from .models import Invitation

logger = logging.getLogger(__name__)


def after_commit(message: EmailMessage, *, then: Callable[[], object] = lambda: None) -> None:
    """Hand the message to the mail server once what it tells is true; `then` is done if the server took it.

    No lock waits for a mail server, and one that is down breaks no page: the log says that, without an address.
    """

    def send() -> None:
        try:
            message.send()
        except OSError as problem:  # refused, unreachable, too slow: SMTPException is one too
            logger.error("a message was not taken by the mail server", exc_info=problem)
        else:
            then()

    transaction.on_commit(send)


def invite(invitation: Invitation, link: str) -> None:
    """The link and the name of the organisation, in both languages: who gets it may have no account yet."""
    facts = {"organisation": invitation.organisation.name, "link": link}
    texts, subjects = [], []
    for language, _name in settings.LANGUAGES:
        with override(language):
            texts.append(render_to_string("organisations/invitation/mail.txt", facts).strip())
            subjects.append(_("You are invited to returnsupport"))
    message = EmailMessage(" / ".join(subjects), "\n\n---\n\n".join(texts) + "\n", to=[invitation.email])
    after_commit(message, then=lambda: invitations.mailed(invitation=invitation, by=invitation.invited_by))
