"""Papers: processor time, memory and size of the complete file of a long case, and of the tracking form of very many cases."""

from __future__ import annotations

import argparse
import io
import json
import subprocess
import sys
import time
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bench.place import REPOSITORY, environment, lent, the_cast

DATABASE = "tingsu_bench_papers"
TARGET_SECONDS = 3
"""Of processor, for the complete file of a case with 200 events and 20 attachments."""
PAGES = 3
"""Of each attached PDF."""
FRESH = """
import json, sys, time
import django
django.setup()
from bench import papers
print(json.dumps(getattr(papers, sys.argv[1])(*sys.argv[2:])))
"""


def main(arguments: list[str]) -> dict[str, Any]:
    """``./tingsu bench papers``."""
    parser = argparse.ArgumentParser(prog="./tingsu bench papers", description=__doc__)
    parser.add_argument("--events", type=int, default=200)
    parser.add_argument("--attachments", type=int, default=20)
    parser.add_argument(
        "--forms",
        type=int,
        default=100,
        help="cases whose tracking forms a job makes (1000 for the claim; registering them takes as long)",
    )
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
        found["case_file_first_of_a_process"] = {
            language: in_a_fresh_process("first_of", number, language) for language in ("zh-hans", "en")
        }  # fmt: skip
        found["memory_peak_mb"] = memory()
        if chosen.forms:
            found["tracking_forms"] = in_a_fresh_process("job_of", bulk_of(cast, chosen.forms))
        return found


def in_a_fresh_process(work: str, *given: str) -> dict[str, Any]:
    """What a function of this module finds in a process that did nothing before: every module, face and text is read for it."""
    said = subprocess.run(
        [sys.executable, "-c", FRESH, work, *given], env=environment(), cwd=REPOSITORY, check=True, stdout=subprocess.PIPE
    ).stdout  # fmt: skip
    found: dict[str, Any] = json.loads(said.splitlines()[-1])
    return found


def first_of(number: str, language: str) -> dict[str, Any]:
    """The complete file as the first thing that a process does."""
    from tests.cast import Cast
    from tingsu.complaints import paperwork
    from tingsu.complaints.models import Complaint
    from tingsu.complaints.paperwork import Wanted
    from tingsu.kernel.models import Organisation
    from tingsu.kernel.tenancy import acting_for

    pk = Organisation.objects.get(slug="test").pk
    with acting_for(pk):
        case = Complaint.objects.select_related("stream").get(number=number)
        actor = Cast(pk).supervisor.actor
        seconds, content = timed(lambda: paperwork.make(actor, case, "case_file", Wanted(language=language)).content)
    return {"processor_seconds": round(seconds, 2), "pages": pages(content), "memory_peak_mb": memory()}


def bulk_of(cast: Any, cases: int) -> str:
    """So many registered cases, an approved list of them, and the tracking form of each asked for. Gives the id of the run."""
    from tingsu.complaints import paper_runs
    from tingsu.demo.journey import STORY, Journey
    from tingsu.kernel.clock import local_date, now
    from tingsu.registers import actions
    from tingsu.registers.declaration import registers

    at, day = now(), local_date(now(), "Asia/Shanghai").isoformat()
    for _turn in range(cases):
        Journey.begin(cast.frontline.actor, STORY, at)
    exports = registers()["export"]
    opening = actions.Opening(values={"purpose": "bench", "use": "inside", "received_from": day, "received_to": day})
    entry = actions.open_entry(actor=cast.supervisor.actor, register=exports, opening=opening)
    entry = actions.take_step(actor=cast.mgmt_rep.actor, entry=entry, register=exports, step="allow")
    return str(paper_runs.start(cast.supervisor.actor, entry, "tracking_form", "zh-hans").pk)


def job_of(run_id: str) -> dict[str, Any]:
    """The job of bulk papers, as a worker runs it."""
    from tingsu.complaints import paper_runs
    from tingsu.complaints.models import PaperRun
    from tingsu.kernel.models import Organisation
    from tingsu.kernel.tenancy import acting_for

    before = memory()
    with acting_for(Organisation.objects.get(slug="test").pk):
        began = time.process_time()
        paper_runs.carry_on(uuid.UUID(run_id))
        seconds = time.process_time() - began
        run = PaperRun.objects.get(pk=run_id)
    return {
        "forms": run.done, "of": run.total, "left_out": run.left_out, "parts": len(run.parts), "processor_seconds": round(seconds, 1),
        "milliseconds_each": round(seconds * 1000 / max(1, run.done), 1), "memory_before_mb": before, "memory_peak_mb": memory(),
    }  # fmt: skip


def timed(work: Callable[[], bytes]) -> tuple[float, bytes]:
    """Processor seconds of the whole process, the typesetter's threads too, and what came of it."""
    began = time.process_time()
    content = work()
    return time.process_time() - began, content


def memory() -> int:
    """The most that the process ever held, in megabytes. Not by `getrusage`, which counts the process that started it too."""
    (line,) = (one for one in Path("/proc/self/status").read_text().splitlines() if one.startswith("VmHWM:"))
    return int(line.split()[1]) // 1024


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
