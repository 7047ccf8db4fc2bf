"""The `tinhso` console script: the project's management command line."""

import io
import os
import sys
from contextlib import nullcontext

from tinhso.config import web


def main() -> None:
    """Run a management command, with the product's settings unless others are named."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tinhso.config.settings")
    # A journal or a pipe shows each line when it is said, not when a block is full.
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(line_buffering=True)
    with web.begin(sys.argv[2:]) if sys.argv[1:2] == ["serve"] else nullcontext():
        from django.core.management import execute_from_command_line

        execute_from_command_line(["tinhso", *sys.argv[1:]])


if __name__ == "__main__":
    main()
