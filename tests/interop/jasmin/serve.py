# mypy: ignore-errors
"""Runs one of the carriers of Jasmin's SMSC simulator, in the environment of install.sh: `serve.py CLASS`. The first line out is
its port; each text that it takes is a line of JSON."""

import json
import sys
from pathlib import Path

sys.path.insert(0, str(Path(sys.executable).parents[1]))

import smsc_simulator
from twisted.internet import reactor
from twisted.internet.protocol import Factory


class Reporting(smsc_simulator.ManualDeliveryReceiptHappySMSC):
    """Takes every text and reports it as delivered, as `trigger_DLR` of the simulator writes it."""

    def handleSubmit(self, pdu):
        super().handleSubmit(pdu)
        words = pdu.params["short_message"]
        told = {
            "to": str(pdu.params["destination_addr"]),
            "octets": len(words),
            "coding": str(pdu.params["data_coding"]),
        }
        print(json.dumps(told), flush=True)
        # The simulator puts the first octets of the text into its report, which must be letters.
        pdu.params["short_message"] = "text"
        self.trigger_DLR()


factory = Factory()
factory.protocol = Reporting if sys.argv[1] == "Reporting" else getattr(smsc_simulator, sys.argv[1])
print(reactor.listenTCP(0, factory, interface="127.0.0.1").getHost().port, flush=True)
reactor.run()
