"""Mail: processor time of reading one foreign mail with words in two forms and a picture, beside decoding its bytes alone."""

from __future__ import annotations

import argparse
import base64
import time
from collections.abc import Callable
from email import encoders
from email.mime.base import MIMEBase
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from typing import Any

TARGET_A_SECOND = 20
"""Mails read on one processor, at the least."""
WORDS = "净水器漏水，地板全泡了，请尽快派人来修，谢谢。" * 20
PICTURE = b"\xff\xd8" * 150_000


def main(arguments: list[str]) -> dict[str, Any]:
    """``./tingsu bench mail``."""
    from tingsu.mail.reading import read

    parser = argparse.ArgumentParser(prog="./tingsu bench mail", description=__doc__)
    parser.add_argument("--times", type=int, default=200)
    chosen = parser.parse_args(arguments)
    raw, packed = a_mail(), base64.b64encode(PICTURE)
    reading = each(lambda: read(raw), chosen.times)
    limit = each(lambda: base64.b64decode(packed), chosen.times)
    return {
        "bytes": len(raw), "milliseconds a mail": round(reading * 1000, 2), "mails a second": round(1 / reading),
        "target": TARGET_A_SECOND, "times the decoding of its picture": round(reading / limit, 1),
    }  # fmt: skip


def a_mail() -> bytes:
    """Words as text and as HTML in GB 18030, and a picture of 300 kB."""
    message, both = MIMEMultipart("mixed"), MIMEMultipart("alternative")
    message["From"], message["Subject"] = "邓建国 <deng@mail.example>", "净水器漏水"
    both.attach(MIMEText(WORDS, "plain", "gb18030"))
    both.attach(MIMEText(f"<html><body><p>{WORDS}</p></body></html>" * 20, "html", "gb18030"))
    message.attach(both)
    picture = MIMEBase("image", "jpeg")
    picture.set_payload(PICTURE)
    encoders.encode_base64(picture)
    message.attach(picture)
    return message.as_bytes()


def each(take: Callable[[], Any], times: int) -> float:
    """Seconds of processor for one turn."""
    begun = time.process_time()
    for _turn in range(times):
        take()
    return (time.process_time() - begun) / times
