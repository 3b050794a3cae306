"""What lists filter entries by: small rows beside each entry, of texts a keyed fingerprint only."""

from collections.abc import Mapping
from typing import Any

from tingsu.kernel import crypto
from tingsu.kernel.rows import writing
from tingsu.kernel.tenancy import current_organisation_id
from tingsu.registers.declaration import INVOLVED, Register
from tingsu.registers.models import Entry, EntryFacet


def facets_of(register: Register, codes: Mapping[str, Any], texts: Mapping[str, str]) -> list[tuple[str, str]]:
    """What lists filter an entry by: its codes, and of texts a keyed fingerprint."""
    found = []
    for name in register.filters:
        if register.by_name[name].kind == "text":
            found += [(name, fingerprint(register, name, texts[name]))] if texts.get(name) else []
            continue
        value = codes.get(name)
        values = value if isinstance(value, list) else [] if value is None else [value]
        found += [(name, "yes" if one is True else "no" if one is False else str(one)) for one in values]
    found += [("clause", clause) for clause in register.clauses(codes)]
    found += [(INVOLVED, one) for one in sorted(set(register.involves(codes)))]
    return found


def fingerprint(register: Register, name: str, text: str) -> str:
    """By what a text is found without being kept: equal names have equal fingerprints."""
    plain_name = "".join(text.split()).lower()
    return crypto.blind_index(current_organisation_id(), f"{register.name}.{name}", plain_name).hex()


def write_facets(register: Register, entry: Entry, texts: Mapping[str, str], *, fresh: bool = False) -> None:
    """Make the facets of an entry what it says; one that was just opened has none yet."""
    if not fresh:
        EntryFacet.objects.filter(entry=entry).delete()
    facets = [
        EntryFacet(entry=entry, register=register.name, name=name, value=value, opened_at=entry.opened_at)
        for name, value in facets_of(register, entry.codes, texts)
    ]
    if facets:
        with writing() as rows:
            rows.add(facets)
