"""The demo's mailbox holds a day's mail: each is what it looks like, most of it waits, and what acts by itself is only a returned letter."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from tingsu.complaints.models import Complaint
from tingsu.demo import mailbox
from tingsu.demo.plans import showcase_plans
from tingsu.demo.staff import Staff
from tingsu.intake.actions import register_complaint
from tingsu.intake.reading import read_intake
from tingsu.kernel.clock import travel_to
from tingsu.kernel.models import Event
from tingsu.kernel.verify import Tally, verify_organisation
from tingsu.letters.models import Letter
from tingsu.mail.models import Mailbox
from tingsu.registers.models import Entry


@pytest.mark.req("IG-03")
def test_a_days_mail_lies_in_the_demo_as_it_came(demo: tuple[Any, datetime]) -> None:
    from tingsu.demo import company

    until, staff = company.present(), Staff()
    with travel_to(until - timedelta(hours=30)):
        for name in ("窦小满", "邱立新"):
            given = {
                "kind": "complaint", "problem_type": "product", "mode": "email", "channel": "email", "description": "净水器漏水",
                "name": name, "email": f"{ord(name[0])}@example.org", "preferred_channel": "email",
            }  # fmt: skip
            made = register_complaint(actor=staff.actor(staff.intake[0]), intake=read_intake(given)).complaint
            staff.post_letters(made.pk)
    shown = list(showcase_plans(seed="x", anchor=demo[1]))[:1]
    mailbox.tell(staff, shown, until=until)
    mailbox.tell(staff, shown, until=until)
    entries = list(Entry.objects.filter(register="incoming_mail").select_related("stream").order_by("opened_at", "id"))
    assert [(one.codes["guess"], one.state, one.codes["proved"]) for one in entries] == [
        ("new", "contact", "pass"), ("list", "not_ours", "unstated"), ("auto", "auto", "pass"), ("reply", "held", "pass"),
        ("reply", "held", "fail"), ("bounce", "bounce", "unstated"), ("new", "held", "pass"), ("new", "held", "pass"),
        ("new", "held", "unstated"), ("new", "held", "pass"),
    ]  # fmt: skip
    told = [one.written() for one in entries]
    assert told[6]["sender_name"] == "阎建军"
    assert "第二件" in told[6]["words"]
    assert "烫伤纠纷面谈" in told[7]["words"]
    assert [bool(one.codes.get("sealed")) for one in entries].index(True) == 8
    assert told[3]["case"] == told[4]["case"] != told[5]["case"]
    assert "原始邮件" in told[3]["along"]
    returned = Letter.objects.get(failure="returned")
    assert Complaint.objects.get(pk=returned.stream_id).number == told[5]["case"]
    assert not Event.objects.filter(kind="complaint.facts_added").exists(), "no mail acts for anybody"
    assert Mailbox.objects.count() == 1
    assert [finding.sentence for finding in verify_organisation(Tally())] == []
