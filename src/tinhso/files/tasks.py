"""Reading large uploads in the background."""

from django.utils.translation import override
from django_tasks import task

from tinhso.files import uploads
from tinhso.files.models import Upload


@task(queue_name="long")
def read_upload(*, upload: str, apply: bool, language: str) -> bool:
    """Check or apply a kept file and tell it in the owner's language; whether it was still there.

    Run twice after a crash, the second run finds nothing left to change.
    """
    kept = Upload.objects.filter(uuid=upload).first()
    if kept is None:
        return False
    with override(language):
        uploads.work(kept, apply=apply)
    return True
