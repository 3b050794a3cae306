"""The examples in deploy/ work: nginx is started with its file before the real web server; units name real commands."""

from __future__ import annotations

import configparser
import http.client
import re
import shutil
import socket
import ssl
import subprocess
import sys
import urllib.parse
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection

from tests import database
from tingsu.ops import cli
from tingsu.ops.bootstrap import REPOSITORY
from tingsu.ops.tests.waiting import wait_until

DEPLOY = REPOSITORY / "deploy"
NGINX = shutil.which("nginx", path="/usr/sbin:/usr/bin:/sbin:/bin")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def opens(port: int) -> bool:
    try:
        socket.create_connection(("127.0.0.1", port), 1).close()
    except OSError:
        return False
    return True


@pytest.fixture
def proxied(transactional_db: None, tmp_path: Path) -> Iterator[tuple[int, int]]:
    """The web server behind nginx as the example says: the ports of HTTPS and of HTTP."""
    if NGINX is None:
        pytest.skip("no nginx on this machine (apt-get install nginx)")
    if shutil.which("openssl") is None:
        pytest.skip("no openssl to make a certificate with")
    web, tls, plain = free_port(), free_port(), free_port()
    made = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", "/CN=localhost"]
    made += ["-keyout", str(tmp_path / "privkey.pem"), "-out", str(tmp_path / "fullchain.pem")]
    subprocess.run(made, check=True, capture_output=True)
    example = (DEPLOY / "nginx.conf").read_text()
    for here, there in {
        "/etc/ssl/tingsu": str(tmp_path),
        "complaints.example.cn;": "localhost;",
        "127.0.0.1:8000": f"127.0.0.1:{web}",
        "listen 443": f"listen 127.0.0.1:{tls}",
        "listen 80": f"listen 127.0.0.1:{plain}",
    }.items():
        assert here in example
        example = example.replace(here, there)
    folders = "".join(
        f"{kind}_temp_path {tmp_path}/{kind};" for kind in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    (tmp_path / "nginx.conf").write_text(
        f"daemon off; master_process off; pid {tmp_path}/pid; error_log {tmp_path}/error.log; events {{}} "
        f"http {{ {folders} access_log off; {example} }}"
    )
    given = database.environment_for(
        connection.settings_dict["NAME"],
        role="app",
        TINGSU_PUBLIC_URL=f"https://localhost:{tls}",
        TINGSU_PROXIES="1",
        TINGSU_WEB_PROCESSES="1",
    )
    with open(tmp_path / "said", "wb") as said:
        running = [
            subprocess.Popen(command, env=given, cwd=REPOSITORY, stdout=said, stderr=said)
            for command in (
                [sys.executable, "-m", "tingsu.ops.web.server", "127.0.0.1", str(web)],
                [NGINX, "-e", str(tmp_path / "error.log"), "-c", str(tmp_path / "nginx.conf")],
            )
        ]
    try:
        wait_until(lambda: opens(web) and opens(tls), 60)
        yield tls, plain
    finally:
        for process in running:
            process.terminate()
            process.wait(20)


def ask(port: int, method: str, path: str, body: str | None = None, **headers: str) -> tuple[int, dict[str, str], str]:
    context = ssl._create_unverified_context()  # noqa: S323 - the certificate is the test's own
    asked = http.client.HTTPSConnection("localhost", port, timeout=60, context=context)
    asked.request(method, path, body, headers)
    answer = asked.getresponse()
    headers_told = {name.lower(): value for name, value in answer.getheaders()}
    return answer.status, headers_told, answer.read().decode()


def test_nginx_with_the_example_serves_pages_and_forms_over_tls(proxied: tuple[int, int]) -> None:
    tls, plain = proxied
    status, headers, page = ask(tls, "GET", "/accounts/login/")
    assert status == 200
    assert "secure" in headers["set-cookie"].lower()
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
    assert token
    form = urllib.parse.urlencode({"csrfmiddlewaretoken": token[1], "login": "nobody", "password": "wrong"})
    sent = {
        "Cookie": headers["set-cookie"].partition(";")[0],
        "Content-Type": "application/x-www-form-urlencoded",
        "Origin": f"https://localhost:{tls}",
        "Referer": f"https://localhost:{tls}/accounts/login/",
    }
    assert ask(tls, "POST", "/accounts/login/", form, **sent)[0] == 200, "the form knows that it came by https"
    assert ask(tls, "POST", "/accounts/login/", form, **sent | {"Origin": "https://evil.example"})[0] == 403
    assert ask(tls, "GET", "/readyz")[0] == 200
    assert ask(tls, "GET", "/metrics")[0] == 403

    asked = http.client.HTTPConnection("localhost", plain, timeout=20)
    asked.request("GET", "/x?y=1", headers={"Host": "localhost"})
    moved = asked.getresponse()
    assert (moved.status, moved.getheader("Location")) == (301, "https://localhost/x?y=1")

    context = ssl._create_unverified_context()  # noqa: S323
    context.set_alpn_protocols(["h2", "http/1.1"])
    with (
        socket.create_connection(("127.0.0.1", tls)) as raw,
        context.wrap_socket(raw, server_hostname="localhost") as line,
    ):
        assert line.selected_alpn_protocol() == "h2"


@pytest.mark.parametrize("name", ["tingsu.service", "tingsu-worker.service"])
def test_a_unit_names_a_command_that_there_is_and_keeps_its_files_to_itself(name: str, tmp_path: Path) -> None:
    unit = configparser.ConfigParser(strict=False, interpolation=None)
    unit.optionxform = str  # type: ignore[assignment,method-assign]
    unit.read(DEPLOY / name)
    program, *arguments = unit["Service"]["ExecStart"].split()
    assert program.endswith("/tingsu")
    parser, _passing = cli._parser()
    assert parser.parse_args(arguments).run
    assert unit["Service"]["UMask"] == "0077"
    analyse = shutil.which("systemd-analyze")
    if analyse is not None:
        copied = tmp_path / name
        text = (DEPLOY / name).read_text()
        copied.write_text(text.replace("/opt/tingsu/tingsu", "/bin/true").replace("User=tingsu", "User=root"))
        done = subprocess.run([analyse, "verify", str(copied)], capture_output=True, text=True, check=False)
        assert "Unknown" not in done.stderr
