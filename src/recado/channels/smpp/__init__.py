"""The SMPP 3.4 carrier: `SmppCarrier(name, SmppSettings(...))`. Enter here; the modules beside it are its inside.

settings   what can be set                      window     how much may be under way (pure)
answers    statuses to outcomes, one table      outgoing   an envelope as parts, its parts' answers as one outcome (pure)
link       one connection                       incoming   receipts and replies: stored first, acknowledged then
carrier    keeps a link open
"""

from recado.channels.smpp.carrier import SmppCarrier
from recado.channels.smpp.settings import LinkState, SmppSettings

__all__ = ["LinkState", "SmppCarrier", "SmppSettings"]
