"""A partner's own program: what its person may, and nothing beyond; ended by either side, and with the commitment (IG-10, PS-13)."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.cast import Cast
from tests.forging import forged
from tingsu.api.tokens import issue_token
from tingsu.complaints.models import Complaint
from tingsu.kernel.actor import automation
from tingsu.kernel.clock import now, travel_to
from tingsu.kernel.errors import InvalidInput, NotAllowed, NotFound
from tingsu.kernel.models import Event
from tingsu.partners import accounts, programs
from tingsu.partners.access import actor_of
from tingsu.partners.models import HandedOver, PartnerAccount, PartnerProgram
from tingsu.partners.tests.test_partners import NUMBER, account, asked, door, in_register

pytestmark = pytest.mark.req("IG-10", "PS-13")
API = "/api/partner/v1"


def made(row: PartnerAccount, name: str = "订单系统", days: int = 30) -> str:
    return programs.make(actor=actor_of(row), account=row, name=name, days=days)[1]


def get(token: str, path: str) -> Any:
    return Client().get(f"{API}{path}", headers={"Authorization": f"Bearer {token}"})


def post(token: str, path: str, body: Any, key: str = "") -> Any:
    headers = {"Authorization": f"Bearer {token}"} | ({"Idempotency-Key": key} if key else {})
    return Client().post(f"{API}{path}", json.dumps(body), content_type="application/json", headers=headers)


def test_a_program_reads_and_answers_what_its_firm_was_asked_and_nothing_else(cast: Cast) -> None:
    in_register(cast)
    lamp, other = account(cast), account(cast, "other_shop")
    task = asked(cast)
    theirs = asked(cast, task.complaint, firm="other_shop")
    token, stranger = made(lamp), made(other)
    (one,) = get(token, "/tasks").json()
    assert (one["id"], one["complaint"], one["state"]) == (str(task.pk), task.complaint.number, "open")
    assert "灯罩破裂" in one["question"]
    assert NUMBER not in json.dumps(one), "masked as the page shows it"
    assert [row["id"] for row in get(stranger, "/tasks").json()] == [str(theirs.pk)], (
        "of one case each firm reads its own question"
    )
    assert get(token, f"/tasks/{theirs.pk}").status_code == 404
    assert post(token, f"/tasks/{theirs.pk}/answer", {"answer": "x"}).status_code == 404
    for path in ("/complaints", f"/complaints/{task.complaint.number}"):
        answer = Client().get(f"/api/v1{path}", headers={"Authorization": f"Bearer {token}"})
        assert answer.status_code == 401, "it is no program of ours"
    _row, ours = issue_token(
        actor=automation("test", cast.organisation_id),
        name="ours",
        scopes=["complaints:read"],
        roles=["supervisor"],
        acts_for=cast.supervisor.id,
    )
    for wrong in (ours, forged(token), "tingsu.test.nothing.x", "x"):
        assert get(wrong, "/tasks").status_code == 401

    file = (
        Client()
        .post(
            f"{API}/files",
            {"file": SimpleUploadedFile("发货.txt", "完好".encode())},
            headers={"Authorization": f"Bearer {token}"},
        )
        .json()
    )
    for wrong_body, field in (
        ({"answer": ""}, "answer"),
        ({"answer": "x", "grade": "1"}, "grade"),
        ({"answer": "x", "files": ["x"]}, "files"),
    ):
        refused = post(token, f"/tasks/{task.pk}/answer", wrong_body)
        assert (refused.status_code, list(refused.json()["data"]["fields"])) == (422, [field])
    body = {"answer": "发货时完好", "files": [file["id"]]}
    first = post(token, f"/tasks/{task.pk}/answer", body, key="1")
    assert (first.status_code, first.json()["state"], first.json()["answer"]) == (200, "answered", "发货时完好")
    assert post(token, f"/tasks/{task.pk}/answer", body, key="1").json() == first.json(), (
        "the same request again changes nothing"
    )
    assert post(token, f"/tasks/{task.pk}/answer", {"answer": "anders"}).status_code == 409
    event = Event.objects.get(stream_id=task.complaint_id, kind="complaint.partner_answered")
    assert (event.actor_kind, event.actor_id, event.actor_name) == ("partner", lamp.pk, "lamp_shop")
    assert [row["id"] for row in get(token, "/tasks?state=answered").json()] == [str(task.pk)]
    assert get(token, "/tasks?state=all").status_code == 422
    with travel_to(now() + timedelta(days=15)):
        assert get(token, f"/tasks/{task.pk}").status_code == 404, "after a fortnight it is read no more"
    assert get(token, "/tasks").headers["RateLimit-Policy"].startswith('"token"')


def test_a_program_hands_over_complaints_by_the_rules_of_the_page(cast: Cast) -> None:
    in_register(cast)
    lamp, other = account(cast), account(cast, "other_shop")
    token = made(lamp)
    given = {
        "description": "客户说灯罩破了",
        "problem_type": "product",
        "reference": "P-7",
        "name": "陈小满",
        "phone": "13800008800",
    }
    refused = post(token, "/complaints", given)
    assert (refused.status_code, list(refused.json()["data"]["fields"])) == (422, ["told"]), (
        "only if the customer knows"
    )
    first = post(token, "/complaints", {**given, "told": True}, key="a").json()
    assert post(token, "/complaints", {**given, "told": True}, key="a").json() == first
    complaint = Complaint.objects.get()
    assert (first["number"], first["reference"]) == (complaint.number, "P-7")
    assert not complaint.anonymous
    row = HandedOver.objects.get()
    assert (row.code, row.account) == ("lamp_shop", lamp.pk)
    assert post(token, "/complaints", {"description": ["x"], "problem_type": "product"}).status_code == 422
    assert post(token, "/complaints", {**given, "owner": "x"}).status_code == 422
    assert [one["number"] for one in get(token, "/complaints").json()["items"]] == [complaint.number]
    assert get(made(other), "/complaints").json() == {"items": [], "next": ""}
    post(token, "/complaints", {"description": "又一件", "problem_type": "product"})
    page = get(token, "/complaints?limit=1").json()
    assert len(page["items"]) == 1
    assert get(token, f"/complaints?limit=1&after={page['next']}").json()["items"][0]["number"] == complaint.number


def test_an_access_is_made_by_the_partners_person_and_ended_by_either_side(cast: Cast, sign_in: Any) -> None:
    in_register(cast)
    row, other = account(cast), account(cast, "other_shop")
    client = door()
    answer = client.post("/partner/programs/", {"program": "订单系统", "days": "90"})
    token = next(
        part
        for part in answer.content.decode().replace("<", " ").replace(">", " ").split()
        if part.startswith("tingsu.test.")
    )
    assert get(token, "/tasks").json() == []
    page = client.get("/partner/programs/").content.decode()
    assert "订单系统" in page
    assert token not in page, "shown once"
    program = PartnerProgram.objects.get()
    assert (program.expires_at - program.made_at, program.last_used_on) == (timedelta(days=90), program.last_used_on)
    assert program.last_used_on is not None
    assert "已有同名" in client.post("/partner/programs/", {"program": "订单系统", "days": "30"}).content.decode()
    for days in (0, 181):
        with pytest.raises(InvalidInput):
            made(row, "别的", days)
    with pytest.raises(NotAllowed):
        programs.make(actor=actor_of(other), account=row, name="x", days=1)
    with pytest.raises(NotAllowed):
        programs.make(actor=cast.supervisor.actor, account=row, name="x", days=1)
    with pytest.raises(NotFound):
        programs.end(actor=actor_of(other), account_id=other.pk, program_id=program.pk)
    assert door("other_shop-1").post(f"/partner/programs/{program.pk}/end/").status_code == 404
    assert get(token, "/tasks").status_code == 200, "nobody ends a program of another firm"
    assert client.post(f"/partner/programs/{program.pk}/end/").status_code == 303
    assert get(token, "/tasks").status_code == 401
    second = made(row)
    ours = sign_in(cast.supervisor)
    address = f"/desk/settings/partner-accounts/{row.pk}/"
    assert "订单系统" in ours.get(address).content.decode()
    newest = PartnerProgram.objects.get(ended_at=None)
    assert sign_in(cast.frontline).post(f"{address}programs/{newest.pk}/end/").status_code == 403
    assert get(second, "/tasks").status_code == 200
    sign_in(cast.supervisor).post(f"{address}programs/{newest.pk}/end/")
    assert get(second, "/tasks").status_code == 401
    kinds = Event.objects.filter(stream_id=row.pk).order_by("seq").values_list("kind", flat=True)
    assert [kind.partition(".")[2] for kind in kinds][-4:] == ["program_made", "program_ended"] * 2
    for number in range(programs.MOST):
        made(row, f"p{number}")
    with pytest.raises(InvalidInput):
        made(row, "one too many")


def test_an_access_opens_nothing_once_the_person_behind_it_may_nothing(cast: Cast) -> None:
    in_register(cast)
    row = account(cast)
    token = made(row)
    assert get(token, "/tasks").status_code == 200
    with travel_to(now() + timedelta(days=31)):
        assert get(token, "/tasks").status_code == 401, "its own time is over"
    long_lived = made(row, "B", 180)
    row.bound_until = (now() - timedelta(days=1)).date()
    PartnerAccount.objects.filter(pk=row.pk).update(bound_on=row.bound_until, bound_until=row.bound_until)
    assert get(long_lived, "/tasks").status_code == 401, "the commitment to secrecy is over"
    PartnerAccount.objects.filter(pk=row.pk).update(bound_until=(now() + timedelta(days=9)).date())
    assert get(long_lived, "/tasks").status_code == 200
    accounts.close_partner_account(actor=cast.supervisor.actor, account_id=row.pk)
    assert get(long_lived, "/tasks").status_code == 401


def test_what_ended_before_keeps_its_moment_and_one_that_ran_out_makes_room_for_its_name(cast: Cast) -> None:
    in_register(cast)
    row = account(cast)
    made(row)
    first = PartnerProgram.objects.get()
    programs.end(actor=actor_of(row), account_id=row.pk, program_id=first.pk)
    ended = PartnerProgram.objects.get(pk=first.pk).ended_at
    with travel_to(now() + timedelta(days=1)):
        made(row, days=1)
        with pytest.raises(NotFound):
            programs.end(actor=actor_of(row), account_id=row.pk, program_id=first.pk)
    assert PartnerProgram.objects.get(pk=first.pk).ended_at == ended
    with travel_to(now() + timedelta(days=3)):
        second = PartnerProgram.objects.get(ended_at=None)
        made(row)
        assert PartnerProgram.objects.get(pk=second.pk).ended_at == now()
        assert [one.pk for one in programs.of_account(row.pk, now())] == [PartnerProgram.objects.get(ended_at=None).pk]
