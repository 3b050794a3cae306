"""The page of safekeeping: the evidence, in both languages, for those who open the settings."""

from datetime import UTC, date, datetime, timedelta

import pytest
from django.urls import reverse

from tingsu.ops import views
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


@pytest.mark.req("RC-03")
def test_the_last_good_one_and_each_mediums_newest_renewal_are_what_counts(sign_in, cast, monkeypatch):
    later = AT + timedelta(days=3)
    for kind, at, done in (
        ("backup", AT, True),
        ("backup", later, False),
        ("drill", AT, True),
        ("drill", later, False),
    ):
        Safekeeping.objects.create(kind=kind, at=at, done=done)
    for at, due in ((AT, date(2026, 12, 1)), (later, date(2031, 12, 1)), (AT - timedelta(days=9), date(2026, 11, 1))):
        Safekeeping.objects.create(kind="media", at=at, done=True, place="三号硬盘", due_on=due)
    monkeypatch.setattr(views, "now", lambda: datetime(2031, 11, 30, 12, tzinfo=UTC))
    told = sign_in(cast.supervisor).get(reverse("ops:safekeeping")).context
    assert [one.at for _label, one in told["last"]] == [AT, AT]
    assert [(one.due_on, past) for one, past in told["media"]] == [(date(2031, 12, 1), False)]
    days = (date(2031, 11, 29), date(2031, 11, 30), date(2031, 12, 1), None)
    assert [views._is_past(day) for day in days] == [True, True, False, False]


def test_it_is_closed_to_those_without_the_settings(sign_in, cast):
    assert sign_in(cast.frontline).get(reverse("ops:safekeeping")).status_code == 403
