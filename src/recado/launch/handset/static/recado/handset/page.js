// The simulated phones: asks for the state once a second while somebody looks, and sends on what they do.
import { get, ofPhone, post } from "./api.js";
import { showPhones } from "./phones.js";
import { showStory } from "./story.js";
import { showThread } from "./thread.js";
import { clockOf, momentOf, say } from "./words.js";

const EVERY_MS = 1000;
const AFTER_TROUBLE_MS = 3000;

const trouble = document.getElementById("trouble");
const said = document.getElementById("clock-said");
const clock = document.getElementById("clock");
const faults = document.getElementById("faults");
const form = document.getElementById("reply");

let chosen = decodeURIComponent(location.hash.slice(1));
let seen = "";
let timer = 0;
let asking = null;

function choose(phone) {
  chosen = phone;
  seen = "";
  history.replaceState(null, "", `#${encodeURIComponent(phone)}`);
  refresh();
}

function show(state) {
  seen = state.tag;
  chosen = state.phone.phone;
  if (state.phone.unread) post(ofPhone(chosen, "read"), {}).catch(() => {});
  showPhones(state.phones, chosen, choose);
  showThread(state.phone, state.messages, state.sender);
  showStory(state.story, state.now);
  document.getElementById("now").textContent = momentOf(state.now);
  document.getElementById("phone-clock").textContent = clockOf(state.now);
  for (const button of faults.querySelectorAll("button")) {
    button.setAttribute("aria-checked", String(state.faults.includes(button.dataset.fault)));
  }
}

function complain(message) {
  trouble.hidden = !message;
  trouble.lastElementChild.textContent = message;
}

// One question at a time; a new one started meanwhile (another phone, a reply) overtakes the old.
async function refresh() {
  clearTimeout(timer);
  const mine = (asking = {});
  let wait = EVERY_MS;
  try {
    const query = new URLSearchParams({ phone: chosen, seen, lang: document.documentElement.lang });
    const state = await get(`/handset/state.json?${query}`);
    if (asking !== mine) return;
    complain("");
    if (state) show(state);
  } catch (error) {
    if (asking !== mine) return;
    complain(error instanceof TypeError ? say("offline") : error.message);
    wait = AFTER_TROUBLE_MS;
  }
  if (!document.hidden) timer = setTimeout(refresh, wait);
}

document.addEventListener("visibilitychange", () => (document.hidden ? clearTimeout(timer) : refresh()));

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const field = form.elements.text;
  const text = field.value.trim();
  if (!text || form.ariaBusy === "true") return;
  form.ariaBusy = "true";
  try {
    await post(ofPhone(chosen, "reply"), { text });
    field.value = "";
    document.getElementById("thread").scrollTop = 1e9;
  } catch (error) {
    complain(error instanceof TypeError ? say("offline") : error.message);
  }
  form.ariaBusy = null;
  field.focus();
  refresh();
});

clock.addEventListener("click", async (event) => {
  const button = event.target.closest("button");
  if (!button || clock.ariaBusy === "true") return;
  clock.ariaBusy = "true";
  button.ariaBusy = "true";
  said.textContent = say("moving");
  try {
    const step = button.dataset.to ? { to: button.dataset.to } : { advance_seconds: Number(button.dataset.advance) };
    const before = document.getElementById("now").textContent;
    const { now, pending } = await post("/handset/clock", step);
    const hasStood = button.dataset.to && momentOf(now) === before;
    said.textContent = pending ? say("waiting", { count: pending }) : hasStood ? say("nothingDue") : "";
  } catch (error) {
    said.textContent = error instanceof TypeError ? say("offline") : error.message;
  }
  clock.ariaBusy = null;
  button.ariaBusy = null;
  refresh();
});

faults.addEventListener("click", async (event) => {
  const button = event.target.closest("button");
  if (!button) return;
  const isOn = button.getAttribute("aria-checked") !== "true";
  button.setAttribute("aria-checked", String(isOn));
  try {
    await post("/handset/faults", { name: button.dataset.fault, on: isOn, phone: chosen });
  } catch (error) {
    button.setAttribute("aria-checked", String(!isOn));
    complain(error.message);
  }
  refresh();
});

refresh();
