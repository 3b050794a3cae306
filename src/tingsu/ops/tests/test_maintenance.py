"""The maintenance page: 503 in the firm's name, in both languages, and nothing else answers."""

from __future__ import annotations

import io
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from wsgiref.util import setup_testing_defaults

import pytest

from tingsu.ops import maintenance, tending
from tingsu.ops.errors import CannotStart
from tingsu.ops.tests.serving import tingsu

FIRMS = [
    {"slug": "one", "host": "", "zh": "一号公司", "en": "Firm One", "hotline": "400-1", "zone": "Asia/Shanghai"},
    {
        "slug": "two",
        "host": "two.example.cn",
        "zh": "二号<公司>",
        "en": "Firm Two",
        "hotline": "",
        "zone": "Europe/Berlin",
    },
]


class Asked:
    """What one request got."""

    def __init__(self, home: Path, path: str = "/", host: str = "localhost:8000", method: str = "GET") -> None:
        environ = {"PATH_INFO": path, "HTTP_HOST": host, "REQUEST_METHOD": method}
        setup_testing_defaults(environ)
        body = maintenance.Notice(self._inner, home)(environ, self._start)
        self.body = b"".join(body).decode()

    @staticmethod
    def _inner(_environ, start_response):
        start_response("200 OK", [])
        return [b"the site"]

    def _start(self, status, headers):
        self.status, self.headers = int(status.split()[0]), dict(headers)


@pytest.mark.parametrize(
    "path", ["/", "/desk/", "/static/app.css", "/o/one/", "/api/v1/complaints", "/accounts/login/"]
)
def test_nothing_but_the_page_answers_while_it_is_on(tmp_path, path):
    assert Asked(tmp_path, path).body == "the site"
    maintenance.switch_on(tmp_path, until=None, firms=FIRMS)
    shown = Asked(tmp_path, path)
    assert shown.status == 503
    assert int(shown.headers["Retry-After"]) >= 60
    assert "the site" not in shown.body
    assert Asked(tmp_path, path, method="HEAD").body == ""
    assert Asked(tmp_path, "/healthz").body == "the site"
    assert maintenance.switch_off(tmp_path)
    assert not maintenance.switch_off(tmp_path)
    assert Asked(tmp_path, path).body == "the site"


def test_it_speaks_in_the_name_of_the_firm_and_in_both_languages(tmp_path):
    until = datetime.now(UTC) + timedelta(hours=2)
    maintenance.switch_on(tmp_path, until=until, firms=FIRMS)
    first, second = Asked(tmp_path), Asked(tmp_path, host="two.example.cn:443")
    assert "<h1>一号公司</h1>" in first.body
    assert "<h1>Firm One</h1>" in first.body
    assert "正在维护" in first.body
    assert "being maintained" in first.body
    assert "400-1" in first.body
    assert 7000 < int(first.headers["Retry-After"]) <= 7200
    assert (until + timedelta(hours=8)).strftime("%Y-%m-%d %H:%M") in first.body
    assert "二号&lt;公司&gt;" in second.body
    assert "Firm Two" in Asked(tmp_path, "/o/two/x").body
    assert "<script" not in first.body
    assert "sha256-" in first.headers["Content-Security-Policy"]


def test_programs_get_a_problem_they_can_read(tmp_path):
    maintenance.switch_on(tmp_path, until=None, firms=FIRMS)
    shown = Asked(tmp_path, "/api/v1/complaints")
    assert shown.headers["Content-Type"] == "application/problem+json"
    assert json.loads(shown.body)["code"] == "maintenance"


@pytest.mark.parametrize("content", ["", "{", "[]x"])
def test_a_broken_file_still_shuts_the_door(tmp_path, content):
    (tmp_path / maintenance.FILE).write_text(content)
    shown = Asked(tmp_path)
    assert shown.status == 503
    assert "Tingsu" in shown.body


def test_the_end_may_be_past_and_is_then_asked_for_again(tmp_path):
    maintenance.switch_on(tmp_path, until=datetime.now(UTC) - timedelta(hours=1), firms=[])
    assert Asked(tmp_path).headers["Retry-After"] == "60"


def test_an_end_in_the_past_is_refused(tmp_path):
    done = tingsu(tmp_path / "home", "maintenance", "on", "--until", "2020-01-01T00:00")
    assert done.returncode == 1
    assert done.stderr.startswith("The end of the maintenance lies in the past")


@pytest.mark.django_db
def test_the_command_names_the_organisations_of_the_database():
    told = tending.firms()
    assert [firm["slug"] for firm in told][:2] == ["test", "other"]
    assert all(firm["zh"] and firm["en"] and firm["zone"] for firm in told)


def test_without_a_place_for_the_backup_an_upgrade_asks(monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO())
    with pytest.raises(CannotStart, match="--without-backup"):
        tending._asked()
