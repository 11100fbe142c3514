// The inbox: how many parts a text takes while it is typed, who else is here, the newest message in view, and a word to
// screen readers when somebody new waits. The page works without it.
import "./picker.js";
import "./picking.js";

const MEASURE_AFTER = 300; // ms without a key
const HERE_EVERY = 10000; // ms; colleagues forget us after twenty seconds
const SAY_EVERY = 5000;

const form = document.querySelector("form[data-measure]");
const field = form?.querySelector("textarea");

// A page that answers a POST takes the address at which it can be asked for again: reloading sends nothing twice, and live
// parts go on.
const own = document.querySelector("[data-own-address]")?.dataset.ownAddress;
if (own && !location.href.endsWith(own)) history.replaceState(null, "", own);

async function post(address, values, headers = {}) {
  const body = new URLSearchParams(values);
  body.set("csrfmiddlewaretoken", form.querySelector("[name=csrfmiddlewaretoken]").value);
  return fetch(address, { method: "POST", body, headers });
}

// ---------------------------------------------------------------- size of the text

let measuring = 0;

async function measure() {
  const asked = field.value;
  const size = document.getElementById("reply-size");
  if (!asked.trim()) {
    size.value = "";
    return;
  }
  try {
    const answer = await post(form.dataset.measure, { text: asked });
    if (answer.ok && field.value === asked) size.value = (await answer.json()).size;
  } catch {
    size.value = ""; // the server is away: better no figure than an old one
  }
}

field?.addEventListener("input", () => {
  clearTimeout(measuring);
  measuring = setTimeout(measure, MEASURE_AFTER);
});

// ---------------------------------------------------------------- who is here

let typedAt = 0;
let saidTyping = false;

// A name for this tab, by chance: two windows side by side are two places.
function tabName() {
  try {
    return (sessionStorage.recadoTab ||= Math.random().toString(36).slice(2, 14));
  } catch {
    return ""; // storage is forbidden here
  }
}

function tellHere() {
  if (!form?.dataset.here || document.hidden) return;
  saidTyping = Date.now() - typedAt < HERE_EVERY;
  // Nobody's doing: it must not keep a forgotten screen signed in.
  post(form.dataset.here, { typing: saidTyping ? "yes" : "", tab: tabName() }, { "X-Live": "true" }).catch(() => {});
}

if (form?.dataset.here) {
  tellHere();
  setInterval(tellHere, HERE_EVERY);
  field?.addEventListener("input", () => {
    typedAt = Date.now();
    if (!saidTyping) tellHere();
  });
}

// "Ben is replying" is worth some seconds; while he goes on, it is told again before they are over.
class FadesAway extends HTMLElement {
  connectedCallback() {
    this.timer = setTimeout(() => this.remove(), Number(this.dataset.seconds) * 1000);
  }

  disconnectedCallback() {
    clearTimeout(this.timer);
  }
}
customElements.define("fades-away", FadesAway);

// ---------------------------------------------------------------- the newest message in view

const scroll = document.getElementById("talk-scroll");
let isAtEnd = true;

function toEnd() {
  if (scroll && isAtEnd) scroll.scrollTop = scroll.scrollHeight;
}

if (scroll) {
  scroll.addEventListener("scroll", () => {
    isAtEnd = scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight < 40;
  });
  new ResizeObserver(toEnd).observe(scroll);
  if (new URLSearchParams(location.search).has("most")) scroll.scrollTop = 0;
  else toEnd();
  document.fonts?.ready.then(toEnd);
}

// ---------------------------------------------------------------- a word to screen readers

const said = document.getElementById("inbox-said");
let newest = document.getElementById("inbox-waiting")?.dataset.newest;
let lastSaid = 0;
let saying = 0;

function say() {
  saying = 0;
  lastSaid = Date.now();
  said.textContent = document.getElementById("inbox-waiting")?.dataset.said || "";
}

function look() {
  toEnd();
  const now = document.getElementById("inbox-waiting")?.dataset.newest;
  if (now === newest || !said) return;
  newest = now;
  if (!saying) saying = setTimeout(say, Math.max(0, lastSaid + SAY_EVERY - Date.now()));
}

const main = document.getElementById("main");
if (main) new MutationObserver(look).observe(main, { childList: true, subtree: true, characterData: true, attributes: true, attributeFilter: ["data-newest"] });

// ---------------------------------------------------------------- errors in view

const fault = document.getElementById("compose-fault");
if (fault && field) field.focus();
