"""Checks by rule on every complaint: each condition beside its neighbour, followed through a real case, listed and counted (QC-04)."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils.translation import gettext, override

from tests.cast import Cast
from tingsu.api.tests.test_api import call, token_of  # noqa: F401 fixtures
from tingsu.clocks.models import Promise
from tingsu.complaints.models import Complaint
from tingsu.desk.tests.cases import a_case, local
from tingsu.kernel.clock import travel_to
from tingsu.quality import process_checks
from tingsu.quality.models import Followed, Violation
from tingsu.quality.process_checks import CHECKS, violated

pytestmark = pytest.mark.django_db
AT = local("2026-03-12 15:00")
GOOD_CASE: dict[str, Any] = {
    "state": "archived", "acknowledged_at": AT, "anonymous": False, "severity": 2, "grade": "general", "verdict": "founded",
    "outcome": "accepted",
}  # fmt: skip
GOOD_SEEN: dict[str, Any] = {
    "missed": False, "concluded": True, "bases": ["law"], "told": True, "respondent": True, "heard": True, "reached": True, "calls": 1,
    "wanted": 3, "reviewed": True, "letters_waiting": False,
}  # fmt: skip
TABLE: list[tuple[dict[str, Any], dict[str, Any], set[str]]] = [
    ({}, {}, set()),
    ({"acknowledged_at": None}, {}, {"acknowledged"}), ({"acknowledged_at": None, "anonymous": True}, {}, set()),
    ({"acknowledged_at": None, "state": "registered"}, {}, set()), ({"acknowledged_at": None, "state": "routing"}, {}, {"acknowledged"}),
    ({"severity": None}, {}, {"assessed"}), ({"severity": None, "state": "investigating"}, {}, set()),
    ({"severity": None, "state": "handling"}, {}, {"assessed"}),
    ({"grade": ""}, {}, {"graded"}), ({"grade": "", "state": "registered"}, {}, set()), ({"grade": "", "state": "pre_plan"}, {}, {"graded"}),
    ({}, {"missed": True}, {"limits"}),
    ({}, {"bases": []}, {"basis"}), ({}, {"bases": [], "concluded": False}, set()), ({"verdict": ""}, {"bases": []}, set()),
    ({}, {"told": False}, {"told"}), ({"state": "evaluating"}, {"told": False}, set()), ({"state": "closed"}, {"told": False}, {"told"}),
    ({}, {"heard": False}, {"respondent"}), ({}, {"heard": False, "respondent": False}, set()),
    ({}, {"reached": False, "calls": 2}, {"called_back"}), ({}, {"reached": False, "calls": 3}, set()),
    ({"outcome": "exhausted"}, {"reached": False, "calls": 0}, set()), ({"state": "evaluating"}, {"reached": False, "calls": 0}, set()),
    ({}, {"reviewed": False}, {"file"}), ({}, {"letters_waiting": True}, {"file"}), ({"state": "closed"}, {"letters_waiting": True}, set()),
]  # fmt: skip


@pytest.mark.req("QC-04")
def test_each_check_asks_only_what_the_stage_must_show() -> None:
    for case, seen, expected in TABLE:
        assert violated({**GOOD_CASE, **case}, {**GOOD_SEEN, **seen}) == expected, (case, seen)
    assert set().union(*(expected for _case, _seen, expected in TABLE)) == set(CHECKS)


@pytest.mark.req("QC-04")
def test_a_violation_is_found_by_following_listed_counted_and_ends(cast: Cast, sign_in: Any, monkeypatch: Any) -> None:
    with travel_to(local("2026-03-02 10:00")):
        first, second = (
            a_case(who, order_number=f"2611029{n}") for n, who in enumerate((cast.frontline, cast.frontline2))
        )
    with travel_to(AT):
        assert process_checks.follow() == 2
        assert not Violation.objects.exists()
        Complaint.objects.filter(pk__in=[first.pk, second.pk]).update(
            state="closed", closed_at=AT, grade="general", severity=2, outcome="accepted"
        )
        Promise.objects.filter(stream_id=first.pk, kind="first_reply").update(breached_at=AT - timedelta(days=1))
        with CaptureQueriesContext(connection) as one:
            process_checks.examine([first.pk])
        with CaptureQueriesContext(connection) as two:
            found = process_checks.examine([first.pk, second.pk])
        assert len(one) == len(two)
        assert found[first.pk] - found[second.pk] == {"limits"}
        assert {"told", "called_back", "file", "respondent"} <= found[second.pk]
        assert process_checks.keep(found) == len(found[first.pk]) + len(found[second.pk])
        assert process_checks.keep(found) == 0
        client = sign_in(cast.qa)
        page = client.get("/desk/quality/process/").content.decode()
        assert (first.number in page, second.number in page) == (True, True)
        narrowed = client.get("/desk/quality/process/", {"code": "limits"}).content.decode()
        assert (first.number in narrowed, second.number in narrowed) == (True, False)
        mine = client.get(
            "/desk/quality/process/", {"handler": str(cast.frontline2.id), "unit": "nonsense", "code": "x"}
        ).content.decode()
        assert (first.number in mine, second.number in mine) == (False, True)
        case = client.get(first.get_absolute_url()).content.decode()
        with override("zh-hans"):
            assert str(CHECKS["limits"]) in case
        handler = sign_in(cast.frontline)
        assert handler.get("/desk/quality/process/").status_code == 403
        with override("zh-hans"):
            title = gettext("Process checks")
        assert title in case
        assert title not in handler.get(first.get_absolute_url()).content.decode(), "leaders and checkers alone see it"
        process_checks.keep({**found, first.pk: found[first.pk] - {"limits"}})
        assert Violation.objects.get(complaint_id=first.pk, code="limits").ended_on is not None
        assert first.number not in client.get("/desk/quality/process/", {"code": "limits"}).content.decode()
        process_checks.keep(found)
        assert Violation.objects.get(complaint_id=first.pk, code="limits").ended_on is None
        assert process_checks.follow() <= 2
        assert process_checks.follow(night=True) == 2
        # in slices, keeping how far it came: what breaks off goes on from there
        Followed.objects.all().delete()
        monkeypatch.setattr(process_checks, "EVENTS", 1)
        kept: list[bool] = []
        examine = process_checks.examine
        monkeypatch.setattr(
            process_checks, "examine", lambda ids: kept.append(Followed.objects.exists()) or examine(ids)
        )
        assert process_checks.follow() == 2
        assert kept == [False, True], "each is examined once, the second after it was kept how far the first slice came"


@pytest.mark.req("QC-04", "AI-04")
def test_programs_read_the_violations_a_page_at_a_time(cast: Cast, call: Any, token_of: Any) -> None:  # noqa: F811
    first, second = (a_case(who, order_number=f"2611030{n}") for n, who in enumerate((cast.frontline, cast.frontline2)))
    process_checks.keep({first.pk: {"limits", "told"}, second.pk: {"limits"}})
    token = token_of(cast.qa, "complaints:read")
    status, told = call(token, "GET", "/process-checks?limit=2")
    assert (status, len(told["items"])) == (200, 2)
    rest = call(token, "GET", f"/process-checks?limit=2&after={told['next']}")[1]
    assert rest["next"] is None
    whole = [(one["number"], one["code"]) for one in (*told["items"], *rest["items"])]
    assert sorted(whole) == sorted([(first.number, "limits"), (first.number, "told"), (second.number, "limits")])
    by_check = call(token, "GET", "/process-checks?code=told")[1]["items"]
    assert [(one["number"], one["check"] != "told") for one in by_check] == [(first.number, True)]
    mine = call(token, "GET", f"/process-checks?handler={cast.frontline2.id}")[1]["items"]
    assert [one["number"] for one in mine] == [second.number]
    assert "frontline2" not in mine[0]["handler"]
    assert call(token, "GET", "/process-checks?code=none")[0] == 422
    assert call(token, "GET", "/process-checks?limit=0")[0] == 422
    assert call(token_of(cast.frontline, "complaints:read"), "GET", "/process-checks")[0] == 403
    assert call(token_of(cast.qa, "registers:read"), "GET", "/process-checks")[0] == 403
