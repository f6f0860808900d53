"""Who looked in a file, in words for the client: which part of the file, and why that organisation was in it."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from organisations.roles import Role

from .access import ROOM_NAMES, Part

# Plain words for the rooms of a case; a room without its own is called as staff call it.
PARTS_OF_THE_FILE = {
    "case": _("the first page"),
    "safety": _("your safety"),
    "shelter": _("your place to stay"),
    "tonight": _("what the night shift must know"),
    "residence": _("your right to stay"),
    "safe_future": _("talks about your future"),
    "return_plan": _("the plan for a return"),
    "journey": _("the journey"),
    "follow_up": _("contact after the return"),
    "intake": _("who you are and what happened"),
    "notes": _("notes"),
    "contacts": _("people to phone"),
    "people": _("your family"),
    "history": _("the history of the file"),
    "consents": _("what you consented to"),
    "transfer": _("the summary for another organisation"),
    "own_part": _("what they wrote themselves in the past"),
    "placement": _("what a house must know to take you in, without your name"),
}

# The reason follows from the part an organisation takes, the first that it had on that day.
WHY = {
    Part.LEAD: pgettext_lazy("to the client", "Works on your case"),
    Part.SUPPORT: pgettext_lazy("to the client", "Helps in your case"),
    Part.COORDINATION: pgettext_lazy("to the client", "Arranges help for you in your region"),
    Part.PLACEMENT: pgettext_lazy("to the client", "Looks for a place for you to stay"),
    Part.REGISTRATION: pgettext_lazy("to the client", "Registers notices of human trafficking nationally"),
}
WATCHES = pgettext_lazy("to the client", "Checks whether people handle your file with care")
ASKED = pgettext_lazy("to the client", "Was asked to take over your case")
ASKED_FOR_A_PLACE = pgettext_lazy("to the client", "Was asked for a place for you to stay")
HELPED = pgettext_lazy("to the client", "Worked on your case before")
UNKNOWN = pgettext_lazy("to the client", "Not recorded; ask us")


def part_of_file(room: str):
    return PARTS_OF_THE_FILE.get(room) or ROOM_NAMES.get(room, room)


def why_looked(role: str, parts: list[Part], room: str):
    """Why somebody in this role, of an organisation in these parts, was in this room of the file."""
    if role == Role.PRIVACY_OFFICER:
        return WATCHES
    if not parts and room == "transfer":
        return ASKED
    if not parts and room == "placement":
        return ASKED_FOR_A_PLACE
    if room == "own_part":
        return HELPED
    return next((WHY[part] for part in Part if part in parts), UNKNOWN)
