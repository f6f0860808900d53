"""A day in words, remembered, is what the framework says of it: in each language, for days, moments and nothing."""

import datetime

import pytest
from django.template import Context, Engine, Template
from django.utils import timezone, translation

PLAIN = Engine(builtins=["django.templatetags.i18n"])
MOMENTS = (
    datetime.date(2026, 3, 1),
    datetime.datetime(2026, 3, 1, 23, 30, 59, 5, tzinfo=datetime.UTC),  # the second of March in Amsterdam
    datetime.datetime(2026, 10, 25, 0, 30, tzinfo=datetime.UTC),  # 02:30, for the first time that night
    datetime.datetime(2026, 10, 25, 1, 30, tzinfo=datetime.UTC),  # and for the second
    None,
    "",
    datetime.time(4, 5),
)


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("form", ["DATE_FORMAT", "DATETIME_FORMAT", "SHORT_DATE_FORMAT", "TIME_FORMAT", "j F", "c"])
def test_a_day_is_said_as_the_framework_says_it(language, form):
    source = f'{{% for one in moments %}}{{{{ one|date:"{form}" }}}}; {{% endfor %}}'
    # the framework refuses to say the time of a mere day
    of_time = form in {"TIME_FORMAT", "DATETIME_FORMAT"}
    context = {"moments": [one for one in MOMENTS if not (of_time and type(one) is datetime.date)]}
    with translation.override(language):
        ours = [Template(source).render(Context(context)) for _ in range(2)]
        framework = PLAIN.from_string(source).render(Context(context))
    assert ours == [framework, framework]


def test_the_words_follow_the_language_and_the_zone():
    moment = MOMENTS[1]
    said = []
    for language, zone in (("nl", "Europe/Amsterdam"), ("en", "Europe/Amsterdam"), ("en", "UTC")):
        with translation.override(language), timezone.override(zone):
            said.append(Template('{{ one|date:"DATETIME_FORMAT" }}').render(Context({"one": moment})))
    assert said == ["2 maart 2026, 00:30", "2 March 2026, 00:30", "1 March 2026, 23:30"]
