"""Signed notes: the published example, round trips, and everything malformed refused."""

import base64
import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tinhso.proof import notes
from tinhso.proof.notes import Malformed, Note, Signature, Signer, State, Verifier, WrongSignature

# The example key and note of golang.org/x/mod/sumdb/note, from which the format comes.
PETER_SECRET = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
PETER = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
TEXT = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
PETER_LINE = (
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6RyyBwJnAM="
)
NAMES = st.text(
    st.characters(exclude_categories=("Zs", "Zl", "Zp", "Cc", "Cs"), exclude_characters="+"), min_size=1, max_size=40
).filter(lambda name: not any(char.isspace() for char in name))
TEXTS = st.text(st.characters(exclude_categories=("Cc", "Cs")) | st.just("\n"), max_size=200).map(lambda t: t + "\n")


def test_the_published_example_key_signs_the_published_line():
    signer = Signer.parse(PETER_SECRET)
    assert str(signer.verifier) == PETER
    assert signer.secret() == PETER_SECRET
    assert str(signer.sign(TEXT)) == PETER_LINE


def test_the_published_example_note_verifies():
    note = Note.parse(f"{TEXT}\n{PETER_LINE}\n")
    assert note.text == TEXT
    assert note.verified([Verifier.parse(PETER)]) == [Verifier.parse(PETER)]


@given(NAMES, TEXTS)
def test_what_is_signed_reads_back(name, text):
    signer, other = Signer.make(name), Signer.make("other")
    note = Note.parse(str(notes.sign(text, [signer, other])))
    assert note.text == text
    assert note.verified([signer.verifier]) == [signer.verifier]
    assert note.verified([]) == []
    assert Verifier.parse(str(signer.verifier)) == signer.verifier
    assert Signer.parse(signer.secret()) == signer


@given(TEXTS, st.integers(0, 10**6), st.characters(exclude_categories=("Cc", "Cs")))
def test_a_changed_text_is_refused(text, at, char):
    signer = Signer.make("one")
    note = notes.sign(text, [signer])
    place = at % len(text)
    changed = text[:place] + char + text[place:]
    with pytest.raises(WrongSignature):
        Note(changed, note.signatures).verified([signer.verifier])


def test_a_signature_of_a_known_key_must_fit_even_beside_a_right_one():
    one, two = Signer.make("one"), Signer.make("two")
    forged = Signature("two", two.verifier.id, b"\0" * 64)
    note = Note(TEXT, (one.sign(TEXT), forged))
    assert note.verified([one.verifier]) == [one.verifier]
    with pytest.raises(WrongSignature):
        note.verified([one.verifier, two.verifier])


BAD_NOTES = {
    "empty": "",
    "no signature": TEXT,
    "no newline at the end": f"{TEXT}\n{PETER_LINE}",
    "blank line but no signature": f"{TEXT}\n",
    "hyphen for dash": f"{TEXT}\n{PETER_LINE.replace('—', '-')}\n",
    "two spaces": f"{TEXT}\n{PETER_LINE.replace(' x', '  x')}\n",
    "no name": f"{TEXT}\n— {PETER_LINE.split()[2]}\n",
    "plus in name": f"{TEXT}\n{PETER_LINE.replace('PeterN', 'Peter+N')}\n",
    "not base64": f"{TEXT}\n— PeterNeumann %%%%\n",
    "unpadded base64": f"{TEXT}\n{PETER_LINE.rstrip('=')}\n",
    "loose base64 bits": f"{TEXT}\n— PeterNeumann AAAAAAB=\n",
    "short signature": f"{TEXT}\n— PeterNeumann AAAA\n",
    "carriage return": f"{TEXT}\r\n\n{PETER_LINE}\n",
    "NUL": f"a\0b\n\n{PETER_LINE}\n",
    "lone surrogate": f"a\ud800\n\n{PETER_LINE}\n",
    "too many signatures": f"{TEXT}\n" + f"{PETER_LINE}\n" * 101,
    "too long": "a" * 2**20 + f"\n\n{PETER_LINE}\n",
}


@pytest.mark.parametrize("source", BAD_NOTES.values(), ids=BAD_NOTES)
def test_malformed_notes_are_refused(source):
    with pytest.raises(Malformed):
        Note.parse(source)


BAD_KEYS = {
    "empty": "",
    "no parts": "PeterNeumann",
    "other id": PETER.replace("c74f20a3", "c74f20a4"),
    "other algorithm": "PeterNeumann+c74f20a3+" + base64.b64encode(b"\x02" + b"k" * 32).decode(),
    "short key": "PeterNeumann+c74f20a3+" + base64.b64encode(b"\x01" + b"k" * 31).decode(),
    "blank in name": PETER.replace("PeterN", "Peter N"),
    "no name": PETER.replace("PeterNeumann", ""),
}


@pytest.mark.parametrize("source", BAD_KEYS.values(), ids=BAD_KEYS)
def test_malformed_keys_are_refused(source):
    with pytest.raises(Malformed):
        Verifier.parse(source)
    with pytest.raises(Malformed) as refused:
        Signer.parse(f"PRIVATE+KEY+{source}")
    assert "AYEKFALVFGyN" not in str(refused.value)


@given(st.text(st.characters(exclude_categories=("Cc", "Cs")), min_size=1, max_size=30), st.integers(0, 10**18))
def test_checkpoints_read_back(origin, size):
    state = State(origin, size, b"r" * 32)
    assert State.parse(str(state)) == state
    assert State.parse(f"{state}an extension\n") == state


BAD_STATES = {
    "two lines": "origin\n5\n",
    "no origin": f"\n5\n{base64.b64encode(b'r' * 32).decode()}\n",
    "leading zero": f"o\n05\n{base64.b64encode(b'r' * 32).decode()}\n",
    "negative": f"o\n-5\n{base64.b64encode(b'r' * 32).decode()}\n",
    "other digits": f"o\n٥\n{base64.b64encode(b'r' * 32).decode()}\n",
    "short root": f"o\n5\n{base64.b64encode(b'r' * 31).decode()}\n",
    "root in hex": f"o\n5\n{'ab' * 32}\n",
}


@pytest.mark.parametrize("text", BAD_STATES.values(), ids=BAD_STATES)
def test_malformed_checkpoints_are_refused(text):
    with pytest.raises(Malformed):
        State.parse(text)


@given(st.text(max_size=300))
def test_any_text_is_a_note_or_malformed(source):
    for parse in (Note.parse, Verifier.parse, Signer.parse, Signature.parse, State.parse):
        with contextlib.suppress(Malformed):
            parse(source)
