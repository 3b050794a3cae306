"""Files on their way in: sealed while they arrive, never in clear on the disk (PS-03).

Django's own handler keeps what is larger than a megabyte in a temporary file anybody with the disk can read. This one keeps
a little in memory and the rest in a file without a name, sealed with a key that is made for the one file and forgotten with
it. What is too large is let pass unkept: the view hears of it when it asks for the file, in the store's own words.
"""

import io
import os
import tempfile
from pathlib import Path
from typing import IO, Any

from cryptography.hazmat.primitives.ciphers import Cipher, CipherContext
from cryptography.hazmat.primitives.ciphers.algorithms import AES256
from cryptography.hazmat.primitives.ciphers.modes import CTR
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler

from tingsu.files import checks
from tingsu.files.archives import is_packed
from tingsu.files.errors import FileRefused, FileTooLarge

IN_MEMORY = 128 * 1024
_BLOCK = 16


class Arrival(io.RawIOBase):
    """The bytes of one file: written once from beginning to end, then read as often as somebody asks. Raises OSError."""

    def __init__(self) -> None:
        super().__init__()
        self._memory = bytearray()
        self._file: IO[bytes] | None = None
        self._key, self._nonce = os.urandom(32), int.from_bytes(os.urandom(16), "big")
        self._seal: CipherContext | None = None
        self._written = 0
        self._place = 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def keep(self, content: bytes) -> None:
        """Add what has arrived."""
        self._memory += content
        self._written += len(content)
        if self._written > IN_MEMORY:
            self._move_out()

    def _move_out(self) -> None:
        if self._file is None or self._seal is None:
            folder = Path(settings.HOME) / "spool"
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._file = tempfile.TemporaryFile(dir=folder, buffering=0)  # noqa: SIM115 - closed by close()
            self._seal = self._cipher(0)
        sealed = self._seal.update(bytes(self._memory))
        self._memory.clear()
        while sealed:
            sealed = sealed[self._file.write(sealed) :]

    def _cipher(self, place: int) -> CipherContext:
        """The stream of the cipher from a place on."""
        counter = (self._nonce + place // _BLOCK) % 2**128
        cipher = Cipher(AES256(self._key), CTR(counter.to_bytes(16, "big"))).encryptor()
        cipher.update(bytes(place % _BLOCK))
        return cipher

    def readall(self) -> bytes:
        return self._from_here(self._written)

    def readinto(self, buffer: Any) -> int:
        view = memoryview(buffer).cast("B")
        content = self._from_here(len(view))
        view[: len(content)] = content
        return len(content)

    def _from_here(self, most: int) -> bytes:
        most = max(min(most, self._written - self._place), 0)
        if self._file is None:
            content = bytes(self._memory[self._place : self._place + most])
        else:
            content = self._cipher(self._place).update(os.pread(self._file.fileno(), most, self._place))
        self._place += len(content)
        return content

    def seek(self, place: int, whence: int = io.SEEK_SET) -> int:
        self._place = max(place + {io.SEEK_SET: 0, io.SEEK_CUR: self._place, io.SEEK_END: self._written}[whence], 0)
        return self._place

    def tell(self) -> int:
        return self._place

    def close(self) -> None:
        self._memory.clear()
        if self._file is not None:
            self._file.close()
        super().close()


class SealedUpload(UploadedFile):  # type: ignore[type-arg]  # not subscriptable at run time
    """A file of a form. `refusal` says why it was not kept while it arrived; whoever takes the file in raises it."""

    refusal: FileRefused | None = None


class SealedUploadHandler(FileUploadHandler):
    """The only handler of uploads."""

    arrival: Arrival
    refusal: FileRefused | None

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self.arrival, self.refusal = Arrival(), None

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        if self.refusal is None and start + len(raw_data) > checks.SIZE_LIMIT:
            self.refusal = FileTooLarge(size="", limit=checks.megabytes(checks.SIZE_LIMIT))
            self.arrival.close()
        if self.refusal is None:
            self.arrival.keep(raw_data)
        return None

    def file_complete(self, file_size: int) -> SealedUpload:
        content: Any = self.arrival
        if self.refusal is not None:
            content = io.BytesIO()
            self.refusal.data["size"] = checks.megabytes(file_size)
        upload = SealedUpload(
            file=content,
            name=self.file_name,
            content_type=self.content_type,
            size=file_size,
            charset=self.charset,
            content_type_extra=self.content_type_extra,
        )
        upload.refusal = self.refusal
        return upload

    def upload_interrupted(self) -> None:
        if hasattr(self, "arrival"):
            self.arrival.close()


def list_in(upload: Any) -> bytes:
    """The content of an uploaded list; a workbook is walked like every file before anything opens it. Raises FileRefused."""
    if isinstance(upload, SealedUpload) and upload.refusal is not None:
        raise upload.refusal
    content: bytes = upload.read()
    if is_packed(content):
        checks.check(upload.name, content)
    return content
