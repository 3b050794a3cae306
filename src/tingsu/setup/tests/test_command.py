"""Setting up by command: from a file, by single values, a link; a further organisation; nonsense in one sentence."""

import io
import re
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from tingsu.kernel.models import Event, Organisation
from tingsu.kernel.organisations import forget_organisations
from tingsu.kernel.tenancy import acting_for
from tingsu.people.models import Account, Membership, Unit
from tingsu.setup import founding
from tingsu.setup.tests.given import nothing_set_up

pytestmark = pytest.mark.django_db
FIRM = """
[firm]
name_zh = "晴川优选"
name_en = "Qingchuan Select"
kind = "service"
size = "large"
[contact]
hotline = "400-800-1234"
hotline_staffed = true
[administrator]
name = "沈一诺"
alias_zh = "沈老师"
alias_en = "Agent Shen"
username = "shen"
"""


@pytest.fixture
def firm(tmp_path: Path) -> Path:
    file = tmp_path / "firm.toml"
    file.write_text(FIRM, encoding="utf-8")
    return file


def setup(**options: Any) -> str:
    said = io.StringIO()
    call_command("setup", stdout=said, **options)
    forget_organisations()
    return said.getvalue()


@pytest.mark.req("OE-18")
def test_a_file_makes_a_firm_and_says_the_first_password_once(firm: Path) -> None:
    nothing_set_up()
    said = setup(file=firm)
    row = Organisation.objects.get(slug="qingchuan-select")
    assert row.enterprise["documents"] == ["svc"]
    assert "SVC 1.2" in row.enterprise["reason"]
    assert row.enterprise["hotline_staffed"] is True
    account = Account.objects.get(username="shen")
    password = re.findall(r"own one: (\S+)", said)[0]
    assert account.check_password(password)
    assert account.password_given
    assert f"/o/{row.slug}/" in said


def test_single_values_stand_over_the_file(firm: Path) -> None:
    nothing_set_up()
    setup(
        file=firm, set=["firm.slug=qc", "rules.structure=one", "rules.documents=svc, cts", "contact.email=a@example.cn"]
    )
    row = Organisation.objects.get(slug="qc")
    assert (row.email, row.profile, row.enterprise["documents"]) == ("a@example.cn", "micro", ["svc", "cts"])
    with acting_for(row.pk):
        assert Unit.objects.count() == 1


WRONG = [
    (["firm.name_zh="], r"firm\.name_zh"),
    (["firm.kind=bank", "contact.time_zone=Mars"], r"(?s)firm\.kind.*contact\.time_zone"),
    (["contact.public_url=http://localhost:8000"], r"contact\.public_url"),
    (["firm.colour=red"], "firm has no colour"),
    (["owner.name=x"], "'owner' is no part"),
    (["nonsense"], "is not PART.NAME=VALUE"),
]


@pytest.mark.parametrize(("values", "sentence"), WRONG)
def test_nonsense_is_named_and_nothing_is_made(firm: Path, values: list[str], sentence: str) -> None:
    nothing_set_up()
    before = Organisation.objects.count()
    with pytest.raises(CommandError, match=sentence):
        setup(file=firm, set=values)
    assert Organisation.objects.count() == before


@pytest.mark.parametrize(
    ("content", "sentence"), [(b"[firm", "is no TOML"), (b"\xff\xfe", "is no TOML"), (None, "cannot be read")]
)
def test_a_file_that_is_none_is_said(tmp_path: Path, content: bytes | None, sentence: str) -> None:
    nothing_set_up()
    file = tmp_path / "firm.toml"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(CommandError, match=sentence):
        setup(file=file)


def test_a_further_organisation_is_asked_for_and_reached_by_path_and_host(firm: Path, settings: Any) -> None:
    settings.ALLOWED_HOSTS = ["*"]
    with pytest.raises(CommandError, match="--another"):
        setup(file=firm)
    said = setup(file=firm, another=True, set=["contact.host=qc.example.cn"])
    assert "is open: http://qc.example.cn:8000/ and http://localhost:8000/o/qingchuan-select/" in said
    assert "Sign in at http://qc.example.cn:8000/accounts/login/ as shen" in said
    with pytest.raises(CommandError, match="short name"):
        setup(file=firm, another=True)
    with pytest.raises(CommandError, match="host"):
        setup(file=firm, another=True, set=["firm.slug=second", "contact.host=qc.example.cn"])
    client = Client()
    assert "晴川优选" in client.get("/o/qingchuan-select/").content.decode()
    assert "晴川优选" in client.get("/", headers={"host": "qc.example.cn"}).content.decode()
    assert "晴川优选" not in client.get("/").content.decode()
    assert "http://qc.example.cn:8000/" in setup(list=True)
    settings.ALLOWED_HOSTS = ["localhost"]
    assert "does not answer to qc.example.cn yet" in setup(list=True)


@pytest.mark.parametrize("join", [True, False])
def test_an_account_that_is_there_joins_only_when_told_to(firm: Path, join: bool) -> None:
    values = ["administrator.username=supervisor"]
    if join:
        setup(file=firm, another=True, join=True, set=values)
        assert Membership.objects.filter(account__username="supervisor").count() == 2
    else:
        with pytest.raises(CommandError):
            setup(file=firm, another=True, set=values)
        assert not Organisation.objects.filter(slug="qingchuan-select").exists(), "nothing was half made"
        setup(file=firm, another=True, set=["firm.name_zh=改名优选", "contact.hotline=400-800-5678"])
        row = Organisation.objects.get(slug="qingchuan-select")
        assert (row.name["zh-Hans"], row.hotline) == ("改名优选", "400-800-5678")


def test_a_founding_that_was_cut_off_opens_with_what_is_answered_now(
    firm: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as cut:
        cut.setattr(founding, "open_units", lambda *_given: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            setup(file=firm, another=True)
    setup(file=firm, another=True, set=["contact.hotline=400-800-5678"])
    row = Organisation.objects.get(slug="qingchuan-select")
    assert (row.stage, row.hotline) == ("preparing", "400-800-5678")
    with acting_for(row.pk):
        kinds = Event.objects.filter(stream_id=row.pk).order_by("seq").values_list("kind", flat=True)
        assert list(kinds) == ["organisation.founded", "organisation.changed", "organisation.opened"]


def test_a_link_is_made_only_while_there_is_something_to_set_up() -> None:
    with pytest.raises(CommandError, match="done"):
        setup(link=True)
    assert setup(link=True, quiet_when_done=True) == ""
    nothing_set_up()
    path = re.findall(r"http://localhost:8000(/setup/link/\S+)", setup(link=True))[0]
    assert Client().get(path).status_code == 200


def test_the_terminal_asks_proposes_and_asks_again_for_what_is_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    nothing_set_up()
    typed = {
        "Name in Chinese": ["晴川优选"], "Kind of enterprise [service]": ["bank", "internet"], "Hotline": ["400-800-1234"],
        "Full name": ["沈一诺"], "Work identity in Chinese": ["沈老师"], "Work identity in English": ["Agent Shen"],
        "Sign-in name": ["shen"],
    }  # fmt: skip

    def answer(question: str) -> str:
        asked = question.strip().removesuffix(":")
        waiting = typed.get(asked) or typed.get(f"{asked.partition(' [')[0]} [service]", [])
        return waiting.pop(0) if waiting else ""

    monkeypatch.setattr("builtins.input", answer)
    monkeypatch.setattr("sys.stdin.isatty", lambda: True, raising=False)
    said = setup()
    row = Organisation.objects.get(hotline="400-800-1234")
    assert row.enterprise["kind"] == "internet"
    assert row.enterprise["documents"] == ["isc", "sz"]
    assert "kind: " in said
    assert Account.objects.filter(username="shen").exists()
