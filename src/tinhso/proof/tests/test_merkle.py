"""The hash tree against published vectors, against pymerkle, and against its own definition."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pymerkle import InmemoryTree

from tinhso.proof import merkle

# Certificate Transparency's own example tree: eight leaves and the roots of its first sizes.
LEAVES = [
    bytes.fromhex(text)
    for text in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")
]
ROOTS = [
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
INCLUSION = [
    (0, 8, ["96a296d2", "5f083f0a", "6b47aaf2"]),
    (5, 8, ["bc1a0643", "ca854ea1", "d37ee418"]),
    (2, 3, ["fac54203"]),
    (1, 5, ["6e340b9c", "5f083f0a", "bc1a0643"]),
]
CONSISTENCY = [
    (1, 8, ["96a296d2", "5f083f0a", "6b47aaf2"]),
    (6, 8, ["0ebc5d34", "ca854ea1", "d37ee418"]),
    (2, 5, ["5f083f0a", "bc1a0643"]),
]


def reader(hashes):
    return lambda level, index: merkle.root_of(hashes[index << level : (index + 1) << level])


def inclusion(hashes, index, size):
    return merkle.hashes_of(merkle.inclusion_spans(index, size), reader(hashes))


def consistency(hashes, old, new):
    return merkle.hashes_of(merkle.consistency_spans(old, new), reader(hashes))


KNOWN = [merkle.leaf_hash(leaf) for leaf in LEAVES]


def test_empty_tree_is_hash_of_nothing():
    assert merkle.root_of([]).hex() == hashlib.sha256(b"").hexdigest()


@pytest.mark.parametrize("size", range(1, 9))
def test_known_roots(size):
    assert merkle.root_of(KNOWN[:size]).hex() == ROOTS[size - 1]


@pytest.mark.parametrize(("index", "size", "path"), INCLUSION)
def test_known_inclusion(index, size, path):
    made = inclusion(KNOWN, index, size)
    assert [item.hex()[:8] for item in made] == path
    assert merkle.inclusion_holds(KNOWN[index], index, size, made, bytes.fromhex(ROOTS[size - 1]))


@pytest.mark.parametrize(("old", "new", "path"), CONSISTENCY)
def test_known_consistency(old, new, path):
    made = consistency(KNOWN, old, new)
    assert [item.hex()[:8] for item in made] == path
    assert merkle.consistency_holds(old, new, bytes.fromhex(ROOTS[old - 1]), bytes.fromhex(ROOTS[new - 1]), made)


def test_every_proof_up_to_33_leaves():
    hashes = [merkle.leaf_hash(str(number).encode()) for number in range(33)]
    roots = [merkle.root_of(hashes[:size]) for size in range(34)]
    for size in range(1, 34):
        for index in range(size):
            path = inclusion(hashes, index, size)
            assert merkle.inclusion_holds(hashes[index], index, size, path, roots[size])
            assert len(path) <= size.bit_length()
            other = (index + 1) % size
            if other != index:
                assert not merkle.inclusion_holds(hashes[index], other, size, path, roots[size])
        for old in range(size + 1):
            path = consistency(hashes, old, size)
            assert merkle.consistency_holds(old, size, roots[old], roots[size], path)
            if 0 < old < size:
                assert not merkle.consistency_holds(old, size, roots[old - 1], roots[size], path)
                assert not merkle.consistency_holds(old, size, roots[old], roots[size], [*path, roots[1]])
                assert not merkle.consistency_holds(old, size, roots[old], roots[size], path[:-1])


@given(st.data(), st.lists(st.binary(max_size=20), min_size=1, max_size=80))
def test_agrees_with_pymerkle(data, leaves):
    peer = InmemoryTree(algorithm="sha256")
    for leaf in leaves:
        peer.append_entry(leaf)
    hashes = [merkle.leaf_hash(leaf) for leaf in leaves]
    size = len(leaves)
    assert merkle.root_of(hashes) == peer.get_root()
    index = data.draw(st.integers(0, size - 1))
    theirs = peer.prove_inclusion(index + 1, size).serialize()["path"]
    # pymerkle's path begins with the leaf itself; ours, as in RFC 6962, does not.
    assert [item.hex() for item in inclusion(hashes, index, size)] == theirs[1:]
    old = data.draw(st.integers(1, size))
    path = consistency(hashes, old, size)
    assert merkle.consistency_holds(old, size, peer.get_root(old), peer.get_root(), path)


@given(st.lists(st.binary(max_size=8), min_size=1, max_size=70), st.integers(0, 200), st.integers(1, 255))
def test_a_changed_proof_never_holds(leaves, at, flip):
    hashes = [merkle.leaf_hash(leaf) for leaf in leaves]
    size, index = len(hashes), at % len(hashes)
    root, path = merkle.root_of(hashes), inclusion(hashes, index, len(hashes))
    changed = bytes([hashes[index][0] ^ flip]) + hashes[index][1:]
    assert not merkle.inclusion_holds(changed, index, size, path, root)
    assert not merkle.inclusion_holds(hashes[index], index, size, [*path, root], root)
    for place, item in enumerate(path):
        bent = [*path[:place], bytes([item[0] ^ flip]) + item[1:], *path[place + 1 :]]
        assert not merkle.inclusion_holds(hashes[index], index, size, bent, root)


@given(st.lists(st.binary(max_size=4), max_size=70), st.integers(0, 70))
def test_a_frontier_grows_to_the_same_root(leaves, cut):
    hashes = [merkle.leaf_hash(leaf) for leaf in leaves]
    places = merkle.cover(0, min(cut, len(hashes)))
    grown = merkle.Frontier(min(cut, len(hashes)), [reader(hashes)(*place) for place in places])
    for leaf in hashes[cut:]:
        for level, index, node in grown.append(leaf):
            assert node == reader(hashes)(level, index)
    assert grown.root() == merkle.root_of(hashes)


@pytest.mark.parametrize(("index", "size"), [(0, 0), (-1, 3), (3, 3)])
def test_no_path_for_a_leaf_outside(index, size):
    with pytest.raises(ValueError, match="no leaf"):
        merkle.inclusion_spans(index, size)
    assert not merkle.inclusion_holds(KNOWN[0], index, size, [], KNOWN[0])
