"""The figures on a page and as CSV, and what a chart is made of."""

import csv
import io

import pytest

from booking_app.pages.console.charts import bar_chart, shares
from booking_app.pages.console.tables import as_csv
from tests.pages.console.desk import Desk


def test_a_booking_is_a_figure(desk: Desk) -> None:
    desk.shop.book()
    desk.services.page_counts.flush()
    page = desk.page("receptionist", "/console/demo/insight")
    assert "Bookings: 1" in page.text and "direct" in page.text
    text = desk.sign_in("receptionist").get("/console/demo/insight/days.csv?days=7").text
    rows = list(csv.DictReader(io.StringIO(text)))
    assert len(rows) == 7 and rows[-1]["booked"] == "1"
    assert int(rows[-1]["shown_time"]) >= 1 and rows[-1]["shown_details"] == "1"
    sources = desk.sign_in("receptionist").get("/console/demo/insight/sources.csv").text
    assert sources.splitlines()[1].endswith(",direct,1")


@pytest.mark.parametrize(("asked", "days"), [("", 28), ("?days=7", 7), ("?days=9999", 28), ("?days=x", 28)])
def test_only_known_periods_are_shown(shared_desk: Desk, asked: str, days: int) -> None:
    answer = shared_desk.sign_in("receptionist").get(f"/console/demo/insight/days.csv{asked}")
    assert answer.mimetype == "text/csv" and "attachment" in answer.headers["Content-Disposition"]
    assert len(answer.text.splitlines()) == days + 1


def test_a_chart_says_what_it_shows(shared_desk: Desk) -> None:
    html = shared_desk.page("receptionist", "/console/demo/insight").html
    assert 'role="img" aria-labelledby="booked-chart"' in html
    assert '<title id="booked-chart">Bookings a day from' in html


def test_a_text_that_a_spreadsheet_would_run_is_made_harmless() -> None:
    assert as_csv([("=cmd()", "+1", "@x", "-2", "plain", -3)]) == "'=cmd(),'+1,'@x,'-2,plain,-3\r\n"


def test_the_highest_bar_reaches_the_top_and_none_is_drawn_without_values() -> None:
    chart = bar_chart([("Mon", 2), ("Tue", 4), ("Wed", 0)])
    assert [(bar.y, bar.height) for bar in chart.bars] == [(70, 70), (0, 140), (140, 0)]
    assert chart.bars[1].label == "Tue: 4"
    assert {bar.height for bar in bar_chart([("Mon", 0)]).bars} == {0}
    assert [one.percent for one in shares([("a", 4), ("b", 1), ("c", 0)])] == [100, 25, 0]
