"""Where uploaded files wait between profile and commit."""

import hashlib
import shutil
from dataclasses import dataclass
from pathlib import Path

_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class KeptFile:
    size_bytes: int
    content_hash: str


@dataclass(frozen=True, slots=True)
class FileStore:
    """Keeps one file per import under `root`, by tenant. Blocking: call it in a thread."""

    root: Path

    def path(self, tenant_id: str, file_id: str) -> Path:
        return self.root / tenant_id / file_id

    def scratch(self, tenant_id: str, file_id: str) -> Path:
        """A directory for rows in passing."""
        return self.root / tenant_id / f"{file_id}.parts"

    def keep(self, tenant_id: str, file_id: str, source: Path) -> KeptFile:
        """Copies a file in, hashing it on the way."""
        target = self.path(tenant_id, file_id)
        target.parent.mkdir(parents=True, exist_ok=True)
        digest = hashlib.sha256()
        size = 0
        with source.open("rb") as file, target.open("wb") as out:
            while chunk := file.read(_CHUNK):
                digest.update(chunk)
                out.write(chunk)
                size += len(chunk)
        return KeptFile(size, digest.hexdigest())

    def drop(self, tenant_id: str, file_id: str) -> None:
        self.path(tenant_id, file_id).unlink(missing_ok=True)
        shutil.rmtree(self.scratch(tenant_id, file_id), ignore_errors=True)
