"""Documentation that cannot rot: every command and setting is described, every link leads somewhere."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PAGES = sorted(
    path
    for path in [
        *ROOT.glob("*.md"),
        *ROOT.glob("docs/**/*.md"),
        *ROOT.glob("src/tinhso/**/README.md"),
        *ROOT.glob("*/README.md"),
    ]
    if ".venv" not in path.parts and "node_modules" not in path.parts
)
COMMANDS = sorted(
    path.stem for path in ROOT.glob("src/tinhso/**/management/commands/*.py") if not path.stem.startswith("_")
)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_is_described(command):
    assert f"`tinhso {command}" in (ROOT / "docs/reference/commands.md").read_text()


@pytest.mark.parametrize("page", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_lead_somewhere(page):
    links = re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", page.read_text())
    broken = [link for link in links if "://" not in link and not (page.parent / link).exists()]
    assert broken == []


def test_commands_named_in_the_docs_exist():
    """`tinhso x` in any page names a command of ours, or one of Django's that the docs rely on."""
    known = {*COMMANDS, "migrate", "check", "collectstatic"}
    named = {
        (str(page.relative_to(ROOT)), word)
        for page in PAGES
        for word in re.findall(r"`(?:\.venv/bin/)?tinhso ([a-z_0-9]+)", page.read_text())
    }
    assert sorted(pair for pair in named if pair[1] not in known) == []


def test_every_setting_is_described():
    text = (ROOT / "src/tinhso/config/settings.py").read_text()
    used = set()
    for path in ROOT.glob("src/tinhso/**/*.py"):
        used |= set(re.findall(r"environ(?:\.get)?[\[(]\s*\"((?:TINHSO_|EMAIL_|DATABASE_)\w+)\"", path.read_text()))
    head = text.split('"""')[1]
    assert sorted(name for name in used if name not in head) == []
