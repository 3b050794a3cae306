"""Everything below a path of its own: links, forms, files, cookies, what letters say (PT-07)."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
from django.db import connection

from tests import database
from tingsu.ops.bootstrap import REPOSITORY

CRAWL = """
import io, json, re, django
django.setup()
from django.urls import reverse
from tingsu.kernel.links import public
from tingsu.ops.web.door import environment
from tingsu.wsgi import application

def get(path, method="GET", body=b"", cookie=""):
    headers = [(b"host", b"firm.example"), (b"content-type", b"application/x-www-form-urlencoded"), (b"cookie", cookie.encode())]
    headers += [(b"content-length", str(len(body)).encode()), (b"origin", b"https://firm.example")]
    scope = {"method": method, "path": path, "raw_path": path.encode(), "query_string": b"", "http_version": "1.1", "headers": headers}
    environ = environment(scope, "/tingsu") | {"wsgi.input": io.BytesIO(body), "REMOTE_ADDR": "127.0.0.1"}
    kept = []
    answer = application(environ, lambda status, headers, *more: kept.extend([status, headers]))
    text = b"".join(answer).decode(errors="replace")
    return int(kept[0][:3]), kept[1], text

told = {"pages": {}, "cookies": [], "moved": []}
for path in ["/tingsu/", "/tingsu/accounts/login/", "/tingsu/o/test/", "/tingsu/nowhere/", "/accounts/login/"]:
    status, headers, text = get(path)
    links = re.findall(r'(?:href|src|action|hx-get|hx-post)="(/[^"]*)"', text)
    told["pages"][path] = [status, sorted(set(links))]
    told["cookies"] += [value for name, value in headers if name == "Set-Cookie"]
told["moved"] = [value for path in ("/tingsu/desk/", "/tingsu/submit/") for name, value in get(path)[1] if name == "Location"]
told["letter"] = [public("/o/test/c/x/"), public("/tingsu/o/test/c/x/")]
told["style"] = get([one for one in told["pages"]["/tingsu/"][1] if one.endswith(".css")][0])[0]
print("told", json.dumps(told))
"""


@pytest.mark.django_db
def test_every_link_form_file_and_cookie_lies_below_the_path() -> None:
    name = connection.settings_dict["NAME"]
    environment = database.environment_for(name, role="app", TINGSU_PUBLIC_URL="https://firm.example/tingsu")
    done = subprocess.run(
        [sys.executable, "-c", CRAWL], env=environment, cwd=REPOSITORY, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr[-3000:]
    told = json.loads(done.stdout.rpartition("told ")[2])
    assert {path: status for path, (status, _links) in told["pages"].items()} == {
        "/tingsu/": 200,
        "/tingsu/accounts/login/": 200,
        "/tingsu/o/test/": 200,
        "/tingsu/nowhere/": 404,
        # A proxy that takes the path away before it asks us.
        "/accounts/login/": 200,
    }
    links = [link for _status, found in told["pages"].values() for link in found]
    assert len(links) > 10
    assert [link for link in links if not link.startswith("/tingsu/")] == []
    assert [link for link in links if link.startswith("/tingsu/tingsu")] == []
    assert told["style"] == 200
    assert told["cookies"]
    assert [cookie for cookie in told["cookies"] if "Path=/tingsu/" not in cookie] == []
    assert told["moved"]
    assert all(address.startswith("/tingsu/") for address in told["moved"])
    assert told["letter"] == ["https://firm.example/tingsu/o/test/c/x/"] * 2
