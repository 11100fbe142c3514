"""What carriers over HTTP share; not a carrier. A carrier's file gives its `call`, its `read` and its codes, no more.

**What can be said of a text.** No connection (refused, no name, no TLS): it was not taken, it may go again. Written and no
answer, or an answer that can't be read: uncertain, never silently sent again. A refusal is of one of the eight classes of
`ErrorClass`, and each means one outcome. A 503 was not taken (RFC 9110 15.6.4); any other 5xx only where the carrier's own
error stands in it: one from a proxy in between says nothing of what stands behind it.

**Order.** Texts of one batch to one number go one after the other. The others go side by side, `connections` at a time; texts
of one wording, sender and validity share a request where the carrier takes several.

**What is logged**: the carrier's name, classes, counts. Never an address (some carriers want number and text in it), never a
body. httpx names addresses at INFO, so it is silenced here.

carrier    what a carrier's file extends: life, pace, `send`     exchange   one request and its answer
troubles   the classes of errors (pure)                          batching   what goes together (pure)
pace       how fast (pure)                                       callbacks  forms, JSON, signatures, numbers (pure)
asking     how a lost text stands
"""

from recado.channels.over_http.batching import recipient_ref, validity_of
from recado.channels.over_http.carrier import CALLBACKS, PACE, HttpCarrier, HttpState
from recado.channels.over_http.exchange import Call, Reply
from recado.channels.over_http.troubles import Codes, ErrorClass, Told, Trouble, retry_after, trouble_of, unlisted

__all__ = [
    "CALLBACKS",
    "PACE",
    "Call",
    "Codes",
    "ErrorClass",
    "HttpCarrier",
    "HttpState",
    "Reply",
    "Told",
    "Trouble",
    "recipient_ref",
    "retry_after",
    "trouble_of",
    "unlisted",
    "validity_of",
]
