"""Figures for programs: what may leave the centre, to whom, and sentences for what there is not (MO-13, KP-01)."""

from collections.abc import Callable
from datetime import date

import pytest

from tests.cast import Cast
from tingsu.api.tests.test_api import call, token_of  # noqa: F401 fixtures
from tingsu.desk.tests.cases import local
from tingsu.figures import values
from tingsu.figures.tests.test_indicators import facts
from tingsu.kernel.clock import travel_to

pytestmark = pytest.mark.django_db


@pytest.mark.req("MO-13", "KP-01")
def test_programs_read_figures_without_small_numbers(cast: Cast, token_of: Callable, call: Callable) -> None:  # noqa: F811
    with travel_to(local("2026-03-10 10:00")):
        for channel, repeated, once in (("hotline", 20, 20), ("portal", 3, 30), ("email", 8, 8), ("app", 9, 9)):
            several = ({"channel": channel, "repeated": number < repeated} for number in range(repeated + once))
            facts(*({"received_on": date(2026, 3, 2), **one} for one in several))
        values.count_all()
        token = token_of(cast.analyst, "complaints:read")
        status, told = call(token, "GET", "/indicators?period=2026-03")
        assert status == 200
        rows = {one["code"]: one for one in told["indicators"]}
        shown = {name: rows["KP-09d"][name] for name in ("part", "whole", "value", "withheld", "settled", "version")}
        assert shown == {"part": 40, "whole": 107, "value": 37.3832, "withheld": False, "settled": False, "version": 0}
        assert rows["K-12"]["value"] is None
        status, told = call(token, "GET", "/indicators/KP-09d?by=channel")
        assert status == 200
        rows = {one["code"]: one for one in told["rows"]}
        # Three of the portal are withheld, and so is the next smallest: the total of all channels would tell them.
        assert {code: one["withheld"] for code, one in rows.items()} == {
            "hotline": False, "portal": True, "email": True, "app": False,
        }  # fmt: skip
        assert rows["portal"]["part"] is rows["portal"]["whole"] is rows["portal"]["value"] is None
        assert (rows["hotline"]["part"], rows["hotline"]["label"]) == (20, "热线")
        for path, expected in (
            ("/indicators?period=2026-04", 422), ("/indicators?period=2026-13", 422), ("/indicators/KP-09d?by=id", 422), ("/indicators/Z-1", 404),
            ("/indicators/KP-03", 404), ("/indicators/KP-09d?period=2026", 422), ("/indicators?period=2026-Q1", 200),
        ):  # fmt: skip
            assert call(token, "GET", path)[0] == expected, path
        for person, scopes in (
            (cast.frontline, ("complaints:read",)), (cast.dept, ("complaints:read",)), (cast.analyst, ("registers:read", "registers:write")),
        ):  # fmt: skip
            assert call(token_of(person, *scopes), "GET", "/indicators")[0] == 403, (person, scopes)
