// A client on node-smpp: node esme.js PORT SYSTEM_ID PASSWORD. Submits, answers what it gets, says so; JSON lines.
'use strict';
const smpp = require('smpp');
const readline = require('readline');

const [port, systemId, password] = process.argv.slice(2);
const say = (event) => process.stdout.write(JSON.stringify(event) + '\n');
const session = smpp.connect({ url: `smpp://127.0.0.1:${port}` });
session.on('error', (error) => say({ event: 'error', text: String(error.code) }));
session.on('close', () => { say({ event: 'closed' }); process.exit(0); });
session.on('connect', () => session.bind_transceiver({ system_id: systemId, password },
  (answer) => say({ event: 'bound', status: answer.command_status })));
session.on('deliver_sm', (pdu) => {
  const text = pdu.short_message.message;
  say({
    event: pdu.esm_class & 4 ? 'receipt' : 'reply', from: pdu.source_addr, to: pdu.destination_addr,
    text: typeof text === 'string' ? text : text.toString('hex'), id: pdu.receipted_message_id, state: pdu.message_state,
  });
  session.send(pdu.response());
});

const told = {
  submit: (order) => {
    const fields = {
      source_addr_ton: 1, source_addr_npi: 1, source_addr: '447700900100',
      dest_addr_ton: 1, dest_addr_npi: 1, destination_addr: order.to, registered_delivery: 1,
    };
    if (order.payload) fields.message_payload = order.text; else fields.short_message = order.text;
    session.submit_sm(fields, (answer) => say({ event: 'submitted', status: answer.command_status, id: answer.message_id }));
  },
  enquire: () => session.enquire_link({}, (answer) => say({ event: 'answered', status: answer.command_status })),
  query: () => session.query_sm({ message_id: '1' }, (answer) => say({ event: 'queried', command: answer.command, status: answer.command_status })),
  unbind: () => session.unbind({}, (answer) => { say({ event: 'unbound', status: answer.command_status }); session.close(); }),
};
readline.createInterface({ input: process.stdin }).on('line', (line) => {
  const order = JSON.parse(line);
  told[order.op](order);
});
