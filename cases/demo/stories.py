"""Life stories: each takes one invented person by the ordinary verbs from the first notice to where they stand today."""

import datetime
import random
from collections.abc import Callable

from ..actions import case as cases
from ..actions import (
    consent,
    conversation,
    document,
    own_part,
    participation,
    transfer,
)
from ..models import Case
from ..rules.access import Part
from ..rules.codes import AgeGroup, Title
from ..rules.consent import Purpose
from ..rules.workflow import Stage
from . import placing
from .story import EU, Story
from .world import COORDINATION, COSM, OTHER, World


def first_days(story: Story, **how) -> None:
    story.begins(**how)
    story.is_known()
    story.notice_decided()
    story.is_safe()
    story.has_bed()
    story.has_contacts()


def recovering(story: Story) -> None:
    first_days(story)
    story.title(Title.EU if story.nationality in EU else Title.NONE)
    story.reflects()
    story.moves(Stage.RECOVERY)
    story.is_looked_at()
    story.noted()


def only_registered(story: Story) -> None:
    story.worker = "coordinator"
    story.begins(notifier="kmar", bed=False)
    story.notice_decided()


def first_night(story: Story) -> None:
    story.begins(notifier="police", danger=True)


def came_by_themselves(story: Story) -> None:
    story.begins(notifier="", bed=False)
    story.noted()


def in_intake(story: Story) -> None:
    first_days(story)
    story.is_safe("acute")
    story.is_to_know(0, 3)
    story.is_handed_over()


def refuses_registration(story: Story) -> None:
    story.begins(notifier="shelter")
    story.notice_decided("refused")
    story.is_safe("none")
    story.has_bed()
    story.title(Title.UNKNOWN)
    story.moves(Stage.RECOVERY)
    story.is_to_know(4)


def in_recovery(story: Story) -> None:
    recovering(story)
    story.is_arranged("shelter", "lawyer", "interpreter")
    story.talks("undecided")
    story.corrects_a_note()
    story.is_to_know(1)
    story.is_handed_over()


def child_alone(story: Story) -> None:
    first_days(story, age=AgeGroup.MINOR)
    story.title(Title.NONE)
    story.reflects()
    story.applies("asylum", days=6, suspends=True, remark="De advocaat deed de aanvraag. (verzonnen)")
    story.moves(Stage.RECOVERY)
    story.is_to_know(2, 4)
    story.is_handed_over()


def dublin_claimant(story: Story) -> None:
    first_days(story, not_from=EU | {"NL"})
    story.title(Title.NONE)
    story.applies("asylum", days=2, suspends=True, remark="De advocaat deed de aanvraag. (verzonnen)")
    story.applies("dublin", days=4)
    story.reflects(dublin=True)
    story.moves(Stage.RECOVERY)
    story.is_arranged("shelter", "medical")


def in_procedure(story: Story) -> None:
    recovering(story)
    story.happens("information_interview", days=5, remark="Met tolk. (verzonnen)")
    story.has_photo("kamer.png", "Tekening van haar kamer. (verzonnen)")
    story.reflection_ends("reported", days=35)
    story.happens("police_report")
    story.has_paper("police", "Bewijs van aangifte", "bewijs-van-aangifte.pdf")
    story.happens("investigation", days=1)
    story.applies("m55", begun_time=datetime.time(11, 30), suspends=True, decided_on=story.day, outcome="granted")
    story.title(Title.PERMIT_A)
    draft = story.has_paper("residence", "Beschikking, eerste versie", "beschikking-concept.pdf")
    story.has_paper("residence", "Beschikking verblijfsvergunning", "beschikking.pdf")
    with story.on(hour=15):
        document.withdraw(document=draft, reason="Dit was het concept. (verzonnen)", version=None, by=story.by)
    story.moves(Stage.PROCEDURE)
    story.noted()


def settles(story: Story) -> None:
    in_procedure(story)
    story.happens("prosecution_decided", days=20)
    story.talks("stay")
    story.title(Title.CONTINUED, days=120)
    story.moves(Stage.SETTLING)


def prepares_return(story: Story) -> None:
    recovering(story)
    story.talks("return", days=20)
    story.moves(Stage.RETURN_PREPARATION)
    story.plans()


def prepares_return_with_child(story: Story) -> None:
    recovering(story)
    story.has_child()
    story.talks("return", days=20)
    story.moves(Stage.RETURN_PREPARATION)
    story.plans()


def departing(story: Story) -> None:
    recovering(story)
    story.reflection_ends("waived", days=30)
    story.talks("return", days=2)
    story.moves(Stage.RETURN_PREPARATION)
    plan = story.plans()
    story.is_decided(plan)
    story.moves(Stage.DEPARTURE)
    story.leaves_bed("returned")


def leaves_soon(story: Story) -> None:
    departing(story)
    story.has_paper("travel", "Vliegticket", "ticket.pdf")
    story.travels(departed=False)


def followed_up(story: Story) -> None:
    departing(story)
    story.travels()
    story.moves(Stage.REINTEGRATION)
    story.is_followed(2)


def returned_and_closed(story: Story) -> None:
    departing(story)
    story.travels()
    story.moves(Stage.REINTEGRATION)
    story.is_followed(4)
    story.moves(Stage.CLOSED, closing="returned", reason="Vier gesprekken na terugkeer, alles rustig.")


def settled(story: Story) -> None:
    settles(story)
    story.leaves_bed("own_home")
    story.moves(Stage.CLOSED, closing="settled", reason="Eigen woning en werk.")


def settled_and_closed(story: Story) -> None:
    settled(story)
    story.is_to_be_erased(days=30)


def left_unknown(story: Story) -> None:
    recovering(story)
    story.leaves_to_unknown(days=15)
    story.moves(Stage.CLOSED, closing="mob", reason="Niet teruggekomen, gemeld aan de politie.", lapse="Vertrokken.")


def restricted(story: Story) -> None:
    recovering(story)
    with story.on(hour=18):
        cases.restrict(case=story.case, restricted=True, version=None, by=story.who(story.lead))


def past_a_blocker(story: Story) -> None:
    first_days(story)
    story.moves(
        Stage.RECOVERY, by=story.lead, past=("residence",), reason="Verblijf is morgen bekend; de rust gaat voor."
    )


def coordinated(story: Story) -> None:
    story.worker = "care-coordinator"
    story.begins(notifier="lawyer", bed=False)
    story.is_known()
    story.notice_decided("consent")
    story.is_safe()


def lived_elsewhere(story: Story) -> None:
    story.worker = "outsider"
    first_days(story)
    story.title(Title.NONE)
    story.does_not_reflect("Nederlandse nationaliteit wordt onderzocht. (verzonnen)")
    story.moves(Stage.RECOVERY)


def led_with_coordination(story: Story) -> None:
    recovering(story)
    organisation = story.world.organisations[COORDINATION]
    story.consents(Purpose.SHARING, organisation)
    with story.on(hour=16):
        participation.let_take_part(
            case=story.case, organisation=organisation, part=Part.COORDINATION, by=story.who(story.lead)
        )


def offered_to_us(story: Story) -> None:
    story.worker, story.lead = "outsider", "lead-elsewhere"
    first_days(story)
    story.is_offered(COSM, rooms=["safety", "criminal", "documents", "return_plan"])


def taken_over(story: Story) -> None:
    story.worker, story.lead = "outsider", "lead-elsewhere"
    first_days(story)
    with story.on(hour=12):
        conversation.write_note(
            case=story.case, text="Geschreven bij de vorige opvang. (verzonnen)", areas=[], submission=None, by=story.by
        )
    offer = story.is_offered(COSM, rooms=["safety", "criminal", "documents"])
    story.worker, story.lead = "caseworker", "teamlead"
    with story.on(days=1, hour=9):
        transfer.accept(transfer=offer, version=None, by=story.who(story.lead))
    with story.on(hour=10):
        cases.assign(case=story.case, user=story.by, by=story.who(story.lead))
        conversation.write_note(
            case=story.case, text="Kennisgemaakt. (verzonnen)", areas=[], submission=None, by=story.by
        )
    with story.on(days=2, hour=14):
        story.asks_own_part(offer, by="lead-elsewhere")


def handed_over(story: Story) -> None:
    first_days(story)
    with story.on(hour=12):
        conversation.write_note(
            case=story.case, text="Graag verder weg. (verzonnen)", areas=[], submission=None, by=story.by
        )
    offer = story.is_offered(OTHER, rooms=["safety"])
    with story.on(days=1, hour=9):
        transfer.accept(transfer=offer, version=None, by=story.who("lead-elsewhere"))
    with story.on(days=1, hour=14):
        asked = story.asks_own_part(offer, by="teamlead")
        own_part.answer(
            own_part=asked,
            granted=True,
            until_on=asked.until_on,
            reason=None,
            version=None,
            by=story.who("lead-elsewhere"),
        )


def withdraws_consent(story: Story) -> None:
    story.begins(notifier="lawyer")
    story.is_known()
    story.notice_decided("consent")
    with story.on(days=2):
        consent.withdraw(consent=story.case.consent_set.get(), on=story.day, version=None, by=story.by)


Told = Callable[[Story], None]
# Each with how many days ago it began, at the latest and at the earliest.
STORIES: list[tuple[Told, int, int]] = [
    (first_night, 0, 0), (in_recovery, 78, 88), (prepares_return, 45, 60), (leaves_soon, 75, 90),
    (followed_up, 200, 240), (settles, 300, 380), (in_procedure, 110, 200), (only_registered, 5, 90),
    (restricted, 20, 60), (lived_elsewhere, 20, 120), (coordinated, 10, 50), (returned_and_closed, 560, 700),
    (in_recovery, 12, 60), (refuses_registration, 10, 60), (came_by_themselves, 2, 30), (prepares_return_with_child, 45, 60),
    (in_intake, 3, 9), (child_alone, 20, 70), (past_a_blocker, 4, 20), (led_with_coordination, 15, 80),
    (settled_and_closed, 400, 600), (left_unknown, 60, 300), (offered_to_us, 6, 10), (taken_over, 12, 30),
    (withdraws_consent, 8, 20), (handed_over, 10, 20), (dublin_claimant, 12, 25),
    *placing.STORIES,
]  # fmt: skip


def tell(number: int, *, world: World, seed: int, today: datetime.date) -> Case:
    """The story with that number: the same number, seed and day tell the same story."""
    rng = random.Random(f"{seed}-{number}")  # noqa: S311 - invented lives, no secret
    told, latest, earliest = STORIES[number % len(STORIES)]
    # The world stands still since last evening, so that nothing in it lies ahead of the clock.
    evening = today - datetime.timedelta(days=1)
    begin = evening - datetime.timedelta(days=rng.randint(latest, earliest))
    story = Story(world, rng, evening, begin, worker="colleague" if number % 3 == 2 else "caseworker")
    told(story)
    return story.case
