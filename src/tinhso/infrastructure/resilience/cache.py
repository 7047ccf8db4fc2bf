"""Prepared networks on disk: written whole or not at all, mapped by whoever asks, the oldest dropped."""

from __future__ import annotations

import logging
import os
import shutil
import tempfile
from pathlib import Path
from typing import Any
from uuid import UUID

import orjson
from django.conf import settings

from tinhso.infrastructure.graphs.rooted import Rooted

KEPT = 6
REST = "rest.json"
log = logging.getLogger(__name__)


def folder(network: UUID) -> Path:
    """Where the versions of a network lie, one folder each."""
    return Path(settings.VAR) / "cache" / "resilience" / str(network)


def load(network: UUID, key: str) -> tuple[Rooted, Any] | None:
    """What `save` wrote under a key, None where it is absent or cannot be read."""
    found = folder(network) / key
    try:
        rest = orjson.loads((found / REST).read_bytes())
        rooted = Rooted.load(found)
        os.utime(found)
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError):
        log.warning("prepared network %s could not be read and is worked out again", key)
        return None
    return rooted, rest


def save(network: UUID, key: str, rooted: Rooted, rest: Any) -> None:
    """Write a version beside the others and put it in place by one rename. A full or read-only disk costs time only."""
    home = folder(network)
    try:
        home.mkdir(parents=True, exist_ok=True)
        draft = Path(tempfile.mkdtemp(prefix=".", dir=home))
        try:
            rooted.save(draft)
            (draft / REST).write_bytes(orjson.dumps(rest))
            if (home / key).exists():
                shutil.rmtree(home / key)
            draft.rename(home / key)
        finally:
            shutil.rmtree(draft, ignore_errors=True)
        _prune(home)
    except OSError as problem:
        log.warning("prepared network %s could not be kept: %s", key, problem.strerror)


def _prune(home: Path) -> None:
    versions = sorted((path for path in home.iterdir() if path.is_dir()), key=lambda path: path.stat().st_mtime)
    for old in versions[:-KEPT]:
        shutil.rmtree(old, ignore_errors=True)
