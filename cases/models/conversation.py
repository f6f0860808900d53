from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce

from organisations.sealing.fields import SealedTextField

from ..rules.codes import CONVERSATION_OUTCOMES, FUTURE_TOPICS, ORIENTATIONS, Orientation
from .base import Correctable, InSight, all_known, correction_dated, known

if TYPE_CHECKING:
    from .note import Note


class ConversationQuerySet(models.QuerySet["Conversation"]):
    def current(self) -> ConversationQuerySet:
        """Those that count: neither corrected, nor of a note that was corrected and is about the future no more."""
        return self.filter(correction=None, note__correction=None)


class Conversation(Correctable):
    """A Safe Future conversation, held or offered, and what the person wants since then."""

    ROOM = "safe_future"

    held_on = models.DateField()
    outcome = models.CharField(max_length=10)
    orientation = models.CharField(max_length=10, blank=True, default="")
    topics = ArrayField(models.CharField(max_length=20), default=list, blank=True)
    here = SealedTextField(null=True, blank=True)
    there = SealedTextField(null=True, blank=True)
    own_words = SealedTextField(null=True, blank=True)

    objects = InSight.from_queryset(ConversationQuerySet)()

    class Meta:
        ordering = ["-held_on", Coalesce("first_written_at", "created_at").desc()]
        indexes = [models.Index(fields=["case", "-held_on"], name="conversation_by_case")]
        constraints = [
            correction_dated("conversation_correction_dated"),
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
