"""A workbook in the old format, and what may be wrong with one."""

from pathlib import Path

OLD_LIST = (Path(__file__).parent / "old_list.xls").read_bytes()
"""One sheet with a line of titles and two lines of complaints, as a shop's program writes it."""
SLOT = 128


def with_part(name: str) -> bytes:
    """The same with one more part in its directory: macros, a picture of another program."""
    place = OLD_LIST.index("Root Entry".encode("utf-16-le"))
    free = next(at for at in range(place + SLOT, place + 4 * SLOT, SLOT) if OLD_LIST[at + 66] == 0)
    spelt = name.encode("utf-16-le")
    slot = spelt.ljust(64, b"\0") + (len(spelt) + 2).to_bytes(2, "little") + b"\x02" + OLD_LIST[free + 67 : free + SLOT]
    return OLD_LIST[:free] + slot + OLD_LIST[free + SLOT :]


def with_macro_sheet() -> bytes:
    """The same, its sheet one of instructions (BOUNDSHEET, type 1)."""
    record = OLD_LIST.index(b"\x85\x00", 512)
    return OLD_LIST[: record + 9] + b"\x01" + OLD_LIST[record + 10 :]
