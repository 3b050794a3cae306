"""Where letters leave, robots speak and mail arrives is a setting with a history; a second person looks before it is used (IG-03)."""

import contextlib
import uuid
from collections.abc import Callable
from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from tests.cast import Cast
from tingsu.kernel.clock import now
from tingsu.kernel.errors import InvalidInput, NotAllowed, NotFound
from tingsu.kernel.ids import new_id
from tingsu.kernel.models import Event
from tingsu.letters import second_look
from tingsu.letters.models import Notice, Robot, SmsAccount
from tingsu.letters.robots import keeping, posting
from tingsu.letters.sms import account
from tingsu.mail import mailboxes
from tingsu.mail.models import Mailbox
from tingsu.mail.plus import address_for
from tingsu.people.models import Member

pytestmark = pytest.mark.req("IG-03")
SMS = {
    "provider": "aliyun", "key_id": "LTAI", "secret": "s3cret-of-sms", "sign": "清源", "app_id": "", "region": "", "address": "",
    "active": True,
}  # fmt: skip
ROBOT = {
    "name": "客诉群", "kind": "wecom", "address": "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=k3y-of-robot",
    "secret": "", "tells": ["post.paused"], "active": True,
}  # fmt: skip
MAILBOX = {
    "name": "投诉信箱", "host": "imap.firm.example", "port": 993, "security": "implicit", "username": "desk@firm.example",
    "password": "p4ss-of-mailbox", "folder": "INBOX", "since": date(2026, 1, 5), "stated_by": "", "plus": True, "active": True,
}  # fmt: skip
TOLD = {
    "sms": ("修改了短信发送账户", "作为另一人批准了短信账户", "LTAI → LTAJ"),
    "robots": ("修改了群机器人", "作为另一人批准了群机器人", "企业微信 → 钉钉"),
    "mailboxes": ("修改了收件邮箱", "作为另一人批准了收件邮箱", "imap.firm.example → imap.evil.example"),
}
"""What the history on each page says of who set it, who looked, and what leads elsewhere."""

Setting = tuple[Callable[..., Any], Callable[..., Any], Callable[[], bool], dict[str, Any], str, dict[str, Any], str]


def settings() -> list[Setting]:
    """How each is set, looked at and asked whether it is used; what it holds, its secret, a change that leads elsewhere, its page."""

    def set_robot(**given: Any) -> Robot:
        found = Robot.objects.first()
        return keeping.set_robot(**given, robot_id=found.pk if found else None)

    def set_mailbox(**given: Any) -> Mailbox:
        found = Mailbox.objects.first()
        return mailboxes.set_mailbox(**given, mailbox_id=found.pk if found else None)

    return [
        (
            account.set_account,
            account.agree,
            lambda: account.in_use() is not None,
            SMS,
            "secret",
            {"key_id": "LTAJ"},
            "sms",
        ),
        (
            set_robot,
            lambda **given: keeping.agree(**given, robot_id=Robot.objects.get().pk),
            lambda: posting.gather() > 0,
            ROBOT,
            "address",
            {"kind": "dingtalk"},
            "robots",
        ),
        (
            set_mailbox,
            lambda **given: mailboxes.agree(**given, mailbox_id=Mailbox.objects.get().pk),
            lambda: bool(address_for(new_id(), "desk@firm.example")),
            MAILBOX,
            "password",
            {"host": "imap.evil.example"},
            "mailboxes",
        ),
    ]


def test_a_setting_waits_for_somebody_elses_look_and_its_page_tells_who_changed_what(cast: Cast, sign_in: Any) -> None:
    for set_it, agree, used, values, secret, moved, page in settings():
        kept = {**values, secret: ""}

        def says(what: str, page: str = page, by: Any = cast.supervisor) -> bool:
            return what in sign_in(by).get(f"/desk/settings/{page}/").content.decode()

        row = set_it(actor=cast.supervisor.actor, values=values)
        told = Notice.objects.filter(kind__endswith=".asks_look").values_list("member_id", flat=True)
        assert (cast.mgmt_rep.id in told, cast.top_mgmt.id in told, cast.supervisor.id in told) == (True, True, False)
        assert not used()
        waits = row.waits_since.isoformat()
        assert (says("批准启用"), says("批准启用", by=cast.top_mgmt), says("等待另一人批准")) == (False, True, True)
        for actor, read_at, refusal in (
            (cast.supervisor.actor, waits, NotAllowed),
            (cast.specialist.actor, waits, NotAllowed),
            (cast.mgmt_rep.actor, "", InvalidInput),
        ):
            with pytest.raises(refusal):
                agree(actor=actor, read_at=read_at)
        agree(actor=cast.mgmt_rep.actor, read_at=waits)
        Notice.objects.create(
            member_id=cast.supervisor.id, kind="post.paused", data={}, created_at=row.waits_since + timedelta(days=1)
        )
        assert used(), page
        with pytest.raises(InvalidInput):
            agree(actor=cast.top_mgmt.actor, read_at=waits)
        row = set_it(actor=cast.supervisor.actor, values={**kept, "active": False})
        assert (row.waits_since, used()) == (None, False), "switching off leads nowhere else"
        row = set_it(actor=cast.supervisor.actor, values={**kept, **moved})
        assert not used(), "another place"
        set_it(actor=cast.mgmt_rep.actor, values={**values, **moved, "active": False, secret: ""})
        set_it(actor=cast.mgmt_rep.actor, values={**kept, **moved})
        row = type(row).objects.get()
        assert row.shaped_by == [str(cast.supervisor.id)], "switching says nothing of where it leads"
        for words in TOLD[page]:
            assert says(words), "its history"
        events = [one.body for one in Event.objects.filter(stream_id=cast.organisation_id, kind__contains="_set")]
        assert len(events) >= 3, "set, looked at, set again"
        assert not any(values[secret] in str(one) for one in events), "no secret in the ledger"
        typed = [values[name] for name in ("name", "host", "username", "key_id", "sign") if name in values]
        assert not any(word in str(one) for one in events for word in typed), "what people typed is sealed beside it"
        assert all(says(word) for word in typed), "and read from there"
        seen = row.waits_since.isoformat()
        row = set_it(actor=cast.supervisor.actor, values={**kept, **moved, "active": False})
        with pytest.raises(InvalidInput):
            agree(actor=cast.top_mgmt.actor, read_at=seen)
        assert (says("批准启用", by=cast.top_mgmt), row.active) == (True, False), (
            "switched off it can be approved as well"
        )
        row = set_it(actor=cast.mgmt_rep.actor, values={**values, **moved})
        hands = [str(cast.mgmt_rep.id)] if secret == "address" else [str(cast.supervisor.id), str(cast.mgmt_rep.id)]
        assert row.shaped_by == hands, "whoever named the place is no second person for the password of somebody else"
        before = Event.objects.count()
        set_it(actor=cast.mgmt_rep.actor, values={**kept, **moved})
        assert Event.objects.count() == before, "nothing changed, nothing told"
        with pytest.raises(NotAllowed):
            set_it(actor=cast.frontline.actor, values=values)
        Notice.objects.all().delete()
    other = account.account_or_none()
    assert other is not None
    assert (
        Event.objects.filter(stream_id=cast.organisation_id, kind="organisation.text_messages_looked_at").count() == 1
    )
    token = account.token_of(other)
    account.move_reports(actor=cast.supervisor.actor)
    assert account.token_of(SmsAccount.objects.get()) != token
    assert Event.objects.filter(kind="organisation.text_message_reports_moved").exists()


def test_who_works_alone_waits_for_nobody_and_what_is_not_there_is_not_found(cast: Cast) -> None:
    Member.objects.exclude(pk=cast.supervisor.id).update(active=False)
    with pytest.raises(NotFound):
        account.move_reports(actor=cast.supervisor.actor)
    row = account.set_account(actor=cast.supervisor.actor, values=SMS)
    assert (row.waits_since, account.in_use()) == (None, row)
    assert (
        Event.objects.get(stream_id=cast.organisation_id, kind="organisation.text_messages_set").body["alone"] is True
    )


def test_where_nobody_is_left_who_could_look_the_last_hand_decides_and_the_history_says_so(cast: Cast) -> None:
    def told() -> bool:
        kind = "organisation.text_messages_set"
        return Event.objects.filter(stream_id=cast.organisation_id, kind=kind).latest("seq").body.get("alone", False)

    Member.objects.exclude(pk__in=[cast.supervisor.id, cast.mgmt_rep.id, cast.auditor.id, cast.frontline.id]).update(
        active=False
    )
    row = account.set_account(actor=cast.supervisor.actor, values=SMS)
    assert (row.waits_since is None, told()) == (False, False)
    row = account.set_account(actor=cast.mgmt_rep.actor, values=SMS)
    assert (row.waits_since, row.shaped_by, told()) == (None, [], True), (
        "each of the two has seen what the other entered"
    )
    account.set_account(actor=cast.supervisor.actor, values={**SMS, "key_id": "LTAK"})
    Member.objects.filter(pk=cast.mgmt_rep.id).update(active=False)
    row = account.set_account(actor=cast.supervisor.actor, values={**SMS, "key_id": "LTAL"})
    assert (row.waits_since, told()) == (None, True), "colleagues without such a post could never look"


def test_a_waiting_robot_is_heard_by_who_approves_it_and_says_in_the_new_group_nothing_meant_for_the_old(
    cast: Cast, sign_in: Any
) -> None:
    row = keeping.set_robot(actor=cast.supervisor.actor, values={**ROBOT, "tells": ["post.paused", "robot.failed"]})
    check = f"/desk/settings/robots/{row.pk}/check/"
    assert sign_in(cast.auditor).post(check).status_code == 403
    assert sign_in(cast.dso).post(check).status_code == 302
    keeping.agree(actor=cast.dso.actor, robot_id=row.pk, read_at=row.waits_since.isoformat())
    assert sign_in(cast.dso).post(check).status_code == 403, "it waits no more"
    for kind in ("post.paused", "robot.failed"):
        Notice.objects.create(member_id=cast.dso.id, kind=kind, data={}, created_at=row.waits_since.replace(year=2099))
    assert posting.gather() == 1, "a robot that failed is told by no robot, whatever it was once set to"
    keeping.set_robot(actor=cast.supervisor.actor, values={**ROBOT, "address": ""}, robot_id=row.pk)
    assert set(row.posts.values_list("state", "why")) == {("queued", "")}
    keeping.set_robot(actor=cast.supervisor.actor, values=ROBOT, robot_id=row.pk)
    assert set(row.posts.values_list("state", "why")) == {("failed", "robot_moved")}


FIRST, SECOND, THIRD = (uuid.UUID(int=number) for number in (1, 2, 3))


def hand(who: uuid.UUID, kind: str = "member", *, may: bool = True) -> Any:
    return SimpleNamespace(id=who, kind=kind, has_role=lambda *roles: may)


@pytest.mark.req("IG-03", "OG-10", "ME-11")
def test_whose_hands_a_place_was_in_and_whom_it_waits_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """`holders` may look. What one entered and another changed waits for a third; entered anew nothing of the first is left."""
    before = now()
    at = before + timedelta(hours=1)
    one, two = str(FIRST), str(SECOND)
    for holders, waits, shaped, who, given, told, after in (
        ({FIRST, SECOND}, None, [], FIRST, {"moved": True}, {"waits": True}, (at, [one])),
        ({FIRST, SECOND}, before, [two], FIRST, {"moved": True}, {"alone": True}, (None, [])),
        ({FIRST, SECOND, THIRD}, before, [two], FIRST, {"moved": True}, {"waits": True}, (at, [two, one])),
        ({FIRST, SECOND, THIRD}, before, [one, two], FIRST, {"moved": True}, {"waits": True}, (at, [two, one])),
        ({FIRST, SECOND}, before, [two], FIRST, {"moved": True, "whole": True}, {"waits": True}, (at, [one])),
        ({FIRST, SECOND}, None, [two], FIRST, {"moved": True}, {"waits": True}, (at, [one])),
        ({SECOND}, before, [two], FIRST, {"moved": True}, {"waits": True}, (at, [two, one])),
        (set(), None, [], FIRST, {"moved": True}, {"alone": True}, (None, [])),
        ({FIRST, SECOND}, before, [two], FIRST, {"moved": False}, {}, (at, [two])),
        ({FIRST, SECOND}, before, [two], FIRST, {"moved": False, "changed": False}, {}, (before, [two])),
        ({FIRST, SECOND}, None, [], FIRST, {"moved": False}, {}, (None, [])),
    ):  # fmt: skip
        posts = [SimpleNamespace(member_id=holder, role=next(iter(second_look.SECOND_PERSONS))) for holder in holders]
        seen = SimpleNamespace(posts=posts, at=at)
        monkeypatch.setattr(second_look.second_person, "standing", lambda seen=seen: seen)
        monkeypatch.setattr(second_look.second_person, "alone", lambda seen, proposer: False)
        monkeypatch.setattr(second_look, "in_office", lambda post, moment: True)
        row: Any = SimpleNamespace(waits_since=waits, shaped_by=list(shaped))
        assert second_look.shape(hand(who), row, at, **{"changed": True} | given) == told, (holders, shaped, given)
        assert (row.waits_since, row.shaped_by) == after, (holders, shaped, given)
        assert second_look.shape(hand(THIRD, "system"), row, before, changed=True, moved=True) == {}
        assert (row.waits_since, row.shaped_by) == after, "the system's own doing waits for nobody"
        noted: list[Any] = []
        monkeypatch.setattr(second_look, "notify", lambda whom, *more, noted=noted: noted.append(set(whom)))
        monkeypatch.setattr(second_look.people, "posts_now", lambda roles, posts=posts: posts)
        second_look.ask_for_look(row, told, "x")
        assert noted == ([holders - {uuid.UUID(one) for one in row.shaped_by}] if "waits" in told else [])


@pytest.mark.req("IG-03", "OG-10")
def test_who_is_a_second_person_and_what_was_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    since, done = now(), []
    monkeypatch.setattr(second_look, "own_history", lambda actor: SimpleNamespace(flush=lambda: None))
    monkeypatch.setattr(second_look, "record", lambda *given: done.append("told"))
    monkeypatch.setattr(second_look.transaction, "atomic", lambda durable: contextlib.nullcontext())
    for who, kind, may, waits, read, refused in (
        (SECOND, "member", True, since, since, None), (FIRST, "member", True, since, since, NotAllowed), (SECOND, "token", True, since, since, NotAllowed),
        (SECOND, "member", False, since, since, NotAllowed), (SECOND, "member", True, since, since - timedelta(seconds=1), InvalidInput),
        (SECOND, "member", True, None, since, InvalidInput),
    ):  # fmt: skip
        done.clear()
        row: Any = SimpleNamespace(waits_since=waits, shaped_by=[str(FIRST)], save=lambda: done.append("kept"))
        rows: Any = SimpleNamespace(select_for_update=lambda row=row: SimpleNamespace(first=lambda: row))
        given: Any = {"rows": rows, "event": "x", "read_at": read.isoformat(), "then": lambda row: done.append("then")}
        actor = hand(who, kind, may=may)
        assert second_look.may_look(actor, row) is (refused is None or (refused is InvalidInput and waits is not None))
        if refused is None:
            second_look.agree(actor=actor, **given)
            assert (row.waits_since, row.shaped_by, done) == (None, [], ["then", "kept", "told"])
        else:
            with pytest.raises(refused):
                second_look.agree(actor=actor, **given)
            assert (row.shaped_by, done) == ([str(FIRST)], [])


@pytest.mark.req("PS-06")
def test_what_people_typed_is_sealed_beside_the_codes() -> None:
    kept: list[Any] = []
    chain: Any = SimpleNamespace(record=lambda event, **told: kept.append((told["data"], told["texts"])))
    row: Any = SimpleNamespace(pk=FIRST, name="群")
    changed = {"active": [True, False], "name": ["旧", "群"]}
    second_look.record_change(
        chain, hand(FIRST), "x", row, now(), changed=changed, codes={"active"}, secrets=["secret"], told={"waits": True}
    )
    assert kept == [
        (
            {
                "about": FIRST,
                "changed": {"active": [True, False]},
                "typed": ["name"],
                "secrets": ["secret"],
                "waits": True,
            },
            {"called": "群", "name_before": "旧", "name": "群"},
        )
    ]


@pytest.mark.django_db
def test_what_was_said_of_the_place_before_is_forgotten_with_it(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """A refusal of the old account, news from before a robot may speak, the day from which a large mailbox is read."""
    by, past = cast.supervisor.actor, now() - timedelta(days=3)
    sms = account.set_account(actor=by, values=SMS)
    SmsAccount.objects.update(why="sign_in", said="no", blocked_until=now() + timedelta(days=1), waits_since=None)
    assert account.in_use() is None, "a provider that refuses us is left in peace"
    row = account.set_account(actor=by, values=SMS | {"secret": ""})
    assert (row.why, row.said, row.blocked_until, account.in_use() is not None) == ("", "", None, True)
    assert account.set_account(actor=by, values=SMS).waits_since is not None, "another secret is another place"
    assert sms.pk == row.pk
    robot = keeping.set_robot(actor=by, values=ROBOT)
    robot.since = past
    monkeypatch.setattr(keeping.second_look, "agree", lambda *, rows, then, **given: then(robot) or robot)
    assert keeping.agree(actor=by, robot_id=robot.pk, read_at="").since > past
    monkeypatch.undo()
    mailbox = mailboxes.set_mailbox(actor=by, values=MAILBOX)
    for days, elsewhere, confirmed, read in (
        (0, {}, True, 9), (5, {}, True, 0), (-5, {}, False, 0), (0, {"folder": "B"}, False, 0), (0, {"plus": False}, True, 9),
    ):  # fmt: skip
        Mailbox.objects.update(why="many", confirmed=False, reached=9, since=MAILBOX["since"], folder="INBOX")
        values = MAILBOX | {"password": "", "since": MAILBOX["since"] + timedelta(days=days)} | elsewhere
        found = mailboxes.set_mailbox(actor=by, values=values, mailbox_id=mailbox.pk)
        assert (found.confirmed, found.reached, found.why) == (confirmed, read, ""), (days, elsewhere)
