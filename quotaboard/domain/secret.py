"""A token or key that cannot be printed, logged, pickled or serialised by accident."""

from __future__ import annotations

import hashlib
import hmac
from typing import NoReturn

from quotaboard.domain.hiding import HIDDEN

__all__ = ["HIDDEN", "Secret"]


class Secret:
    """Holds one secret text; only `reveal` gives it back, and only the request calls that."""

    __slots__ = ("__value",)

    def __init__(self, value: str) -> None:
        self.__value = value

    def reveal(self) -> str:
        """The text itself, for the header of the one request that needs it."""
        return self.__value

    @property
    def fingerprint(self) -> str:
        """`sha256:` and 16 hex digits: whether two places hold one secret (Hermes stores this form too)."""
        return "sha256:" + hashlib.sha256(self.__value.encode()).hexdigest()[:16]

    def hide_in(self, text: str) -> str:
        """The text without this secret, nor its small letters, in which a header's name comes."""
        if not self.__value:
            return text
        return text.replace(self.__value, HIDDEN).replace(self.__value.lower(), HIDDEN)

    def __bool__(self) -> bool:
        return bool(self.__value)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and hmac.compare_digest(
            self.__value.encode(), other.__value.encode()
        )

    def __hash__(self) -> int:
        return hash(self.fingerprint)

    def __repr__(self) -> str:
        return HIDDEN

    __str__ = __repr__

    def __format__(self, _spec: str) -> str:
        return HIDDEN

    def __reduce_ex__(self, _protocol: object) -> NoReturn:
        raise TypeError("a Secret is never pickled or copied")
