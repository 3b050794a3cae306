"""Addresses of sites as people write them into settings and forms: read whole, or not at all."""

import re
from urllib.parse import SplitResult, urlsplit

_HOST = re.compile(r"[^\s<>\"'\\%/]+")
_PATH = re.compile(r"(/[A-Za-z0-9._~-]+)*")


def split(address: str) -> SplitResult | None:
    """The parts of an http(s) address of a site, perhaps below a path; None for what browsers would not open as one."""
    try:
        parts = urlsplit(address)
        port = parts.port
    except ValueError:
        return None
    path = parts.path.rstrip("/")
    host_fits = parts.scheme in {"http", "https"} and port != 0 and bool(_HOST.fullmatch(parts.hostname or ""))
    # Two slashes at the beginning of a path are the address of another host.
    path_fits = bool(_PATH.fullmatch(path)) and ".." not in path and not re.search(r"\s", address)
    bare = parts.username is None and not parts.query and not parts.fragment
    return parts if host_fits and path_fits and bare else None


def host_as_sent(host: str) -> str:
    """A host name as browsers send it: 投诉.中国 becomes xn--…. Raises ValueError for what no browser could send."""
    return host if host.isascii() else host.encode("idna").decode()


def as_sent(parts: SplitResult) -> str:
    """The address with its host as browsers send it. Raises ValueError."""
    host = parts.hostname or ""
    return parts.geturl() if host.isascii() else parts._replace(netloc=_netloc(parts)).geturl()


def _netloc(parts: SplitResult) -> str:
    host = host_as_sent(parts.hostname or "")
    return host if parts.port is None else f"{host}:{parts.port}"
