"""What sources, staff and the owners of phones do, by the product's own actions."""

from collections import Counter
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from recado.appointments import actions as appointments
from recado.appointments.types import Announce, Booking
from recado.conversations import actions as conversations
from recado.foundation import business_time
from recado.foundation.actors import OPERATOR
from recado.foundation.ids import new_id
from recado.foundation.phone import Phone
from recado.foundation.tenancy import clinic_scope
from recado.journeys import actions as journeys
from recado.journeys.plans import APPOINTMENT
from recado.journeys.writing import to_json
from recado.messaging.types import InboundText

from .carrier import Arrived
from .world import SOURCE, Happening, Place, World

HOUR = timedelta(hours=1)
ASKS = ("question", "second_question", "late_question", "booked_question", "moved_question")
REPLIES = {"1": 0.52, "2": 0.07, "3": 0.06, "STOP": 0.012, "I am not sure": 0.02}


class Happenings:
    """Does what is due in the world, and has people answer what they read."""

    def __init__(self, world: World, happened: Counter[str]) -> None:
        self._world, self._happened = world, happened
        self._places = {place.id: place for place in world.places}
        self._known: dict[tuple[UUID, str], Booking] = {}
        self.stands_still_until = world.start

    def all_by(self, now: datetime) -> None:
        """Does everything that has happened by now: files of one clinic in one go, the rest by itself."""
        files: dict[tuple[UUID, str], list[Booking]] = {}
        for one in self._world.due(now):
            self._happened[one.kind] += 1
            if one.kind in ("file", "first"):
                files.setdefault((one.place.id, one.kind), []).append(one.what)
            else:
                self._do(one, now)
        for (clinic_id, kind), bookings in files.items():
            self._bring_in(self._places[clinic_id], bookings, kind == "first", now)

    def _bring_in(self, place: Place, bookings: list[Booking], is_first: bool, now: datetime) -> None:
        """The newest word on a visit that has not begun; what its source says too late is not said."""
        for booking in bookings:
            self._known[place.id, booking.external_id] = booking
        appointments.record_bookings(
            clinic_id=place.id,
            source=SOURCE,
            bookings=bookings,
            announce=Announce.AUTO,
            by=OPERATOR,
            is_first_import=is_first,
        )
        said = appointments.settle_announcements(clinic_id=place.id, source=SOURCE, announce=Announce.AUTO, by=OPERATOR)
        if said.waiting:
            self._world.happens(now + HOUR, "word", place, None)

    def _do(self, one: Happening, now: datetime) -> None:
        place, what = one.place, one.what
        match one.kind:
            case "word":
                appointments.settle_announcements(clinic_id=place.id, source=SOURCE, announce=Announce.ALL, by=OPERATOR)
            case "reply":
                self._hear(place, *what, now)
            case "new_time":
                booking = self._known[place.id, what]
                if booking.start > now:
                    self._world.happens(now, "file", place, self._world.new_time(place, booking, now))
            case "publish":
                self._publish(place, moves_people=what)
            case "pause":
                with clinic_scope(place.id):
                    journeys.begin(clinic_id=place.id, key="appointment", name="Visits", plan=APPOINTMENT, by=OPERATOR)
                    journeys.pause(clinic_id=place.id, key="appointment", by=OPERATOR)
            case "resume":
                with clinic_scope(place.id):
                    journeys.resume(clinic_id=place.id, key="appointment", by=OPERATOR)
            case "standstill":
                self.stands_still_until = now + what

    def _publish(self, place: Place, *, moves_people: bool) -> None:
        """The first question goes five days before in place of three."""
        draft = to_json(APPOINTMENT)
        for step in draft["steps"]:
            if step["key"] == "question":
                step["when"]["by"] = 5 * 24 * 60
        with clinic_scope(place.id):
            journeys.begin(clinic_id=place.id, key="appointment", name="Visits", plan=APPOINTMENT, by=OPERATOR)
            journeys.save_draft(clinic_id=place.id, key="appointment", draft=draft, by=OPERATOR)
            journeys.publish(clinic_id=place.id, key="appointment", by=OPERATOR, moves_people=moves_people)

    # ---------------------------------------------------------------------------- phones

    def read(self, text: Arrived, behind: Any, now: datetime) -> None:
        """The owner of the phone reads it, and perhaps answers: at once, in the evening, or by night."""
        chance = self._world.chance
        if behind is None:
            return
        step, visit = behind[1], behind[8]
        weight = 1.0 if step in ASKS else 0.12 if step in ("booked", "moved") else 0.0
        draw = chance.random()
        for words, share in REPLIES.items():
            draw -= share * weight
            if draw < 0:
                later = timedelta(minutes=chance.expovariate(1 / 90))
                self._world.happens(now + later, "reply", self._places[text.clinic], (text.phone, words, visit))
                return

    def _hear(self, place: Place, phone: str, words: str, visit: str, now: datetime) -> None:
        chance = self._world.chance
        heard = InboundText(new_id(), place.id, Phone(phone), place.number, words, business_time.now())
        with clinic_scope(place.id):
            outcome = conversations.receive(heard)
        self._happened[f"reply, {outcome}"] += 1
        if outcome == "asked_which" and chance.random() < 0.8:
            self._world.happens(now + timedelta(minutes=4), "reply", place, (phone, chance.choice("AAB"), visit))
        if outcome == "change_noted" and chance.random() < 0.7:
            self._world.happens(now + HOUR * chance.uniform(1, 30), "new_time", place, visit)
        if outcome == "stopped" and chance.random() < 0.4:
            self._world.happens(now + timedelta(days=chance.uniform(0.1, 12)), "reply", place, (phone, "START", visit))
