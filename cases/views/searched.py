"""What somebody looked for last, for when they come back to what was found: sealed in their session, and gone with it."""

import base64
import binascii
import json
from typing import Any

from organisations.actions import sessions
from organisations.sealing import envelope, keys
from organisations.views.access import Request

KEY = "searched"


def remember(request: Request, asked: dict[str, Any]) -> None:
    sealed = envelope.seal(keys.data_key(keys.INDEX), json.dumps(asked).encode(), context(request))
    sessions.put(request.session, KEY, base64.b64encode(sealed).decode())


def last(request: Request) -> dict[str, Any] | None:
    """What they looked for, as the form takes it; None where they have not, or a session says what it cannot have said."""
    try:
        sealed = base64.b64decode(request.session.get(KEY, ""))
        return json.loads(envelope.unseal(keys.data_key(keys.INDEX), sealed, context(request)))
    except (envelope.SealBroken, binascii.Error):
        return None


def context(request: Request) -> str:
    return f"searched by {request.user.pk}"
