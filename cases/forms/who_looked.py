from django.utils.translation import gettext_lazy as _

from organisations.forms.audit import TrailFilterForm
from organisations.forms.fields import Choice
from organisations.rules.audit import KINDS, Kind


class WhoLookedFilterForm(TrailFilterForm):
    kind = Choice(
        {kind: KINDS[kind] for kind in (Kind.READ, Kind.CHANGE, Kind.REFUSED)},
        empty=_("Everything"),
        label=_("Kind"),
        required=False,
    )
    mine = Choice({"yes": _("Assigned to me")}, empty=_("All my cases"), label=_("Cases"), required=False)

    def __init__(self, data, *, assigned, **kwargs) -> None:
        self.assigned = assigned
        super().__init__(data, **kwargs)

    def apply(self, rows):
        rows = super().apply(rows)
        if "mine" not in self.wanted():
            return rows
        # A list of few: as a part of the query it would be looked for through the trail of everybody.
        return rows.filter(case_id__in=list(self.assigned.values_list("pk", flat=True)))
