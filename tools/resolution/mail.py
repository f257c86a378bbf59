"""Mail and the customers it is with, by the address."""

from collections.abc import Iterable

from storage.uow import WriteUnitOfWork
from tools.resolution.features import key_of
from tools.resolution.mailboxes import mailbox


async def link_messages(uow: WriteUnitOfWork, batch_ids: Iterable[str]) -> None:
    """Says of the messages of these batches which customer they are with: the sender, else the first of the recipients
    who is one. An address that two customers share says nothing."""
    async for part in uow.resolution.messages_of(batch_ids):
        boxes = {box for row in part for address in row.addresses if (box := mailbox(address)[0])}
        keys = {box: key_of("mail", box) for box in boxes}
        customers = await uow.resolution.customers_with(keys.values())
        found: dict[str, str] = {}
        for row in part:
            for address in row.addresses:
                box = mailbox(address)[0]
                if box and (customer := customers.get(keys[box])) is not None:
                    found[row.id] = customer
                    break
        await uow.resolution.link_messages(found)
