"""Lives in which a place is asked at CoMensha: who waits, who is asked, who said no, and who arrived."""

import datetime

from django.utils import timezone

from organisations.models import Shelter

from .. import placements
from ..actions import placement_offer as offers
from ..actions import placement_request as requests
from ..actions import shelter
from ..models import PlacementOffer, PlacementRequest
from ..models.vacancy import free_in
from ..rules.codes import AgeGroup, Title
from ..rules.placement import Urgency
from ..rules.workflow import Stage
from .story import Story

# Who answers for the houses of an organisation.
ANSWERS = {"demo-kade": "teamlead", "demo-oever": "lead-elsewhere", "demo-haven": "haven"}


def asks(story: Story, **values) -> PlacementRequest:
    """With what the file knows, as a page would fill it in."""
    story.case.victim.refresh_from_db()
    with story.on(hour=15):
        known = placements.known_of(story.case)
        defaults = {"needed_by": None, "wish": None, "languages": ["en"], "needs": [], "care": None}
        return requests.ask(
            case=story.case, values={**defaults, **known, **values},
            ground=next(iter(placements.grounds(story.case)), ""), submission=None, by=story.by,
        )  # fmt: skip


def is_offered(
    story: Story, request: PlacementRequest, slug: str, *, number: int = 1, **values
) -> PlacementOffer | None:
    """The first free places of the house, as long as there are."""
    house = Shelter.objects.get(slug=slug)
    with story.on(hour=16):
        places = free_in(house, timezone.now())[:number]
        if len(places) < number:
            return None
        defaults = {
            "holds_until": timezone.now() + datetime.timedelta(hours=72), "remark": None, "nevertheless": None, "agreed_on": None,
        }  # fmt: skip
        return offers.offer(
            request=request, house=house, places=places, values={**defaults, **values}, submission=None,
            by=story.who("coordinator"),
        )  # fmt: skip


def answered(story: Story, offer: PlacementOffer | None, *, declined: str = "") -> None:
    if offer is None:
        return
    by = story.who(ANSWERS[offer.shelter.organisation.slug])
    with story.on(hour=17):
        if declined:
            offers.decline(offer=offer, reason=declined, version=None, by=by)
        else:
            offers.accept(offer=offer, escort=True, version=None, by=by)


def arrives(story: Story, offer: PlacementOffer | None) -> None:
    if offer is None:
        return
    with story.on(days=1, hour=11):
        hold = offer.holds.select_related("place").get()
        offers.arrive(
            offer=offer, at=timezone.now(), people={hold.place: None},
            expected_until=placements.usual_end(offer.shelter, story.day), by=story.by,
        )  # fmt: skip


def known(story: Story, **how) -> None:
    """The first days with nobody to stay with."""
    story.begins(**how)
    story.is_known()
    story.notice_decided("ground" if how.get("notifier", "police") == "police" else "consent")
    story.is_safe("acute")


def waits(story: Story) -> None:
    known(story)
    asks(
        story,
        urgency=Urgency.TONIGHT,
        unsafe_regions=["amsterdam", "rotterdam"],
        wish="Graag een eigen kamer. (verzonnen)",
    )


def waits_with_children(story: Story) -> None:
    known(story)
    story.has_child()
    asks(
        story, urgency=Urgency.DAYS, needs=["ground_floor", "own_language"], languages=["en", "fr"],
        care="Het kind slaapt alleen met licht aan. (verzonnen)",
    )  # fmt: skip


def house_is_asked(story: Story) -> None:
    known(story)
    request = asks(story, urgency=Urgency.DAYS, unsafe_regions=["amsterdam"], sex="female")
    # on the last evening of the world, so that it can still be answered the day after
    with story.on(days=(story.until - story.day).days, hour=18):
        pass
    is_offered(story, request, "oever", remark="Kan vanaf morgenochtend komen. (verzonnen)")


def no_and_then_yes(story: Story) -> None:
    """Two houses and one wish later there is a bed."""
    story.worker = "care-coordinator"
    known(story, notifier="lawyer", bed=True)
    request = asks(story, urgency=Urgency.DAYS, sex="female", reflection="yes", unsafe_regions=[])
    answered(story, is_offered(story, request, "oever"), declined="group")
    offer = is_offered(story, request, "oever-gezin")
    if offer is not None:
        with story.on(days=1, hour=10):
            offers.refuse(offer=offer, reason="region", by=story.by)
    arrives(story, is_offered(story, request, "kade-noord"))


def comes_with_a_child(story: Story) -> None:
    """One unit for both: the list for the night counts and names them together."""
    known(story)
    story.has_child()
    request = asks(story, urgency=Urgency.DAYS, sex="female", unsafe_regions=[])
    offer = is_offered(story, request, "oever-gezin")
    answered(story, offer)
    arrives(story, offer)


def is_expected(story: Story) -> None:
    story.worker = "outsider"
    known(story)
    request = asks(story, urgency=Urgency.DAYS, sex="male", reflection="no", unsafe_regions=["rotterdam"])
    answered(story, is_offered(story, request, "haven"))


def found_none(story: Story) -> None:
    story.worker = "care-coordinator"
    known(story, notifier="lawyer")
    request = asks(story, urgency=Urgency.WEEKS, sex="male", reflection="no", needs=["wheelchair"])
    with story.on(days=6, hour=10):
        requests.fail(request=request, reason="no_fit", by=story.who("coordinator"))


def by_nidos(story: Story) -> None:
    known(story, age=AgeGroup.MINOR)
    request = asks(story, urgency=Urgency.TONIGHT, unsafe_regions=[])
    offer = is_offered(story, request, "haven-jong", agreed_on=story.day)
    answered(story, offer)
    arrives(story, offer)


def placed_at_once(story: Story) -> None:
    """Last night, by one person."""
    story.begins(notifier="police", danger=True)
    with story.on(hour=23):
        place = shelter.free_places(story.case, by=story.by).first()
        if place is not None:
            shelter.place(
                case=story.case, place=place, from_at=timezone.now(), expected_until=None, emergency=True,
                submission=None, by=story.by,
            )  # fmt: skip


def stays_longer(story: Story) -> None:
    """Past the norm, since there is no home yet."""
    known(story)
    story.has_bed()
    story.title(Title.NONE)
    story.reflects()
    story.moves(Stage.RECOVERY)
    stay = story.case.placement_set.filter(until_at=None).first()
    if stay is not None and stay.norm_until is not None:
        with story.on(days=70, hour=10):
            values = {"expected_until": stay.norm_until + datetime.timedelta(days=60), "overstay_reason": "housing"}
            shelter.expect(placement=stay, values=values, version=None, by=story.by)


STORIES = [
    (waits, 0, 2), (house_is_asked, 3, 6), (waits_with_children, 4, 9), (no_and_then_yes, 20, 60), (is_expected, 3, 5),
    (found_none, 30, 90), (comes_with_a_child, 10, 25), (by_nidos, 15, 60), (placed_at_once, 0, 0), (stays_longer, 100, 130),
]  # fmt: skip
