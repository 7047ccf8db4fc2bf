import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tinhso.places import json_stream
from tinhso.places.json_stream import BadJSON, features

JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=4),
    max_leaves=12,
)


@settings(deadline=None)
@given(
    st.lists(JSON, max_size=6),
    st.dictionaries(st.text(max_size=4).filter(lambda name: name != "features"), JSON, max_size=3),
    st.integers(1, 40),
    st.booleans(),
)
def test_reading_in_small_pieces_gives_what_json_gives(tmp_path_factory, wanted, head, chunk, pretty):
    path = tmp_path_factory.mktemp("json") / "file.json"
    path.write_text(json.dumps({**head, "features": wanted}, indent=1 if pretty else None))
    found_head: dict = {}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(json_stream, "CHUNK_CHARS", chunk)
        assert list(features(path, found_head)) == wanted
    assert found_head == head


@settings(deadline=None)
@given(st.text(alphabet='{}[]",:features01 -.eE+truefalsn\\u', max_size=60), st.integers(1, 10))
def test_whatever_json_refuses_is_refused(tmp_path_factory, text, chunk):
    path = tmp_path_factory.mktemp("json") / "file.json"
    path.write_text('{"features": [' + text)
    try:
        wanted = json.loads('{"features": [' + text)
    except ValueError:
        wanted = None
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(json_stream, "CHUNK_CHARS", chunk)
        if wanted is None:
            with pytest.raises(BadJSON):
                list(features(path, {}))
        elif isinstance(wanted, dict) and '"features"' not in text:
            assert list(features(path, {})) == wanted["features"]
