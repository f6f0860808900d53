from django.db import models

from .organisation import Organisation, reads_directory


class FormerSlugQuerySet(models.QuerySet["FormerSlug"]):
    def visible_to(self, user) -> "FormerSlugQuerySet":
        """Of records that this person saw, where the one they went up in is seen too.

        The old address of one that nobody showed them tells them nothing, not even that there was one.
        """
        leading = self.filter(organisation__in=Organisation.objects.visible_to(user)).select_related("organisation")
        return leading if reads_directory(user) else leading.filter(public=True)


class FormerSlug(models.Model):
    """What a record was called by before it was merged into another: its old address leads there."""

    slug = models.SlugField(max_length=80, primary_key=True)
    organisation = models.ForeignKey("organisations.Organisation", models.CASCADE, related_name="former_slugs")
    # Whether visitors saw the record.
    public = models.BooleanField(default=False)

    objects = FormerSlugQuerySet.as_manager()

    def __str__(self) -> str:
        return self.slug
