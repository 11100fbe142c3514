// Changes as they happen. One tab of the browser holds the stream (a lock says which); it tells the others. A part of a
// page says what it hangs on: <live-part id="todo" topics="threads messages">. When that changes, the page is fetched once and
// its parts are brought up to date in place, so that scroll, focus and what was typed stay.
const TOPICS_ALL = "all"; // after a lost connection anything may have changed
const GATHER = 120; // ms: what changes together is fetched once
const REST = 1000; // ms between two fetches of a whole page at least
const SHORT_REST = 300; // ms where the server told the changed parts alone
const SPREAD = 3000; // ms over which the tabs of a building come back after a restart: each waits a part of it by chance
const AWAY = 3000; // ms until the next try while the server is away, and as much again by chance
const channel = new BroadcastChannel("recado-live");

class LivePart extends HTMLElement {
  get topics() {
    return (this.getAttribute("topics") || "").split(/\s+/);
  }
}
customElements.define("live-part", LivePart);

let waiting = new Set();
let timer = 0;
let lastFetch = 0;
let rest = REST;
const tags = new Map(); // of each part what the server called that which is shown
let isFetching = false;
let notBefore = 0;

export function hear(topics, isSpread) {
  for (const topic of topics) waiting.add(topic);
  if (isSpread && notBefore < Date.now()) notBefore = Date.now() + Math.random() * SPREAD;
  document.dispatchEvent(new CustomEvent("recado:news", { detail: topics }));
  plan();
}

function plan() {
  if (timer || isFetching || !waiting.size || document.hidden) return;
  const left = Math.min(lastFetch + rest - Date.now(), rest); // a clock that was put back must not stop it
  const spread = Math.min(notBefore - Date.now(), 2 * AWAY);
  timer = setTimeout(refresh, Math.max(GATHER, left, spread));
}

function wanted(topics) {
  // What is shown once stands at an address that shows something else when it is asked for again: nothing beside it is fetched.
  const isOnce = document.querySelector("[data-shown-once]") !== null;
  const parts = [...document.querySelectorAll("live-part[id]")].filter((part) => !(isOnce && part.closest("main")));
  return parts.filter((part) => topics.has(TOPICS_ALL) || part.topics.some((topic) => topics.has(topic)));
}

async function refresh() {
  timer = 0;
  const topics = waiting;
  waiting = new Set();
  const parts = wanted(topics);
  if (!parts.length) return;
  isFetching = true;
  lastFetch = Date.now();
  try {
    const answer = await fetch(location.href, { headers: asking(topics, parts), cache: "no-store" });
    if (answer.headers.get("HX-Redirect")) location.assign(answer.headers.get("HX-Redirect"));
    else if (answer.ok) await put(parts, await answer.text(), answer.headers.get("X-Live-Tags"));
    else if (answer.status >= 500) again(topics);
  } catch {
    again(topics); // the server is away; the stream's return asks once more
  } finally {
    isFetching = false;
    plan();
  }
}

function again(topics) {
  for (const topic of topics) waiting.add(topic);
  notBefore = Date.now() + AWAY * (1 + Math.random()); // the plan that follows keeps to it
}

// A page that can tell its changed parts alone (the inbox) answers with those; any other, and that one too where more changed,
// with the whole page.
function asking(topics, parts) {
  return {
    "HX-Request": "true",
    "X-Live": "true",
    "X-Live-Topics": [...topics].join(" "),
    "X-Live-Have": parts.map((part) => `${part.id}=${tags.get(part.id) || ""}`).join(" "),
    "X-Live-Mark": document.querySelector("live-part[data-mark]")?.dataset.mark || "",
  };
}

const NAMESPACE = / xmlns="http:\/\/www\.w3\.org\/[^"]*"/g; // stands on what is written down as XML, and nowhere in our pages

// Rows that this page has as they are come as their place alone. null: it has them no more, so all is asked for anew.
function whole(text) {
  if (!text.includes(" data-same=")) return text;
  const read = new DOMParser().parseFromString(`<template>${text}</template>`, "text/html");
  const box = read.querySelector("template");
  for (const place of box.content.querySelectorAll("[data-same]")) {
    const here = document.getElementById(place.id);
    if (here?.dataset.v !== place.dataset.same) return null;
    place.replaceWith(here.cloneNode(true));
  }
  return new XMLSerializer().serializeToString(box.content).replaceAll(NAMESPACE, "");
}

async function put(parts, sent, told) {
  const text = whole(sent);
  if (text === null) {
    tags.clear();
    for (const part of parts) for (const topic of part.topics) waiting.add(topic); // the plan that follows
    return;
  }
  rest = told === null ? REST : SHORT_REST;
  if (told === null) tags.clear();
  else for (const one of told.split(" ")) tags.set(...one.split("="));
  for (const part of parts) {
    if (!part.isConnected || (told !== null && !text.includes(`<live-part id="${part.id}"`))) continue;
    await window.htmx.swap({ sourceElement: part, target: part, text, select: `#${part.id}`, swap: "outerMorph" });
  }
}

// ---------------------------------------------------------------- the one stream

let isLost = false;

function tellState(lost) {
  isLost = lost;
  const note = document.getElementById("link-state");
  if (!note) return;
  note.hidden = !lost;
  if (!lost) note.querySelector("[data-unsent]").hidden = true;
}

// While the server is away a form isn't given to the browser, whose error page would take what was typed along. Whether it is
// away is asked first: the stream may be lost alone.
const mayGo = new WeakSet();

async function sendIfThere(form, button) {
  try {
    await fetch(document.querySelector("link[rel=icon]").href, { method: "HEAD", cache: "no-store" });
  } catch {
    document.querySelector("#link-state [data-unsent]").hidden = false;
    return;
  }
  mayGo.add(form);
  form.requestSubmit(button);
}

addEventListener(
  "submit",
  (event) => {
    const form = event.target;
    if (!isLost || form.method === "dialog" || mayGo.delete(form)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    sendIfThere(form, event.submitter);
  },
  { capture: true },
);

function stream() {
  return new Promise((release) => {
    const source = new EventSource("/live");
    let isSpread = isLost; // lost by this tab or by the one that held the stream before
    source.addEventListener("open", () => share({ lost: false }));
    source.addEventListener("news", (event) => share({ topics: event.data.split(" ") }));
    source.addEventListener("resync", () => {
      // The first word of a page's stream is nobody else's, and is followed at once; a later one every browser hears.
      share({ topics: [TOPICS_ALL], isSpread });
      isSpread = true;
    });
    source.addEventListener("ended", () => {
      source.close();
      location.reload(); // signed out elsewhere: the server leads to the way in
    });
    source.addEventListener("error", () => {
      isSpread = true;
      share({ lost: true });
      if (source.readyState === EventSource.CLOSED) setTimeout(release, 1000 + Math.random() * SPREAD); // refused: anew
    });
    addEventListener("pagehide", () => source.close(), { once: true });
  });
}

function share(word) {
  channel.postMessage(word);
  take(word);
}

function take(word) {
  if (word.lost !== undefined && word.lost !== isLost) tellState(word.lost);
  if (word.topics) hear(word.topics, word.isSpread);
}

channel.addEventListener("message", (event) => take(event.data));
document.addEventListener("visibilitychange", () => plan());

async function hold() {
  for (;;) await navigator.locks.request("recado-live", stream);
}

if (document.querySelector("live-part") && navigator.locks) hold();
