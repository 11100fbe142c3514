// One phone: its texts, and what its owner types.
import { clockOf, dayOf, keep, piece, say } from "./words.js";

const thread = document.getElementById("thread");
const heading = document.getElementById("h-phone");
const OWN_LINK = /(?:https?:\/\/)?([\w.-]+(?::\d+)?)(\/r\/[\w-]+)/g;
const PAUSE_MS = 3_600_000; // an hour's silence earns a new line with the date
const NEAR_PX = 60;

let shown = "";

export function showThread(phone, messages, sender) {
  heading.textContent = say("phoneOf", { name: phone.title });
  document.getElementById("sender").textContent = sender;
  const isNear = thread.scrollHeight - thread.scrollTop - thread.clientHeight < NEAR_PX;
  const isOther = shown !== phone.phone;
  shown = phone.phone;
  keep(thread, rowsOf(messages), (row) => row.key, (row) => make(row), fill);
  if (isOther || isNear) thread.scrollTop = thread.scrollHeight;
}

function rowsOf(messages) {
  if (!messages.length) return [{ key: "empty", kind: "day", text: say("empty") }];
  const rows = [];
  let before = 0;
  for (const message of messages) {
    const at = Date.parse(message.at);
    if (at - before > PAUSE_MS) rows.push({ key: `day-${message.id}`, kind: "day", text: `${dayOf(at)} ${clockOf(at)}` });
    before = at;
    rows.push({ key: message.id, kind: message.direction, text: message.text });
  }
  const last = messages.at(-1);
  const state = last.direction === "out" ? last.state : "";
  if (state in STATES) rows.push({ key: "state", kind: "state", text: say(STATES[state]), isBad: state === "failed" });
  return rows;
}

const STATES = { sent: "delivered", sending: "sending", failed: "failed" }; // sent: acknowledged by the clinic's side
const CLASSES = { in: "bub", out: "bub me", day: "day", state: "meta end-s" };

function make(row) {
  const node = piece("div", CLASSES[row.kind]);
  if (row.kind === "in" || row.kind === "out") node.dir = "auto"; // each text reads the way its own language does
  return node;
}

function fill(node, row) {
  if (row.kind === "state") node.classList.toggle("bad", row.isBad);
  if (node.dataset.text === row.text) return;
  node.dataset.text = row.text;
  node.replaceChildren(...(row.kind === "in" ? withLinks(row.text) : [row.text]));
}

// A tap on the patient's own link opens it here; any other address stays plain text.
function withLinks(text) {
  const parts = [];
  let from = 0;
  for (const match of text.matchAll(OWN_LINK)) {
    if (match[1] !== location.host) continue;
    const link = piece("a", "", match[0]);
    link.href = match[2];
    link.target = "_blank";
    link.rel = "noopener";
    parts.push(text.slice(from, match.index), link);
    from = match.index + match[0].length;
  }
  return [...parts, text.slice(from)];
}
