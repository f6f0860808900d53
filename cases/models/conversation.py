from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from organisations.sealing.fields import SealedTextField

from ..rules.codes import CONVERSATION_OUTCOMES, FUTURE_TOPICS, ORIENTATIONS, Orientation
from .base import RoomRow, all_known, known

if TYPE_CHECKING:
    from .note import Note


class Conversation(RoomRow):
    """A Safe Future conversation, held or offered, and what the person wants since then."""

    ROOM = "safe_future"

    held_on = models.DateField()
    outcome = models.CharField(max_length=10)
    orientation = models.CharField(max_length=10, blank=True, default="")
    topics = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    here = SealedTextField(null=True, blank=True)
    there = SealedTextField(null=True, blank=True)
    own_words = SealedTextField(null=True, blank=True)

    class Meta:
        ordering = ["-held_on", "-created_at"]
        indexes = [models.Index(fields=["case", "-held_on"], name="conversation_by_case")]
        constraints = [
            known("outcome", CONVERSATION_OUTCOMES, "conversation_outcome_known"),
            known("orientation", ORIENTATIONS, "conversation_orientation_known", empty=True),
            all_known("topics", FUTURE_TOPICS, "conversation_topics_known"),
            models.CheckConstraint(
                condition=Q(outcome="held") | Q(orientation=""), name="conversation_wish_needs_talk"
            ),
        ]

    def __str__(self) -> str:
        return str(self.pk)

    # the note written with it, as far as notes are in sight (lists.py)
    in_note: Note | None = None

    @property
    def outcome_name(self):
        return CONVERSATION_OUTCOMES[self.outcome]

    @property
    def orientation_name(self):
        return ORIENTATIONS[Orientation(self.orientation)] if self.orientation else ""

    @property
    def topic_names(self) -> list:
        return [FUTURE_TOPICS[code] for code in self.topics]
