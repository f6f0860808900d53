"""The handover from one shift to the next."""

import uuid

from organisations.actions.base import action
from organisations.models import User

from ..models import Case, Note
from .conversation import write_note


@action
def hand_over(*, texts: list[tuple[Case, str]], submission: uuid.UUID | None, by: User) -> list[Note]:
    """Each text becomes a note of its own case, all of them or none. Raises Refused.

    The form has one key for all its boxes; each note gets its own from that, the case and the text. Sent twice nothing
    is written twice, and a text that was changed after going back is written beside the first. Nobody can guess a text
    from such a key: the form's own is random and is kept nowhere.
    """
    # always in the same order, so that two shifts never wait for each other
    return [
        write_note(
            case=case, text=text, areas=["handover"], by=by,
            submission=uuid.uuid5(submission, f"{case.pk} {text}") if submission else None,
        )
        for case, text in sorted(texts, key=lambda pair: pair[0].pk)
    ]  # fmt: skip
