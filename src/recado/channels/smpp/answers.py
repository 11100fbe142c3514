"""What a carrier's status means for a text: the one table."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Final

from recado.channels.protocol import Accepted, Outcome, ReceiptState, Refused, TryLater
from recado.foundation.protocols.smpp import codes

THROTTLES: Final = frozenset({codes.THROTTLED, codes.QUEUE_FULL})  # the window answers these, not the table

OUTCOME_OF_STATUS: Final[Mapping[int, Outcome]] = {
    codes.INVALID_LENGTH: Refused("text_too_long"),
    codes.INVALID_COMMAND_LENGTH: Refused("not_understood"),
    codes.INVALID_COMMAND: Refused("not_understood"),
    codes.WRONG_BIND_STATE: TryLater(timedelta(seconds=5), "not_bound"),
    codes.SYSTEM_ERROR: TryLater(timedelta(seconds=30), "carrier_error"),
    codes.INVALID_SOURCE: Refused("sender_refused"),
    codes.INVALID_DESTINATION: Refused("number_refused"),
    codes.SUBMIT_FAILED: Refused("submit_failed"),
    codes.INVALID_SOURCE_TON: Refused("sender_refused"),
    codes.INVALID_SOURCE_NPI: Refused("sender_refused"),
    codes.INVALID_DESTINATION_TON: Refused("number_refused"),
    codes.INVALID_DESTINATION_NPI: Refused("number_refused"),
    codes.INVALID_VALIDITY: Refused("validity_refused"),
    codes.INVALID_SCHEDULE: Refused("not_understood"),
    codes.RECEIVER_TEMPORARY: TryLater(timedelta(seconds=30), "carrier_error"),
    codes.RECEIVER_PERMANENT: Refused("carrier_refused"),
    codes.RECEIVER_REJECTED: Refused("carrier_refused"),
    codes.TLV_NOT_ALLOWED: Refused("parameter_refused"),
    codes.MISSING_TLV: Refused("parameter_refused"),
}

RECEIPT_STATE: Final[Mapping[int, ReceiptState]] = {
    codes.STATE_ENROUTE: ReceiptState.ON_THE_WAY,
    codes.STATE_DELIVERED: ReceiptState.DELIVERED,
    codes.STATE_EXPIRED: ReceiptState.EXPIRED,
    codes.STATE_DELETED: ReceiptState.FAILED,
    codes.STATE_UNDELIVERABLE: ReceiptState.FAILED,
    codes.STATE_ACCEPTED: ReceiptState.ON_THE_WAY,
    codes.STATE_UNKNOWN: ReceiptState.ON_THE_WAY,  # the carrier doesn't know: neither delivered nor failed
    codes.STATE_REJECTED: ReceiptState.FAILED,
}

# Statuses to a bind that a new attempt won't change: only a person can. Not ESME_RBINDFAIL and ESME_RALYBND: carriers
# say those, too, while they still hold the bind of a process that was killed.
LOGIN_REFUSALS: Final = frozenset({codes.INVALID_PASSWORD, codes.INVALID_SYSTEM_ID, codes.INVALID_SYSTEM_TYPE})


def outcome_of(status: int, message_id: str, vendor_codes: Mapping[int, Outcome]) -> Outcome:
    """The outcome of one part. Throttling is for the caller; a status nobody knows is a refusal that names it."""
    if status == codes.OK:
        return Accepted(message_id)
    outcome = vendor_codes.get(status) or OUTCOME_OF_STATUS.get(status)
    return outcome or Refused(f"carrier_code_{status:#x}")
