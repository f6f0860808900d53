"""The layout of the time line, worked out by hand: January 2026 is 900 wide from 10, so each of its days is 30."""

import datetime

import pytest

from cases.rules.timeline import Item, Kind, Track, drawn

D = datetime.date


LAST = D(2026, 1, 31)


def january(day: int) -> datetime.date:
    return D(2026, 1, day)


def shapes(*items: Item, today: datetime.date = LAST) -> list:
    drawing = drawn([Track("Stay", items)], today)
    assert drawing is not None
    return drawing.bands[0].shapes


def test_items_stand_by_their_first_day_then_by_their_last_and_those_without_end_after_them():
    items = [
        Item("d", january(9)), Item("c", january(9), latest=january(20)), Item("b", january(9), january(10)),
        Item("e", january(9), kind=Kind.HAPPENED), Item("a", january(2), january(30)),
    ]  # fmt: skip
    assert [item.what for item in Track("Stay", items).in_order] == ["a", "e", "b", "c", "d"]
    assert [shape.item.what for shape in shapes(*items)] == ["a", "e", "b", "c", "d"]


def test_what_overlaps_in_one_track_goes_on_two_lanes():
    drawing = drawn(
        [Track("Stay", [Item("a", january(1), january(16)), Item("b", january(10), january(20))])], january(31)
    )
    assert drawing.bands[0].lanes == 2
    # the head is 48, the name of the track 26, a lane 36; a bar begins 18 below its lane
    assert [shape.bar for shape in drawing.bands[0].shapes] == ["92", "128"]


def test_what_follows_goes_on_the_same_lane_and_a_long_label_takes_the_next():
    after = Item("b", january(16), january(20))
    assert [shape.bar for shape in shapes(Item("a", january(1), january(7)), after)] == ["92", "92"]
    # 70 letters of 7: from 10 to 500, beyond where the next begins
    assert [shape.bar for shape in shapes(Item("a" * 70, january(1), january(7)), after)] == ["92", "128"]


def test_a_period_without_an_end_is_drawn_until_today():
    (shape,) = shapes(Item("a", january(1)), Item("b", january(31), kind=Kind.PLANNED), today=january(16))[:1]
    assert (shape.x, shape.end, shape.width, shape.late) == ("10", "460", "450", "")


def test_from_today_to_the_latest_end_it_is_open():
    (shape,) = shapes(Item("a", january(1), latest=january(31)), today=january(16))
    assert (shape.x, shape.end, shape.late) == ("10", "460", "910")


def test_after_its_latest_end_nothing_is_drawn_as_if_it_went_on():
    (shape,) = shapes(Item("a", january(1), latest=january(7)))
    assert (shape.x, shape.end, shape.late) == ("10", "190", "190")


def test_a_recorded_end_counts_before_the_latest_and_before_today():
    ended, to_come = shapes(
        Item("a", january(1), january(4), january(31)), Item("b", january(10), january(22)), today=january(16)
    )
    assert (ended.end, ended.late) == ("100", "")
    assert (to_come.x, to_come.end) == ("280", "640")


@pytest.mark.parametrize("kind", [Kind.HAPPENED, Kind.PLANNED])
def test_what_is_of_one_day_stands_on_that_day(kind):
    (shape,) = shapes(Item("a", january(16), kind=kind))
    assert (shape.x, shape.end, shape.late) == ("460", "460", "")


def test_a_label_that_would_leave_the_drawing_ends_at_its_edge():
    (shape,) = shapes(Item("a" * 20, january(28), january(30)))
    assert (shape.label_x, shape.anchor) == ("910", "end")
    (shape,) = shapes(Item("a" * 20, january(1), january(2)))
    assert (shape.label_x, shape.anchor) == ("10", "start")


def test_months_are_marked_where_they_begin():
    drawing = drawn([Track("Stay", [Item("a", D(2026, 1, 20), D(2026, 3, 2))])], D(2026, 2, 1))
    # 89 days from 1 January to 31 March: 31 · 900 / 89 = 313.5, 59 · 900 / 89 = 596.6
    assert drawing.marks == [("10", D(2026, 1, 1)), ("323", D(2026, 2, 1)), ("606", D(2026, 3, 1))]
    assert (drawing.by_year, drawing.today, drawing.today_anchor) == (False, "323", "start")


def test_on_a_narrow_screen_places_are_parts_of_its_width_and_fewer_months_are_marked():
    drawing = drawn([Track("Stay", [Item("a", january(1), january(16), january(31))])], january(16))
    # of 920: 10, 460 and the 450 between them
    (shape,) = drawing.bands[0].shapes
    assert (shape.x_part, shape.end_part, shape.width_part, shape.late_part) == ("1.09%", "50.00%", "48.91%", "")
    assert drawing.today_part == "50.00%"
    (shape,) = shapes(Item("a", january(1), latest=january(31)), today=january(16))
    assert shape.late_part == "98.91%"
    year = drawn([Track("Stay", [Item("a", D(2026, 1, 20), D(2026, 12, 2))])], D(2026, 2, 1))
    # a name takes 72 of 288 there, so there is room for four in twelve months, and for twelve on the wide one
    assert [day.month for _x, day in year.few_marks] == [1, 4, 7, 10]
    assert [day.month for _x, day in year.marks] == [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]
    # 90 of the 364 days from 1 January to 31 December lie before 1 April: 10 + 90 · 900 / 364 = 232 of 920
    assert (year.few_marks[1][0], year.few_by_year) == ("25.22%", False)
    years = drawn([Track("Stay", [Item("a", D(2023, 5, 1))])], D(2026, 12, 31))
    assert (years.by_year, years.few_by_year) == (False, True)


def test_many_years_are_marked_by_every_second_one():
    drawing = drawn([Track("Stay", [Item("a", D(2010, 5, 1))])], D(2026, 12, 31))
    assert drawing.by_year
    assert [day.year for _x, day in drawing.marks] == [2012, 2014, 2016, 2018, 2020, 2022, 2024, 2026]


@pytest.mark.parametrize("today", [D(1, 1, 1), D(2024, 2, 29), D(9999, 12, 31)])
def test_nothing_stands_outside_the_drawing(today):
    """Whatever day somebody typed."""
    days = [D(1, 1, 1), D(1987, 3, 4), D(2024, 2, 29), D(9999, 12, 31)]
    items = [
        item
        for day in days
        for item in (Item("a" * 40, day), Item("b", day, latest=D(9999, 12, 31)), Item("c", day, kind=Kind.PLANNED))
    ]
    drawing = drawn([Track("Stay", items)], today)
    places = [int(x) for x, _day in drawing.marks] + [int(drawing.today)]
    for shape in drawing.bands[0].shapes:
        places += [int(place) for place in (shape.x, shape.end, shape.label_x, shape.late or "10")]
        assert int(shape.x) + int(shape.width) <= 920
        assert int(shape.bar) + 14 <= int(drawing.height)
    assert (min(places) >= 10, max(places) <= 910) == (True, True)


def test_a_track_of_which_nothing_is_known_keeps_its_place():
    drawing = drawn([Track("Shelter"), Track("Stay", [Item("a", january(1))])], january(16))
    assert [(band.name, band.top, band.lanes) for band in drawing.bands] == [("Shelter", "48", 0), ("Stay", "110", 1)]


def test_where_nothing_is_known_there_is_no_drawing():
    assert drawn([Track("Stay"), Track("Shelter")], january(16)) is None


def test_how_it_is_known_is_said_in_words():
    items = [
        Item("a", january(1), january(2), january(3)), Item("b", january(1)), Item("c", january(1), latest=january(3)),
        Item("d", january(1), latest=january(3), reckoned=True), Item("e", january(1), kind=Kind.HAPPENED),
        Item("f", january(1), kind=Kind.PLANNED),
    ]  # fmt: skip
    assert [str(item.known) for item in items] == [
        "Recorded", "Recorded; no end", "Recorded, with the latest end", "Recorded; latest end by the rule", "Recorded", "Planned",
    ]  # fmt: skip
