"""What the embedded checkpoint file's own library leaves undone: forgetting what is no longer needed."""

from collections.abc import Sequence

from aiosqlite import Connection

_OUTDATED = """
    thread_id = :thread AND (checkpoint_ns <> '' OR checkpoint_id <> (
        SELECT MAX(checkpoint_id) FROM checkpoints WHERE thread_id = :thread AND checkpoint_ns = ''))
"""
# The rows that a checkpoint's writes hang on are judged by the same ids, so the order of the two does not matter.
_STATEMENTS = (f"DELETE FROM writes WHERE {_OUTDATED}", f"DELETE FROM checkpoints WHERE {_OUTDATED}")  # noqa: S608 - constants


async def keep_last_checkpoints(connection: Connection, thread_ids: Sequence[str]) -> None:
    """Deletes all checkpoints of threads in langgraph-checkpoint-sqlite's tables but the last one of the outermost
    graph (ids sort by time), and with them what belonged to finished subgraphs. All of it, or nothing."""
    await connection.execute("BEGIN IMMEDIATE")
    try:
        for statement in _STATEMENTS:
            await connection.executemany(statement, [{"thread": thread_id} for thread_id in thread_ids])
    except BaseException:
        await connection.execute("ROLLBACK")
        raise
    await connection.execute("COMMIT")
