"""Passwords of a firm's list of leaked ones make no password, whatever the size and the end of the list (ASVS 6.2.12)."""

import random
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError

from tests.cast import PASSWORD, Cast
from tingsu.people.leaked import digest_of, fault_of, stands_in
from tingsu.people.models import Account

pytestmark = pytest.mark.req("PS-03")
LEAKED = "Sonnenblume-im-Regen-1987"


def listed(path: Path, passwords: list[str], *, line: str = "{digest}:{count}\r\n", cut: str = "") -> str:
    digests = sorted(digest_of(one).decode() for one in passwords)
    path.write_text("".join(line.format(digest=one, count=3) for one in digests).removesuffix(cut), newline="")
    return str(path)


@pytest.mark.parametrize("line", ["{digest}:{count}\r\n", "{digest}\n", "{digest}:{count}\n"])
@pytest.mark.parametrize("count", [1, 2, 3, 500])
def test_each_line_of_a_list_is_found_and_nothing_else(tmp_path: Path, line: str, count: int) -> None:
    passwords = [f"leaked {number}" for number in range(count)]
    path = listed(tmp_path / "list", passwords, line=line, cut="\n")
    assert all(stands_in(path, one) for one in passwords)
    assert not any(stands_in(path, f"own {number}") for number in range(50))


def test_a_leaked_password_is_refused_where_somebody_sets_one(
    cast: Cast, sign_in: Any, settings: Any, tmp_path: Path, caplog: Any
) -> None:
    client, account = sign_in(cast.frontline), Account.objects.get(username=cast.frontline.username)
    typed = {"oldpassword": PASSWORD, "password1": LEAKED, "password2": LEAKED}
    settings.LEAKED_PASSWORDS = listed(tmp_path / "list", ["password1234", LEAKED, "another one"])
    answer = client.post("/accounts/password/change/", typed)
    assert "已泄露" in answer.content.decode()
    account.refresh_from_db()
    assert account.check_password(PASSWORD)
    validate_password("Not-yet-leaked-anywhere-88", account)
    settings.LEAKED_PASSWORDS = str(tmp_path / "gone")
    validate_password(LEAKED, account)
    assert "list of leaked passwords cannot be read" in caplog.text
    settings.LEAKED_PASSWORDS = ""
    validate_password(LEAKED, account)
    with pytest.raises(ValidationError):
        validate_password("password1234", account)


@pytest.mark.parametrize("what", ["gone", "text", "empty", "shuffled", "well"])
def test_a_list_that_cannot_be_searched_is_told(tmp_path: Path, what: str) -> None:
    path = tmp_path / "list"
    if what == "text":
        path.write_text("password1234\nqwertyuiop\n" * 50)
    elif what == "empty":
        path.touch()
    elif what != "gone":
        listed(path, ["password1234", *(f"leaked {number}" for number in range(500))])
    if what == "shuffled":
        lines = path.read_text().splitlines()
        lines.sort(key=lambda one: random.Random(one).random())  # noqa: S311
        path.write_text("\n".join(lines))
    assert bool(fault_of(str(path))) is (what != "well")
