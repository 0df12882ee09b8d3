"""Keys of profiles that cost little to derive, for tests of anything but that cost."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from zhaohu.store import envelope

WEAK = envelope.Strength(memory_kib=19 * 1024, passes=2, lanes=1)


@contextmanager
def light_keys() -> Iterator[None]:
    """Profiles are made as easy to guess as they may be; what a password and a salt derive is worked out once.

    The same templates are logged into thousands of times; a test of the hard work itself puts it back.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(envelope.Strength, "of_this_pc", classmethod(lambda _cls: WEAK))
        patch.setattr(envelope, "hash_secret_raw", functools.cache(envelope.hash_secret_raw))
        yield
