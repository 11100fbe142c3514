"""Seals an upload while it arrives. Django's own handlers would write a large file to a disk as it is; this one hands each
block to the intake of whoever reads such files, so that no patient's row is ever plain on a disk."""

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile, UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, StopUpload
from django.http import HttpRequest

from recado.appointments.types import Intake


class Sealing(FileUploadHandler):
    """Takes the first file of the field `file` of a form; anything else is thrown away."""

    chunk_size = 1 << 16

    def __init__(self, request: HttpRequest, intake: Intake) -> None:
        super().__init__(request)
        self.intake = intake
        self.name = ""
        self._is_ours = False

    def new_file(self, field_name: str, file_name: str, *args: Any, **kwargs: Any) -> None:
        super().new_file(field_name, file_name, *args, **kwargs)
        self._is_ours = field_name == "file" and not self.name
        if self._is_ours:
            self.name = file_name

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        if self._is_ours:
            self.intake.write(raw_data)
            if self.intake.is_too_large:
                raise StopUpload(connection_reset=False)

    def file_complete(self, file_size: int) -> "UploadedFile[Any]":
        return SimpleUploadedFile(self.name or "file", b"")
