"""Reads the signatures of a PDF: `pdf_reader.py ROOT.pem … < file.pdf` prints a JSON list. Run confined
(foundation/confined.py), since the files are strangers'; imports nothing of ours.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from io import BytesIO
from typing import Any


def read_seals(pdf: bytes, roots: Sequence[str]) -> list[dict[str, Any]]:
    """Each signature as {name, organisation, at, intact, whole, trusted}; `roots`: PEM files of trusted authorities."""
    from cryptography import x509
    from cryptography.x509.oid import NameOID
    from pyhanko.keys import load_certs_from_pemder
    from pyhanko.pdf_utils.reader import PdfFileReader
    from pyhanko.sign.validation import validate_pdf_signature
    from pyhanko.sign.validation.status import SignatureCoverageLevel
    from pyhanko_certvalidator import ValidationContext

    trusted = list(load_certs_from_pemder(roots))
    found = []
    for embedded in PdfFileReader(BytesIO(pdf)).embedded_regular_signatures:
        context = ValidationContext(trust_roots=trusted, allow_fetching=False)
        status = validate_pdf_signature(embedded, signer_validation_context=context)
        subject = x509.load_der_x509_certificate(embedded.signer_cert.dump()).subject
        names = [subject.get_attributes_for_oid(kind) for kind in (NameOID.COMMON_NAME, NameOID.ORGANIZATION_NAME)]
        common, organisation = (str(one[0].value) if one else "" for one in names)
        found.append(
            {
                "name": common,
                "organisation": organisation,
                "at": status.signer_reported_dt.isoformat() if status.signer_reported_dt else None,
                "intact": bool(status.intact and status.valid),
                "whole": status.coverage == SignatureCoverageLevel.ENTIRE_FILE,
                "trusted": bool(status.trusted),
            }
        )
    return found


if __name__ == "__main__":
    sys.stdout.write(json.dumps(read_seals(sys.stdin.buffer.read(), sys.argv[1:])))
