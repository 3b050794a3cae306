"""What is in force before anybody publishes, written down a second time (shipped.txt): a word, a limit or a role cannot change unseen."""

import hashlib
import json
from pathlib import Path
from typing import Any

from django.db.models import TextChoices
from django.utils.translation import override

from tingsu.complaints import terms
from tingsu.complaints.case import LEDGER_FIELDS
from tingsu.kernel import rulebooks
from tingsu.people import access

WRITTEN = Path(__file__).parent / "shipped.txt"
MADE_ELSEWHERE = {("calendar", "years")}
"""The official days come from a package and are compared with another one (calendars/tests)."""


def told() -> dict[str, str]:
    """Each part of each shipped rulebook: itself when it is short, else how much there is and a fingerprint of all of it."""
    lines = {}
    for kind, declared in sorted(rulebooks.kinds().items()):
        for part, value in sorted(declared.default().items()):
            if (kind, part) not in MADE_ELSEWHERE:
                lines[f"{kind}.{part}"] = _short(value)
    return lines | closed_lists() | rights()


def closed_lists() -> dict[str, str]:
    """Codes of the process that no organisation can change."""
    choices = {
        name: list(one)
        for name, one in vars(terms).items()
        if isinstance(one, type) and issubclass(one, TextChoices) and list(one)
    }
    lists: dict[str, Any] = {name: [str(code) for code in codes] for name, codes in choices.items()}
    lists |= {
        "categories that ask more": {str(number): extra for number, (_name, extra) in terms.CATEGORIES.items() if extra},
        "letters of numbers": terms.NUMBER_CODE, "open states": [str(state) for state in terms.OPEN_STATES],
        "stages for the complainant": {str(state): str(stage) for state, stage in terms.PUBLIC_STAGE.items()},
        "ledger columns": LEDGER_FIELDS,
    }  # fmt: skip
    with override("zh-hans"):
        lists["provinces"] = {code: str(name) for code, name in terms.PROVINCES.items()}
    return {f"terms.{name}": _short(value) for name, value in sorted(lists.items())}


def rights() -> dict[str, str]:
    """Which roles, and which scopes of programs, hold each right."""
    held = {f"right.{right}": " ".join(sorted(access.roles_with(right))) for right in access.Can}
    scopes = {
        f"scope.{scope}": " ".join(sorted(str(right) for right in found))
        for scope, found in access.SCOPE_RIGHTS.items()
    }
    return dict(sorted((held | scopes).items()))


def _short(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False, sort_keys=True)
    if len(text) <= 120:
        return text
    return f"{len(value)} entries, {hashlib.sha256(text.encode()).hexdigest()[:16]}"


def written() -> dict[str, str]:
    return dict(line.split(": ", 1) for line in WRITTEN.read_text().splitlines())
