"""The evidence pack: asked for with a period, made in the background, approved by another person, fetched for thirty days, checked by anybody."""

import hashlib
import io
import json
import subprocess
import sys
import zipfile
from datetime import datetime, timedelta
from typing import Any

import pypdf
import pytest
from django.urls import reverse

from tests.cast import Cast
from tingsu.conformity import building, index, packing
from tingsu.conformity.models import PackPart, PackRun
from tingsu.conformity.profiles import profiles
from tingsu.conformity.tests.given import AT, evidence, opened, take
from tingsu.conformity.verify_pack import problems_of
from tingsu.documents.tests.given import in_force
from tingsu.files import store
from tingsu.files.models import StoredFile
from tingsu.files.tests.samples import picture
from tingsu.kernel.actor import automation
from tingsu.kernel.clock import travel_to
from tingsu.kernel.errors import ConditionsUnmet, InvalidInput, NotAllowed
from tingsu.people import actions
from tingsu.privacy.models import AccessEntry
from tingsu.registers.models import Entry

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.req("MS-29")]
PHONE = "13800002210"
WANTED = {"purpose": "初次认证", "document": "isc", "first": "2026-02-01", "last": "2026-03-01"}


def asked(cast: Cast, **values: Any) -> Entry:
    return opened(cast.supervisor, "evidence_pack", AT, **{**WANTED, **values})


def made(cast: Cast, **values: Any) -> Entry:
    entry = asked(cast, **values)
    with travel_to(AT):
        building.make(entry.pk)
    return Entry.objects.select_related("stream").get(pk=entry.pk)


def released(cast: Cast, **values: Any) -> Entry:
    return take(cast.mgmt_rep, made(cast, **values), "release")


def zipped(client: Any, entry: Entry, at: datetime = AT) -> zipfile.ZipFile:
    with travel_to(at):
        answer = client.get(reverse("conformity:pack", args=[entry.number]))
        assert answer.status_code == 200
        return zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content)))


def test_a_pack_is_asked_for_with_a_period_that_has_an_order_and_three_years_at_most(cast: Cast) -> None:
    for wrong in ({"first": ""}, {"last": ""}, {"purpose": ""}, {"last": "2026-12-01"}):
        with pytest.raises(InvalidInput):
            asked(cast, **wrong)
    for wrong, code in (({"last": "2026-01-01"}, "order"), ({"first": "2020-01-01"}, "too_long")):
        with pytest.raises(InvalidInput) as refused:
            asked(cast, **wrong)
        assert {name: one.code for name, one in refused.value.fields.items()} == {"last": code}
    with pytest.raises(NotAllowed):
        opened(cast.frontline, "evidence_pack", AT, **WANTED)
    assert not Entry.objects.filter(register="evidence_pack").exists()
    assert asked(cast).state == "making"


@pytest.mark.req("PS-06")
def test_it_holds_the_records_of_the_period_masked_with_index_hashes_and_verifier(
    cast: Cast, sign_in, tmp_path
) -> None:
    inside = evidence(cast, "quality", at=AT - timedelta(days=5), place=f"客服部 {PHONE}")
    outside = evidence(cast, "network", at=AT - timedelta(days=400), speaks_of="2025-01-10", expires_on="2025-12-31")
    draft = opened(cast.supervisor, "evidence", subject="papers", statement="清单", speaks_of="2026-02-20")
    entry = made(cast)
    assert (entry.state, entry.codes["records"]) == ("ready", 1)
    take(cast.mgmt_rep, entry, "release")
    client = sign_in(cast.supervisor)
    packed = zipped(client, entry)
    names = packed.namelist()
    base = f"records/evidence/{inside.number}"
    assert names[:4] == ["index.html", "index.csv", "verify_pack.py", "README.txt"]
    beside = {one for one in names if one.startswith(("clauses/", "rules/"))}
    assert set(names[4:]) - beside == {f"{base}.pdf", f"{base}.json", "manifest.sha256"}
    assert {one for one in beside if one.startswith("clauses/")} == {
        f"clauses/{one}.pdf" for one in profiles()["isc"].chapters
    }
    assert {"rules/time_limits.pdf", "rules/retention.pdf"} <= beside
    sheet = "".join(one.extract_text() for one in pypdf.PdfReader(io.BytesIO(packed.read("clauses/9.pdf"))).pages)
    assert "ISC 9.1.2" in sheet
    limits = "".join(
        one.extract_text() for one in pypdf.PdfReader(io.BytesIO(packed.read("rules/time_limits.pdf"))).pages
    )
    assert "CTS 8.2 c" in limits, "a limit stands there with the clause it rests on"
    assert not [one for one in names if outside.number in one or draft.number in one]
    record = packed.read(f"{base}.json").decode()
    assert json.loads(record)["clauses"] == ["ISC 6.2.1"]
    whole = b"".join(packed.read(one) for one in names if not one.endswith(".pdf")).decode()
    assert PHONE not in whole
    assert packed.read(f"{base}.pdf").startswith(b"%PDF")
    page, table = packed.read("index.html").decode(), packed.read("index.csv").decode("utf-8-sig")
    assert f'href="{base}.pdf"' in page
    assert "ISC 6.2.1" in page
    assert sum(base in line for line in table.splitlines()) == 1
    told = {line.split(",")[0] for line in table.splitlines()[1:]}
    assert told == {one.cited for one in profiles()["isc"].clauses}, "each clause has its lines"
    manifest = packed.read("manifest.sha256")
    entry = Entry.objects.select_related("stream").get(pk=entry.pk)
    assert hashlib.sha256(manifest).hexdigest() == entry.written()["digest"]
    path = tmp_path / "pack.zip"
    path.write_bytes(packed.fp.getvalue())  # type: ignore[union-attr]
    assert problems_of(str(path), entry.written()["digest"]) == []
    alone = subprocess.run(
        [sys.executable, "-I", str(index.VERIFIER), str(path)], capture_output=True, check=False, text=True
    )
    assert alone.returncode == 0, alone.stdout
    log = AccessEntry.objects.get(stream_id=entry.pk, what="exported")
    assert log.field == "evidence_pack"
    assert log.purpose


def test_nonconformities_and_trainings_go_along_though_their_entries_name_no_clause(cast: Cast) -> None:
    values = {"source": "late", "description": "超时答复", "found_on": "2025-12-20", "severity": "minor"}
    found = opened(cast.qa, "nonconformity", AT - timedelta(days=10), **values)
    gone = opened(cast.qa, "nonconformity", AT - timedelta(days=9), **values)
    take(cast.supervisor, gone, "drop", AT - timedelta(days=8), reason="重复登记")
    opened(cast.qa, "nonconformity", AT - timedelta(days=60), **values)
    pack = made(cast, document="cts")
    held = {one["number"] for one in index.listing(pack.pk) if one.get("clauses") == ["CTS 10.1"]}
    assert held == {found.number}
    assert pack.codes["records"] == 1
    assert [one for one in index.listing(made(cast).pk) if one["name"].startswith("records/")] == [], (
        "of another document"
    )


@pytest.mark.req("DI-01")
def test_a_document_in_force_goes_along_however_long_ago_it_came_into_force(cast: Cast) -> None:
    document = in_force(cast, topic="scope", at=AT - timedelta(days=200))
    pack = made(cast, document="cts")
    held = {
        one["number"]: one["clauses"] for one in index.listing(pack.pk) if one["name"].startswith("records/document/")
    }
    assert held == {document.number: ["CTS 4.3"]}


def test_the_verifier_tells_what_was_changed_added_taken_away_and_another_list(tmp_path) -> None:
    contents = {"a.txt": b"one", "b.txt": b"two"}
    manifest = index.manifest(
        [{"name": name, "sha256": hashlib.sha256(one).hexdigest()} for name, one in contents.items()]
    )

    def packed(files: dict[str, bytes]) -> str:
        path = tmp_path / "p.zip"
        with zipfile.ZipFile(path, "w") as out:
            for name, content in files.items():
                out.writestr(name, content)
        return str(path)

    whole = {**contents, "manifest.sha256": manifest}
    digest = hashlib.sha256(manifest).hexdigest()
    assert problems_of(packed(whole), digest) == []
    assert problems_of(packed({**whole, "a.txt": b"other"})) == ["changed: a.txt"]
    assert problems_of(packed({**whole, "c.txt": b"more"})) == ["added: c.txt"]
    assert problems_of(packed({name: one for name, one in whole.items() if name != "b.txt"})) == ["missing: b.txt"]
    assert problems_of(packed(contents)) == ["manifest.sha256 is missing: this is no evidence pack"]
    assert problems_of(packed(whole), "0" * 64) == ["manifest.sha256 is not the one that was approved"]
    (tmp_path / "no.zip").write_bytes(b"nothing")
    assert "not a ZIP" in problems_of(str(tmp_path / "no.zip"))[0]


@pytest.mark.req("PS-06")
def test_it_leaves_only_after_another_person_approved_it_and_for_thirty_days(cast: Cast, sign_in) -> None:
    evidence(cast, "quality", at=AT - timedelta(days=5))
    entry = made(cast)
    address = reverse("conformity:pack", args=[entry.number])
    client = sign_in(cast.supervisor)
    with travel_to(AT):
        assert client.get(address).status_code == 409
        with pytest.raises(ConditionsUnmet):
            take(cast.supervisor, entry, "release")
        take(cast.mgmt_rep, entry, "release")
        assert client.get(address).status_code == 200
        assert sign_in(cast.auditor).get(address).status_code == 404, "neither asked nor leads"
        assert sign_in(cast.frontline).get(address).status_code == 404
    with travel_to(AT + timedelta(days=30)):
        assert packing.expire_owed() == 0
        assert sign_in(cast.supervisor).get(address).status_code == 200
    mine = opened(cast.qa, "evidence_pack", AT, **WANTED)
    take(cast.supervisor, mine, "withdraw", reason="不需要了")
    assert packing.may_fetch(cast.qa.actor, mine)
    with travel_to(AT + timedelta(days=1)):
        actions.deactivate_member(actor=automation("test", cast.organisation_id), member_id=cast.qa.id)
    assert not packing.may_fetch(cast.qa.actor, mine), "whoever asked and has left"
    later = AT + timedelta(days=31)
    with travel_to(later):
        answer = sign_in(cast.supervisor).get(address)
        assert answer.status_code == 410
        assert packing.expire_owed() == 1
    assert Entry.objects.get(pk=entry.pk).state == "expired"
    assert not StoredFile.objects.filter(stream_id=entry.pk, erased_at=None).exists()


def test_refused_and_withdrawn_packs_lose_their_files(cast: Cast) -> None:
    evidence(cast, "quality", at=AT - timedelta(days=5))
    first, second = made(cast), asked(cast)
    with pytest.raises(InvalidInput):
        take(cast.mgmt_rep, first, "refuse")
    take(cast.mgmt_rep, first, "refuse", reason="期间不对")
    take(cast.supervisor, second, "withdraw", reason="不需要了")
    with travel_to(AT):
        building.make(second.pk)
    assert Entry.objects.get(pk=second.pk).state == "withdrawn"
    assert not StoredFile.objects.filter(stream_id__in=[first.pk, second.pk], erased_at=None).exists()


def test_attached_files_come_along_when_asked_and_what_was_erased_since_is_refused(cast: Cast, sign_in) -> None:
    with travel_to(AT - timedelta(days=5)):
        file = store.keep("photo.jpg", picture("JPEG"), actor=cast.supervisor.actor, purpose="proof")
    inside = evidence(cast, "quality", at=AT - timedelta(days=5), proof=[str(file.pk)])
    without, entry = released(cast), released(cast, with_files="yes")
    assert (without.codes.get("attached"), entry.codes["attached"]) == (None, 1)
    client = sign_in(cast.supervisor)
    name = f"records/evidence/{inside.number}-1.jpg"
    assert name not in zipped(client, without).namelist()
    packed = zipped(client, entry)
    told = {
        name: said
        for said, _space, name in (row.partition("  ") for row in packed.read("manifest.sha256").decode().splitlines())
    }
    assert hashlib.sha256(packed.read(name)).hexdigest() == told[name]
    StoredFile.objects.filter(pk=file.pk).update(erased_at=AT)
    with travel_to(AT):
        assert client.get(reverse("conformity:pack", args=[entry.number])).status_code == 409


def test_a_full_disk_leaves_a_reason_and_nothing_half(cast: Cast, monkeypatch) -> None:
    monkeypatch.setattr(building, "TOGETHER", 1)
    for subject in ("quality", "network"):
        evidence(cast, subject, at=AT - timedelta(days=5))
    entry, kept = asked(cast), []
    keep = store.keep_original

    def full(*args: Any, **more: Any) -> StoredFile:
        if kept:
            raise OSError(28, "No space left on device")
        kept.append(keep(*args, **more))
        return kept[0]

    monkeypatch.setattr(store, "keep_original", full)
    with travel_to(AT):
        building.make(entry.pk)
    entry = Entry.objects.select_related("stream").get(pk=entry.pk)
    assert entry.state == "failed"
    assert entry.written()["failure"]
    assert not StoredFile.objects.filter(pk=kept[0].pk).exists()
    assert not StoredFile.objects.filter(stream_id=entry.pk).exists()


def test_a_worker_that_was_overtaken_writes_nothing_more_and_progress_is_told(cast: Cast, monkeypatch, sign_in) -> None:
    monkeypatch.setattr(building, "TOGETHER", 1)
    for subject in ("quality", "network"):
        evidence(cast, subject, at=AT - timedelta(days=5))
    entry, told = asked(cast), []
    keep = building._keep

    def slow(run: PackRun, *args: Any) -> None:
        keep(run, *args)
        told.append(PackRun.objects.get(pk=entry.pk).done)
        if len(told) == 2:
            client = sign_in(cast.supervisor)
            assert "1" in client.get(f"/desk/records/evidence_pack/{entry.number}/").content.decode()
            PackRun.objects.filter(pk=entry.pk).update(turn=9)

    monkeypatch.setattr(building, "_keep", slow)
    with travel_to(AT):
        building.make(entry.pk)
    assert told == [0, 1]
    assert Entry.objects.get(pk=entry.pk).state == "making"
    monkeypatch.setattr(building, "_keep", keep)
    with travel_to(AT):
        building.make(entry.pk)
    entry = Entry.objects.get(pk=entry.pk)
    assert (entry.state, entry.codes["records"]) == ("ready", 2)
    assert PackPart.objects.filter(run_id=entry.pk).count() == 3
