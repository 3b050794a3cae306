"""Words that make no password, what the log says of the way in, a password typed again (ASVS 5.0: 6.2.11, 7.2.4, 7.5.1, 16.3)."""

import logging
from typing import Any

import pytest
from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.test import Client

from tests.cast import PASSWORD, Cast
from tests.signing import enter
from tingsu.kernel.logs import JsonLines
from tingsu.kernel.models import Organisation
from tingsu.ops.web import serving
from tingsu.people.models import Account

# what the log of the installation says (ASVS 16.3)


def security(caplog: Any) -> list[dict[str, Any]]:
    return [record.facts for record in caplog.records if record.name == "tingsu.security"]


@pytest.mark.req("PS-03")
def test_every_failed_sign_in_stands_in_the_log_without_name_or_password(
    cast: Cast, client: Client, caplog: Any
) -> None:
    caplog.set_level(logging.INFO, "tingsu.security")
    account = Account.objects.get(username=cast.frontline.username)
    where = {"REMOTE_ADDR": "203.0.113.77"}
    for login in (account.username, "nobody-of-ours"):
        client.post("/accounts/login/", {"login": login, "password": "Falsch-und-lang-17"}, **where)
    told = security(caplog)
    assert [(one["what"], one["account"], one["network"]) for one in told] == [
        ("password", account.pk, "203.0.113.0/24"), ("password", "unknown", "203.0.113.0/24"),
    ]  # fmt: skip
    line = "".join(JsonLines().format(record) for record in caplog.records)
    assert not [
        word for word in ("Falsch-und-lang-17", "nobody-of-ours", account.username, "203.0.113.77") if word in line
    ]
    for _again in range(5):
        client.post("/accounts/login/", {"login": account.username, "password": "x"}, **where)
    assert security(caplog)[-1]["what"] == "closed door"


@pytest.mark.req("PS-03")
def test_the_access_log_says_who_was_refused(cast: Cast, sign_in: Any, caplog: Any) -> None:
    caplog.set_level(logging.INFO, "tingsu.access")
    answer = sign_in(cast.frontline).get("/desk/settings/people/")
    account = Account.objects.get(username=cast.frontline.username)
    assert answer.status_code == 403
    serving.note(answer.wsgi_request.META, "203.0.113.77", 403, 10, 0.1)
    assert caplog.records[-1].facts["account"] == str(account.pk)
    answer = sign_in(cast.supervisor).get("/desk/")
    serving.note(answer.wsgi_request.META, "203.0.113.77", 200, 10, 0.1)
    assert "account" not in caplog.records[-1].facts, "who does the daily work is in no access log"


# passwords of words that everybody would try (ASVS 6.1.2, 6.2.11)


@pytest.mark.req("PS-03")
@pytest.mark.parametrize(
    ("password", "taken"),
    [
        ("tingsu2026!", False), ("Qingchuan-2026", False), ("投诉投诉20261130", False), ("kefu.kefu.2026", False), ("晴川优选2026888", False),
        ("tingsu runs on green tea", True), ("seven-blue-umbrellas", True), ("qingchuan seven blue", True),
    ],
)  # fmt: skip
def test_the_names_of_firm_and_product_make_no_password(cast: Cast, password: str, taken: bool) -> None:
    Organisation.objects.filter(pk=cast.organisation_id).update(
        name={"zh-Hans": "晴川优选", "en": "Qingchuan Select"}, host="complaints.qingchuan.example.cn"
    )
    account = Account.objects.get(username=cast.frontline.username)
    if taken:
        validate_password(password, account)
        return
    with pytest.raises(ValidationError) as refused:
        validate_password(password, account)
    assert "own_word" in {one.code for one in refused.value.error_list}


# whoever typed the password again goes on under another key, and the own way in is asked for it (ASVS 7.2.4, 7.5.1)


@pytest.mark.req("PS-03")
def test_a_left_session_changes_no_sign_in_of_its_own_and_a_password_typed_again_renews_its_key(
    cast: Cast,
) -> None:
    client = enter(Client(), cast.supervisor.username)
    account = Account.objects.get(username=cast.supervisor.username)
    own = f"/desk/settings/people/members/{cast.supervisor.id}/sign-in/"
    other = f"/desk/settings/people/members/{cast.frontline.id}/sign-in/"
    assert client.get(other).status_code == 200
    led = client.post(own, {"username": "thief", "email": "thief@example.com"})
    assert led.status_code == 302
    assert led.headers["Location"].startswith("/accounts/reauthenticate/")
    account.refresh_from_db()
    assert account.username == cast.supervisor.username
    key = client.session.session_key
    assert client.post("/accounts/reauthenticate/", {"password": "wrong"}).status_code == 200
    assert client.session.session_key == key
    client.post("/accounts/reauthenticate/", {"password": PASSWORD})
    assert client.session.session_key != key
    stale = Client()
    stale.cookies[settings.SESSION_COOKIE_NAME] = key
    assert stale.get("/desk/").status_code == 302
    assert client.get(own).status_code == 200
