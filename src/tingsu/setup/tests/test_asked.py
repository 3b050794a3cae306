"""Every form that asks something of a person says what for; one that does not keeps the installation from starting (PS-05)."""

import subprocess
import sys
from dataclasses import replace

import pytest
from django import forms

from tingsu.complaints.process import PROCESS
from tingsu.pages.fields import EmailField, TextField
from tingsu.privacy.asked import refuse_unexplained
from tingsu.privacy.fields import TABLE, NoPurpose
from tingsu.process.steps import Field
from tingsu.registers.declaration import registers
from tingsu.setup import asked

pytestmark = pytest.mark.req("PS-05")


def test_what_is_asked_today_has_purpose_and_basis() -> None:
    asked.refuse_unexplained_fields()
    for places in asked.FORMS.values():
        for place in places.values():
            subject, _dot, field = place.partition(".")
            rule = TABLE[subject, field]
            assert str(rule.purpose)
            assert str(rule.basis)


@pytest.mark.parametrize(
    ("fields", "explained", "refused"),
    [
        ([("home_phone", False)], {}, True),
        ([("home_phone", False)], {"home_phone": "contact.phone"}, False),
        ([("home_phone", False)], {"home_phone": "contact.shoe_size"}, True),
        ([("home_phone", True)], {"home_phone": "contact.phone"}, True),
        ([("birthday", False)], {}, True),
        ([("id_number", False)], {}, True),
        ([("witness_name", False)], {}, True),
        ([("passport", False)], {}, True),
        ([("reason", True)], {}, False),
        ([("cardboard", True), ("package", True), ("message", True)], {}, False),
    ],
)
def test_a_field_without_purpose_cannot_be_added(
    fields: list[tuple[str, bool]], explained: dict[str, str], refused: bool
) -> None:
    if refused:
        with pytest.raises(NoPurpose):
            refuse_unexplained("a form", fields, explained=explained)
    else:
        refuse_unexplained("a form", fields, explained=explained)


def test_a_form_a_step_and_a_register_are_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    field = Field(name="witness_phone", label="x")
    with monkeypatch.context() as change:
        change.setitem(PROCESS._steps, "note", replace(PROCESS["note"], fields=(field,)))  # type: ignore[attr-defined]
        with pytest.raises(NoPurpose, match="step note asks witness_phone"):
            asked.refuse_unexplained_fields()
    with monkeypatch.context() as change:
        register = registers()["contact"]
        change.setattr(asked, "registers", lambda: {"contact": replace(register, fields=(*register.fields, field))})
        with pytest.raises(NoPurpose, match="register contact asks witness_phone"):
            asked.refuse_unexplained_fields()
    made = type("CuriousForm", (forms.Form,), {"__module__": "tingsu.x", "mobile": TextField(), "mail": EmailField()})
    monkeypatch.setattr(asked, "_forms", lambda _base: iter([made]))
    with pytest.raises(NoPurpose, match="form CuriousForm asks mobile"):
        asked.refuse_unexplained_fields()


def test_nothing_starts_with_such_a_form() -> None:
    """In a process of its own: the addresses of the installation do not load."""
    program = (
        "import django; django.setup()\n"
        "from django import forms\n"
        "kept = type('CuriousForm', (forms.Form,), {'__module__': 'tingsu.x', 'mobile': forms.CharField()})\n"
        "import tingsu.urls\n"
    )
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert ended.returncode != 0
    assert "the form CuriousForm asks mobile of a person without purpose and legal basis" in ended.stderr
