"""The named cast of the tests: who works where, and one case with something in every room.

Everybody who may not look owns something that could leak.
"""

import dataclasses
import datetime
import re
from html.parser import HTMLParser

from django.utils import timezone

from cases.actions import (
    care,
    case_export,
    consent,
    conversation,
    criminal,
    document,
    erasure,
    intake,
    journey,
    people,
    placement_request,
    residence,
    return_plan,
    return_risk,
    safety,
    shelter,
    stage,
    task,
    transfer,
)
from cases.actions import case as case_actions
from cases.models import (
    Case,
    ErasureProposal,
    OwnPart,
    Participation,
    PlacementBrief,
    PlacementOffer,
    PlacementRequest,
    ReflectionPeriod,
    Transfer,
    UnknownDestination,
)
from cases.rules.access import Part
from cases.rules.consent import Purpose
from cases.rules.workflow import Stage
from organisations.actions import accounts
from organisations.actions import invitation as invitations
from organisations.actions import suggestion as suggestions
from organisations.models import Membership, Organisation, OrganisationSource, Place, Shelter, User
from organisations.roles import Role
from organisations.rules.files import CleanFile, FileType

PASSWORD = "a long enough password"
PDF = b"%PDF-1.4\nEen paspoort\n%%EOF\n"
DAY = datetime.timedelta(days=1)


@dataclasses.dataclass
class Cast:
    """Everybody by name, and their organisations."""

    kade: Organisation
    oever: Organisation
    midden: Organisation
    comensha: Organisation
    partner: Organisation
    caseworker: User
    colleague: User
    teamlead: User
    care_coordinator: User
    coordinator: User
    directory: User
    admin: User
    privacy: User
    outsider: User
    former: User
    moonlighter: User
    case: Case
    rows: dict

    def __getitem__(self, name: str | User) -> User:
        return name if isinstance(name, User) else getattr(self, name)


def organisation(slug: str, **values) -> Organisation:
    return Organisation.objects.create(
        **{"slug": slug, "name": slug.title(), "country": "NL", "kind": "shelter", "visibility": "partners", **values}
    )


def person(name: str, *roles: tuple[Organisation, Role]) -> User:
    user = accounts.add(email=f"{name}@example.test", name=name.title(), password=PASSWORD, by=None)
    for where, role in roles:
        begun = timezone.now() - 900 * DAY
        Membership.objects.create(user=user, organisation=where, role=role, from_at=begun, confirmed_at=begun)
    return User.objects.get(pk=user.pk)


def new_case(by: User, **values) -> Case:
    """A case as the four questions make it."""
    answers = {
        "working_name": "Vogel",
        "age_group": "adult",
        "danger_now": False,
        "bed_needed": False,
        "notifier": "police",
    }
    return case_actions.create(**{**answers, **values}, submission=None, by=by)


def takes_part(case: Case, where: Organisation, part: Part, *, until=None) -> Participation:
    return Participation.objects.create(
        case=case,
        organisation=where,
        part=part,
        from_at=timezone.now() - 30 * DAY,
        until_at=until,
        created_by=case.created_by,
    )


def assemble() -> Cast:
    kade, oever, midden = organisation("kade"), organisation("oever"), organisation("midden")
    comensha = organisation("comensha", registers_nationally=True, visibility="public")
    elsewhere = organisation("elders")
    partner = organisation(
        "haven", country="NG", kind="ngo", services=["reception_on_return"], visibility="public",
        summary_en="Receives people", summary_nl="Vangt mensen op",
    )  # fmt: skip
    caseworker = person("caseworker", (kade, Role.CASEWORKER))
    teamlead = person("teamlead", (kade, Role.TEAM_LEAD))
    house = Shelter.objects.create(
        organisation=kade, slug="huis", name="Huis", type="cosm", region="amsterdam", address="Geheime gracht 1"
    )
    Place.objects.bulk_create(Place(shelter=house, name=f"Kamer {number}") for number in (1, 2, 3))
    cast = Cast(
        kade=kade, oever=oever, midden=midden, comensha=comensha, partner=partner,
        caseworker=caseworker,
        colleague=person("colleague", (kade, Role.CASEWORKER)),
        teamlead=teamlead,
        care_coordinator=person("care-coordinator", (midden, Role.CARE_COORDINATOR)),
        coordinator=person("coordinator", (comensha, Role.COMENSHA_COORDINATOR)),
        directory=person("directory", (comensha, Role.DIRECTORY_EDITOR)),
        admin=person("admin", (comensha, Role.PLATFORM_ADMINISTRATOR)),
        privacy=person("privacy", (kade, Role.PRIVACY_OFFICER)),
        outsider=person("outsider", (oever, Role.CASEWORKER)),
        former=person("former", (elsewhere, Role.CASEWORKER)),
        moonlighter=person("moonlighter", (kade, Role.DIRECTORY_EDITOR), (oever, Role.CASEWORKER)),
        case=new_case(caseworker),
        rows={},
    )  # fmt: skip
    elsewhere_cases = {
        login: new_case(cast[login], working_name=f"Zaak van {login}")
        for login in ("outsider", "former", "moonlighter")
    }
    takes_part(cast.case, elsewhere, Part.SUPPORT, until=timezone.now() - DAY)
    takes_part(cast.case, midden, Part.COORDINATION)
    cast.rows = furnish(cast) | {"erasure": proposed_erasure(cast)} | shared(cast, elsewhere_cases["outsider"])
    cast.rows |= places_asked(cast, elsewhere_cases["former"])
    cast.case.refresh_from_db()
    return cast


def newcomers(cast: Cast) -> dict:
    """Somebody invited, somebody whose role waits, somebody whose account is closed."""
    invitation, token = invitations.invite(
        email="invited@example.test", organisation=cast.kade, role=Role.CASEWORKER, submission=None, by=cast.teamlead
    )
    waiting = accounts.begin_membership(
        user=person("newcomer"), organisation=cast.kade, role=Role.CASEWORKER, by=cast.admin
    )
    closed = person("closed", (cast.kade, Role.CASEWORKER))
    User.objects.filter(pk=closed.pk).update(is_active=False)
    return {
        "invitation": invitation, "token": token, "waiting": waiting, "closed": closed, "somebody": cast.colleague,
    }  # fmt: skip


def closed_case(by: User, **values) -> Case:
    """A case that is over."""
    case = new_case(by, **values)
    return stage.move(case=case, to=Stage.CLOSED, reason="", closing_reason="settled", lapse_reason="x", by=by)


def proposed_erasure(cast: Cast) -> ErasureProposal:
    """Of a case that Kade led last and nobody sees any more; its team lead proposed to erase it."""
    case = closed_case(cast.caseworker, working_name="Voorbij")
    Participation.objects.filter(case=case).update(until_at=timezone.now())
    return erasure.propose(
        reference=case.reference, ground="term", reason="Lang geleden", submission=None, by=cast.teamlead
    )


def furnish(cast: Cast) -> dict:
    """Something in every room of the case."""
    case, by, today = cast.case, cast.caseworker, timezone.localdate()
    given = {"case": case, "submission": None, "by": by}
    notice = case.notice_set.get()
    intake.change_notice(
        notice=notice,
        values={
            "notifier": "police", "notifier_number": "PL-1", "received_on": today, "region": "", "decision": "ground",
            "decided_on": today, "withdrawn_on": None,
        },
        version=None, by=by,
    )  # fmt: skip
    safety.assess(
        **given,
        values={"assessed_on": today, "danger": "possible", "threats": "x", "measures": "y", "unsafe_regions": []},
    )
    place = Place.objects.order_by("name").first()
    stay = shelter.place(**given, place=place, from_at=timezone.now(), expected_until=None)
    title = residence.record_title(
        **given, values={"title": "none", "from_on": today, "until_on": None, "document_valid_until": today + 400 * DAY}
    )
    title = residence.change_title(
        title=title, values={"document_valid_until": today + 401 * DAY}, version=None, why="Verkeerd gelezen", by=by
    )
    procedure = residence.record_procedure(
        **given, values={"kind": "asylum", "begun_on": today - 3 * DAY, "suspends": True, "remark": "Bij de advocaat"}
    )
    event = criminal.record(
        **given, values={"kind": "police_report", "day": today, "reference_number": "PL-2", "remark": "Een opmerking"}
    )
    talk = conversation.record(**given, values={"held_on": today, "outcome": "held", "orientation": "return"})
    child = people.add_family_member(**given, values={"relation": "child", "name": "Klein", "age_group": "minor"})
    contact = people.add_contact(**given, values={"kind": "lawyer", "name": "Advocaat", "phone": "06-00000000"})
    plan = return_plan.start(**given, values={"destination": "NG", "partner": cast.partner}, travellers=[child])
    risk = return_risk.record(
        **given, values={"likelihood": 2, "impact": 2, "residual_likelihood": 1, "residual_impact": 1}
    )
    journey.record(**given, values={"booked_for": today + 9 * DAY})
    # long ago, and back since
    away = UnknownDestination.objects.create(
        case=case, created_by=by, left_on=today - 40 * DAY, reported_by="police", back_on=today - 30 * DAY
    )
    follow_up = journey.plan_follow_ups(case=case, days=[today + 60 * DAY], by=by)[0]
    note = conversation.write_note(**given, text="Een notitie", areas=["health"])
    known = care.add(
        **given,
        values={"kind": "medication", "text": "Pil, één", "times": "22:00", "from_on": today - DAY, "until_on": None},
    )
    to_do = task.add(**given, title="De school bellen", due_on=today, for_user=None)
    paper = document.add(
        **given, file=CleanFile(name="Paspoort.pdf", type=FileType.PDF, data=PDF),
        values={"kind": "identity", "day": today, "remark": "Een kopie"},
    )  # fmt: skip
    return {
        "notice": notice, "stay": stay, "title": title, "procedure": procedure, "child": child, "contact": contact, "plan": plan, "risk": risk,
        "follow_up": follow_up, "away": away, "task": to_do, "care": known, "event": event, "document": paper, "note": note, "conversation": talk, "assignment": case.assignment_set.get(),
        "membership": cast.colleague.memberships.get(),
        "free_place": Place.objects.get(shelter__slug="huis", name="Kamer 3"),
        "source": OrganisationSource.objects.create(
            organisation=cast.partner, url="https://example.org/wie", dated="2024-05"
        ),
        "suggestion": suggestions.suggest(
            organisation=cast.partner, values={"city": "Lagos"}, remark="Staat op de site", by=by
        ),
        **newcomers(cast),
    }  # fmt: skip


def consented(case: Case, purpose: Purpose, recipient: Organisation | None, *, by: User, **values):
    """A consent of the person, today."""
    given = {
        "ground": "consent", "given_on": timezone.localdate(), "written": True, "explained_by": "Iemand",
        "language": "Engels", "interpreter": "phone", "document": None, "reason": None,
    }  # fmt: skip
    return consent.give(
        case=case, purpose=purpose, recipient=recipient, values={**given, **values}, submission=None, by=by
    )


def shared(cast: Cast, theirs: Case) -> dict:
    """Consents, the part of Midden, a case that Kade offers to Oever, and one that Oever offers to Kade."""
    with_midden = consented(cast.case, Purpose.SHARING, cast.midden, by=cast.caseworker)
    oever_lead = person("oever-lead", (cast.oever, Role.TEAM_LEAD))
    consented(cast.case, Purpose.TRANSFER, cast.oever, by=cast.caseworker)
    consented(theirs, Purpose.TRANSFER, cast.kade, by=cast.outsider)
    given = {"rooms": ["safety"], "submission": None}
    return own_parts(cast, theirs) | {
        "consent": with_midden, "oever_lead": oever_lead,
        "export": case_export.ask(
            reason="Overleg met de gemeente", filters="", with_names=False, language="nl", submission=None, by=cast.teamlead
        ),
        "participation": cast.case.participation_set.get(organisation=cast.midden),
        "transfer": transfer.offer(
            case=cast.case, organisation=cast.oever, summary="Overdracht van Kade", by=cast.teamlead, **given
        ),
        "offered": transfer.offer(
            case=theirs, organisation=cast.kade, summary="Overdracht van Oever", by=oever_lead, **given
        ),
    }  # fmt: skip


# What is asked for one adult woman.
ASKED = {
    "urgency": "tonight", "needed_by": None, "wish": None, "sex": "female", "age_band": "adult", "adults": 1, "children": 0,
    "languages": ["en"], "needs": [], "care": None, "unsafe_regions": [], "reflection": "yes",
}  # fmt: skip


def asked_for(case: Case, by: User, **values) -> PlacementRequest:
    """A place is asked, as the person agrees today."""
    return placement_request.ask(case=case, values={**ASKED, **values}, ground="consent", submission=None, by=by)


def places_asked(cast: Cast, theirs: Case) -> dict:
    """Elders asks for a place, of which Kade is asked; for the case of Kade a house has accepted. No place is held."""
    house, now = Shelter.objects.get(slug="huis"), timezone.now()
    asked = asked_for(theirs, cast.former, care="Slaapt slecht", wish="Dicht bij school")
    given = {"shelter": house, "created_by": cast.coordinator, "holds_until": now + DAY}
    ours = PlacementRequest.objects.create(
        case=cast.case, organisation=cast.kade, urgency="days", created_by=cast.caseworker
    )
    brief = {name: ASKED[name] for name in ("sex", "age_band", "adults", "children", "reflection")}
    PlacementBrief.objects.create(case=cast.case, request=ours, created_by=cast.caseworker, **brief)
    return {
        "place_asked": asked,
        "place_offered": PlacementOffer.objects.create(case=theirs, request=asked, **given),
        "own_request": ours,
        "own_offer": PlacementOffer.objects.create(
            case=cast.case, request=ours, outcome="accepted", answered_at=now, answered_by=cast.outsider,
            escort=cast.caseworker, **given,
        ),
    }  # fmt: skip


def own_parts(cast: Cast, theirs: Case) -> dict:
    """Kade led the case of Oever once and reads its own part; another organisation asks for its part of the case of Kade."""
    elders, now = Organisation.objects.get(slug="elders"), timezone.now()

    def handed_over(case: Case, sender: Organisation, receiver: Organisation, *, by: User) -> Transfer:
        return Transfer.objects.create(
            case=case, from_organisation=sender, to_organisation=receiver, summary="Van toen", outcome="accepted",
            answered_at=now, answered_by=by, created_by=by,
        )  # fmt: skip

    def asks(case: Case, sender: Organisation, receiver: Organisation, *, by: User, **answer) -> OwnPart:
        transfer = handed_over(case, sender, receiver, by=receiver_of[receiver.slug])
        return OwnPart.objects.create(
            case=case, transfer=transfer, created_by=by, reason="Een klacht",
            until_on=timezone.localdate() + 20 * DAY, **answer,
        )  # fmt: skip

    receiver_of = {"kade": cast.caseworker, "oever": cast.outsider}
    granted = {"answer": "granted", "answered_at": now}
    return {
        "handed_over": handed_over(theirs, cast.kade, cast.oever, by=cast.outsider),
        "own_part": asks(theirs, cast.kade, cast.oever, by=cast.teamlead, answered_by=cast.outsider, **granted),
        "asked_part": asks(cast.case, elders, cast.kade, by=cast.former),
        "running_part": asks(cast.case, elders, cast.kade, by=cast.former, answered_by=cast.caseworker, **granted),
    }


def granted(cast, **values) -> ReflectionPeriod:
    values = {
        "state": "granted", "asked_on": None, "granted_on": datetime.date(2023, 5, 19),
        "latest_end": datetime.date(2023, 8, 19), "dublin": None, "ended_on": None, "end_reason": "", "explanation": None, **values,
    }  # fmt: skip
    return residence.record_reflection(case=cast.case, values=values, submission=None, by=cast.caseworker)


def corrected(client, address: str, sent: dict):
    """The answer to a form that corrects a date with a reason: it is shown first what changes, then sent again."""
    answer = client.post(address, sent, HTTP_ACCEPT_LANGUAGE="en")
    shown = re.search(r'name="changes_shown" value="(\w+)"', answer.content.decode())
    if not sent.get("why_corrected") or shown is None:
        return answer
    return client.post(address, {**sent, "changes_shown": shown[1]}, HTTP_ACCEPT_LANGUAGE="en")


def unseen(client, address: str) -> dict[str, str]:
    """What the form of a page sends unseen: its version, or the key of its submission."""
    page = client.get(address).content.decode()
    inputs = re.findall(r'<input type="hidden" name="(\w+)"(?: value="([^"]*)")?', page[page.index("<main") :])
    return {name: value for name, value in inputs if name != "csrfmiddlewaretoken"}


class Reader(HTMLParser):
    """The fields of the sheet on a page, as a browser would send them."""

    def __init__(self) -> None:
        super().__init__()
        self.fields: dict[str, list[str]] = {}
        self.inside = False
        self.select = self.textarea = ""
        self.text = ""

    def handle_starttag(self, tag, attrs) -> None:
        given = dict(attrs)
        name = given.get("name") or ""
        if tag == "form":
            self.inside = "sheet" in (given.get("class") or "")
        if not self.inside:
            return
        if tag == "input" and name and given.get("type") not in {"radio", "checkbox"}:
            self.fields[name] = [given.get("value") or ""]
        elif tag == "input" and name and "checked" in given:
            self.fields.setdefault(name, []).append(given.get("value", "on") or "")
        elif tag == "select":
            self.select = name
        elif tag == "option" and ("selected" in given or self.select not in self.fields):
            self.fields[self.select] = [given.get("value") or ""]
        elif tag == "textarea":
            self.textarea, self.text = name, ""

    def handle_data(self, data) -> None:
        if self.textarea:
            self.text += data

    def handle_endtag(self, tag) -> None:
        if tag == "textarea" and self.inside:
            # a browser takes the first line break away and sends the others as two characters
            self.fields[self.textarea] = ["\r\n".join(self.text.removeprefix("\n").splitlines())]
            self.textarea = ""
        elif tag == "form":
            self.inside = False


def on_page(page) -> dict[str, list[str]]:
    """What a browser would send if the button were pressed now."""
    reader = Reader()
    reader.feed(page.content.decode())
    return {name: value for name, value in reader.fields.items() if name != "csrfmiddlewaretoken"}
