"""Which source a question of a conversation is for: one that it names, one that was just asked, or one that is asked about.

The shop's own figures come first: a question that names no source is for them. Only one with words that they do not know
is asked back about, where a source of the owner's knows all of its words.
"""

import asyncio
import re
from collections.abc import Callable, Sequence

from storage.kernel.errors import CopilotError
from storage.repositories.data_sources import KnownSource
from storage.uow import ReadUnitOfWork
from tools.query.conversations import Conversations
from tools.query.draft import UNANSWERED, Context, Offer
from tools.query.schemas import Clarification, ClarificationOption, QueryAnswer, QueryRequest
from tools.sources.addressing import Addressed, Addresses, addressing
from tools.sources.asking import AskedSource, Question, SourceAnswers
from tools.sources.service import DataSourceService

_YES = re.compile(r"\W*(?:yes|yep|yeah|yup|sure|correct|exactly|right|ok|okay|please do|go ahead|i do|that one|ja|oui|s[ií])(?:[\s,]+(?:please|i do|do|that one|there|exactly|thanks|in there))*\W*", re.IGNORECASE)  # fmt: skip
_NO = re.compile(r"\W*(?:no|nope|nah|not that|neither|nein|non)(?:[\s,]+(?:thanks|thank you|i don'?t|not there|not that))*\W*", re.IGNORECASE)  # fmt: skip
_AT_ONCE = 4
_SECONDS = 5.0
"""How long a source is looked at for whether it knows a question's words."""
_NAMED = 10


class SourceTalk:
    """One per process: what tools.query.others asks for."""

    def __init__(self, sources: DataSourceService, answers: SourceAnswers, conversations: Conversations) -> None:
        self._sources = sources
        self._answers = answers
        self._conversations = conversations

    async def ask(self, uow: ReadUnitOfWork, request: QueryRequest) -> QueryAnswer:
        return await self._sources.ask(uow, request)

    async def meant(
        self, uow: ReadUnitOfWork, request: QueryRequest, before: Context | None, changes: Callable[[], bool]
    ) -> QueryAnswer | None:
        known = await uow.data_sources.known()
        if not known:
            return None
        addresses = Addresses([one.name for one in known])
        if before is not None and before.offer is not None:
            settled = await self._settled(uow, request, before, known, addresses)
            if settled is not None:
                return settled
        heard = addresses.of(request.question)
        if heard is not None and heard.firm:
            return await self._named(uow, request, heard, known, before)
        if before is None or (heard is not None and heard.names):
            return None
        source = next((one for one in known if one.id == before.source), None)
        if source is not None and changes() and await self._changes(uow, request, source):
            return await self._answer(uow, request, source, request.question, before)
        return None

    async def instead(
        self, uow: ReadUnitOfWork, request: QueryRequest, refused: QueryAnswer, kept: Context
    ) -> QueryAnswer | None:
        known = await uow.data_sources.known()
        if not known:
            return None
        heard = Addresses([one.name for one in known]).of(request.question)
        if heard is not None and heard.names:
            return await self._named(uow, request, heard, known, None)
        if heard is not None and heard.said:
            named = ", ".join(f"“{one.name}”" for one in known[:_NAMED])
            return refused.model_copy(update={"answer": f"No data source is called “{heard.said[:80]}”. There is {named}."})  # fmt: skip
        text = heard.rest if heard is not None else request.question
        covering = await self._covering(uow, request, [one for one in known if one.status == "approved"], text)
        if not covering:
            return None
        offer = Offer(sources=tuple(one.id for one in covering), question=text, refusal=refused.answer)
        await self._conversations.keep(uow, request.conversation_id, kept.model_copy(update={"offer": offer}))
        named = " or in ".join(f"“{one.name}”" for one in covering)
        return _which(f"I cannot answer that from your shop's figures. Do you mean in {named}?", covering, text)

    # ── which one ────────────────────────────────────────────────────────────────────────────────────────

    async def _settled(
        self,
        uow: ReadUnitOfWork,
        request: QueryRequest,
        before: Context,
        known: Sequence[KnownSource],
        addresses: Addresses,
    ) -> QueryAnswer | None:
        """What was asked back about, now that it is said whether it is meant; None where something else is asked."""
        offer = before.offer
        offered = [one for one in known if offer is not None and one.id in offer.sources]
        if offer is None or not offered:
            return None
        named = addresses.name_said(request.question)
        chosen = [one for one in offered if one.name in named]
        if len(offered) == 1 and _YES.fullmatch(request.question):
            chosen = offered
        if len(chosen) == 1:
            return await self._answer(uow, request, chosen[0], offer.question, None)
        if _YES.fullmatch(request.question) or len(chosen) > 1:
            return _which("Which of them do you mean?", chosen or offered, offer.question)
        if _NO.fullmatch(request.question):
            await self._conversations.keep(uow, request.conversation_id, before.model_copy(update={"offer": None}))
            return QueryAnswer(status="cannot_answer", answer=offer.refusal)
        return None

    async def _named(
        self,
        uow: ReadUnitOfWork,
        request: QueryRequest,
        heard: Addressed,
        known: Sequence[KnownSource],
        before: Context | None,
    ) -> QueryAnswer:
        meant = [one for one in known if one.name in heard.names]
        if heard.apart:
            named = " and ".join(f"“{one.name}”" for one in meant)
            text = f"That speaks of {named}: I can ask one data source at a time. Please ask each for its own figures."
            return QueryAnswer(status="needs_clarification", answer=text, clarification=Clarification(question=text))
        if len(meant) > 1:
            return _which(f"Which data source do you mean by “{heard.said[:80]}”?", meant, heard.rest)
        (source,) = meant
        previous = before if before is not None and before.source == source.id else None
        return await self._answer(uow, request, source, heard.rest, previous)

    async def _covering(
        self, uow: ReadUnitOfWork, request: QueryRequest, sources: Sequence[KnownSource], text: str
    ) -> list[KnownSource]:
        """Those that know every word of a question. One that cannot be read knows none."""
        if not sources:
            return []
        tenant, gate = await uow.tenants.current(), asyncio.Semaphore(_AT_ONCE)
        stored = [await uow.data_sources.get(one.id) for one in sources]

        async def covers(at: int) -> bool:
            try:
                async with gate, asyncio.timeout(_SECONDS):
                    asked = await self._sources.asked(stored[at])
                    return await self._answers.covers(asked, Question(text, tenant, request.as_of))
            except (CopilotError, TimeoutError):
                return False

        found = await asyncio.gather(*(covers(at) for at in range(len(sources))))
        return [one for one, does in zip(sources, found, strict=True) if does]

    async def _changes(self, uow: ReadUnitOfWork, request: QueryRequest, source: KnownSource) -> bool:
        asked = await self._sources.asked(await uow.data_sources.get(source.id))
        question = Question(request.question, await uow.tenants.current(), request.as_of)
        return await self._answers.changes(asked, question)

    # ── its answer ───────────────────────────────────────────────────────────────────────────────────────

    async def _answer(
        self, uow: ReadUnitOfWork, request: QueryRequest, source: KnownSource, text: str, previous: Context | None
    ) -> QueryAnswer:
        """The source's answer, whose choices name it too; the next question may change it."""
        if source.status == "connected":
            told = f"“{source.name}” is connected, but nobody has looked at it yet: introspect it first."
            return QueryAnswer(status="cannot_answer", answer=told)
        asked = await self._sources.asked(await uow.data_sources.get(source.id))
        if Addresses.asks_nothing(text):
            answer, context = _described(asked), None
        else:
            tenant = await uow.tenants.current()
            answer, context = await self._answers.ask(asked, Question(text, tenant, request.as_of, previous))
        if context is None:
            context = previous.model_copy(update={"stale": True}) if previous is not None else UNANSWERED
        context = context.model_copy(update={"source": source.id, "offer": None})
        await self._conversations.keep(uow, request.conversation_id, context)
        return _addressed(answer, source.name)


def _which(question: str, sources: Sequence[KnownSource], text: str) -> QueryAnswer:
    options = tuple(ClarificationOption(label=one.name, question=addressing(one.name, text)) for one in sources)
    return QueryAnswer(
        status="needs_clarification", answer=question, clarification=Clarification(question=question, options=options)
    )


def _described(source: AskedSource) -> QueryAnswer:
    """What can be asked of a source, for a question that only names it."""
    metrics = source.layer.model.metrics.values()
    counted = [metric.label.lower() for metric in metrics if metric.type == "count"][:_NAMED]
    others = [metric.label.lower() for metric in metrics if metric.type != "count"][: _NAMED - len(counted)]
    told = f"In “{source.name}” you can ask for {', '.join((*counted, *others))}. What would you like to know?"
    options = tuple(
        ClarificationOption(label=f"How many {label}", question=f"how many {label}") for label in counted[:3]
    )
    return QueryAnswer(
        status="needs_clarification", answer=told, clarification=Clarification(question=told, options=options)
    )


def _addressed(answer: QueryAnswer, name: str) -> QueryAnswer:
    """With choices that are for the same source, whoever sends them."""
    if answer.clarification is None:
        return answer
    options = tuple(
        one.model_copy(update={"question": addressing(name, one.question)}) for one in answer.clarification.options
    )
    return answer.model_copy(update={"clarification": answer.clarification.model_copy(update={"options": options})})
