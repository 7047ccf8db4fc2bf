"""Both languages are complete: every text in code and templates has its English, and none is left over."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import polib
import pytest

SOURCE = Path(__file__).resolve().parent.parent / "src" / "tinhso"
APPS = sorted(str(path.parent.relative_to(SOURCE)) for path in SOURCE.rglob("apps.py"))


@pytest.fixture(scope="module")
def extracted(tmp_path_factory) -> dict[str, set[str]]:
    """Texts that GNU gettext finds in each app today."""
    if not shutil.which("xgettext"):
        pytest.skip("GNU gettext is not installed (tools/packages.sh installs it)")
    found = {}
    for app in APPS:
        copy = tmp_path_factory.mktemp("messages") / "app"
        shutil.copytree(SOURCE / app, copy, ignore=shutil.ignore_patterns("locale", "tests", "static", "__pycache__"))
        (copy / "locale").mkdir()
        command = [sys.executable, "-m", "django", "makemessages", "-l", "en", "--no-location", "-v0"]
        environment = {**os.environ, "PYTHONPATH": str(SOURCE.parent)}
        subprocess.run(command, cwd=copy, check=True, capture_output=True, env=environment)
        catalogue = copy / "locale/en/LC_MESSAGES/django.po"
        found[app] = {entry.msgid for entry in polib.pofile(str(catalogue))} if catalogue.exists() else set()
    return found


@pytest.mark.parametrize("app", APPS)
def test_every_text_has_its_english(app, extracted):
    catalogue = SOURCE / app / "locale/en/LC_MESSAGES/django.po"
    entries = polib.pofile(str(catalogue)) if catalogue.exists() else []
    translated = {entry.msgid for entry in entries if entry.translated() and not entry.obsolete}
    assert sorted(extracted[app] - translated) == []


@pytest.mark.parametrize("app", APPS)
def test_no_catalogue_is_uncertain(app):
    for path in (SOURCE / app).glob("locale/*/LC_MESSAGES/django.po"):
        assert [entry.msgid for entry in polib.pofile(str(path)) if entry.fuzzy] == []
