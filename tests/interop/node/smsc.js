// A carrier on node-smpp: says on standard output what it gets, does what standard input says. One JSON object a line.
'use strict';
const smpp = require('smpp');
const readline = require('readline');

const say = (event) => process.stdout.write(JSON.stringify(event) + '\n');
let session = null;
let next = 0;
let refusals = []; // statuses for the next submits
let deafness = 0; // submits to come that get no answer

function receipt(pdu, id) {
  session.deliver_sm({
    source_addr_ton: pdu.dest_addr_ton, source_addr_npi: pdu.dest_addr_npi, source_addr: pdu.destination_addr,
    dest_addr_ton: pdu.source_addr_ton, dest_addr_npi: pdu.source_addr_npi, destination_addr: pdu.source_addr,
    esm_class: 4,
    short_message: Buffer.from(`id:${id} sub:001 dlvrd:001 submit date:2611241030 done date:2611241031 stat:DELIVRD err:000 text:`),
    receipted_message_id: id, message_state: 2,
  }, (answer) => say({ event: 'receipt_answered', id, status: answer.command_status }));
}

function submitted(pdu) {
  const text = pdu.short_message;
  say({
    event: 'submit', to: pdu.destination_addr, from: pdu.source_addr, ton: pdu.source_addr_ton,
    text: typeof text.message === 'string' ? text.message : text.message.toString('hex'),
    udh: text.udh ? Buffer.concat([].concat(text.udh)).toString('hex') : '',
    coding: pdu.data_coding, esm_class: pdu.esm_class, registered: pdu.registered_delivery,
    reference: pdu.user_message_reference, validity: pdu.validity_period,
  });
  if (deafness > 0) { deafness -= 1; return; }
  if (refusals.length) { session.send(pdu.response({ command_status: refusals.shift() })); return; }
  const id = `n${(next += 1)}`;
  session.send(pdu.response({ message_id: id }));
  if (pdu.registered_delivery & 1) receipt(pdu, id);
}

const server = smpp.createServer({}, (made) => {
  session = made;
  made.on('error', () => say({ event: 'error' }));
  made.on('close', () => say({ event: 'closed' }));
  made.on('bind_transceiver', (pdu) => {
    const isKnown = pdu.system_id === 'recado' && pdu.password === 'secret';
    say({ event: 'bind', system_id: pdu.system_id, is_known: isKnown, version: pdu.interface_version });
    made.send(pdu.response(isKnown ? { system_id: 'node' } : { command_status: smpp.ESME_RINVPASWD }));
  });
  made.on('submit_sm', submitted);
  made.on('enquire_link', (pdu) => { say({ event: 'enquire_link' }); made.send(pdu.response()); });
  made.on('unbind', (pdu) => { say({ event: 'unbind' }); made.send(pdu.response()); });
});

const told = {
  reply: ({ parts, coding }) => parts.forEach((part) => session.deliver_sm({
    source_addr_ton: 1, source_addr_npi: 1, source_addr: '447700900321',
    dest_addr_ton: 1, dest_addr_npi: 1, destination_addr: '447700900100',
    data_coding: coding,
    short_message: part.udh ? { udh: Buffer.from(part.udh, 'hex'), message: Buffer.from(part.octets, 'hex') } : Buffer.from(part.octets, 'hex'),
  }, (answer) => say({ event: 'reply_answered', status: answer.command_status }))),
  refuse: ({ statuses }) => { refusals = statuses; },
  deaf: ({ submits }) => { deafness = submits; },
  drop: () => session.destroy(),
  ask: () => session.enquire_link({}, (answer) => say({ event: 'answered', status: answer.command_status })),
};
readline.createInterface({ input: process.stdin }).on('line', (line) => {
  const order = JSON.parse(line);
  told[order.op](order);
  say({ event: 'done', op: order.op });
}).on('close', () => process.exit(0));

server.listen(0, '127.0.0.1', () => say({ event: 'listening', port: server.address().port }));
