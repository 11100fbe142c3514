// What is typed into <textarea data-draft="name"> is kept by the server, a moment after typing and when the page is left. The
// server puts it back into the page. Nothing stays in this browser: others use this computer as well.
const AFTER = 1000; // ms without a key
const AGAIN = 5000; // ms until the next try while the server is away
const timers = new Map(); // the fields that have something to keep
let saving = Promise.resolve();

function content(field) {
  const values = new FormData();
  for (const name of ["csrfmiddlewaretoken", "ref"]) values.set(name, field.form?.elements[name]?.value || "");
  values.set("name", field.dataset.draft);
  values.set("text", field.value);
  return values;
}

function plan(field, wait = AFTER) {
  clearTimeout(timers.get(field));
  timers.set(field, setTimeout(() => keep(field), wait));
}

function forget(field) {
  clearTimeout(timers.get(field));
  timers.delete(field);
}

// One after the other, so that an older text never comes after a newer one.
function keep(field) {
  forget(field);
  saving = saving.then(() => send(field));
  return saving;
}

async function send(field) {
  try {
    const answer = await fetch("/inbox/draft", { method: "POST", body: content(field), headers: { "HX-Request": "true" } });
    if (answer.status >= 500) throw new Error("not kept");
  } catch {
    if (!timers.has(field)) plan(field, AGAIN);
  }
}

// All that is not kept yet. Resolves when it is.
export function keepAll() {
  return Promise.all([...timers.keys()].map(keep).concat(saving));
}

document.addEventListener("input", (event) => {
  if (event.target.matches?.("textarea[data-draft]")) plan(event.target);
});

// On its way: the server drops the draft once the text is sent, and keeps what it couldn't send.
document.addEventListener("submit", (event) => {
  if (event.defaultPrevented) return;
  for (const field of [...timers.keys()]) if (field.form === event.target) forget(field);
});

addEventListener("pagehide", () => {
  for (const field of [...timers.keys()]) {
    forget(field);
    navigator.sendBeacon("/inbox/draft", content(field));
  }
});
