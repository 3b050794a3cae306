"""Addresses as people outside read them: in letters, on paper, in what other systems are told."""

from django.conf import settings

from tingsu.kernel.organisations import installation_address, organisation_with, public_address
from tingsu.kernel.tenancy import organisation_or_none


def public(path: str) -> str:
    """The whole address of a page of ours, whether or not the path says already below which path we live.

    "" while the organisation has no address that others reach: a letter says no link rather than one to this machine.
    """
    if settings.PREFIX and path.startswith(f"{settings.PREFIX}/"):
        path = path.removeprefix(settings.PREFIX)
    ours = organisation_or_none()
    row = organisation_with(ours) if ours else None
    base = public_address(row) if row else installation_address()
    if row is not None and base.endswith(f"/o/{row.slug}"):
        path = path.removeprefix(f"/o/{row.slug}")
    return f"{base}{path}" if base else ""
