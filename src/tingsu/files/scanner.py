"""The scanner for malware: clamd over its socket, asked when the installation has one (PS-03).

No scanner, or one that does not answer, never stops an upload: the file says *not scanned* wherever it is shown, and is
asked about again until somebody answered (`files.tasks.scan_later`).
"""

import io
import logging
import socket
import struct
import time
from dataclasses import dataclass

from django.conf import settings

from tingsu.kernel.patience import Patient

log = logging.getLogger(__name__)

PATIENCE = 30.0
"""Seconds for each answer of the scanner."""
_BLOCK = 64 * 1024


@dataclass(frozen=True)
class Verdict:
    """What the scanner says. `found` names what it found, in the scanner's words."""

    scanned: bool
    found: str = ""


NOT_SCANNED = Verdict(scanned=False)


def is_present() -> bool:
    """Whether the installation has a scanner."""
    return bool(settings.CLAMD)


def scan(content: bytes) -> Verdict:
    """Ask the scanner. Never raises: who cannot answer has not scanned."""
    if not is_present():
        return NOT_SCANNED
    try:
        answer = _ask(content)
    except (OSError, ValueError) as error:
        log.warning("scanner does not answer: %s", type(error).__name__)
        return NOT_SCANNED
    words = answer.rstrip(b"\x00\r\n ").decode("utf-8", "replace").removeprefix("stream: ")
    if words == "OK":
        return Verdict(scanned=True)
    if words.endswith(" FOUND"):
        return Verdict(scanned=True, found=words.removesuffix(" FOUND")[:100])
    log.warning("scanner gives no verdict")
    return NOT_SCANNED


def _ask(content: bytes) -> bytes:
    with _connect() as line:
        try:
            line.sendall(b"zINSTREAM\x00")
            for place in range(0, len(content), _BLOCK):
                block = content[place : place + _BLOCK]
                line.sendall(struct.pack(">I", len(block)) + block)
            line.sendall(struct.pack(">I", 0))
        except BrokenPipeError:
            pass  # it has said already that this is too much for it
        answer, said = bytearray(), io.BufferedReader(Patient(line, time.monotonic() + PATIENCE))
        while not answer.endswith(b"\x00") and len(answer) < 4096:
            part = said.read1(4096)
            if not part:
                break
            answer += part
        return bytes(answer)


def _connect() -> socket.socket:
    """TINGSU_CLAMD is the path of a socket, or host:port."""
    if settings.CLAMD.startswith("/"):
        line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        line.settimeout(PATIENCE)
        try:
            line.connect(settings.CLAMD)
        except OSError:
            line.close()
            raise
        return line
    host, _colon, port = settings.CLAMD.rpartition(":")
    return socket.create_connection((host.strip("[]"), int(port)), timeout=PATIENCE)
