from tinhso.payments.commands.accounts import end_account, renew_key, set_account, set_feed
from tinhso.payments.commands.erasure import erase_texts, erase_texts_of
from tinhso.payments.commands.money import Received, Told, match, receive, return_money
from tinhso.payments.commands.refunds import ask_refund, complete_refund
from tinhso.payments.commands.requests import ask, cancel, take_cash

__all__ = [
    "Received",
    "Told",
    "ask",
    "ask_refund",
    "cancel",
    "complete_refund",
    "end_account",
    "erase_texts",
    "erase_texts_of",
    "match",
    "receive",
    "renew_key",
    "return_money",
    "set_account",
    "set_feed",
    "take_cash",
]
