"""Nobody who works here can destroy a record: what may leave a table at all stands in a list (RC-03)."""

import re
from pathlib import Path

import pytest

from tests.test_doors import addresses

SOURCE = Path(__file__).parents[1] / "src" / "tingsu"
DELETES = re.compile(r"\.delete\(|_raw_delete|DELETE FROM|TRUNCATE")
MAY_GO = {
    "answers kept for a while, windows, counts, logs of the machine": {
        "api/once.py", "hooks/delivering.py", "kernel/erasing.py", "kernel/limits.py", "kernel/logs.py", "kernel/once.py", "kernel/tasks.py",
        "knowledge/helping.py",
        "ops/jobs.py", "people/lockout.py", "people/sessions.py", "phone/tasks.py", "privacy/actions.py", "setup/links.py",
    },
    "drafts and codes of visitors": {
        "intake/visits.py", "portal/case_forms.py", "portal/drafts.py", "portal/one_time.py", "portal/resumable.py", "portal/session.py",
        "portal/signed.py",
    },
    "what is made from records and can be made anew: search words, marks, facets, other numbers": {
        "complaints/contacts.py", "complaints/marks.py", "complaints/search.py", "phone/missed.py", "registers/entry.py", "registers/facets.py",
        "warning/traces.py",
    },
    "own arrangements, and links whose taking away is an event": {
        "complaints/kept_filters.py", "complaints/steps/links.py", "partners/accounts.py", "people/actions/accounts.py", "phone/lines.py",
        "registers/actions.py", "registers/listing.py", "conformity/outside.py",
    },
    "erasure by an approved run": {
        "complaints/erasing.py", "letters/erasing.py", "phone/erasing.py", "portal/erasing.py", "privacy/erasing.py", "registers/erasing.py",
    },
    "files that nobody attached, practice copies, a word of the API, parts of a backup that broke, the one method": {
        "files/store.py", "files/sweeping.py", "kernel/emptying.py", "api/entry_notes.py", "ops/places.py", "kernel/tenancy.py",
    },
    "what a table just made holds of itself, before a restore loads the rows of the backup": {"ops/rows.py"},
}  # fmt: skip
"""Where rows are deleted, and what they are. A new place is looked at by a person before it stands here."""


@pytest.mark.req("RC-03")
def test_rows_are_deleted_only_where_the_list_says_what_they_are() -> None:
    found = {
        str(path.relative_to(SOURCE))
        for path in SOURCE.rglob("*.py")
        if not {"tests", "migrations", "demo"} & set(path.parts) and DELETES.search(path.read_text())
    }
    assert found == {place for places in MAY_GO.values() for place in places}


@pytest.mark.req("RC-03")
def test_no_address_deletes_a_record() -> None:
    """Of pages by name, of programs by method: what ends at all is a kept filter, a session, a link or a draft."""
    from django.urls import get_resolver

    from tingsu.api.api import api

    deleted = {path for path, methods in api.get_openapi_schema()["paths"].items() if "delete" in methods}
    assert deleted
    assert all(path.endswith("/links/{link_id}") for path in deleted), "a link taken away is an event of both"
    asked = re.compile(r"delete|remove|destroy|erase|purge")
    assert {name for name, _pattern in addresses(get_resolver()) if asked.search(name)} == {
        "desk:remove_view", "registers:remove_view", "portal:remove_file",
    }, "own kept filters, and what a visitor has not sent yet"  # fmt: skip
