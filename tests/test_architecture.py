"""What import-linter cannot see: layers in strings and templates, rooms, and rules that hold for every app."""

import ast
import os
import re
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest
from django.apps import apps

from tinhso.measures.contract import indicators

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "src" / "tinhso"
LAYERS = [
    {"config"},
    {"portal"},
    {"programme"},
    {"services"},
    {"coverage"},
    {"outages", "planning"},
    {"resilience"},
    {"infrastructure"},
    {"payments"},
    {"measures"},
    {"identity"},
    {"places"},
    {"workdays"},
    {"delivery", "files"},
    {"proof"},
    {"foundation"},
]
RANK = {app: rank for rank, apps in enumerate(LAYERS) for app in apps}
# The settings name the user model by string: Django's one allowed look upward.
APPS = sorted(RANK)
PLACES = {app.label: Path(app.path) for app in apps.get_app_configs() if app.name.startswith("tinhso.")}


def pillar(app: str) -> Path | None:
    """The folder of the pillar an app belongs to; what stands alone has none."""
    return None if PLACES[app].parent == SOURCE else PLACES[app].parent


def allowed(app: str, other: str) -> bool:
    if other == app or other not in RANK:
        return True
    apart = pillar(app) and pillar(other) and pillar(app) != pillar(other)
    return RANK[app] < RANK[other] and not apart


def sources(app: str, pattern: str = "*.py") -> list[Path]:
    return [path for path in PLACES[app].rglob(pattern) if "node_modules" not in path.parts]


def product_code(app: str) -> list[Path]:
    return [path for path in sources(app) if "tests" not in path.parts and "migrations" not in path.parts]


def tracked_files() -> list[Path]:
    """What the repository holds or is about to."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    return [ROOT / name for name in listed.split("\0") if name and (ROOT / name).is_file()]


def test_every_app_is_placed_in_a_layer():
    assert set(PLACES) == set(APPS)
    assert {path.parent for path in SOURCE.rglob("apps.py")} == set(PLACES.values())


@pytest.mark.parametrize("app", APPS)
def test_strings_that_name_models_point_downward(app):
    wrong = []
    for path in sources(app):
        if path.parts[-2] == "tests" or path.name == "settings.py":
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if not isinstance(node, ast.Call):
                continue
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            if name not in {"ForeignKey", "OneToOneField", "ManyToManyField", "get_model", "swappable_dependency"}:
                continue
            for argument in [*node.args, *(keyword.value for keyword in node.keywords)]:
                if isinstance(argument, ast.Constant) and isinstance(argument.value, str) and "." in argument.value:
                    other = argument.value.split(".")[0]
                    if not allowed(app, other):
                        wrong.append(f"{path.relative_to(ROOT)}:{node.lineno} {argument.value}")
    assert not wrong


@pytest.mark.parametrize("app", APPS)
def test_migrations_depend_downward(app):
    wrong = []
    for path in sources(app):
        if "migrations" in path.parts:
            found = re.findall(r"\(\s*['\"](\w+)['\"],\s*['\"]\d{4}_", path.read_text())
            wrong += [f"{path.relative_to(ROOT)} → {other}" for other in found if not allowed(app, other)]
    assert not wrong


@pytest.mark.parametrize("app", APPS)
def test_templates_reach_downward(app):
    """extends, include and load name templates of lower apps; url names addresses of lower apps or the home page."""
    wrong = []
    for path in sources(app, "*.html"):
        text = path.read_text()
        for other in re.findall(r"{%\s*(?:extends|include)\s+[\"'](\w+)/", text):
            if not allowed(app, other):
                wrong.append(f"{path.relative_to(ROOT)} uses {other}/")
        for other in re.findall(r"{%\s*url\s+[\"'](\w+):(?!home[\"'])", text):
            # The shell of every page links to the portal and to signing in; nothing else may look up.
            if app != "foundation" and not allowed(app, other):
                wrong.append(f"{path.relative_to(ROOT)} links to {other}:")
    assert not wrong


@pytest.mark.parametrize("app", APPS)
def test_pages_and_api_write_only_through_commands(app):
    """Views, API and tasks call commands; they save nothing themselves."""
    wrong = []
    writers = {"save", "create", "bulk_create", "update_or_create", "get_or_create", "bulk_update", "delete"}
    for path in product_code(app):
        if not re.match(r"(views|api|admin|panels|layers|search|indicators|queries|querysets)", path.stem):
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in writers):
                continue
            if "objects" in ast.unparse(node.func) or node.func.attr == "save":
                wrong.append(f"{path.relative_to(ROOT)}:{node.lineno} {ast.unparse(node.func)}")
    assert not wrong


@pytest.mark.parametrize("app", APPS)
def test_every_app_tells_its_promise(app):
    readme = PLACES[app] / "README.md"
    assert readme.exists() and len(readme.read_text()) > 200


def imports_of(path: Path) -> set[str]:
    found = set()
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert not node.level, f"{path} imports relatively: it could not travel"
            found.add(node.module)
    return found


@pytest.mark.parametrize("indicator", list(indicators), ids=lambda indicator: indicator.id)
def test_rules_travel_alone(indicator):
    """A rule rests on the standard library and on modules that travel with it in the bundle, nothing else."""
    waiting, seen = [indicator.rule.__name__], set()
    while waiting:
        name = waiting.pop()
        seen.add(name)
        others = {other for other in imports_of(Path(import_module(name).__file__)) if other not in seen}
        waiting += [other for other in others if other.startswith("tinhso.")]
        strangers = {other for other in others if other.split(".")[0] not in {*sys.stdlib_module_names, "tinhso"}}
        assert not strangers, f"{name} imports {strangers}"
    assert seen <= set(indicator.sources()), "a module the rule imports is not declared in depends_on"


def test_the_web_never_loads_the_solvers():
    """Compilers and solvers take seconds and hundreds of megabytes: they run in processes of their own."""
    heavy = {"numba", "scipy", "highspy", "dask", "distributed"}
    started = "import sys, tinhso.config.wsgi, tinhso.config.urls; print(*sys.modules)"
    environment = {**os.environ, "PYTHONPATH": str(SOURCE.parent), "DJANGO_SETTINGS_MODULE": "tinhso.config.settings"}
    done = subprocess.run([sys.executable, "-c", started], capture_output=True, text=True, check=True, env=environment)
    loaded = set(done.stdout.split())
    assert "tinhso.infrastructure.network.api" in loaded
    assert not heavy & loaded


def test_files_can_be_read_in_one_sitting():
    endings = {".py", ".js", ".css", ".html", ".sh"}
    long = {
        str(path.relative_to(ROOT)): count
        for path in tracked_files()
        if path.suffix in endings and not {"static", "migrations"} & set(path.parts)
        if (count := len(path.read_text().splitlines())) > 500
    }
    assert not long


def test_nothing_names_a_registry_host_or_a_machine():
    """Lock files and sources stay free of registry addresses and local paths, wherever they were made."""
    hosts = ["pypi" + ".org", "python" + "hosted", "npmjs" + ".org", "deb." + "debian"]
    found = []
    for path in tracked_files():
        if path.suffix in {".png", ".ttf", ".woff2", ".gz", ".ico", ".mo", ".pdf", ".zip"}:
            continue
        text = path.read_text(errors="ignore")
        found += [f"{path.relative_to(ROOT)}: {host}" for host in hosts if host in text]
        found += [f"{path.relative_to(ROOT)}: {word}" for word in re.findall(r"(?<![\w.])/(?:work|root)/\w+", text)]
    assert not found
