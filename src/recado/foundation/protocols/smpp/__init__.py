"""SMPP 3.4 without sockets: bytes in, events out; values in, bytes out.

Source of every number and layout: Short Message Peer to Peer Protocol Specification v3.4, issue 1.2,
and 3GPP TS 23.038 / 23.040 for texts. Decoding is tolerant (what parses is kept, what does not is named in
`flaws`), encoding is strict (`EncodeError`). The same code serves the client (`channels.smpp`) and the
simulated carrier (`launch.simulator`), which is why neither is imported here.

codes     the protocol's numbers          pdus       frames, headers, the small bodies
messages  submit_sm and deliver_sm        texts are  in `text` (alphabets, splitting) and `joining` (parts)
receipts  delivery reports as text        times      SMPP's own dates
splitting the rarer forms of a text       packing    septets as on the air
"""
