"""What browsers are told with every answer, and what our own scripts may do (ASVS 5.0: V3, 13.4, 14.2.3)."""

import re
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

import tingsu
from tests.cast import Cast

SOURCE = Path(tingsu.__file__).parent
THEIRS = re.compile(r"vendor|\.min\.|htmx")
PAGES = (
    ("/", 200), ("/help/", 200), ("/accounts/login/", 200), ("/nowhere/", 404), ("/desk/", 302), ("/api/v1/complaints", 401), ("/case/", 302),
    ("/desk/settings/people/units/", 302),
)  # fmt: skip
POLICY = ("default-src 'self'", "object-src 'none'", "base-uri 'none'", "frame-ancestors 'none'", "form-action 'self'")


@pytest.mark.req("PS-03")
@pytest.mark.parametrize(("address", "status"), PAGES)
def test_every_answer_tells_the_browser_how_strict_to_be(cast: Cast, client: Client, address: str, status: int) -> None:
    answer = client.get(address, headers={"origin": "https://elsewhere.example"})
    assert answer.status_code == status
    told = {name.lower(): value for name, value in answer.headers.items()}
    assert not [part for part in POLICY if part not in told["content-security-policy"]]
    assert not re.search(r"unsafe|https?:|\*", told["content-security-policy"])
    assert (told["x-content-type-options"], told["referrer-policy"]) == ("nosniff", "same-origin")
    assert not [name for name in told if name.startswith("access-control")], "no other origin reads anything"


@pytest.mark.req("PS-03")
def test_a_refusal_inside_is_as_strict(cast: Cast, sign_in: Any) -> None:
    answer = sign_in(cast.frontline).get("/desk/settings/people/")
    assert answer.status_code == 403
    assert POLICY[-1] in answer.headers["Content-Security-Policy"]
    assert answer.headers["Cache-Control"] == "no-store"


@pytest.mark.req("PS-03")
def test_a_session_opens_no_address_of_the_api_from_another_page(cast: Cast, sign_in: Any) -> None:
    """The API knows tokens in a header only: a form on another site, with the cookies of whoever is signed in, gets nothing."""
    client = sign_in(cast.supervisor)
    assert client.get("/api/v1/complaints").status_code == 401
    assert client.post("/api/v1/complaints", {"description": "x"}).status_code == 401


@pytest.mark.req("PS-03")
@pytest.mark.parametrize(
    "address", ["/.git/config", "/static/", "/static/pages/", "/static/../settings.py", "/files/", "/media/"]
)
def test_nothing_of_the_folder_is_served(cast: Cast, client: Client, address: str) -> None:
    assert client.get(address).status_code in {404, 405}


@pytest.mark.req("PS-03")
def test_a_trace_gives_nothing_of_the_request_back(cast: Cast, client: Client) -> None:
    answer = client.generic("TRACE", "/", headers={"x-secret": "seven-blue-umbrellas"})
    assert "seven-blue-umbrellas" not in answer.content.decode()


IN_A_PANEL = {"widget.js", "framed.js"}
"""On pages of others, and the form in their frame: two words that say nothing about anybody."""


@pytest.mark.req("PS-03")
def test_our_scripts_write_words_and_never_html_and_listen_to_no_other_window() -> None:
    ours = [path for path in SOURCE.rglob("static/**/*.js") if not THEIRS.search(str(path))]
    assert len(ours) > 20
    bad = re.compile(
        r"\.(innerHTML|outerHTML)\s*[+]?=|insertAdjacentHTML|document\.write|\beval\(|new Function|postMessage|\"message\""
    )
    assert {path.name for path in ours if bad.search(path.read_text())} == IN_A_PANEL
    texts = {path.name: path.read_text() for path in ours if path.name in IN_A_PANEL}
    assert not any(bad.search(re.sub(r"postMessage|\"message\"", "", text)) for text in texts.values())
    heard = "event.source !== frame.contentWindow || event.origin !== base.origin"
    assert heard in texts["widget.js"], "only the frame that it opened itself, and only from our own address"
    assert re.findall(r"postMessage\(([^,]*),", texts["framed.js"]) == ['{ tingsu: "ready" }', '{ tingsu: "close" }']
