"""The acceptance register of a period, and a document of every case of an export as a job with progress (RC-11, PS-06, PS-09)."""

import io
import json
import uuid
import zipfile

import pypdf
import pytest
from django.db.models import F
from django.urls import reverse

from tests.cast import Cast
from tests.test_papers import bare, text_of
from tingsu.api import tokens
from tingsu.complaints import paper_runs as runs
from tingsu.complaints.models import Complaint, PaperRun
from tingsu.desk import exports
from tingsu.desk.tests.cases import a_case, local
from tingsu.desk.tests.test_exports import MONDAY, REGISTER, fetched
from tingsu.kernel.clock import travel_to
from tingsu.kernel.errors import NotFound
from tingsu.privacy.models import AccessEntry
from tingsu.registers import actions

PHONE = "13800002210"


def token_of(cast: Cast, who: str) -> str:
    """A program in the name of a person, who agreed to it where somebody else made it."""
    person = getattr(cast, who)
    row, token = tokens.issue_token(
        actor=cast.mgmt_rep.actor, name=who, scopes=("complaints:read", "registers:write"), roles=person.actor.roles, acts_for=person.id
    )  # fmt: skip
    if person.id != cast.mgmt_rep.id:
        tokens.agree(actor=person.actor, token_id=row.pk)
        tokens.approve(actor=cast.top_mgmt.actor, token_id=row.pk)
    return token


def approved(cast: Cast, **values):
    opening = actions.Opening(values={"purpose": "季度核查", "use": "inside", **values})
    entry = actions.open_entry(actor=cast.supervisor.actor, register=REGISTER, opening=opening)
    return actions.take_step(actor=cast.mgmt_rep.actor, entry=entry, register=REGISTER, step="allow")


@pytest.mark.req("RC-11", "PS-06")
def test_the_acceptance_register_holds_every_case_of_a_period_and_no_person(
    sign_in, cast, django_assert_max_num_queries
):
    with travel_to(local("2026-02-27 10:00")):
        before = a_case(cast.frontline)
    with travel_to(MONDAY):
        cases = [a_case(cast.frontline, summary=f"电话 {PHONE}") for _number in range(3)]
        Complaint.objects.filter(pk=cases[1].pk).update(state="closed")
        entry = approved(cast, received_from="2026-03-02", received_to="2026-03-02")
        assert (entry.codes["cases"], "2026-03-02" in entry.written()["shown"]) == (3, True)
        client = sign_in(cast.supervisor)
        answer = fetched(client, entry, "pdf")
        assert (answer.status_code, answer["Content-Type"]) == (200, "application/pdf")
        text = bare(text_of(answer.content))
        for words in ("投诉受理登记表", "投诉渠道", "客户诉求", "佐证材料", "季度核查", *(one.number for one in cases)):
            assert words in text, words
        assert before.number not in text
        assert PHONE not in text
        box = pypdf.PdfReader(io.BytesIO(answer.content)).pages[0].mediabox
        assert box.width > box.height, "twelve columns lie on their side"
        assert len(list(exports.rows_for(cast.supervisor.actor, entry))) == 3
        with django_assert_max_num_queries(12):
            exports.register_sheet(cast.supervisor.actor, entry, "")
    assert AccessEntry.objects.filter(what="exported", stream_id=entry.pk).exists()


@pytest.mark.req("RC-11", "PS-09")
def test_a_document_of_every_case_is_made_part_by_part_and_fetched_by_whoever_asked(sign_in, cast, monkeypatch):
    monkeypatch.setattr(runs, "PART", 2)
    monkeypatch.setattr(runs, "STEP", 1)
    with travel_to(MONDAY):
        cases = [a_case(cast.frontline) for _number in range(3)]
        entry = approved(cast, received_from="2026-03-02")
        client, address = sign_in(cast.supervisor), reverse("desk:runs", args=[entry.number])
        assert address in client.get(reverse("registers:entry", args=["export", entry.number])).content.decode()
        assert client.post(address, {"document": "case_file", "language": "en"}).status_code == 404
        assert client.post(address, {"document": "tracking_form", "language": "en"}).status_code == 302
        assert client.post(address, {"document": "tracking_form", "language": "en"}).status_code == 409
        run = PaperRun.objects.get()
        assert (run.total, run.done, run.parts) == (3, 0, [])
        assert "0 / 3" in client.get(address).content.decode()
        # A worker that dies after the first part is followed by one that goes on with the second.
        kept, real = [], runs.store.keep
        monkeypatch.setattr(
            runs.store,
            "keep",
            lambda *given, **more: kept.append(1) or (real(*given, **more) if len(kept) < 2 else 1 / 0),
        )
        with pytest.raises(ZeroDivisionError):
            runs.carry_on(run.pk)
        run.refresh_from_db()
        assert (len(run.parts), run.ended_at) == (1, None)
        assert "3 / 3" in client.get(address).content.decode()
        monkeypatch.setattr(runs.store, "keep", real)
        runs.carry_on(run.pk)
        run.refresh_from_db()
        assert (run.done, len(run.parts), run.ended_at is not None, run.left_out) == (3, 2, True, 0)
        names = []
        for part in run.parts:
            answer = client.get(reverse("desk:run_part", args=[entry.number, part]))
            with zipfile.ZipFile(io.BytesIO(answer.content)) as parcel:
                names += parcel.namelist()
                text = text_of(parcel.read(parcel.namelist()[0]))
        assert [name[:13] for name in names] == [one.number for one in cases]
        assert PHONE not in bare(text)
        assert "1 Receipt" in text
        assert AccessEntry.objects.filter(what="printed", field="document.tracking_form", door="export").count() == 4, (
            "the third was made twice"
        )
        assert (
            sign_in(cast.mgmt_rep).get(reverse("desk:run_part", args=[entry.number, run.parts[0]])).status_code == 404
        )
        assert client.get(reverse("desk:run_part", args=[entry.number, uuid.uuid4()])).status_code == 404


@pytest.mark.req("PS-09")
def test_nothing_is_made_of_a_list_that_may_no_longer_be_fetched(cast):
    with travel_to(MONDAY):
        a_case(cast.frontline)
        entry = approved(cast, received_from="2026-03-02")
        with pytest.raises(NotFound):
            runs.start(cast.mgmt_rep.actor, entry, "tracking_form", "en")
        run = runs.start(cast.supervisor.actor, entry, "tracking_form", "en")
        actions.take_step(actor=cast.supervisor.actor, entry=entry, register=REGISTER, step="withdraw")
        runs.carry_on(run.pk)
        run.refresh_from_db()
        assert (run.refused, run.parts) == (True, [])


@pytest.mark.req("RC-11", "PS-09")
def test_what_has_no_such_document_is_counted_and_a_part_belongs_to_its_own_list(sign_in, cast, monkeypatch):
    with travel_to(MONDAY):
        first, second = a_case(cast.frontline), a_case(cast.frontline)
        entry = approved(cast, received_from="2026-03-02")
        run = runs.start(cast.supervisor.actor, entry, "tracking_form", "en")
        real = runs.paperwork.make

        def made(actor, complaint, *given, **more):
            if complaint.pk == first.pk:
                raise runs.paperwork.NotYet(why="")
            return real(actor, complaint, *given, **more)

        monkeypatch.setattr(runs.paperwork, "make", made)
        runs.carry_on(run.pk)
        run.refresh_from_db()
        assert (run.total, run.done, run.left_out) == (2, 2, 1)
        _name, content = runs.part_of(cast.supervisor.actor, entry, uuid.UUID(run.parts[0]))
        with zipfile.ZipFile(io.BytesIO(content)) as parcel:
            assert [one[:13] for one in parcel.namelist()] == [second.number]
        other = approved(cast, received_from="2026-03-01")
        with pytest.raises(NotFound):
            runs.part_of(cast.supervisor.actor, other, uuid.UUID(run.parts[0]))


@pytest.mark.req("RC-11", "PS-09")
def test_a_run_is_stopped_and_goes_on_where_it_was_and_an_overtaken_worker_writes_nothing(sign_in, cast, monkeypatch):
    monkeypatch.setattr(runs, "PART", 2)
    monkeypatch.setattr(runs, "STEP", 1)
    with travel_to(MONDAY):
        cases = [a_case(cast.frontline) for _number in range(5)]
        entry = approved(cast, received_from="2026-03-02")
        actor, client = cast.supervisor.actor, sign_in(cast.supervisor)
        run = runs.start(actor, entry, "tracking_form", "en")
        address, real, made = reverse("desk:runs", args=[entry.number]), runs.paperwork.make, []

        def stopped_on_the_way(*given, **more):
            made.append(given[1].number)
            if len(made) == 4:
                assert client.post(address, {"stop": str(run.pk)}).status_code == 302
            return real(*given, **more)

        monkeypatch.setattr(runs.paperwork, "make", stopped_on_the_way)
        runs.carry_on(run.pk)
        run.refresh_from_db()
        assert (runs.state_of(run), run.done, len(run.parts), len(made)) == ("stopped", 2, 1, 4)
        page = client.get(address).content.decode()
        assert "已停止，完成 2 / 5" in page
        assert 'hx-trigger="every 5s"' not in page, "nothing moves, so nothing is asked for"
        assert client.post(address, {"stop": str(run.pk)}).status_code == 409
        runs.carry_on(run.pk)
        assert len(made) == 4, "a job that was queued twice does not begin what was stopped"
        # A case that comes in meanwhile is no part of what was asked for.
        a_case(cast.frontline)
        assert client.post(address, {"go_on": str(run.pk)}).status_code == 302
        assert client.post(address, {"go_on": str(run.pk)}).status_code == 409

        def taken_up_by_another(*given, **more):
            PaperRun.objects.filter(pk=run.pk).update(turn=F("turn") + 1)
            return real(*given, **more)

        monkeypatch.setattr(runs.paperwork, "make", taken_up_by_another)
        runs.carry_on(run.pk)
        run.refresh_from_db()
        assert (runs.state_of(run), len(run.parts)) == ("running", 1), "the other one makes the part"

        def overtaken(*given, **more):
            made.append(given[1].number)
            if len(made) == 5:
                monkeypatch.setattr(runs.paperwork, "make", real)
                runs.carry_on(run.pk)
            return real(*given, **more)

        monkeypatch.setattr(runs.paperwork, "make", overtaken)
        runs.carry_on(run.pk)
        run.refresh_from_db()
        assert (runs.state_of(run), run.done, run.total, run.left_out) == ("ready", 5, 5, 0)
        names = []
        for part in run.parts:
            with zipfile.ZipFile(io.BytesIO(runs.part_of(actor, entry, uuid.UUID(part))[1])) as parcel:
                names += parcel.namelist()
        assert [name[:13] for name in names] == [one.number for one in cases]
        for given in ({"stop": str(run.pk)}, {"go_on": str(run.pk)}):
            assert client.post(address, given).status_code == 409
        assert client.post(address, {"stop": "x"}).status_code == 404
        assert client.post(address, {"stop": str(uuid.uuid4())}).status_code == 404


@pytest.mark.req("RC-11", "PS-09", "IG-01")
def test_programs_start_watch_stop_go_on_and_fetch_and_find_it_over_after_a_day(client, cast):
    with travel_to(MONDAY):
        case = a_case(cast.frontline)
        entry = approved(cast, received_from="2026-03-02")
        heads = {who: {"Authorization": f"Bearer {token_of(cast, who)}"} for who in ("supervisor", "mgmt_rep")}
        base = f"/api/v1/exports/{entry.number}/runs"
        wanted = {"document": "tracking_form", "language": "en"}

        def post(path, body=None, who="supervisor"):
            return client.post(path, json.dumps(body or {}), content_type="application/json", headers=heads[who])

        assert post(base, wanted, "mgmt_rep").status_code == 404, "only whoever asked for the export"
        assert post(base, {"document": "case_file"}).status_code == 404
        assert post(base, {**wanted, "language": "fr"}).status_code == 422
        started = post(base, wanted)
        assert (started.status_code, started.json()["state"], started.json()["total"]) == (201, "running", 1)
        assert post(base, wanted).json()["code"] == "run_already"
        one = f"{base}/{started.json()['id']}"
        assert post(f"{one}/stop").json()["state"] == "stopped"
        assert post(f"{one}/stop").json()["code"] == "run_over"
        assert post(f"{one}/go-on").json()["state"] == "running"
        runs.carry_on(uuid.UUID(started.json()["id"]))
        told = client.get(one, headers=heads["supervisor"]).json()
        assert (told["state"], told["done"], len(told["parts"])) == ("ready", 1, 1)
        assert [found["id"] for found in client.get(base, headers=heads["supervisor"]).json()] == [told["id"]]
        part = f"/api/v1/exports/{entry.number}/parts/{told['parts'][0]}"
        answer = client.get(part, headers=heads["supervisor"])
        with zipfile.ZipFile(io.BytesIO(answer.content)) as parcel:
            assert [name[:13] for name in parcel.namelist()] == [case.number]
        assert AccessEntry.objects.filter(what="exported", stream_id=entry.pk, door="api").count() == 1
    with travel_to(MONDAY + exports.FETCHED_WITHIN):
        answer = client.get(part, headers=heads["supervisor"])
        assert (answer.status_code, answer.json()["code"]) == (410, "export_over")
        assert post(base, wanted).status_code == 410
