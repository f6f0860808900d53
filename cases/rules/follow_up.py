"""When to get in touch after a return: a suggestion, not a rule of anyone's (doubt D15)."""

import datetime

from .periods import add_months

# Months after arrival. Source: none that binds; intervals named in return programmes differ (doubt D15).
SUGGESTED_MONTHS = (1, 3, 6, 12)


def suggested_days(arrival: datetime.date) -> list[datetime.date]:
    """The days on which a contact is suggested."""
    return [add_months(arrival, months) for months in SUGGESTED_MONTHS]
