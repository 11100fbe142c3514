// Behind the scenes: what was stored about this phone, newest first, in words or as it stands.
import { clockOf, copyOf, dayOf, keep, momentOf, piece, secondOf } from "./words.js";

const list = document.getElementById("story");
const seg = document.getElementById("as");
let as = "story";
let events = [];
let today = "";

seg.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (!button) return;
  as = button.dataset.as;
  for (const other of seg.children) other.setAttribute("aria-pressed", String(other === button));
  list.replaceChildren();
  show();
});

export function showStory(latest, now) {
  events = latest;
  today = dayOf(now);
  show();
}

function show() {
  document.getElementById("story-empty").hidden = events.length > 0;
  list.hidden = events.length === 0;
  keep(list, events, (event) => `${today} ${event.key}`, (event) => (as === "raw" ? raw(event) : told(event)), () => {});
}

function told(event) {
  const node = copyOf("t-event");
  const icon = document.getElementById(`i-${event.kind}`) ?? document.getElementById("i-other");
  const box = node.querySelector(".ico-box");
  box.classList.add(`ib-${icon.dataset.colour}`);
  box.append(icon.content.cloneNode(true));
  node.querySelector(".title").textContent = event.title;
  node.querySelector(".detail").textContent = event.detail;
  const time = node.querySelector("time");
  time.textContent = dayOf(event.at) === today ? secondOf(event.at) : `${dayOf(event.at)} ${clockOf(event.at)}`;
  time.dateTime = event.at;
  time.title = momentOf(event.at);
  return node;
}

function raw(event) {
  const node = piece("li", "li");
  node.append(piece("pre", "code grow small", JSON.stringify(event.raw, null, 1)));
  return node;
}
