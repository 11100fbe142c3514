"""The words of the operations page."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from recado.messaging.queries import Health, Why
from recado.messaging.types import EventKind, Lane

LANES: dict[Lane, tuple[Any, Any]] = {
    Lane.EMERGENCY: (_("Emergency"), _("always first")),
    Lane.VERIFY: (_("Codes"), _("then")),
    Lane.CONVERSATION: (_("Conversation"), _("then")),
    Lane.CARE: (_("Care"), _("then")),
    Lane.BULK: (_("Bulk"), _("last, with a share kept for it")),
}
WHYS: dict[Why, Any] = {
    Why.HELD: _("This clinic holds the lane. The texts leave when it is let go."),
    Why.HOLDS_CARRIER: _("This clinic has paused the carrier. The texts leave when it is resumed."),
    Why.CARRIER_REFUSES: _(
        "The carrier refuses our credentials, or the credit is used up. The operator of the server mends it."
    ),
    Why.CARRIER_HELD: _("The operator of the server holds this lane of the carrier."),
    Why.CARRIER_OFF: _("The carrier is switched off."),
    Why.CARRIER_AWAY: _(
        "There is no connection to the carrier. The texts leave when it is back, or by another where a route has one."
    ),
    Why.SENDER_SILENT: _("Nothing is heard of the process that sends. The operator of the server looks at it."),
    Why.UNKNOWN: _("The carrier is connected and takes no more for now: its window is full, or it is slow."),
}
HEALTH: dict[Health, tuple[str, str, Any]] = {
    Health.WORKING: ("ok", "check", _("Working")),
    Health.PART: ("warn", "triangle-alert", _("Partly connected")),
    Health.UNHEARD: ("bad", "hourglass", _("Not answering")),
    Health.DOWN: ("bad", "wifi-off", _("No connection")),
    Health.REFUSED: ("bad", "key-round", _("Refuses our account")),
    Health.SILENT: ("warn", "triangle-alert", _("Nothing heard")),
    Health.NEW: ("mute", "minus", _("Never connected")),
    Health.UNTRIED: ("mute", "minus", _("Not tried yet")),
    Health.OFF: ("mute", "ban", _("Switched off")),
}
ENDS: dict[EventKind, Any] = {
    EventKind.FAILED: _("Could not be delivered"),
    EventKind.REFUSED: _("Not accepted"),
    EventKind.EXPIRED: _("Its time was over"),
}
