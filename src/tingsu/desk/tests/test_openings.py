"""Who opened which attachment when and what for, beside the files of the case (IV-08, PS-06)."""

import html
import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.cast import Cast
from tingsu.files import store
from tingsu.intake.tests.test_register_complaint import registered
from tingsu.privacy.files import note_opening

PHONE = "13800002210"


@pytest.mark.req("IV-08", "PS-06")
def test_every_opening_of_an_attachment_is_told_beside_it_with_its_purpose(sign_in, cast: Cast) -> None:
    files = [
        store.accept_upload(SimpleUploadedFile(name, b"hello " + name.encode()), actor=cast.frontline.actor)
        for name in ("回单.txt", f"{PHONE}.txt")
    ]
    case, other = registered(cast, files=[str(one.pk) for one in files]), registered(cast)
    for one in files:
        one.refresh_from_db()
    client = sign_in(cast.supervisor)
    page = reverse("desk:openings", args=[case.number])

    def told(address: str = page) -> str:
        return html.unescape(client.get(address).content.decode())

    assert "尚无人打开" in told()
    assert client.get(reverse("files:download", args=[files[0].pk])).status_code == 200
    note_opening(cast.specialist.actor, files[1], "downloaded", "duty")
    note_opening(cast.frontline.actor, files[1], "refused", f"想看看 {PHONE}")
    lines = told()
    for words in ("回单.txt", "答复主管部门或法院", "拒绝", "想看看"):
        assert words in lines, words
    # Work identities, never names; and nothing of people that the case page would mask.
    assert lines.index("想看看") < lines.index("答复主管部门或法院")
    assert PHONE not in lines
    only = told(f"{page}?file={files[0].pk}")
    assert ("答复主管部门或法院" in only, "回单.txt" in only, "全部附件" in only) == (False, True, True)
    assert "尚无人打开" in told(f"{page}?file={uuid.uuid4()}")
    assert "想看看" in told(f"{page}?file=nonsense")
    assert "尚无人打开" in told(reverse("desk:openings", args=[other.number]))
    # The case page leads there for whoever may read it, one link a file.
    panel = client.get(reverse("desk:case", args=[case.number])).content.decode()
    assert panel.count(f"{page}?file=") == 2
    for who, status in (("frontline", 200), ("qa", 200), ("auditor", 200), ("analyst", 403), ("dept", 404)):
        assert sign_in(getattr(cast, who)).get(page).status_code == status, who


@pytest.mark.req("IV-08")
def test_a_long_chain_costs_as_many_questions_as_a_short_one_and_pages(sign_in, cast: Cast) -> None:
    file = store.accept_upload(SimpleUploadedFile("a.txt", b"hello"), actor=cast.frontline.actor)
    case = registered(cast, files=[str(file.pk)])
    file.refresh_from_db()
    client, page, costs = sign_in(cast.supervisor), reverse("desk:openings", args=[case.number]), []
    for count in (2, 58):
        for turn in range(count):
            note_opening(cast.specialist.actor, file, "opened", f"第{turn}次")
        client.get(page)
        with CaptureQueriesContext(
            connection,
        ) as asked:
            body = client.get(page).content.decode()
        costs.append(len(asked))
    assert costs[0] == costs[1]
    assert body.count("<tr>") == 51
    assert "第57次" in body
