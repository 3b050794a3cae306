#!/usr/bin/env python3
"""Check an evidence pack: every file is there, unchanged, and nothing was added. Needs Python 3 and nothing else.

    python3 verify_pack.py SH-2026-001.zip [DIGEST]

DIGEST is the SHA-256 of manifest.sha256, as it stands on the page of the pack and in the history of the firm that made it. Without it the
files are compared with the list in the pack; with it the list itself is proved to be the one that was approved.
检查证据包：文件齐全、未被改动、没有多出内容。DIGEST 为企业系统中登记的清单 SHA-256 值。
"""

import hashlib
import sys
import zipfile

LIST = "manifest.sha256"
OWN = frozenset({LIST})


def digest_of(packed: zipfile.ZipFile, name: str) -> str:
    """The SHA-256 of one file, read piece by piece."""
    found = hashlib.sha256()
    with packed.open(name) as file:
        while piece := file.read(1 << 20):
            found.update(piece)
    return found.hexdigest()


def problems_of(path: str, digest: str = "") -> list[str]:
    """Everything that is wrong with a pack, in sentences; empty when it is whole."""
    try:
        packed = zipfile.ZipFile(path)
    except (OSError, zipfile.BadZipFile) as error:
        return [f"{path}: not a ZIP that can be read ({error})"]
    with packed:
        names = packed.namelist()
        if LIST not in names:
            return [f"{LIST} is missing: this is no evidence pack"]
        found = []
        content = packed.read(LIST)
        if digest and hashlib.sha256(content).hexdigest() != digest.strip().lower():
            found.append(f"{LIST} is not the one that was approved")
        told: dict[str, str] = {}
        for line in content.decode("utf-8").splitlines():
            said, _space, name = line.partition("  ")
            told[name] = said
        found += [f"listed twice in the ZIP: {name}" for name in sorted({one for one in names if names.count(one) > 1})]
        found += [f"added: {name}" for name in sorted(set(names) - set(told) - OWN)]
        found += [f"missing: {name}" for name in sorted(set(told) - set(names))]
        for name in sorted(set(told) & set(names)):
            try:
                changed = digest_of(packed, name) != told[name]
            except (zipfile.BadZipFile, OSError, EOFError):
                changed = True
            if changed:
                found.append(f"changed: {name}")
        return found


def main(arguments: list[str]) -> int:
    """Say what is wrong; 0 when nothing is."""
    if not arguments:
        sys.stderr.write(f"{__doc__}\n")
        return 2
    found = problems_of(*arguments[:2])
    for one in found:
        sys.stdout.write(f"{one}\n")
    if not found:
        sys.stdout.write("The pack is whole: every file is as it was listed.\n证据包完整：每个文件均与清单一致。\n")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
