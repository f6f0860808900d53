"""Which lives fill the bulk of an invented world, and how often: most are short, and 95 of 100 are over."""

from ..rules.codes import Title
from ..rules.workflow import Stage
from . import stories
from .stories import Told
from .story import Story


def advised(story: Story) -> None:
    """Known, registered, told what there is; nothing more was wanted."""
    story.begins(bed=False)
    story.is_known()
    story.notice_decided()
    story.noted()
    story.moves(Stage.CLOSED, closing="no_help_wanted", lapse="Wil geen verdere hulp.")


def turned_out_otherwise(story: Story) -> None:
    story.begins(notifier="kmar", bed=False)
    story.is_known()
    story.is_safe("none")
    story.moves(Stage.CLOSED, closing="not_a_victim", lapse="Geen aanwijzingen van uitbuiting.")


def handed_over(story: Story) -> None:
    story.begins(notifier="lawyer", bed=False)
    story.is_known()
    story.notice_decided("consent")
    story.is_safe()
    story.title(Title.NONE)
    story.moves(Stage.RECOVERY)
    story.noted()
    story.moves(Stage.CLOSED, closing="handed_over", lapse="Verder bij een andere organisatie.")


# Each with how many days ago it begins at the latest and at the earliest, and how often it occurs.
OPEN: list[tuple[Told, int, int, int]] = [
    (stories.only_registered, 5, 90, 6), (stories.first_night, 0, 0, 1), (stories.came_by_themselves, 2, 30, 1),
    (stories.in_intake, 3, 9, 2), (stories.refuses_registration, 10, 60, 1), (stories.in_recovery, 12, 88, 4),
    (stories.child_alone, 20, 70, 1), (stories.led_with_coordination, 15, 80, 1), (stories.in_procedure, 110, 200, 5),
    (stories.settles, 300, 380, 3), (stories.prepares_return, 45, 60, 2), (stories.prepares_return_with_child, 45, 60, 1),
    (stories.leaves_soon, 75, 90, 1), (stories.dublin_claimant, 12, 25, 1), (stories.followed_up, 200, 240, 2), (stories.coordinated, 10, 50, 1),
]  # fmt: skip
# These are over; when, is spread over the years before.
CLOSED: list[tuple[Told, int, int, int]] = [
    (advised, 60, 60, 9), (turned_out_otherwise, 60, 60, 2), (handed_over, 90, 90, 3), (stories.left_unknown, 90, 90, 3),
    (stories.settled, 500, 500, 2), (stories.returned_and_closed, 600, 600, 2),
]  # fmt: skip
