"""Bringing the database to this release's tables: Django's migrations and tenancy, both as the tables' owner."""

from __future__ import annotations

import os
from pathlib import Path

from tingsu.ops import database


def migrate(home: Path, *, verbosity: int = 0) -> None:
    """Migrate as ``tingsu_owner``, then give every tenant table its policies. Needs a process of its own.

    Policies come after the tables because they are read from the models: a table that a migration forgot to
    protect is protected here (architecture §1, invariant 5).
    """
    database.prepare(home, role="owner")
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tingsu.settings")
    import django

    django.setup()
    from django.core.management import call_command

    from tingsu.kernel.tenancy import ensure_tenancy

    call_command("migrate", interactive=False, verbosity=verbosity)
    ensure_tenancy()
