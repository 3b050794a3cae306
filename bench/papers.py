"""Papers: processor time, memory and size of the complete file of a long case, and of the tracking form of very many cases."""

from __future__ import annotations

import argparse
import io
import resource
import time
from collections.abc import Callable
from typing import Any

from bench.place import lent, the_cast

DATABASE = "tingsu_bench_papers"
TARGET_SECONDS = 3
"""Of processor, for the complete file of a case with 200 events and 20 attachments."""
PAGES = 3
"""Of each attached PDF."""


def main(arguments: list[str]) -> dict[str, Any]:
    """``./tingsu bench papers``."""
    parser = argparse.ArgumentParser(prog="./tingsu bench papers", description=__doc__)
    parser.add_argument("--events", type=int, default=200)
    parser.add_argument("--attachments", type=int, default=20)
    parser.add_argument("--forms", type=int, default=100, help="tracking forms in bulk (1000 for the claim)")
    parser.add_argument("--times", type=int, default=3)
    chosen = parser.parse_args(arguments)
    with lent(DATABASE):
        return measured(chosen)


def measured(chosen: argparse.Namespace) -> dict[str, Any]:
    """A long case, its complete file some times in both languages, and many forms."""
    from tingsu.complaints import paperwork
    from tingsu.complaints.models import Complaint
    from tingsu.complaints.paperwork import Wanted
    from tingsu.kernel.models import Event

    with the_cast() as cast:
        number = long_case(cast, chosen.events, chosen.attachments)
        actor = cast.supervisor.actor

        def case() -> Complaint:
            return Complaint.objects.select_related("stream").get(number=number)

        found: dict[str, Any] = {
            "events": Event.objects.filter(stream_id=case().pk).count(), "attachments": chosen.attachments,
            "target_processor_seconds": TARGET_SECONDS, "memory_before_mb": memory(),
        }  # fmt: skip
        for language in ("zh-hans", "en"):
            wanted = Wanted(language=language)
            runs = [
                timed(lambda wanted=wanted: paperwork.make(actor, case(), "case_file", wanted).content)
                for _turn in range(chosen.times)
            ]
            found[f"case_file_{language}"] = {
                "processor_seconds": [round(seconds, 2) for seconds, _content in runs], "bytes": len(runs[0][1]),
                "pages": pages(runs[0][1]),
            }  # fmt: skip
        found["memory_peak_mb"] = memory()
        seconds, content = timed(
            lambda: [
                paperwork.make(actor, case(), "tracking_form", Wanted(language="zh-hans"), door="export").content
                for _turn in range(chosen.forms)
            ][-1]
        )
        found["tracking_forms"] = {
            "forms": chosen.forms, "processor_seconds": round(seconds, 2), "bytes_of_one": len(content), "memory_peak_mb": memory(),
        }  # fmt: skip
        return found


def timed(work: Callable[[], bytes]) -> tuple[float, bytes]:
    """Processor seconds of the whole process, the typesetter's threads too, and what came of it."""
    began = time.process_time()
    content = work()
    return time.process_time() - began, content


def memory() -> int:
    """The most that the process ever held, in megabytes."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def pages(content: bytes) -> int:
    from pypdf import PdfReader

    return len(PdfReader(io.BytesIO(content)).pages)


def long_case(cast: Any, events: int, attachments: int) -> str:
    """A case with so many contacts and attachments, half pictures as a telephone takes them, half PDF. Gives its number."""
    from datetime import timedelta

    from django.db import transaction

    from tingsu.demo.journey import STORY, Journey
    from tingsu.files.store import attach, keep
    from tingsu.kernel.clock import now
    from tingsu.kernel.models import Event

    actor = cast.frontline.actor
    kept = [keep(*(a_photo(turn) if turn % 2 else a_document(turn)), actor=actor).pk for turn in range(attachments)]
    journey = Journey.begin(actor, STORY, now() - timedelta(days=3))
    with transaction.atomic():
        attach(kept, stream_id=journey.complaint.pk, at=now())
    words = "已与投诉人通话，告知核查进展：仓库已确认收到退货，财务正在核对退款批次，预计明日上午给出结果。"
    while (missing := events - Event.objects.filter(stream_id=journey.complaint.pk).count()) > 0:
        for turn in range(missing):
            journey.take(
                actor, "log_contact", {"direction": "out", "means": "phone", "purpose": "general", "content": f"{turn}. {words}"},
            )  # fmt: skip
    return str(journey.complaint.number)


def a_photo(turn: int) -> tuple[str, bytes]:
    """A JPEG of twelve megapixels."""
    from PIL import Image

    out = io.BytesIO()
    Image.effect_mandelbrot((4000, 3000), (-2, -1.5, 1, 1.5), 60 + turn).convert("RGB").save(out, "JPEG", quality=85)
    return f"photo-{turn}.jpg", out.getvalue()


def a_document(turn: int) -> tuple[str, bytes]:
    """A PDF of some pages."""
    from tingsu.kernel.clock import now
    from tingsu.pages.pdf import Part, Sheet, pdf

    parts = [Part(heading=f"{turn}.{page}", fresh=page > 0, texts=["合同条款正文。" * 120]) for page in range(PAGES)]
    return f"contract-{turn}.pdf", pdf(Sheet(firm="梧禾里", title="合同", by="", at=now(), parts=parts))
