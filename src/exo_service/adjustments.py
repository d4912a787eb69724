"""Adjustments to Exo 1.0.0, each with its reason. Importing this module makes them."""

from zlib import crc32

from exo.core.prelude import Sym


def _stable_hash(sym: Sym) -> int:
    """Exo hashes a Sym by its address, so the order of its sets, and with it the text of some expressions, changes from
    process to process. Its name is the same everywhere; equality still tells Syms of one name apart."""
    return crc32(sym.name().encode())


Sym.__hash__ = _stable_hash
