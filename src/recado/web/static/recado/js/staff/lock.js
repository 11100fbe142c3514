// A screen that nobody uses is cleared and locked; a minute before, it says so. All tabs of the browser are one screen: what
// somebody does in one counts for all. The server locks by itself as well: this only keeps it told and shows nothing longer.
import { keepAll } from "./drafts.js";

const SIGNS = ["keydown", "pointerdown", "pointermove", "wheel", "click"];
const WARNING = 60_000; // ms before the lock
const LOOK = 1000; // ms between two looks at the clock: it goes on while the computer sleeps, a timer might not
const PATIENCE = 1500; // ms that keeping a draft may take
const form = document.getElementById("lock-form");
const notice = document.getElementById("idle-notice");
const channel = new BroadcastChannel("recado-idle");
const after = Number(form?.dataset.after) * 1000;
const tellEvery = Math.min(60_000, after / 4);
let seen = Date.now(); // the newest sign of somebody, in any tab
let told = Date.now(); // up to when the server knows; it has just given this page
let telling = 0;
let isClosing = false;

function look() {
  const left = seen + after - Date.now();
  if (left <= 0) close("time");
  else if (left > WARNING) notice.close();
  else if (!notice.open) notice.showModal();
}

function sign(event) {
  // A pointer that lies still seems to move when the page changes under it.
  if (!event.isTrusted || (event.type === "pointermove" && !event.movementX && !event.movementY)) return;
  if (Date.now() >= seen + after) return close("time"); // awake again, too late
  if (Date.now() - seen < LOOK) return;
  seen = Date.now();
  channel.postMessage({ seen });
  if (event.type !== "keydown") look();
  if (!telling) telling = setTimeout(tell, Math.max(0, told + tellEvery - seen));
}

async function tell() {
  telling = 0;
  if (seen <= told || isClosing) return;
  told = Date.now();
  channel.postMessage({ told });
  try {
    const answer = await fetch(form.dataset.stillHere, { method: "POST", body: new FormData(form), headers: { "HX-Request": "true" } });
    if (answer.status === 403) close("time");
  } catch {
    told = 0; // the server is away: the next sign is told at once
  }
}

// Clears the screen at once; what was typed is kept before the lock falls.
async function close(by) {
  if (isClosing) return;
  isClosing = true;
  document.body.hidden = true;
  channel.postMessage({ closed: by });
  await Promise.race([keepAll(), new Promise((done) => setTimeout(done, PATIENCE))]);
  form.elements.by.value = by;
  form.elements.next.value = location.pathname + location.search;
  form.submit();
}

function hear({ data }) {
  if (data.seen) seen = Math.max(seen, data.seen);
  if (data.told) told = Math.max(told, data.told);
  if (data.closed) close(data.closed);
  else look();
}

if (form && after > 0) {
  for (const name of SIGNS) addEventListener(name, sign, { capture: true, passive: true });
  for (const name of ["visibilitychange", "focus", "pageshow"]) addEventListener(name, look, { capture: true });
  addEventListener("pageshow", (event) => event.persisted && isClosing && location.reload());
  // A key belongs to the warning until it is up: closed any sooner, Enter on "Stay" would be typed into what lies behind it.
  addEventListener("keyup", look, { capture: true });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    close("person");
  });
  channel.addEventListener("message", hear);
  channel.postMessage({ seen, told });
  setInterval(look, LOOK);
}
