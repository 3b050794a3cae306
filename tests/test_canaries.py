"""Marked values in every field and spelling, and a crawl of every page, list, export, program's door and log by every role.

Whoever may not see them finds none of them anywhere; whoever may, does (PS-06, PS-11, invariant 6).
"""

import contextlib
import io
import json
import logging
import re
import unicodedata
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import CommandError, call_command
from django.db import connection
from django.http import HttpResponseBase
from django.test import Client
from django.urls import get_resolver, reverse
from django.urls.converters import IntConverter

from tests.cast import Cast, Person
from tests.signing import enter
from tests.test_doors import addresses
from tingsu.api.models import ApiToken
from tingsu.api.tokens import issue_token
from tingsu.casework.tests import cases as casework
from tingsu.complaints import access
from tingsu.complaints.models import Complaint, Party
from tingsu.complaints.paperwork import papers
from tingsu.demo import journey
from tingsu.files.store import accept_upload
from tingsu.kernel.logs import JsonLines, Lines
from tingsu.kernel.verify import Tally, verify_organisation
from tingsu.letters import actions as letters
from tingsu.letters import pauses
from tingsu.letters.models import Letter
from tingsu.letters.smtp import BLOCKED, NotSent
from tingsu.pages import pdf
from tingsu.registers.actions import Link, Opening, open_entry
from tingsu.registers.declaration import registers
from tingsu.registers.tests.samples import values_for

PHONE, OTHER_PHONE, CARD, IDENTITY = "13977667788", "13655443322", "4111111111111111", "440300198807071234"
NAME, EMAIL, CHAT, PLATE, STREET = "司徒卡纳丽", "canary.bird@secret.example", "canarybird77", "粤B7K7K7", "鸣翠路77号"
SPELT = (
    PHONE, "１３９７７６６７７８８", "139-7766-7788", "139·7766·7788", "(139) 7766 7788", "+86 139 7766 7788", "1\u200b3\u200b9\u200b77667788",
    "一三九七七六六七七八八", OTHER_PHONE, "4111 1111 1111 1111", "440300 19880707 1234", f"微信：{CHAT}", PLATE, EMAIL,
    "canary.bird＠secret．example", "司 徒 卡 纳 丽", "司徒\u200b卡纳丽", STREET, "司徒卡納麗", "Situ Kanali", "SITU KA NA LI", "situkanali",
)  # fmt: skip
STORY = "，".join(("退款一直没有到账", *SPELT, "请尽快处理"))
MARKS = (
    PHONE,
    OTHER_PHONE,
    CARD,
    IDENTITY,
    NAME,
    "卡纳丽",
    "canarybird",
    PLATE,
    STREET,
    "鸣翠",
    "卡纳城",
    "卡納麗",
    "situkanali",
)
CASE = {
    "mode": "other", "mode_other": f"传真 {PHONE}", "channel": "hotline", "problem_type": "consumer", "description": STORY,
    "summary": f"{NAME}退款未到 139.7766.7788", "product": f"空气炸锅 {SPELT[2]}", "order_number": PHONE, "name": NAME, "phone": PHONE,
    "email": EMAIL, "address": f"广东省深圳市南山区{STREET}", "city": "卡纳城", "postcode": "518077", "fax": "0755-77887788",
    "contact_note": f"晚上打 {SPELT[3]}", "agent_name": NAME, "agent_phone": OTHER_PHONE, "respondent_name": "某某店",
    "event_place": f"家里，{STREET}", "service_step": f"回拨 {SPELT[4]}", "branch": f"分店 {PHONE}", "market_region": f"南区 {PHONE}",
    "transferred_by": f"{NAME}转来", "outside_reference": f"REF {PHONE}", "additional_info": STORY, "remedy_text": STORY,
    "demands": [{"kind": "refund", "amount": "1299.00", "detail": f"打到 {CARD}"}], "record_confirmed": True,
}  # fmt: skip
ROLES = (
    "frontline",
    "specialist",
    "supervisor",
    "top_mgmt",
    "mediator",
    "dept",
    "function",
    "qa",
    "analyst",
    "auditor",
    "dso",
)
SKIPPED = ("desk:demo", "set_language", "account_", "mfa_", "socialaccount")


def bare(text: str) -> str:
    """Letters and digits only, without disguise: what a person reads out of it."""
    return "".join(sign for sign in unicodedata.normalize("NFKC", text) if sign.isalnum()).lower()


def told(answer: HttpResponseBase) -> str:
    """Everything an answer says: its page without marks, its cells, its headers."""
    body = b"".join(answer.streaming_content) if answer.streaming else answer.content  # type: ignore[attr-defined]
    said = " ".join(f"{name} {value}" for name, value in answer.headers.items())
    if body[:2] == b"PK":
        with zipfile.ZipFile(io.BytesIO(body)) as book:
            return said + " ".join(re.sub(r"<[^>]*>", " ", book.read(name).decode()) for name in book.namelist())
    return said + body.decode(errors="ignore")


def found_in(text: str) -> list[str]:
    """The marks that can be read out of a text; attributes of HTML count as well as its words."""
    whole, words = bare(text), bare(re.sub(r"<[^>]*>", "", text))
    return [mark for mark in MARKS if bare(mark) in whole or bare(mark) in words]


@pytest.fixture
def nest(cast: Cast) -> Complaint:
    """A case that holds the marks wherever people write, with a department asked, letters sent, and a record of a register."""
    proof = accept_upload(SimpleUploadedFile(f"{NAME} {PHONE}.txt", b"proof"), actor=cast.frontline.actor)
    case = journey.register(cast.frontline.actor, {**CASE, "files": [str(proof.pk)]})
    for letter in Letter.objects.filter(stream_id=case.pk):
        letters.deliver(letter.pk)
    journey.step(cast.supervisor.actor, case, "note", note=STORY)
    case = casework.investigating(cast, case)
    unit = str(cast.units["logistics"].pk)
    journey.step(cast.specialist.actor, case, "department_task", unit=unit, request=STORY, kind="facts")
    return case


@pytest.fixture
def record(cast: Cast, nest: Complaint) -> Any:
    """A nonconformity whose texts hold the marks. It names nobody in a field of its own, but is linked with the case of the marks:
    who stands there is known in its sentences too.
    """
    register = registers()["nonconformity"]
    story = "，".join(SPELT)
    texts = {one.name: story[: one.limit or 400] for one in register.opens.fields if one.kind in {"text", "longtext"}}
    opening = Opening(
        values={**values_for(register.opens.fields, cast.supervisor), **texts}, links=[Link(other_id=nest.pk)]
    )
    return open_entry(actor=cast.supervisor.actor, register=register, opening=opening)


def signed_in(person: Person) -> Client:
    return enter(Client(), person.username)


def places(case: Complaint, record: Any) -> Iterator[tuple[str, str]]:
    """Every address that answers a GET, with the case, the record and the letters where it asks for one."""
    letter = Letter.objects.filter(stream_id=case.pk).first()
    for name, pattern in addresses(get_resolver()):
        if name.startswith(SKIPPED) or name.startswith(("api-1:", "partner-api-1:")):
            continue
        known: dict[str, Any] = {
            "number": case.number,
            "step": "correct_record",
            "version": 0,
            "name": "cause",
            "token": "x",
            "letter_id": letter.pk if letter else 0,
            "code": "registration_form",
        }
        if name.startswith("registers:"):
            known |= {"register": "nonconformity", "step": "contain", "form": "csv", "number": record.number}
        kinds = pattern.pattern.converters
        asked = {key: known.get(key, 1 if isinstance(kind, IntConverter) else record.pk) for key, kind in kinds.items()}
        if "promise_id" in asked:
            continue
        yield name, reverse(name, kwargs=asked)
        if name == "desk:paper":
            yield from ((name, reverse(name, kwargs={**asked, "code": one.code})) for one in papers())
        if name == "registers:export":
            yield name, reverse(name, kwargs={**asked, "form": "xlsx"})
            yield name, reverse(name, kwargs={**asked, "form": "pdf"})
    for name, query in (
        ("desk:queue", "view=all"),
        ("desk:search", f"q={case.number}"),
        ("desk:search", "q=退款"),
        ("desk:search", f"q={PHONE}"),
        ("desk:case", ""),
    ):
        yield name, f"{reverse(name, args=[case.number] if name == 'desk:case' else [])}?{query}"


@pytest.mark.req("PS-06", "PS-11", "PS-13", "invariant-6")
@pytest.mark.parametrize("role", ROLES)
def test_no_page_list_letter_paper_or_export_tells_a_mark_to_any_role(
    role: str, cast: Cast, nest: Complaint, record: Any, monkeypatch
) -> None:
    printed: list[str] = []
    monkeypatch.setattr(pdf, "pdf", lambda sheet: printed.append(repr(sheet)) or b"%PDF-")
    client = signed_in(getattr(cast, role))
    leaks = {}
    seen = 0
    for name, address in places(nest, record):
        answer = client.get(address)
        assert answer.status_code < 500, (name, answer.status_code)
        if answer.status_code == 200:
            seen += 1
            asked = {PHONE} if f"q={PHONE}" in address else set()
            if marks := set(found_in(told(answer))) - asked:
                leaks[name, address] = marks
    if papers := found_in(" ".join(printed)):
        leaks["paper", ""] = set(papers)
    assert leaks == {}
    assert seen > 10


@pytest.mark.req("PS-06", "invariant-6")
def test_who_opens_what_was_written_sees_it_and_the_access_log_says_so(cast: Cast, nest: Complaint) -> None:
    client = signed_in(cast.specialist)
    address = reverse("desk:case", args=[nest.number])
    assert found_in(told(client.get(address))) == []
    party = Party.objects.get(complaint=nest, role="complainant")
    for subject, field in ((party.pk, "phone"), (party.pk, "name"), (nest.pk, "text")):
        client.post(
            reverse("desk:reveal", args=[nest.number]), {"subject": str(subject), "field": field, "purpose": "核对事实"}
        )
    shown = told(client.get(address))
    assert {PHONE, NAME, "canarybird", OTHER_PHONE, CARD, IDENTITY, PLATE, STREET} - set(found_in(shown)) <= {
        IDENTITY,
        CARD,
    }
    from tingsu.privacy.models import AccessEntry

    opened = set(
        AccessEntry.objects.filter(what="revealed", actor_id=cast.specialist.id).values_list("field", flat=True)
    )
    assert opened == {"complainant.phone", "complainant.name", "history.text"}
    assert found_in(told(signed_in(cast.supervisor).get(address))) == [], "opened to one person only"


@pytest.mark.req("PS-06", "PS-11", "invariant-6")
def test_programs_read_the_marks_only_with_the_scope_for_personal_data(
    cast: Cast, nest: Complaint, record: Any
) -> None:
    plain = ("complaints:read", "registers:read")

    def read(*scopes: str) -> str:
        row, token = issue_token(
            actor=cast.mgmt_rep.actor, name=f"canary {len(scopes)}", scopes=plain, roles=cast.mgmt_rep.actor.roles, acts_for=cast.mgmt_rep.id
        )  # fmt: skip
        ApiToken.objects.filter(pk=row.pk).update(scopes=list(scopes))
        client, found = Client(), []
        for path in (
            "/complaints",
            f"/complaints/{nest.number}",
            "/registers/nonconformity",
            f"/registers/nonconformity/{record.number}",
        ):
            answer = client.get(f"/api/v1{path}", headers={"Authorization": f"Bearer {token}"})
            found.append(json.dumps(answer.json(), ensure_ascii=False) if answer.status_code == 200 else "")
        assert found[1]
        return "\n".join(found)

    assert found_in(read(*plain)) == []
    assert {PHONE, NAME, "canarybird", CARD} <= set(found_in(read(*plain, "personal:read")))


@pytest.mark.req("PS-11")
def test_the_complainant_reads_the_own_words_and_the_other_party_none_of_them(cast: Cast, nest: Complaint) -> None:
    from tingsu.privacy.masking import NOBODY
    from tingsu.privacy.show import show_field, show_parties

    party = Party.objects.get(complaint=nest, role="complainant")
    own = access.party_actor(party, cast.organisation_id)
    assert PHONE in show_field(own, nest, "description", "page", known=NOBODY, own=True).value
    assert show_parties(own, [party], "page")[0].name == NAME
    other = access.party_actor(Party.objects.get(complaint=nest, role="respondent"), cast.organisation_id)
    assert show_field(other, nest, "description", "page", known=NOBODY).value == ""
    assert found_in(repr(show_parties(other, [party], "page"))) == []


@pytest.mark.req("PS-06", "PS-03", "RC-06")
def test_at_rest_no_table_holds_a_mark_in_the_clear(cast: Cast, nest: Complaint, record: Any) -> None:
    """Every column of every table, as its bytes stand there: ledger, search words, idempotency rows, jobs, letters."""
    leaks = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            if table in AT_REST:
                continue
            cursor.execute(f'SELECT to_jsonb(t)::text FROM "{table}" t')  # noqa: S608 our own names
            for (row,) in cursor.fetchall():
                if marks := found_in(row):
                    leaks.append((table, marks))
    assert leaks == []


AT_REST = frozenset({"complaints_complaint"})
"""Names of products and branches are plain columns of the case's own row: filters and lists read them."""


@pytest.mark.req("PS-03", "PS-06")
def test_no_log_line_tells_a_mark(
    cast: Cast, nest: Complaint, record: Any, caplog: pytest.LogCaptureFixture, monkeypatch
) -> None:
    """Whatever breaks in the middle of a page: the line has neither the values at hand nor the statement."""
    caplog.set_level(logging.DEBUG)
    client = signed_in(cast.supervisor)
    client.raise_request_exception = False

    def broken(*_arguments: object, **_more: object) -> str:
        with connection.cursor() as cursor:
            cursor.execute("SELECT %s::uuid", [STORY])
        return STORY

    for address in (
        reverse("desk:case", args=[nest.number]),
        f"{reverse('desk:search')}?q={PHONE}",
        reverse("desk:mail"),
    ):
        client.get(address)
    monkeypatch.setattr("tingsu.desk.views.case.shown_text", broken)
    assert client.get(reverse("desk:case", args=[nest.number])).status_code == 500
    for form in (JsonLines(), Lines()):
        for line in caplog.records:
            assert found_in(form.format(line)) == []
            assert "SELECT" not in form.format(line)
    assert any(line.exc_info for line in caplog.records)


COMMANDS = (
    ("jobs",), ("status",), ("status", "--json"), ("forgotten",), ("forgotten", "--json"), ("held_mail",), ("proposals",),
    ("renew_search",), ("replay_erasures",), ("seal_anew",),
)  # fmt: skip


@pytest.mark.req("PS-06", "PS-11")
def test_no_command_tells_a_mark_to_whoever_keeps_the_machine(
    cast: Cast, nest: Complaint, record: Any, capsys: pytest.CaptureFixture[str], settings: Any, tmp_path: Path
) -> None:
    """Also where something is wrong: the post pauses over an addressee, a row does not agree with its history."""
    settings.HOME = tmp_path
    pauses.begin(NotSent("relay", kind=BLOCKED, said=f"554 5.7.1 <{EMAIL}>: relay access denied"))
    Complaint.objects.filter(pk=nest.pk).update(product=f"{NAME} {PHONE}", grade="simple")
    said = io.StringIO()
    for name, *words in COMMANDS:
        with contextlib.suppress(CommandError, SystemExit):
            call_command(name, *words, stdout=said, stderr=said)
    found = [one.sentence for one in verify_organisation(Tally())]
    assert found
    printed = capsys.readouterr()
    assert all(words in said.getvalue() for words in ("database", "No job failed", "Sealed anew"))
    assert found_in("\n".join([said.getvalue(), printed.out, printed.err, *found])) == []
