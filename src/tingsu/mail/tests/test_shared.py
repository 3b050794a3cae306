"""Real mails of strangers to the database, where a folder of them is named: nothing raises, no word and no byte is lost (IG-03)."""

import os
import time
from pathlib import Path

import pytest

from tests.cast import Cast
from tingsu.files.models import StoredFile
from tingsu.files.store import open_file
from tingsu.mail.arriving import KEPT, NAME, Piece, keep
from tingsu.mail.deciding import NO_WORDS
from tingsu.mail.models import Arrival
from tingsu.mail.reading import read
from tingsu.registers.models import Entry

FOLDER = Path(os.environ.get("MAILS_FOLDER", "/nowhere"))
MANY = int(os.environ.get("MAILS_MANY", "0"))
"""So many in all: each mail comes again with a Message-ID and a subject of its own. 0: each once."""


def variants(raws: list[bytes]) -> list[bytes]:
    rounds = max(1, -(-MANY // len(raws)))
    marked = [
        b"X-Round: %d\r\nMessage-ID: <%d.%d@rounds.invalid>\r\n" % (turn, turn, place)
        for turn in range(1, rounds)
        for place in range(len(raws))
    ]
    more = [
        mark + raw.rstrip() + b"\r\n-- %d\r\n" % turn
        for turn, (mark, raw) in enumerate(zip(marked, raws * (rounds - 1), strict=True))
    ]
    return [*raws, *more][: MANY or None]


@pytest.mark.req("IG-03")
@pytest.mark.skipif(not FOLDER.is_dir(), reason="MAILS_FOLDER names no folder of mails")
def test_mails_of_a_folder_are_kept_whole(cast: Cast) -> None:
    raws = variants([one.read_bytes() for one in sorted(FOLDER.rglob("*.eml"))])
    began, answers = time.process_time(), []
    for place, raw in enumerate(raws, 1):
        answers.append(keep(Piece(raw=raw)))
        if place % 200 == 0:
            print(f"{place}: {place / (time.process_time() - began):.1f} a second of processor", flush=True)
    seconds = time.process_time() - began
    kept = answers.count(KEPT)
    print(
        f"{len(raws)} mails, {kept} kept, {len(raws) - kept} here already, {len(raws) / seconds:.1f} a second of processor"
    )
    arrivals = {one.file_id: one.entry_id for one in Arrival.objects.all()}
    assert len(arrivals) == kept
    entries = Entry.objects.filter(register=NAME).in_bulk()
    originals = {open_file(one) for one in StoredFile.objects.filter(pk__in=arrivals)}
    assert originals <= set(raws)
    for row in StoredFile.objects.filter(pk__in=arrivals):
        words = read(open_file(row), stated_by="", zone="Asia/Shanghai").words.strip() or NO_WORDS
        assert entries[arrivals[row.pk]].written()["words"].split() == words.split()
