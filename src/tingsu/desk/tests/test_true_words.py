"""What the telephone script and the page after it say is so in every case: nothing is promised that no clock keeps."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from tests.cast import Cast
from tingsu.intake.tests.test_register_complaint import registered


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_the_script_names_no_time_no_person_and_no_history_of_its_own(
    cast: Cast, sign_in: Callable[..., Client], language: str
) -> None:
    client = sign_in(cast.frontline)
    client.cookies["tingsu_language"] = language
    page = client.get(reverse("desk:register")).content.decode()
    script = re.search(r'<ol class="script">.*?</ol>', page, re.S)
    assert script is not None
    said = " ".join(re.findall(r"<blockquote>\s*(.*?)\s*</blockquote>", script[0], re.S))
    assert len(said) > 40
    for claim in (
        "24",
        "小时",
        "专人",
        "跟到底",
        "答应的",
        "等了这么久",
        "hours",
        "follow this",
        "promised did not",
        "waited",
    ):
        assert claim not in said


def test_whoever_registers_is_told_whether_a_letter_leaves(
    cast: Cast, sign_in: Callable[..., Client], settings: Any
) -> None:
    settings.DEMO, settings.EMAIL_HOST = False, "localhost"
    client = sign_in(cast.frontline)
    client.cookies["tingsu_language"] = "en"
    for changes, leaves in (
        ({}, True),
        ({"anonymous": True}, False),
        ({"email": "", "phone": "", "address": "杭州"}, False),
    ):
        made = registered(cast, **changes)
        page = client.get(reverse("desk:registered", args=[made.number])).content.decode()
        assert ("on its way" in page) is leaves
        assert ("No letter is sent" in page) is not leaves
