"""The verbs of a life story: the ordinary ones, done by invented people on the day on which the story has come."""

import dataclasses
import datetime
import random

from django.utils import timezone

from organisations.actions import audit
from organisations.models import Organisation, User

from ..actions import (
    care,
    consent,
    conversation,
    criminal,
    document,
    erasure,
    intake,
    journey,
    own_part,
    people,
    provision,
    residence,
    return_plan,
    return_risk,
    safety,
    shelter,
    stage,
    tonight,
    transfer,
    unknown_destination,
)
from ..actions import case as cases
from ..actions.base import acting_for
from ..models import Case, Consent, Document, OwnPart, ReturnPlan, Transfer
from ..rules.codes import AgeGroup, RiskDecision, Title
from ..rules.consent import OF_AGE, Ground, Purpose
from ..rules.erasure import Ground as ErasureGround
from ..rules.follow_up import suggested_days
from ..rules.periods import add_months, turns
from ..rules.references import new_reference
from ..rules.reflection import latest_end
from ..rules.workflow import Stage
from . import papers
from .clock import at, it_is
from .world import World

# Invented names, each with the word that says so; nationality, given name, other spelling
PEOPLE = [
    ("NG", "Blessing", "Blessyn"), ("RO", "Ioana", "Joana"), ("BG", "Desislava", "Десислава"), ("HU", "Réka", "Reka"),
    ("PH", "Marisol", ""), ("VN", "Nguyễn Lan", "Nguyen Lan"), ("NL", "Sanne", ""), ("ER", "Selam", "ሰላም"),
    ("SY", "Mohammed", "محمد"), ("UA", "Oksana", "Оксана"), ("PL", "Agnieszka", ""), ("GH", "Kwame", ""),
    ("MA", "Yasmina", "ياسمينة"), ("BR", "Tiago", ""), ("IN", "Arjun", "अर्जुन"), ("AL", "Drita", ""),
]  # fmt: skip
FAMILY = "Demo"
EU = frozenset({"RO", "BG", "HU", "PL"})
NOTES = [
    ("Heeft vannacht geslapen en vanochtend ontbeten.", ["shelter"]),
    ("Afspraak met de huisarts gemaakt voor volgende week.", ["health"]),
    ("Wil graag Nederlandse les. Aangemeld.", ["work_school"]),
    ("Belde met haar moeder, daarna rustig.", ["family"]),
]

# What the night shift must know, and when: invented doses of things that every house has.
TO_KNOW = [
    ("medication", "Paracetamol 500 mg, één tablet. (verzonnen)", "22:00"),
    ("medication", "Oogdruppels, één per oog; zij doet het zelf. (verzonnen)", "21:30 en 7:00"),
    ("alert", "Schrikt van kloppen: eerst haar naam zeggen. (verzonnen)", None),
    ("alert", "Belt er iemand voor haar: niets zeggen en ophangen. (verzonnen)", None),
    ("other", "Slaapt met het licht aan. (verzonnen)", None),
]
HANDOVERS = [
    "Was onrustig, heeft tot elf uur in de huiskamer gezeten. (verzonnen)",
    "Gegeten en vroeg naar bed. Geen bijzonderheden. (verzonnen)",
    "Wil morgen om acht uur gewekt worden voor de school van haar kind. (verzonnen)",
]

# Who reads which rooms on an ordinary day.
LOOKS = {
    "colleague": ("case", "safety", "notes"), "teamlead": ("case", "notes", "history"), "coordinator": ("case", "intake"),
    "care-coordinator": ("case", "shelter"),
}  # fmt: skip


@dataclasses.dataclass
class Story:
    """One invented person on their way; `day` is the day of the next verb, `until` the last day of the world."""

    world: World
    rng: random.Random
    until: datetime.date
    day: datetime.date
    worker: str = "caseworker"
    lead: str = "teamlead"
    case: Case = dataclasses.field(init=False)
    nationality: str = ""
    moment: datetime.datetime | None = None

    def who(self, login: str) -> User:
        return self.world.people[login]

    @property
    def by(self) -> User:
        return self.who(self.worker)

    def on(self, *, days: int = 0, hour: int = 10):
        """Let days pass, never beyond the last evening, and set the clock, which only goes forward."""
        self.day = min(self.until, self.day + datetime.timedelta(days=days))
        wanted = at(self.day, hour, self.rng.randrange(60))
        self.moment = max(wanted, self.moment + datetime.timedelta(minutes=1)) if self.moment else wanted
        return it_is(self.moment)

    # --- verbs of the story, in the order in which life usually brings them

    def begins(
        self,
        *,
        notifier: str = "police",
        age: AgeGroup = AgeGroup.ADULT,
        danger: bool = False,
        bed: bool = True,
        not_from: frozenset[str] = frozenset(),
    ) -> None:
        self.nationality, given, other = self.rng.choice([one for one in PEOPLE if one[0] not in not_from])
        with self.on(hour=23):
            self.case = cases.create(
                working_name=f"{given.split()[-1]} (demo)", age_group=age, danger_now=danger, bed_needed=bed,
                notifier=notifier, submission=None, by=self.by, reference=new_reference(self.rng.choice),
            )  # fmt: skip
        self.names = {"given_names": given, "family_name": FAMILY, "other_names": other}
        self.age = age

    def is_known(self) -> None:
        year = self.day.year - (
            self.rng.randrange(15, 18) if self.age is AgeGroup.MINOR else self.rng.randrange(19, 45)
        )
        birth = datetime.date(year, self.rng.randrange(1, 13), self.rng.randrange(1, 29))
        with self.on(days=1):
            intake.change_victim(
                case=self.case,
                values={
                    **self.names, "birth_precision": "day", "birth_date": birth, "birth_year": None,
                    "sex": self.rng.choice(["female", "female", "female", "male"]), "nationalities": [self.nationality],
                    "v_number": f"999{self.rng.randrange(10**7):07d}",
                },
                version=None, by=self.by,
            )  # fmt: skip
            intake.record_exploitation(
                case=self.case,
                values={
                    "forms": [self.rng.choice(["sexual", "labour", "domestic", "forced_crime"])],
                    "control_means": self.rng.sample(["threats", "debt", "documents", "isolation"], 2),
                    "countries": ["NL"], "place": None, "recruitment": None,
                },
                submission=None, by=self.by,
            )  # fmt: skip
            intake.record_identification(
                case=self.case, values={"state": "presumed", "decided_by": "police", "decided_on": self.day},
                submission=None, by=self.by,
            )  # fmt: skip

    def notice_decided(self, decision: str = "ground") -> None:
        with self.on(days=1):
            notice = self.case.notice_set.get()
            values = {
                "notifier": notice.notifier, "notifier_number": f"PL-DEMO-{self.rng.randrange(10**5):05d}",
                "received_on": notice.received_on, "region": "amsterdam", "decision": decision,
                "decided_on": self.day, "withdrawn_on": None,
            }  # fmt: skip
            intake.change_notice(notice=notice, values=values, version=None, by=self.by)

    def is_safe(self, danger: str = "possible") -> None:
        with self.on():
            safety.assess(
                case=self.case,
                values={
                    "assessed_on": self.day, "danger": danger, "threats": "Verzonnen: iemand zoekt haar nog.",
                    "measures": "Nieuw telefoonnummer, niet alleen naar buiten.", "unsafe_regions": ["rotterdam"],
                },
                submission=None, by=self.by,
            )  # fmt: skip

    def has_bed(self) -> None:
        with self.on(hour=11):
            place = shelter.free_places(self.case, by=self.by).first()
            if place is not None:
                shelter.place(
                    case=self.case, place=place, from_at=timezone.now(), expected_until=add_months(self.day, 3),
                    submission=None, by=self.by,
                )  # fmt: skip

    def leaves_bed(self, reason: str) -> None:
        stay = self.case.placement_set.filter(until_at=None).first()
        if stay is not None:
            with self.on(days=1, hour=9):
                shelter.end(placement=stay, until_at=timezone.now(), departure_reason=reason, by=self.by)

    def title(self, title: Title, days: int = 1) -> None:
        with self.on(days=days, hour=14):
            values = {"title": title, "from_on": self.day, "until_on": None, "document_valid_until": None}
            residence.record_title(case=self.case, values=values, submission=None, by=self.by)

    def applies(self, kind: str, *, days: int = 0, **values) -> None:
        """A procedure about residence."""
        with self.on(days=days, hour=10):
            residence.record_procedure(
                case=self.case, values={"kind": kind, "begun_on": self.day, **values}, submission=None, by=self.by
            )

    def reflects(self, *, dublin: bool | None = None) -> None:
        with self.on(hour=15):
            latest = latest_end(self.day, dublin=bool(dublin)).ends
            residence.record_reflection(
                case=self.case,
                values={
                    "state": "granted", "asked_on": self.day, "granted_on": self.day,
                    "latest_end": latest, "dublin": dublin, "ended_on": None, "end_reason": "", "explanation": None,
                },
                submission=None, by=self.by,
            )  # fmt: skip

    def is_arranged(self, *what: str) -> None:
        """Of what the reflection period gives."""
        with self.on(days=1, hour=11):
            period = self.case.reflectionperiod_set.get()
            for one in what:
                provision.record(reflection=period, what=one, arranged=True, by=self.by)

    def does_not_reflect(self, explanation: str) -> None:
        with self.on(hour=15):
            values = {
                "state": "not_applicable", "asked_on": None, "granted_on": None, "latest_end": None,
                "ended_on": None, "end_reason": "", "explanation": explanation,
            }  # fmt: skip
            residence.record_reflection(case=self.case, values=values, submission=None, by=self.by)

    def reflection_ends(self, reason: str, days: int = 40) -> None:
        with self.on(days=days, hour=11):
            period = self.case.reflectionperiod_set.get()
            values = {
                name: getattr(period, name) for name in ("state", "asked_on", "granted_on", "latest_end", "explanation")
            }
            residence.change_reflection(
                reflection=period,
                values={**values, "ended_on": self.day, "end_reason": reason},
                version=None,
                by=self.by,
            )

    def leaves_to_unknown(self, *, days: int) -> None:
        """What ends by it is read off first, as the page shows it."""
        with self.on(days=days, hour=11):
            ending = unknown_destination.ends(self.case, self.day, by=self.by)
            unknown_destination.leave(
                case=self.case,
                left_at=timezone.now(),
                reported_by="shelter",
                household=[stay.member for stay in ending.household],
                shown=ending.mark,
                submission=None,
                by=self.by,
            )

    def happens(self, kind: str, *, days: int = 0, remark: str | None = None) -> None:
        """An event of the criminal case."""
        with self.on(days=days, hour=13):
            values = {
                "kind": kind, "day": self.day, "reference_number": f"PL-DEMO-{self.rng.randrange(10**5):05d}",
                "remark": remark,
            }  # fmt: skip
            criminal.record(case=self.case, values=values, submission=None, by=self.by)

    def has_paper(self, kind: str, line: str, name: str) -> Document:
        """A letter of one line, in plain letters."""
        with self.on(hour=14):
            return document.add(
                case=self.case, file=papers.letter(f"{line} (demo)", name),
                values={"kind": kind, "day": self.day, "remark": None}, submission=None, by=self.by,
            )  # fmt: skip

    def has_photo(self, name: str, remark: str) -> Document:
        with self.on(hour=14):
            return document.add(
                case=self.case, file=papers.picture(name, rng=self.rng),
                values={"kind": "photo", "day": self.day, "remark": remark}, submission=None, by=self.by,
            )  # fmt: skip

    def talks(self, orientation: str, days: int = 10) -> None:
        with self.on(days=days, hour=16):
            conversation.record(
                case=self.case,
                values={
                    "held_on": self.day, "outcome": "held", "orientation": orientation, "topics": ["family", "safety"],
                    "here": "Rust, een opleiding, maar geen familie.", "there": "Familie, maar zorgen over schulden.",
                    "own_words": "“Ik wil dat mijn kind naar school kan.” (verzonnen)",
                },
                submission=None, by=self.by,
            )  # fmt: skip

    def noted(self) -> None:
        text, areas = self.rng.choice(NOTES)
        with self.on(hour=20):
            conversation.write_note(case=self.case, text=text, areas=areas, submission=None, by=self.by)

    def corrects_a_note(self) -> None:
        """The wrong hour, seen the next morning."""
        with self.on(hour=20):
            note = conversation.write_note(
                case=self.case, text="Afspraak met de advocaat op dinsdag om 9 uur.", areas=["residence"], submission=None,
                by=self.by,
            )  # fmt: skip
        with self.on(days=1, hour=9):
            conversation.correct_note(
                note=note, text="Afspraak met de advocaat op dinsdag om 10 uur.", areas=["residence"], version=None,
                submission=None, by=self.by,
            )  # fmt: skip

    def is_to_know(self, *which: int) -> None:
        with self.on(hour=21):
            for number in which:
                kind, text, times = TO_KNOW[number]
                values = {"kind": kind, "text": text, "times": times, "from_on": self.day, "until_on": None}
                care.add(case=self.case, values=values, submission=None, by=self.by)

    def is_handed_over(self) -> None:
        """On the last evening of the world, if the person still sleeps here."""
        if self.case.placement_set.filter(until_at=None).exists():
            with self.on(days=(self.until - self.day).days, hour=22):
                text = self.rng.choice(HANDOVERS)
                tonight.hand_over(texts=[(self.case, text)], submission=None, by=self.by)

    def has_contacts(self) -> None:
        with self.on(hour=12):
            people.add_contact(
                case=self.case,
                values={
                    "kind": "lawyer", "name": "mr. V. Zonnen (demo)", "organisation_name": "Advocaten Nergens",
                    "phone": f"06-0000 {self.rng.randrange(10**4):04d}", "email": "", "remark": None, "never_tell": False,
                },
                submission=None, by=self.by,
            )  # fmt: skip
            people.add_contact(
                case=self.case,
                values={
                    "kind": "family", "name": "Neef (demo)", "organisation_name": None, "phone": None, "email": "",
                    "remark": "Stond in contact met de verdachte.", "never_tell": True,
                },
                submission=None, by=self.by,
            )  # fmt: skip

    def has_child(self) -> None:
        with self.on(hour=12):
            people.add_family_member(
                case=self.case,
                values={
                    "relation": "child", "name": "Kleintje Demo", "birth_date": add_months(self.day, -50),
                    "age_group": "minor", "in_the_netherlands": True,
                },
                submission=None, by=self.by,
            )  # fmt: skip

    def moves(
        self,
        to: Stage,
        *,
        by: str | None = None,
        reason: str = "",
        closing: str = "",
        lapse: str = "",
        past: tuple[str, ...] = (),
    ) -> None:
        with self.on(days=1, hour=17):
            self.case = stage.move(
                case=self.case, to=to, reason=reason, closing_reason=closing, lapse_reason=lapse, past=past,
                by=self.who(by) if by else self.by,
            )  # fmt: skip

    def plans(self) -> ReturnPlan:
        partner = next((p for p in self.world.partners if p.country == self.nationality), self.world.partners[0])
        child = list(self.case.familymember_set.all())
        minor = bool(child) or self.age is AgeGroup.MINOR
        with self.on(days=7, hour=13):
            return_risk.record(
                case=self.case,
                values={
                    "likelihood": 3, "impact": 3, "residual_likelihood": 2, "residual_impact": 2,
                    "reprisals": "De werver woont in dezelfde stad.", "prosecution": None,
                    "reintegration": "Weinig werk, wel familie.", "measures": "Andere stad, contact met de partner.",
                },
                submission=None, by=self.by,
            )  # fmt: skip
            plan = return_plan.start(
                case=self.case,
                values={
                    "destination": partner.country, "city": partner.city, "planned_on": add_months(self.day, 1),
                    "partner": partner,
                    "arrival": "De partner wacht bij de uitgang.", "housing": "Kamer bij de partner.",
                    "income": "Kleine toelage, daarna werk zoeken.", "care": None,
                    "own_words": "“Ik wil naar huis, maar niet naar mijn oude buurt.” (verzonnen)",
                    "guardian_decision": "agrees" if minor else "",
                    "reception_verified_on": self.day if minor else None,
                },
                travellers=child, submission=None, by=self.by,
            )  # fmt: skip
        self.consents(Purpose.PARTNER, partner)
        return plan

    def consents(self, purpose: Purpose, recipient: Organisation | None, *, hour: int = 14) -> Consent:
        ground = Ground.GUARDIAN if self.age is AgeGroup.MINOR else Ground.PERSON
        self.case.victim.refresh_from_db()
        birth = self.case.victim.birth_date
        if birth is not None and self.day >= turns(birth, OF_AGE):
            ground = Ground.PERSON
        with self.on(hour=hour):
            return consent.give(
                case=self.case, purpose=purpose, recipient=recipient,
                values={
                    "ground": ground, "given_on": self.day, "written": True, "explained_by": self.by.name,
                    "language": self.rng.choice(["Engels", "Nederlands", "eigen taal (verzonnen)"]),
                    "interpreter": self.rng.choice(["none", "phone", "present"]), "document": None, "reason": None,
                },
                submission=None, by=self.by,
            )  # fmt: skip

    def is_offered(self, to: str, *, rooms: list[str]) -> Transfer:
        self.consents(Purpose.TRANSFER, self.world.organisations[to])
        with self.on(days=1, hour=15):
            return transfer.offer(
                case=self.case, organisation=self.world.organisations[to], rooms=rooms,
                summary="Woont sinds kort bij ons, maar familie van de werver woont in deze stad. Graag snel. (verzonnen)",
                submission=None, by=self.who(self.lead),
            )  # fmt: skip

    def asks_own_part(self, offer: Transfer, *, by: str) -> OwnPart:
        return own_part.ask(
            transfer=offer, until_on=self.day + datetime.timedelta(days=60),
            reason="Wij beantwoorden een klacht over onze eigen begeleiding. (verzonnen)", submission=None, by=self.who(by),
        )  # fmt: skip

    def is_decided(self, plan: ReturnPlan) -> None:
        with self.on(days=3, hour=9):
            risk = self.case.returnrisk_set.get()
            return_risk.decide(
                risk=risk, decision=RiskDecision.GO_WITH_MEASURES, reason="Met de maatregelen verantwoord.", version=None,
                by=self.who(self.lead),
            )  # fmt: skip
            return_plan.approve(plan=plan, version=None, by=self.who(self.lead))

    def travels(self, *, days: int = 14, departed: bool = True) -> None:
        with self.on(days=days if departed else 2, hour=8):
            values = {
                "booked_for": self.day if departed else self.day + datetime.timedelta(days=12),
                "departed_on": self.day if departed else None, "arrived_on": self.day if departed else None,
                "escort": "none", "itinerary": "Amsterdam, één overstap.", "met_by": "Medewerker van de partner.",
                "luggage_and_medication": None,
            }  # fmt: skip
            journey.record(case=self.case, values=values, submission=None, by=self.by)
            if departed:
                journey.plan_follow_ups(case=self.case, days=suggested_days(self.day), by=self.by)

    def is_followed(self, times: int) -> None:
        for row in list(self.case.followup_set.all()[:times]):
            self.day = min(self.until, row.due_on)
            with self.on(hour=11):
                journey.record_follow_up(
                    follow_up=row,
                    values={
                        "done_on": self.day, "outcome": "reached", "safe": "yes", "housed": "yes", "income": "unknown",
                        "trafficker_contact": "no", "support_delivered": "yes", "remarks": "Klonk opgewekt. (verzonnen)",
                    },
                    version=None, by=self.by,
                )  # fmt: skip

    def is_looked_at(self, *, days: int = 0) -> None:
        """Who would look in an ordinary day: those who work on it, the team lead, and the register if it is in the case."""
        with self.on(days=days, hour=19):
            for login, rooms in LOOKS.items():
                by = self.who(login)
                organisation = acting_for(self.case, by=by)
                for room in rooms if organisation else ():
                    audit.record_read(by=by, case=self.case, room=room, organisation=organisation)

    def is_to_be_erased(self, *, days: int) -> None:
        with self.on(days=days, hour=14):
            erasure.propose(
                reference=self.case.reference, ground=ErasureGround.ASKED, reason="Vroeg erom in een brief. (verzonnen)",
                submission=None, by=self.who(self.lead),
            )  # fmt: skip
