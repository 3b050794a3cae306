"""Who asks: the client's address and scheme behind the proxies that are ours. Nothing else may read what proxies say.

Lock-out, rate limits, access log, addresses of pages and cookies all ask here (PS-03). A header is believed only as far
as it was written by a proxy named in TINGSU_PROXIES: what stands left of that, anybody may have sent.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from ipaddress import IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from django.http import HttpRequest

FORWARDED_FOR = "HTTP_X_FORWARDED_FOR"
_OF_PROXIES = (
    "HTTP_X_FORWARDED_FOR",
    "HTTP_X_FORWARDED_HOST",
    "HTTP_X_FORWARDED_PORT",
    "HTTP_X_REAL_IP",
    "HTTP_FORWARDED",
)
_SCHEMES = ("http", "https")


@dataclass(frozen=True)
class Proxies:
    """Which proxies are ours: so many in a row, or all within these networks; and the header in which they say the scheme."""

    count: int = 0
    networks: tuple[IPv4Network | IPv6Network, ...] = ()
    scheme_header: str = "HTTP_X_FORWARDED_PROTO"

    def __bool__(self) -> bool:
        return bool(self.count or self.networks)


@dataclass(frozen=True)
class Client:
    """The one who asks. `told` says that some proxy, ours or not, spoke for it."""

    address: str
    scheme: str
    told: bool = field(default=False, compare=False)


def read_proxies(value: str, scheme_header: str = "") -> Proxies:
    """A number of proxies, or their addresses and networks with commas between. Raises ValueError with a sentence.

    The header may be written as HTTP or Django writes it; naming one without proxies means one proxy.
    """
    name = scheme_header.strip().upper().replace("-", "_")
    header = name if name.startswith("HTTP_") else f"HTTP_{name or 'X_FORWARDED_PROTO'}"
    value = value.strip()
    if not value or (value.isascii() and value.isdigit()):
        return Proxies(count=int(value) if value else int(bool(name)), scheme_header=header)
    try:
        networks = tuple(ip_network(part.strip(), strict=False) for part in value.split(","))
    except ValueError as error:
        raise ValueError(
            f"TINGSU_PROXIES must be a number, or addresses and networks such as 127.0.0.1,10.0.0.0/8, not {value!r}."
        ) from error
    return Proxies(networks=networks, scheme_header=header)


def client_of(meta: Mapping[str, str], proxies: Proxies) -> Client:
    """The client of a request, from its WSGI environment before anybody changed it."""
    remote, scheme = meta.get("REMOTE_ADDR", ""), meta.get("wsgi.url_scheme", "http")
    told = any(name in meta for name in (*_OF_PROXIES, proxies.scheme_header))
    remote = _plain(remote) or remote
    if not proxies:
        return Client(remote, scheme, told)
    chain = [part.strip() for part in meta.get(FORWARDED_FOR, "").split(",") if part.strip()]
    address, hops = remote, 0
    while _is_ours(address, hops, proxies):
        hops += 1
        before = _plain(chain.pop()) if chain else None
        if before is None:
            break  # the proxy did not say, or said nothing that is an address
        address = before
    schemes = [part.strip().lower() for part in meta.get(proxies.scheme_header, "").split(",")]
    # Each of our proxies that appends adds one; one that replaces leaves a single word.
    said = schemes[-min(hops, len(schemes))] if hops else ""
    return Client(address, said if said in _SCHEMES else scheme, told)


def _is_ours(address: str, hops: int, proxies: Proxies) -> bool:
    if proxies.count:
        return hops < proxies.count
    try:
        known = ip_address(address)
    except ValueError:
        return False
    return any(known in network for network in proxies.networks)


@lru_cache(maxsize=4096)
def _plain(written: str) -> str | None:
    """An address without port, brackets and the IPv6 dress of an IPv4 address; None when it is none."""
    if written.startswith("["):
        written = written[1:].partition("]")[0]
    elif written.count(":") == 1:
        written = written.partition(":")[0]
    try:
        found = ip_address(written.partition("%")[0])
    except ValueError:
        return None
    if isinstance(found, IPv6Address) and found.ipv4_mapped:
        found = found.ipv4_mapped
    return str(found)


def settle(meta: dict[str, str], proxies: Proxies) -> Client:
    """Write the client into the environment and take away what proxies said, so that nobody else can read it otherwise."""
    client = client_of(meta, proxies)
    if client.scheme != meta.get("wsgi.url_scheme"):
        meta["SERVER_PORT"] = "443" if client.scheme == "https" else "80"
    meta["REMOTE_ADDR"], meta["wsgi.url_scheme"] = client.address, client.scheme
    for name in (*_OF_PROXIES, proxies.scheme_header, "HTTP_X_FORWARDED_PROTO"):
        meta.pop(name, None)
    return client


def address_of(request: HttpRequest) -> str:
    """Where a request comes from."""
    return str(request.META.get("REMOTE_ADDR", ""))


def counted_as(request: HttpRequest) -> str:
    """The subject under which attempts from this address are counted: one home has 2^64 addresses of IPv6."""
    return network_of(address_of(request), v4=32)


@lru_cache(maxsize=4096)
def network_of(address: str, *, v4: int = 24, v6: int = 64) -> str:
    """The address without its last part, for logs; as it is when it is none. Kept: each line of the access log asks."""
    try:
        found = ip_address(address)
    except ValueError:
        return address
    bits = v6 if isinstance(found, IPv6Address) else v4
    network = ip_network(f"{address}/{bits}", strict=False)
    return str(network.network_address) if bits == found.max_prefixlen else str(network)
