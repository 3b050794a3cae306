"""A form sent again, at every door of the desk: nothing happens twice, and nothing that was typed is lost (AK-13, invariant 3).

Two clicks, a reload of the answer, the network gone after the server did it: the very same once more does nothing. The page gone
back to and written on: what it says now is kept, not done, and sent when the person says so.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from tests.cast import Cast
from tingsu.complaints.models import Complaint
from tingsu.desk.tests.cases import BASIC, a_case
from tingsu.kernel.models import Event
from tingsu.people.models import Unit
from tingsu.registers.declaration import registers
from tingsu.registers.tests.samples import an_entry
from tingsu.triage.tests.cases import GRADE

Typed = dict[str, Any]


@dataclass
class Door:
    """A form as a browser has it: the page it stands on, where it goes, what is typed, and what is typed after going back."""

    person: str
    page: str
    to: str
    typed: Typed
    then: Typed = field(default_factory=dict)
    words: str = ""
    """What of the second typing must come back."""
    nth: int = 0
    """Which of the keys on the page is this form's."""


def note_step(cast: Cast) -> Door:
    address = reverse("desk:step", args=[a_case(cast.frontline).number, "note"])
    return Door("frontline", address, address, {"note": "先道歉"}, {"note": "先道歉，再退款"}, "先道歉，再退款")


def grading(cast: Cast) -> Door:
    address = reverse("desk:step", args=[a_case(cast.frontline).number, "assess_and_grade"])
    return Door("frontline", address, address, GRADE, GRADE | {"reason": "影响三户"}, "影响三户")


def composer_note(cast: Cast) -> Door:
    address = reverse("desk:case", args=[a_case(cast.frontline).number])
    return Door(
        "frontline",
        address,
        address,
        {"mode": "note", "text": "只记一次"},
        {"mode": "note", "text": "还有一句"},
        "还有一句",
    )


def composer_reply(cast: Cast) -> Door:
    address = reverse("desk:case", args=[a_case(cast.frontline).number])
    typed = {"mode": "reply", "reply-means": "phone", "reply-query_way": "yes", "text": "正在核实"}
    return Door("frontline", address, address, typed, typed | {"text": "已核实完毕"}, "已核实完毕")


def feedback_to_several(cast: Cast) -> Door:
    chosen = {"case": [a_case(cast.frontline).number, a_case(cast.frontline).number]}
    typed = {**chosen, "content": "正在核实", "means": "phone", "query_way": "yes"}
    return Door("frontline", "", reverse("desk:feedback"), typed, typed | {"content": "稍后再告"}, "稍后再告")


def entry_opened(cast: Cast) -> Door:
    address = reverse("registers:new", args=["contact"])
    typed = {"kind": "praise", "mode": "phone", "received_at": "2026-03-01T09:00", "words": "服务很好"}
    return Door("frontline", address, address, typed, typed | {"words": "服务很好，谢谢 1001"}, "谢谢 1001")


def entry_step(cast: Cast) -> Door:
    entry = an_entry(registers()["contact"], cast.frontline)
    address = reverse("registers:step", args=["contact", entry.number, "answer"])
    return Door("frontline", address, address, {"answer": "谢谢您"}, {"answer": "谢谢您，已转达"}, "已转达")


def entry_comment(cast: Cast) -> Door:
    entry = an_entry(registers()["contact"], cast.frontline)
    page = reverse("registers:entry", args=["contact", entry.number])
    return Door(
        "frontline",
        page,
        reverse("registers:comment", args=["contact", entry.number]),
        {"comment": "已看"},
        {"comment": "再看"},
        "再看",
    )


def entry_files(cast: Cast) -> Door:
    entry = an_entry(registers()["contact"], cast.frontline)
    page = reverse("registers:entry", args=["contact", entry.number])
    return Door(
        "frontline", page, reverse("registers:files", args=["contact", entry.number]), {"files": "记录.txt"}, nth=1
    )


def unit_opened(cast: Cast) -> Door:
    address = reverse("people:new_unit")
    return Door(
        "supervisor", address, address, {"name_zh": "夜班组", "name_en": "Night", "kind": "handling", "code": "N1"}
    )


def call_registered(cast: Cast) -> Door:
    address = reverse("desk:register")
    plain = {name: value for name, value in BASIC.items() if isinstance(value, str)}
    return Door("frontline", address, address, {**plain, "record_confirmed": "on"})


def assigned_on_its_page(cast: Cast) -> Door:
    address = reverse("desk:step", args=[a_case(cast.frontline).number, "assign"])
    typed = {"member": str(cast.frontline2.id)}
    return Door("supervisor", address, address, typed, typed | {"choice": "手上事情最少"}, "手上事情最少")


def assigned_in_the_queue(cast: Cast) -> Door:
    chosen = {"case": [a_case(cast.frontline).number], "member": str(cast.frontline2.id)}
    return Door("supervisor", reverse("desk:queue") + "?view=all", reverse("desk:assign"), chosen)


def shared_out(cast: Cast) -> Door:
    number = a_case(cast.frontline).number
    address = reverse("desk:share", args=[cast.frontline.id])
    return Door("supervisor", address, address, {"case": [number], f"to-{number}": str(cast.frontline2.id)})


def token_issued(cast: Cast) -> Door:
    address = reverse("tokens:tokens")
    typed = {"name": "客服系统", "scopes": ["complaints:read"], "acts_for": str(cast.specialist.id)}
    return Door("mgmt_rep", address, address, typed, typed | {"name": "官网聊天窗口"}, "官网聊天窗口")


DOORS: tuple[Callable[[Cast], Door], ...] = (
    note_step, grading, composer_note, composer_reply, feedback_to_several, entry_opened, entry_step, entry_comment, entry_files,
    unit_opened, call_registered, assigned_on_its_page, assigned_in_the_queue, shared_out, token_issued,
)  # fmt: skip

SHOWN_ONCE = {token_issued: 200}
"""The secret of a token stands on the answer itself, and nowhere else."""


def keys(html: str) -> list[dict[str, str]]:
    """What each form of a page carries that nobody typed."""
    found = []
    for form in re.findall(r"<form.*?</form>", html, re.S):
        hidden = dict(re.findall(r'<input type="hidden" name="(once|version|seen)" value="([^"]*)"', form))
        if "once" in hidden:
            found.append(hidden)
    return found


def send(client: Client, door: Door, carried: dict[str, str], typed: Typed) -> Any:
    data = {**typed, **carried}
    if "files" in typed:
        data["files"] = SimpleUploadedFile(typed["files"], "只传一次".encode())
    return client.post(door.to, data)


def facts() -> tuple[int, ...]:
    """Whatever a form could have done."""
    written = Event.objects.exclude(kind__startswith="letter.").count()
    return written, Complaint.objects.count(), Unit.objects.count()


@pytest.mark.req("AK-13", "invariant-3")
@pytest.mark.parametrize("made", DOORS, ids=lambda one: one.__name__)
def test_a_form_sent_again_happens_once_and_keeps_what_was_typed(
    made: Callable[[Cast], Door], cast: Cast, sign_in: Callable[..., Client]
) -> None:
    door = made(cast)
    client = sign_in(getattr(cast, door.person))
    opened = client.get(door.page) if door.page else client.post(door.to, {**door.typed, "prepare": "1"})
    forms = keys(opened.content.decode())
    carried = forms[door.nth] if forms else {}
    before = facts()
    assert send(client, door, carried, door.typed).status_code == SHOWN_ONCE.get(made, 303)
    after = facts()
    assert after != before
    again = send(client, door, carried, door.typed)
    assert facts() == after, "the same again: two clicks, or the network gone after it was done"
    assert again.status_code == 303 or (again.status_code == 422 and "夜班组" in again.content.decode())
    if not door.words:
        return
    changed = send(client, door, carried, door.then)
    html = changed.content.decode()
    assert changed.status_code == (422 if made is token_issued else 409)
    assert facts() == after
    assert door.words in html, "gone back to, written on, sent again: the words are kept"
    assert "这份表单" in html, "and the page says why"
    fresh = keys(html)[door.nth]
    assert fresh["once"] != carried["once"]
    if made not in {grading, entry_step, assigned_on_its_page}:  # these steps are over
        assert send(client, door, fresh, door.then).status_code == SHOWN_ONCE.get(made, 303)
        assert facts() != after, "sent on purpose, it is done"


@pytest.mark.req("AK-13", "invariant-3", "AS-06")
@pytest.mark.parametrize("listed", [True, False], ids=["queue", "share"])
def test_a_list_gone_back_to_and_ticked_anew_does_only_what_is_new(
    listed: bool, cast: Cast, sign_in: Callable[..., Client]
) -> None:
    """Cases in routing are offered: the same offer twice would be told twice and start its limit anew."""
    first, second = a_case(cast.frontline), a_case(cast.frontline)
    client = sign_in(cast.supervisor)
    door = assigned_in_the_queue(cast) if listed else shared_out(cast)
    carried = keys(client.get(door.page).content.decode())[0]
    to = str(cast.frontline2.id)

    def tick(*numbers: str) -> Any:
        return send(client, door, carried, {"case": numbers, "member": to} | {f"to-{one}": to for one in numbers})

    assert tick(first.number).status_code == 303
    told = Event.objects.filter(stream_id=first.stream_id).count()
    tick(first.number, second.number)
    assert Event.objects.filter(stream_id=first.stream_id).count() == told, "done before, not again"
    second.refresh_from_db()
    assert cast.frontline2.id in {second.owner_id, second.offered_member_id}, "what is new is done"
    said = client.get(door.page).content.decode()
    assert first.number not in "".join(re.findall(r'role="(?:alert|status)".*?</', said, re.S)), (
        "and no refusal for the first"
    )
    answer = client.post(
        door.to, {"case": [first.number], "member": to, f"to-{first.number}": to, **carried}, follow=True
    )
    assert "已经这样分派过" in answer.content.decode()
