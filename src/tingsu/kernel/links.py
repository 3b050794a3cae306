"""Addresses as people outside read them: in letters, on paper, in what other systems are told."""

from django.conf import settings


def public(path: str) -> str:
    """The whole address of a page of ours, whether or not the path says already below which path we live."""
    if settings.PREFIX and path.startswith(f"{settings.PREFIX}/"):
        path = path.removeprefix(settings.PREFIX)
    return f"{settings.PUBLIC_URL}{path}"
