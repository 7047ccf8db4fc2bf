import uuid

from django.http import HttpRequest, StreamingHttpResponse
from django.shortcuts import get_object_or_404
from django.utils.http import content_disposition_header

from tinhso.files.models import StoredFile
from tinhso.files.stored import read
from tinhso.foundation.access import public


def attachment(stored: StoredFile, name: str = "") -> StreamingHttpResponse:
    """A stored file's bytes, always as something to save under a name. The caller has asked who may have them."""
    response = StreamingHttpResponse(read(stored), content_type=stored.content_type)
    response["Content-Disposition"] = content_disposition_header(True, name or stored.name)
    response["Content-Length"] = stored.size
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["Cache-Control"] = "public, max-age=31536000, immutable" if stored.public else "private, no-store"
    response["ETag"] = f'"{stored.sha256}"'
    return response


@public
def download(request: HttpRequest, uid: uuid.UUID) -> StreamingHttpResponse:
    """The bytes of a file the reader may see."""
    return attachment(get_object_or_404(StoredFile.objects.visible_to(request.user), uid=uid))
