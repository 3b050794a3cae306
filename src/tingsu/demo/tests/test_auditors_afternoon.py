"""The auditor's afternoon (docs/auditors-afternoon.md): every clause of CTS opens its evidence, for an auditor from outside with a granted
account and for the firm's own people; nothing dead, nothing missing that the product claims.
"""

import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from django.urls import reverse

from tests.signing import enter
from tingsu.competence import files
from tingsu.conformity import outside, view
from tingsu.conformity.profiles import profiles
from tingsu.demo import company, documented, evaluated, planned, readiness, records, trained, values
from tingsu.demo.staff import Staff
from tingsu.kernel.organisations import current_organisation
from tingsu.protection import rules
from tingsu.registers.models import Entry

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.req("MS-29", "MS-08")]
LINK = re.compile(r'<a [^>]*href="([^"#]+)"')
GUIDE = Path(__file__).parents[4] / "docs" / "auditors-afternoon.md"
OWN = "A-good-password-of-mine-7"


@pytest.fixture
def lived(demo: tuple[Any, Any], settings: Any, tmp_path: Path) -> Entry:
    """The demo firm with what it tells of its management system, without a complaint; the audit that is to come."""
    settings.HOME = tmp_path
    staff, until = Staff(), company.present()
    records.fill(staff, until=until)
    values.tell(staff, until=until)
    planned.tell(staff, until=until)
    documented.tell(staff, until=until)
    trained.tell(staff, until=until)
    evaluated.tell(staff, until=until)
    readiness.tell(staff, until=until)
    return Entry.objects.select_related("stream").get(register=outside.AUDIT)


def check_lived() -> None:
    """The demo firm is nearly ready, and says what is not."""
    found = view.readiness("cts")
    assert found.percent >= 60
    assert found.open_lines, "a firm that has nothing left to do is no firm"
    assert all(one.gap and one.url for line in found.open_lines for one in line.gaps)
    again = Entry.objects.get(register="nonconformity", codes__round=2, codes__source="audit")
    assert again.state == "acting"
    review = Entry.objects.get(register="management_review")
    assert (review.state, review.codes["decisions_done"]) == ("acting", ["1"])
    assert timedelta(0) < company.present() - review.opened_at
    told = rules.coverage(files.today())
    assert (told.trained, bool(told.missing)) == (len(Staff().members) - len(trained.AWAY), True)


def at(name: str, *args: str) -> str:
    """A page of the demo firm, which is not the only one in this database."""
    path = reverse(name, args=args)
    return path if path.startswith("/o/") else f"/o/{current_organisation().slug}{path}"


def auditor(audit: Entry, client: Client) -> Client:
    """Somebody of the certification body, from the first password to the door."""
    name, password = outside.first_password(actor=Staff().actor("vp"), entry=audit)
    account = get_user_model().objects.get(username=name)
    assert account.check_password(password)
    account.set_password(OWN)
    account.password_given = False
    account.save()
    client.force_login(account)
    session = client.session
    session["organisation"] = str(audit.organisation_id)
    session.save()
    return client


def test_every_clause_opens_its_evidence_from_outside_and_inside(lived: Entry, client: Client, window: Any) -> None:
    check_lived()
    clauses = profiles()["cts"].clauses
    first = auditor(lived, client).get(at("auditor:home"))
    assert first.status_code == 200, first.content.decode()[-3000:]
    seen = window(client, viewport={"width": 1024, "height": 1366})
    seen.open(at("auditor:home"))
    assert seen.violations() == []
    seen.page.click(f"a[href='{at('auditor:clause', 'cts', '4.1')}']")
    walked, opened = [], {}
    while True:
        seen.shows("h1")
        page = seen.page.content()
        number = seen.page.inner_text("h1").split(" ")[0]
        walked.append(number)
        records_here = [one for one in dict.fromkeys(LINK.findall(page)) if "/auditor/packs/" in one]
        assert records_here, f"{number} opens nothing"
        for one in records_here:
            if one not in opened:
                answer = client.get(one)
                opened[one] = answer.status_code, answer["Content-Type"]
            assert opened[one] == (200, "application/pdf"), (number, one, opened[one])
        assert "该条款尚无证据" not in page, number
        if number in {"4.1", "8.2"}:
            assert seen.violations() + seen.too_wide() == [], number
        following = seen.page.query_selector("a[rel=next]")
        if following is None:
            break
        following.click()
    assert walked == [one.number for one in clauses]
    assert len(opened) > 60
    # the firm's own auditor, from readiness to what shows each clause
    inside = enter(Client(), Staff().card("auditor")["key"])
    dead = {}
    tried: set[str] = set()
    for line in view.readiness("cts").lines:
        page = inside.get(at("conformity:clause", "cts", line.clause.slug))
        assert page.status_code == 200
        assert line.proofs, f"nothing at all shows {line.clause.number}"
        body = page.content.decode().partition("<main")[2]
        for address in dict.fromkeys(LINK.findall(body)):
            if address in tried or "/desk/" not in address:
                continue
            tried.add(address)
            status = inside.get(address.replace("&amp;", "&")).status_code
            if status not in {200, 302}:
                dead[address] = (line.clause.number, status)
    assert dead == {}
    assert len(tried) > 80


def test_the_guide_tells_of_every_clause_in_its_order_what_to_open() -> None:
    for name in (GUIDE, GUIDE.with_name("auditors-afternoon.zh.md")):
        told = re.findall(r"^\| (\d[\d.]+) \|", name.read_text(), re.M)
        assert told == [one.number for one in profiles()["cts"].clauses], name.name
