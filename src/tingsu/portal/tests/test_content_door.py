"""The door for content: its categories, what must be said and proved of a right, the counter-notice (IN-11)."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.cast import Cast
from tingsu.complaints.fields import case_field
from tingsu.complaints.models import Complaint
from tingsu.files.models import StoredFile
from tingsu.portal import content_door
from tingsu.portal.tests.test_submit import CONTACT, PNG

pytestmark = pytest.mark.req("IN-11")
WHOLE = {
    "cause": "infringement", "description": "未经许可搬运我的视频", "content_kind": "person", "content_urls": "https://v.example.cn/7 复制打开",
    "rights_holder": "陈小满", "rights_basis": "copyright", "rights_stated": "yes", "demands": ["removal"], "go": "on",
}  # fmt: skip
FILE = [{"id": "7", "name": "a.png", "size": 1}]


def test_the_three_categories_of_the_document_and_the_counter_notice_are_offered() -> None:
    assert [code for code, _words in case_field("content_kind").field.options] == [
        "organisation",
        "person",
        "experience",
        "counter",
    ]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("story", "files", "missing"),
    [
        ({}, FILE, set()),
        ({"content_kind": ""}, FILE, {"content_kind"}),
        ({"content_kind": "nonsense"}, FILE, {"content_kind"}),
        ({"content_kind": "organisation", "rights_holder": " \u200b"}, FILE, {"rights_holder"}),
        ({"rights_basis": ""}, FILE, {"rights_basis"}),
        ({"content_urls": "在首页"}, FILE, {"content_urls"}),
        ({"content_urls": "www.example.cn/v/7"}, FILE, set()),
        ({"content_urls": "http://203.0.113.7/v"}, FILE, set()),
        ({"content_urls": "链接：https://书店.中国/1"}, FILE, set()),
        ({"rights_stated": ""}, FILE, {"rights_stated"}),
        ({"rights_stated": "no"}, FILE, {"rights_stated"}),
        ({}, [], {"files_missing"}),
        (
            {
                "content_kind": "experience",
                "content_urls": "",
                "rights_holder": "",
                "rights_basis": "",
                "rights_stated": "",
            },
            [],
            set(),
        ),
        ({"report": "yes", "rights_holder": "", "rights_basis": "", "rights_stated": ""}, [], set()),
        ({"content_kind": "counter", "rights_holder": "", "rights_basis": ""}, FILE, set()),
        (
            {"content_kind": "counter", "rights_stated": "", "content_urls": ""},
            [],
            {"rights_stated", "content_urls", "files_missing"},
        ),
    ],
)
def test_each_category_asks_for_what_a_check_of_the_right_needs(
    story: dict[str, str], files: list[Any], missing: set[str]
) -> None:
    assert set(content_door.missing({"story": {**WHOLE, **story}, "files": files})) == missing


@pytest.mark.django_db
def test_an_infringement_is_registered_with_right_addresses_and_proof(cast: Cast, client: Client) -> None:
    answer = client.post("/submit/story/", WHOLE)
    assert answer.headers["Location"] == "/submit/story/?wrong=1"
    page = client.get("/submit/story/?wrong=1").content.decode()
    assert "身份和权利证明" in page
    assert "v.example.cn/7" in page
    answer = client.post("/submit/story/", {**WHOLE, "files": SimpleUploadedFile("证书.png", PNG)})
    assert answer.headers["Location"] == "/submit/contact/"
    client.post("/submit/contact/", CONTACT)
    check = client.get("/submit/check/").content.decode()
    for words in ("个人侵权", "著作权", "https://v.example.cn/7", "我声明所述属实"):
        assert words in check
    client.post("/submit/check/", {"go": "on"})
    row = Complaint.objects.get()
    assert (row.content_kind, row.rights_basis, row.rights_stated, row.problem_type) == (
        "person",
        "copyright",
        True,
        "ip",
    )
    assert (row.text("rights_holder"), row.text("content_urls")) == ("陈小满", "https://v.example.cn/7 复制打开")
    assert bytes(row.rights_holder) != "陈小满".encode()
    assert StoredFile.objects.filter(stream_id=row.pk).count() == 1
    assert case_field("content_kind").filterable


@pytest.mark.django_db
def test_a_poor_experience_is_a_matter_of_the_product(cast: Cast, client: Client) -> None:
    client.post(
        "/submit/story/", {"cause": "infringement", "content_kind": "experience", "description": "广告太多", "go": "on"}
    )
    client.post("/submit/contact/", CONTACT)
    client.post("/submit/check/", {"go": "on"})
    row = Complaint.objects.get()
    assert (row.content_kind, row.problem_type, row.kind) == ("experience", "product", "complaint")
