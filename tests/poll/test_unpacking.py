"""What is packed is unpacked no further than a limit, whatever it would burst to."""

import gzip
import tracemalloc

import pytest

from quotaboard.poll.unpacking import NotUnpackable, TooLarge, unpacker

LIMIT = 10_000


def test_a_bomb_is_given_up_before_it_has_burst() -> None:
    unpack, bomb = unpacker("gzip", LIMIT), gzip.compress(bytes(20_000_000))
    tracemalloc.start()
    try:
        with pytest.raises(TooLarge):
            unpack(bomb)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert peak < 20 * LIMIT


def test_many_small_parts_count_together() -> None:
    unpack, packed = unpacker("gzip", LIMIT), gzip.compress(bytes(2 * LIMIT))
    with pytest.raises(TooLarge):
        list(map(unpack, (packed[number : number + 1] for number in range(len(packed)))))


@pytest.mark.parametrize("encoding", ["gzip", "X-GZIP", "deflate"])
def test_what_fits_comes_out_whole(encoding: str) -> None:
    content = b"it serves " * (LIMIT // 10)
    assert unpacker(encoding, LIMIT)(gzip.compress(content)) == content


def test_what_is_not_packed_as_it_says_is_not_guessed_at() -> None:
    with pytest.raises(NotUnpackable):
        unpacker("gzip", LIMIT)(b"plain")
    with pytest.raises(NotUnpackable):
        unpacker("br", LIMIT)
