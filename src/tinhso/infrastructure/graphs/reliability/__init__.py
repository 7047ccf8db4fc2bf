"""Standard library only; `served` answers. Nothing is said here, since in an evidence bundle a package has no text."""
