"""The page of safekeeping: the evidence, in both languages, for those who open the settings."""

from datetime import UTC, date, datetime

import pytest
from django.urls import reverse

from tingsu.ops.models import Safekeeping

AT = datetime(2026, 11, 27, 18, 30, tzinfo=UTC)
TOLD = "Equal to the backup of 2026-11-27T18:00:00Z: 88 tables with 1,000 rows."


@pytest.mark.req("RC-03")
def test_backups_drills_and_media_are_shown_with_their_results(sign_in, cast, django_assert_max_num_queries):
    address = reverse("ops:safekeeping")
    client = sign_in(cast.supervisor)
    empty = client.get(address).content.decode()
    assert "尚无记录" in empty
    assert "未登记" in empty
    Safekeeping.objects.create(
        kind="backup", at=AT, done=True, place="/secret/folder", told="in /secret/folder", bytes=2**30, by="root"
    )
    Safekeeping.objects.create(kind="drill", at=AT, done=True, place="/secret/folder", told=TOLD)
    Safekeeping.objects.create(
        kind="drill", at=datetime(2026, 11, 28, tzinfo=UTC), done=False, told="The disk is full."
    )
    Safekeeping.objects.create(kind="media", at=AT, done=True, place="三号硬盘", due_on=date(2020, 1, 1), by="档案员")
    page = client.get(address).content.decode()
    assert "2026-11-28 02:30" in page, "on the wall clock of the organisation"
    for words in (TOLD, "三号硬盘", "2020-01-01", "（已超时）", "档案员", "失败", "The disk is full.", "1.0"):
        assert words in page
    assert "/secret/folder" not in page
    client.cookies["tingsu_language"] = "en"
    assert "Restore drill" in client.get(address).content.decode()
    for _more in range(60):
        Safekeeping.objects.create(kind="backup", at=AT, done=True)
    with django_assert_max_num_queries(25):
        assert client.get(address).content.decode().count("<tr>") == 51


def test_it_is_closed_to_those_without_the_settings(sign_in, cast):
    assert sign_in(cast.frontline).get(reverse("ops:safekeeping")).status_code == 403
