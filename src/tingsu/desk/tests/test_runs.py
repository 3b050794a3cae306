"""The acceptance register of a period, and a document of every case of an export as a job with progress (RC-11, PS-06, PS-09)."""

import io
import uuid
import zipfile

import pypdf
import pytest
from django.urls import reverse

from tests.cast import Cast
from tests.test_papers import bare, text_of
from tingsu.complaints.models import Complaint, PaperRun
from tingsu.desk import exports, runs
from tingsu.desk.tests.cases import a_case, local
from tingsu.desk.tests.test_exports import MONDAY, REGISTER, fetched
from tingsu.kernel.clock import travel_to
from tingsu.kernel.errors import NotFound
from tingsu.privacy.models import AccessEntry
from tingsu.registers import actions

PHONE = "13800002210"


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
        kept, real = [], runs._part
        monkeypatch.setattr(
            runs, "_part", lambda *given: kept.append(given[3]) or (real(*given) if len(kept) < 2 else 1 / 0)
        )
        with pytest.raises(ZeroDivisionError):
            runs.carry_on(run.pk)
        run.refresh_from_db()
        assert (run.done, len(run.parts), run.ended_at) == (2, 1, None)
        assert "2 / 3" in client.get(address).content.decode()
        monkeypatch.setattr(runs, "_part", real)
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
        assert AccessEntry.objects.filter(what="printed", field="document.tracking_form", door="export").count() == 3
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
