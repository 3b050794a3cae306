"""What every request passes, whatever it claims; and what the log keeps of it."""

import logging

import pytest
from django.test import Client

from tests.cast import Cast

FORM = "application/x-www-form-urlencoded"
MULTIPART = "multipart/form-data; boundary=b"
PART = b'--b\r\nContent-Disposition: form-data; name="description"\r\n\r\n+2AA-\r\n--b--\r\n'


@pytest.mark.parametrize("charset", ["zlib", "utf-7", "utf-16", "rot13", "undefined", "nosuch"])
def test_a_request_cannot_choose_how_its_text_is_read(cast: Cast, client: Client, charset: str) -> None:
    for kind, body in ((FORM, b"description=%00%d8%2B2AA-"), (MULTIPART, PART)):
        answer = client.generic("POST", "/submit/story/save/", body, content_type=f"{kind}; charset={charset}")
        assert answer.status_code == 204
    answer = client.generic("GET", "/follow/?number=202611-XF-001", content_type=f"{FORM}; charset={charset}")
    assert (answer.status_code, "202611-XF-001" in answer.content.decode()) == (200, True)


@pytest.mark.req("PS-03")
def test_the_log_names_the_page_of_a_letters_link_and_never_its_key() -> None:
    (handler,) = [one for one in logging.getLogger().handlers if one.name == "console"]
    record = logging.LogRecord(
        "django.request", logging.WARNING, "", 0, "%s: %s", ("Gone", "/o/demo/c/WyJh:1x:sig/"), None
    )
    assert handler.filter(record)
    assert record.getMessage() == "Gone: /o/demo/c/…/"
