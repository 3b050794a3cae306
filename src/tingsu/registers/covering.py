"""Who is named in an entry of a register, and by which row of the privacy table each of its texts is shown (PS-05, PS-06)."""

from collections.abc import Mapping

from tingsu.privacy.fields import TABLE
from tingsu.privacy.masking import Known, known_values
from tingsu.registers.declaration import Register


def place_of(register: Register, name: str) -> tuple[str, str]:
    """Where a field of an entry stands in the privacy table: what is not about a person is a note."""
    subject, _dot, place = register.personal.get(name, "history.note").partition(".")
    return subject, place


def known_in(register: Register, written: Mapping[str, str]) -> Known:
    """The people that an entry names in fields of their own: the other texts of the entry do not tell their values."""
    found = []
    for name in register.personal:
        rule = TABLE.get(place_of(register, name))
        if rule is not None and written.get(name):
            found.append({"kind": "person", rule.mask: written[name]})
    return known_values(found)
