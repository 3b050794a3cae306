"""One body, written down where it stands (OG-01); who has left is written to no more."""

from types import SimpleNamespace
from typing import Any

import pytest
from django.utils import translation

from tests.cast import Cast
from tingsu.people import conformity, queries


@pytest.mark.req("OG-01")
def test_one_body_is_asked_for_and_it_is_written_down_where_it_stands(monkeypatch: pytest.MonkeyPatch) -> None:
    here, nowhere = SimpleNamespace(hosting="independent"), SimpleNamespace(hosting="")
    for bodies, said in (
        ([], "No complaint handling body"),
        ([here], ""),
        ([nowhere], "It is not noted"),
        ([here, here], "There are several"),
    ):
        monkeypatch.setattr(queries, "units", lambda bodies=bodies, **kind: bodies)
        with translation.override("en"):
            assert str(conformity._one_body() or "")[: len(said) or None] == said


def test_who_has_left_is_written_to_no_more(cast: Cast) -> None:
    assert queries.work_address(cast.dept.id)[0]
    member = queries.member_or_none(cast.dept.id)
    assert member is not None
    account = member.account_id
    for changes in ({"active": False}, {"account_id": None}):
        gone: Any = SimpleNamespace(**{"active": True, "account_id": account, **changes})
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(queries, "member_or_none", lambda pk, gone=gone: gone)
            assert queries.work_address(cast.dept.id) == ("", "")
