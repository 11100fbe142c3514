"""Seals an upload while it arrives. Django's own handlers would write a large file to a disk as it is; this one hands each
block to the intake of whoever reads such files, so that no patient's row is ever plain on a disk."""

from collections.abc import Callable
from typing import Any, cast

from django.core.files.uploadedfile import SimpleUploadedFile, UploadedFile
from django.core.files.uploadhandler import FileUploadHandler, StopUpload
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.views.decorators.csrf import csrf_protect

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


def taken(
    request: HttpRequest, intake: Intake, receive: Callable[[HttpRequest, Sealing], HttpResponse]
) -> HttpResponseBase:
    """What `receive` makes of the file that is sent. The view is exempt from Django's own check of the form's token, which would
    read the form before the upload is sealed; it is made here, behind that."""

    def read(request: HttpRequest, sealing: Sealing) -> HttpResponse:
        request.FILES.get("file")  # reads the form, and with it the file
        return receive(request, sealing)

    sealing = Sealing(request, intake)
    request.upload_handlers = [sealing]
    return cast(HttpResponseBase, csrf_protect(read)(request, sealing))
