"""News of payments for the apps above, which know what was asked for (`request.source_app`, `request.source_key`).

All three are sent inside the transaction that makes the news, so that both sides change or neither:

payment_changing(request)         before money is looked at: whoever asked locks its own row first, so that every
                                  transaction takes its locks in one order (asker's row, then the request's).
payment_settled(request, entry)   the whole amount arrived, by bank or in cash. A receiver that cannot take it raises a
                                  Problem: the request then stays as it was and the money is kept as unmatched.
payment_refunded(request, refund) the money was given back.

Receivers are idempotent: the same news may have come by another way before.
"""

from django.dispatch import Signal

payment_changing = Signal()
payment_settled = Signal()
payment_refunded = Signal()
