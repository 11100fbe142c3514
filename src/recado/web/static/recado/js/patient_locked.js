// The page of a document that was locked in the clinic's browser: the one page of a patient that needs script. It keeps the part of
// the key that came with the link through the code, asks for the secret that was told, and opens the file here.
import { fragmentIn, told, unlock } from "./locked.js";

const FORGET_MS = 60_000; // a download has begun by then
const box = document.querySelector("[data-locked]");
const place = `recado locked ${location.pathname.split("/")[2]}`;
const show = (name) => {
  for (const part of box.querySelectorAll("[data-part]")) part.hidden = part.dataset.part !== name;
  for (const words of box.querySelectorAll(`[data-part="${name}"] [data-h1]`)) {
    const heading = document.createElement("h1"); // the one of the page, once its part is the one that is shown
    heading.tabIndex = -1;
    heading.textContent = words.textContent;
    words.replaceWith(heading);
  }
};

// Forms of the code lead here without the end of the link: it is kept in this tab only.
let fragment = fragmentIn(location.hash);
if (fragment) sessionStorage.setItem(place, fragment);
else fragment = fragmentIn(sessionStorage.getItem(place) ?? "");

if (!crypto.subtle) show("old");
else if (!fragment) show("cut");
else show("ready");

const form = box.querySelector("form[data-unlock]");
form?.addEventListener("submit", async (event) => {
  event.preventDefault();
  const error = box.querySelector("[data-wrong]");
  const busy = box.querySelector("[data-busy]");
  const button = form.querySelector("button");
  error.hidden = true;
  button.setAttribute("aria-busy", "true");
  busy.hidden = false;
  try {
    const secret = told(form.elements.secret.value);
    if (!secret) throw new Error("no secret");
    const answer = await fetch(form.dataset.file, { cache: "no-store" });
    if (!answer.ok || answer.redirected) return location.reload(); // the pass is over: a new code
    reveal(await unlock(new Uint8Array(await answer.arrayBuffer()), fragment, secret));
  } catch {
    error.hidden = false;
    error.focus();
  } finally {
    busy.hidden = true;
    button.removeAttribute("aria-busy");
  }
});

function reveal(found) {
  show("open");
  const part = box.querySelector('[data-part="open"]');
  part.querySelector("[data-title]").textContent = found.title || found.name;
  part.querySelector("[data-name]").textContent = found.name;
  const words = part.querySelector("[data-words]");
  words.textContent = found.words;
  words.hidden = !found.words;
  const blob = new Blob([found.bytes], { type: found.type || "application/octet-stream" });
  const save = part.querySelector("a[download]");
  save.download = found.name;
  save.href = URL.createObjectURL(blob);
  save.addEventListener("click", () => setTimeout(() => URL.revokeObjectURL(save.href), FORGET_MS));
  const here = part.querySelector("[data-here]");
  if (found.type.startsWith("image/")) {
    const picture = document.createElement("img");
    picture.className = "paper-page";
    picture.alt = found.title || found.name;
    const reader = new FileReader();
    reader.addEventListener("load", () => {
      picture.src = reader.result; // data:, which the policy allows for pictures
      here.replaceChildren(picture);
    });
    reader.readAsDataURL(blob);
  } else if (found.type === "text/plain") {
    const text = document.createElement("p");
    text.className = "paper-text";
    text.textContent = new TextDecoder().decode(found.bytes);
    here.replaceChildren(text);
  }
  part.querySelector("h1").focus();
}
