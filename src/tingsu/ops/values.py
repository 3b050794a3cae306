"""What the values of the environment must look like: each check gives the words after "NAME must", or None."""

from __future__ import annotations

import base64
import binascii
import os
import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import SplitResult

from tingsu.kernel import addresses

MASTER_KEY_BYTES = 32
LEAST_SECRET = 32
LAST_PORT = 65535
LONGEST_NUMBER = 12

Complaint = str | None
Check = Callable[[str], Complaint]


def anything(_value: str) -> Complaint:
    return None


def flag(value: str) -> Complaint:
    return None if value.lower() in {"0", "1", "true", "false", "yes", "no"} else "be 0 or 1"


def is_number(value: str) -> bool:
    """Digits as Python's int takes them, and not thousands of them: other scripts have digits that it does not read."""
    return value.isascii() and value.isdigit() and len(value) <= LONGEST_NUMBER


def whole(least: int, most: int) -> Check:
    """A whole number between two others, both included."""

    def check(value: str) -> Complaint:
        fits = is_number(value) and least <= int(value) <= most
        return None if fits else f"be a whole number from {least} to {most}"

    return check


def one_of(*words: str) -> Check:
    """One of a few words."""
    return lambda value: None if value in words else f"be {' or '.join(words)}"


def master_key(value: str) -> Complaint:
    try:
        length = len(base64.b64decode(value, validate=True))
    except (binascii.Error, ValueError):
        length = 0
    if length == MASTER_KEY_BYTES:
        return None
    found = f" and is {length}" if length else ""
    return f"be {MASTER_KEY_BYTES} bytes in base64{found}: a new one is made by `openssl rand -base64 32`"


def secret(value: str) -> Complaint:
    return None if len(value) >= LEAST_SECRET else f"be at least {LEAST_SECRET} signs long"


def each(check: Check) -> Check:
    """Several values with spaces or lines between them."""
    return lambda value: next((wrong for one in value.split() if (wrong := check(one)) is not None), None)


def address(value: str) -> Complaint:
    parts = addresses.split(value)
    if parts is None:
        return "be an address such as https://complaints.example.cn"
    return sent_otherwise(value, parts)


def sent_otherwise(value: str, parts: SplitResult) -> Complaint:
    """Browsers send names in small Latin letters, and what is compared with what they send must be written so."""
    try:
        sent = addresses.host_as_sent(parts.hostname or "")
    except ValueError:
        return "be an address such as https://complaints.example.cn"
    if sent != parts.hostname:
        return f"name the host as browsers send it, {sent}"
    begins = f"{parts.scheme}://{parts.netloc.lower()}"
    return None if value.startswith(begins) else f"be written as browsers send it, in small letters: {begins}"


def mail_server(value: str) -> Complaint:
    from ipaddress import ip_address

    if re.fullmatch(r"[A-Za-z0-9_]([A-Za-z0-9_.-]{0,252})", value) and all(len(part) < 64 for part in value.split(".")):
        return None
    try:
        ip_address(value)
    except ValueError:
        return "be the name of a mail server without its port (that is TINGSU_SMTP_PORT), such as smtp.example.cn"
    return None


def backups(value: str) -> Complaint:
    if value.startswith("s3://"):
        return None if re.fullmatch(r"s3://[a-z0-9][a-z0-9.-]{1,62}(/[^\s]*)?", value) else "be s3://bucket/prefix"
    if re.match(r"[A-Za-z][A-Za-z0-9+.-]+:", value):
        return "name a folder or s3://bucket/prefix"
    return path(value)


def path(value: str) -> Complaint:
    try:
        Path(value).expanduser().resolve()
    except (RuntimeError, OSError, ValueError):
        return "be a path that can be followed"
    return None


def origins(value: str) -> Complaint:
    for origin in filter(None, value.split(",")):
        plain = origin.replace("://*.", "://any.")
        parts = addresses.split(plain)
        if parts is None or parts.path:
            return "be addresses without a path, such as https://complaints.example.cn, with commas between them"
        if (wrong := sent_otherwise(plain, parts)) is not None:
            return wrong
    return None


def hosts(value: str) -> Complaint:
    for host in value.split(","):
        if not re.fullmatch(r"\*|\.?[A-Za-z0-9_]([A-Za-z0-9_.-]*[A-Za-z0-9_])?|\[[0-9a-fA-F:.]+\]", host):
            return "be host names without http:// and port, such as complaints.example.cn, with commas between them"
    return None


def header(value: str) -> Complaint:
    return None if re.fullmatch(r"[A-Za-z][A-Za-z0-9_-]*", value) else "be the name of a header"


def proxies(value: str) -> Complaint:
    from ipaddress import ip_network

    if is_number(value):
        return None if int(value) < 10 else "be a number below 10"
    try:
        for part in value.split(","):
            ip_network(part.strip(), strict=False)
    except ValueError:
        return "be how many proxies stand before Tingsu, or their addresses, such as 127.0.0.1,10.0.0.0/8"
    return None


def inside(value: str) -> Complaint:
    from ipaddress import ip_network

    for part in filter(None, (one.strip() for one in value.split(","))):
        try:
            ip_network(part, strict=False)
        except ValueError:
            if "/" in part or addresses.split(f"http://{part}") is None:
                return "be hosts and networks with commas between, such as crm.firm.lan,10.20.0.0/16"
    return None


def scanner(value: str) -> Complaint:
    host, colon, port = value.rpartition(":")
    fits = value.startswith("/") or (host and colon and is_number(port) and 0 < int(port) <= LAST_PORT)
    return None if fits else "be the path of clamd's socket, such as /run/clamav/clamd.ctl, or host:port"


def log_server(value: str) -> Complaint:
    host, colon, port = value.rpartition(":")
    fits = value.startswith("/") or (host and colon and is_number(port) and 0 < int(port) <= LAST_PORT)
    return None if fits else "be the path of a log socket, such as /dev/log, or host:port of a log server (UDP)"


def readable(value: str) -> Complaint:
    return None if os.path.isfile(value) and os.access(value, os.R_OK) else "be the path of a file that can be read"


def mail_address(value: str) -> Complaint:
    inside = re.fullmatch(r"(?:[^<>\r\n]*<)?([^<>\s@]+@[^<>\s@]+?)>?", value)
    return None if inside else "be a mail address such as complaints@example.cn"


def dsn(value: str) -> Complaint:
    import psycopg
    from psycopg.conninfo import conninfo_to_dict

    try:
        known = conninfo_to_dict(value)
    except psycopg.ProgrammingError:
        known = {}
    return None if known else "be a PostgreSQL address such as postgresql://role:password@host:5432/tingsu"


def recipients(value: str) -> Complaint:
    names = [name.strip() for name in value.replace(",", "\n").splitlines() if name.strip() and name.strip()[0] != "#"]
    fits = names and all(re.fullmatch(r"age1[0-9a-z]{58}", name) for name in names)
    return None if fits else "be recipients of age (age1…) with commas between them"


def identity(value: str) -> Complaint:
    return None if "AGE-SECRET-KEY-1" in value else "be a private key of age (AGE-SECRET-KEY-1…)"


def folder(value: str) -> Complaint:
    if wrong := path(value):
        return wrong
    return "name a folder, and there is a file of that name" if os.path.isfile(Path(value).expanduser()) else None
