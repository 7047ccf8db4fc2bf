"""Test kit of the whole project."""

pytest_plugins = ["tinhso.foundation.testing"]
