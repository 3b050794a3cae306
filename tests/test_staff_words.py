"""Chinese for colleagues says 你 or nothing; 您 is for complainants (look and feel, 7)."""

from pathlib import Path

import pytest
from babel.messages.pofile import read_po

import tingsu

STAFF_ONLY = ("api", "calendars", "clocks", "improvement", "people", "process", "registers", "setup")


@pytest.mark.parametrize("app", STAFF_ONLY)
def test_nobody_of_ours_is_addressed_like_a_complainant(app: str) -> None:
    path = Path(tingsu.__file__).parent / app / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"
    with path.open("rb") as file:
        said = [str(one.string) for one in read_po(file) if one.id]
    assert said
    assert [one for one in said if "您" in one] == []
