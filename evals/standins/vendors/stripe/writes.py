"""Writes of customers, form-encoded with brackets, once for an idempotency key (vendor-facts §2)."""

import hashlib
from collections.abc import Callable

from evals.standins.vendors.kit.recorder import Asked
from evals.standins.vendors.kit.server import Answer, RefusedError
from evals.standins.vendors.world import World
from evals.standins.vendors.world.things import Customer


class CustomerWrites:
    def __init__(self, world: World) -> None:
        self._world = world
        self._done: dict[str, tuple[str, Answer]] = {}

    def once(self, asked: Asked, write: Callable[[], Answer]) -> Answer:
        """The first answer again for the same key and body; another body under the key is refused."""
        key = asked.headers.get("idempotency-key")
        if key is None:
            return write()
        print_ = hashlib.sha256(asked.path.encode() + b"\0" + asked.body).hexdigest()
        if key in self._done:
            known, answer = self._done[key]
            if known != print_:
                message = (
                    "Keys for idempotent requests can only be used with the same parameters they were first used with."
                )
                raise RefusedError(Answer({"error": {"type": "idempotency_error", "message": message}}, 400))
            return Answer(answer.body, answer.status, {"Idempotent-Replayed": "true"})
        answer = write()
        self._done[key] = (print_, answer)
        return answer

    def create(self, form: dict[str, str]) -> Customer:
        now = self._world.clock.now()
        first, _, last = form.get("name", "").partition(" ")
        return self._world.add(
            Customer(
                self._world.next_number(Customer),
                now,
                now,
                first,
                last,
                form.get("email"),
                form.get("phone"),
                form.get("metadata[company]"),
                form.get("address[line1]", ""),
                form.get("address[city]", ""),
                form.get("address[state]"),
                form.get("address[postal_code]", ""),
                form.get("address[country]", ""),
                "EUR",
                form.get("description"),
            )
        )

    def update(self, thing: Customer, form: dict[str, str]) -> Customer:
        fields: dict[str, str] = {}
        if "name" in form:
            fields["first"], _, fields["last"] = form["name"].partition(" ")
        for name, field in {"email": "email", "phone": "phone", "description": "note", "address[city]": "city"}.items():
            if name in form:
                fields[field] = form[name]
        return self._world.change(thing, **fields)
