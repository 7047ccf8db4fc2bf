"""Open Fibre Data Standard (https://standard.ofds.info), versions 0.3 and 0.4: reading, checking, mending, writing."""
