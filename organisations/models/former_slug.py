from django.db import models


class FormerSlug(models.Model):
    """What a record was called by before it was merged into another: its old address leads there."""

    slug = models.SlugField(max_length=80, primary_key=True)
    organisation = models.ForeignKey("organisations.Organisation", models.CASCADE, related_name="former_slugs")

    def __str__(self) -> str:
        return self.slug
