"""Content by SHA-256, compressed; raw mail comes back byte for byte."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

import zstandard
from sqlalchemy import select

from kfdesk.errors import StoreError
from kfdesk.i18n import _
from kfdesk.store.packing import Blob
from kfdesk.store.prepared import inserting
from kfdesk.store.tables import BlobRow
from kfdesk.store.tx import Tx

_table = BlobRow.__table__  # type: ignore[attr-defined]
_INSERT = inserting(_table, *_table.c.keys(), instead="IGNORE")


def put(tx: Tx, blobs: Iterable[Blob]) -> None:
    """Store blobs; one that is there already stays as it is."""
    _INSERT.many(
        tx,
        ({"sha256": b.sha256, "size": b.size, "codec": b.codec, "data": b.data} for b in blobs),
    )


def get(tx: Tx, sha256: bytes) -> bytes:
    """Return the content with that hash; StoreError if it is missing or not what it was."""
    row = tx.execute(
        select(_table.c.codec, _table.c.data, _table.c.size).where(_table.c.sha256 == sha256)
    ).one_or_none()
    if row is None:
        raise StoreError(_("content {sha256} is missing").format(sha256=sha256.hex()))
    codec, data, size = row
    content: bytes = (
        zstandard.ZstdDecompressor().decompress(data, max_output_size=size)
        if codec == "zstd"
        else data
    )
    if hashlib.sha256(content).digest() != sha256:
        raise StoreError(
            _("content {sha256} is damaged; restore a backup").format(sha256=sha256.hex())
        )
    return content
