"""Nasty strings in the main fields of every door: kept whole or refused in a sentence, never an error, harmless wherever they are shown."""

import json
import re
from collections.abc import Callable
from datetime import timedelta
from email.message import EmailMessage
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.cast import Cast
from tests.nasty import NASTY
from tingsu.api.tokens import issue_token
from tingsu.complaints.models import Complaint, Party
from tingsu.intake.tests.test_register_complaint import registered
from tingsu.kernel.clock import now
from tingsu.kernel.spelling import tidy
from tingsu.kernel.verify import Tally, verify_organisation
from tingsu.mail.arriving import KEPT, Piece, keep
from tingsu.outside.tests.test_imports import brought, csv_of
from tingsu.portal.tests.case_pages import enter
from tingsu.registers.models import Entry

pytestmark = [pytest.mark.django_db, pytest.mark.req("IN-15", "QL-01", "PS-03")]
Sign = Callable[..., Client]
STORY = ("description", "additional_info", "product", "branch", "order_number")
CONTACT = ("name", "phone", "email", "address", "city", "contact_note")
FIELDS = (*STORY, *CONTACT)
RAW = re.compile(
    r"<script>alert|<img src=x|<svg/onload|</textarea><b>|</title><b>|<b>x</b>|<!\[CDATA\[x|<\?xml version='1.0'\?>"
)
"""As markup none of these may stand on a page."""


CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f]")


def rounds() -> list[dict[str, str]]:
    """So many forms that every string stands once: each time other ones in other fields."""
    found = []
    for first in range(0, len(NASTY), len(FIELDS)):
        strings = [NASTY[(first + place) % len(NASTY)] for place in range(len(FIELDS))]
        turn = (first // len(FIELDS)) % len(FIELDS)
        given = dict(zip(FIELDS, strings[turn:] + strings[:turn], strict=True))
        found.append({**given, "description": f"外箱压裂。{given['description']}"})
    return found


def less(given: dict[str, str], wrong: Any) -> dict[str, str]:
    """The same form without what was refused; something has to be told."""
    told = {name: value for name, value in given.items() if name not in wrong}
    return {"description": "外箱压裂。"} | told


def harmless(page: Any, status: int = 200) -> str:
    assert page.status_code == status
    html: str = page.content.decode()
    assert not (found := RAW.search(html)), html[found.start() - 200 : found.end() + 50] if found else ""
    return html


def stands(sign_in: Sign, cast: Cast, complaint: Complaint, given: dict[str, str]) -> None:
    """It is kept as it was typed, staff and complainant read it, and nothing of it is markup."""
    assert complaint.text("description") == tidy(given["description"], lines=True)
    assert complaint.product == tidy(given.get("product", ""))
    party = Party.objects.get(complaint=complaint, role="complainant")
    assert party.text("name") == tidy(given.get("name", ""))
    staff, other = sign_in(cast.supervisor), Client()
    harmless(staff.get(reverse("desk:case", args=[complaint.number])))
    harmless(staff.get(reverse("desk:step", args=[complaint.number, "correct_record"])))
    enter(other, complaint)
    harmless(other.get("/case/"))


def test_by_the_portal_nothing_typed_is_lost_and_what_is_refused_says_why(
    cast: Cast, sign_in: Sign, settings: Any
) -> None:
    settings.LIMIT_SUBMISSIONS = settings.LIMIT_DRAFTS = 10_000
    for given in rounds():
        client, left = Client(), dict(given)
        for page, names, more in (
            ("story", STORY, {"cause": "delivery"}),
            ("contact", CONTACT, {"identity": "named", "language": "zh-hans"}),
        ):
            for _turn in range(2):
                answer = client.post(
                    f"/submit/{page}/", {"go": "on", **more, **{name: left[name] for name in names if name in left}}
                )
                assert answer.status_code == 302
                if "wrong" not in answer.headers["Location"]:
                    break
                again = client.get(answer.headers["Location"])
                harmless(again, 422)
                wrong = again.context["step"].errors
                assert wrong
                assert all(str(words).strip() for words in wrong.values())
                assert set(wrong) <= set(names), wrong
                left = less(left, wrong)
            else:
                raise AssertionError((page, left))
        harmless(client.get("/submit/check/"))
        assert client.post("/submit/check/", {"go": "on"}).headers["Location"] == "/submit/received/"
        stands(sign_in, cast, Complaint.objects.latest("registered_at", "id"), left)
    assert list(verify_organisation(Tally())) == []


def test_by_telephone_and_by_programs(cast: Cast, sign_in: Sign, settings: Any) -> None:
    settings.API_PER_MINUTE = 100_000
    desk = sign_in(cast.frontline)
    _row, token = issue_token(
        actor=cast.mgmt_rep.actor, name="nasty", roles=cast.mgmt_rep.actor.roles, acts_for=cast.mgmt_rep.id,
        scopes=("complaints:read", "complaints:write"),
    )  # fmt: skip
    for place, given in enumerate(rounds()):
        for by in ("desk", "api"):
            left = dict(given)
            for turn in range(2):
                common = {"mode": "phone", "channel": "hotline", "problem_type": "consumer"}
                if by == "desk":
                    answer = desk.post(reverse("desk:register"), {**common, **left, "once": f"{place}-{turn}"})
                    wrong = getattr(answer.context["error"], "fields", {}) if answer.status_code == 422 else {}
                else:
                    body = json.dumps({**common, "mode": "internet", "channel": "app", **left})
                    headers = {"Authorization": f"Bearer {token}", "Idempotency-Key": f"{place}-{turn}"}
                    answer = Client().post("/api/v1/complaints", body, content_type="application/json", headers=headers)
                    wrong = answer.json()["data"]["fields"] if answer.status_code == 422 else {}
                if answer.status_code in {201, 303}:
                    break
                assert answer.status_code == 422, (by, answer.status_code, left)
                assert wrong, answer.content.decode()[:500]
                assert all(str(one).strip() for one in wrong.values())
                left = less(left, wrong)
            else:
                raise AssertionError((by, wrong))
            stands(sign_in, cast, Complaint.objects.latest("registered_at", "id"), left)


def test_on_a_case_in_searches_and_at_the_lost_code(cast: Cast, sign_in: Sign, settings: Any) -> None:
    settings.LIMIT_TRIES = 10_000
    complaint = registered(cast)
    staff, public, other = sign_in(cast.supervisor), Client(), Client()
    enter(other, complaint)
    case, contacts = reverse("desk:case", args=[complaint.number]), reverse("registers:list", args=["contact"])
    searches = (reverse("desk:search"), reverse("desk:queue"), reverse("desk:archive"), contacts)
    for place, one in enumerate(NASTY):
        where = searches[place % len(searches)]
        assert staff.get(where, {"q": one, "product": one, "owner": one}).status_code in {200, 302, 303}, (where, one)
        found, typed = (("portal:find", "tail"), ("portal:open_with_code", "code"))[place % 2]
        assert public.post(reverse(found), {"number": one, typed: one}).status_code in {200, 302, 422, 429}
    for first in range(0, len(NASTY), 12):
        text = "\n".join(one for one in NASTY[first : first + 12] if not CONTROL.search(one) or "\n" in one)
        version = Complaint.objects.values_list("version", flat=True).get(pk=complaint.pk)
        note = staff.post(case, {"mode": "note", "text": text, "version": version, "once": f"n{first}"})
        assert note.status_code in {302, 303}, text
        said = other.post(reverse("portal:case_step", args=["add"]), {"text": text, "once": f"m{first}"})
        assert said.status_code < 500
    harmless(staff.get(case))
    harmless(other.get("/case/"))


def test_by_mail_and_by_a_list(cast: Cast, sign_in: Sign) -> None:
    staff = sign_in(cast.supervisor)
    for place, (one, two) in enumerate(zip(NASTY[::2], NASTY[1::2], strict=False)):
        mail = EmailMessage()
        mail["From"] = f'"x" <p{place}@example.com>'
        mail["Message-ID"] = f"<{place}@example.com>"
        head = tidy(one).replace("\n", " ")
        mail["Subject"] = head.encode("utf-8", "replace").decode() or "x"
        mail.set_content(f"{two}\n".encode("utf-8", "replace").decode())
        if place % 3 == 0:
            mail.add_alternative(f"<p>{two}</p>", subtype="html")
        assert keep(Piece(raw=mail.as_bytes())) == KEPT
    harmless(staff.get(reverse("registers:list", args=["incoming_mail"])))
    for entry in Entry.objects.filter(register="incoming_mail").order_by("pk")[::9]:
        harmless(staff.get(reverse("registers:entry", args=["incoming_mail", entry.number])))
    start = (now() - timedelta(days=5)).date().isoformat()
    written = [
        one.replace('"', '""') for one in NASTY if not CONTROL.search(one) and "<" not in one
    ]  # else it is no plain text
    rows = [(f"GD{place}", one, one[:60], "", start, "", "", "") for place, one in enumerate(written)]
    entry = brought(cast.supervisor, csv_of(*rows))
    harmless(staff.get(reverse("registers:entry", args=["list_import", entry.number])))
