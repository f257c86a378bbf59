"""Jobs: long work and how far it has come."""

from typing import Any

from sqlalchemy import select

from storage.kernel.errors import CopilotError, not_found
from storage.models.system import Job, JobState
from storage.repositories.base import Page, PageRequest, Repository

_OPEN = (JobState.QUEUED.value, JobState.RUNNING.value)


class JobRepository(Repository):
    async def get(self, job_id: str) -> Job:
        job = await self.find(job_id)
        if job is None:
            raise not_found("The job")
        return job

    async def find(self, job_id: str) -> Job | None:
        return await self.session.scalar(select(Job).where(Job.id == job_id))

    async def by_key(self, kind: str, idempotency_key: str) -> Job | None:
        """The job that was asked for under a key before."""
        return await self.session.scalar(select(Job).where(Job.kind == kind, Job.idempotency_key == idempotency_key))

    async def latest(self, kind: str, argument: str, value: str) -> Job | None:
        """The tenant's newest job of a kind that was asked for with that argument."""
        statement = select(Job).where(Job.kind == kind, Job.arguments[argument].as_string() == value)
        return await self.session.scalar(statement.order_by(Job.id.desc()).limit(1))

    async def page_of(self, request: PageRequest, *, kind: str | None = None) -> Page[Job]:
        """The tenant's jobs, newest first."""
        statement = select(Job) if kind is None else select(Job).where(Job.kind == kind)
        return await self.page(statement, request, Job.id)

    async def unfinished(self) -> list[Job]:
        """What is queued or running, oldest first. In a system unit: of all tenants, to be taken up after a crash."""
        return list(await self.session.scalars(select(Job).where(Job.state.in_(_OPEN)).order_by(Job.id)))

    async def enqueue(
        self, kind: str, arguments: dict[str, Any], *, user_id: str | None = None, idempotency_key: str | None = None
    ) -> Job:
        """A new queued job, or the one that the same key already asked for."""
        if idempotency_key is not None and (known := await self.by_key(kind, idempotency_key)) is not None:
            return known
        job = Job(
            kind=kind,
            arguments=arguments,
            state=JobState.QUEUED.value,
            user_id=user_id,
            idempotency_key=idempotency_key,
        )
        self.session.add(job)
        await self.session.flush()
        return job

    async def start(self, job_id: str) -> bool:
        """Marks a job as running; False when it is over already (cancelled before its turn)."""
        job = await self.get(job_id)
        if JobState(job.state).is_final:
            return False
        job.state = JobState.RUNNING.value
        job.started_at = job.started_at or self.clock.now()
        return True

    async def report(self, job_id: str, progress: float, message: str | None = None) -> bool:
        """Notes how far a job is (0 to 1); False when it was cancelled or is over, and should stop."""
        job = await self.get(job_id)
        if JobState(job.state).is_final:
            return False
        job.progress = min(1.0, max(job.progress, progress))
        job.message = message if message is not None else job.message
        return True

    async def succeed(self, job_id: str, result: dict[str, Any], message: str | None = None) -> None:
        """Ends a job well, unless it is over already. `message`: what it told last."""
        job = await self._finish(job_id, JobState.SUCCEEDED)
        if job is not None:
            job.progress, job.result = 1.0, result
            job.message = message if message is not None else job.message

    async def fail(self, job_id: str, error: CopilotError) -> None:
        """Ends a job with what its caller may be told, unless it is over already."""
        job = await self._finish(job_id, JobState.FAILED)
        if job is not None:
            job.error = {"kind": error.kind.value, "message": error.message, "hint": error.hint}

    async def cancel(self, job_id: str) -> None:
        """Ends a job that is not over; its worker learns of it at its next report."""
        await self._finish(job_id, JobState.CANCELLED)

    async def _finish(self, job_id: str, state: JobState) -> Job | None:
        # Locked: of an end and a cancellation at the same moment the first one stands.
        job = await self.session.scalar(select(Job).where(Job.id == job_id).with_for_update())
        if job is None:
            raise not_found("The job")
        if JobState(job.state).is_final:
            return None
        job.state, job.finished_at = state.value, self.clock.now()
        return job
