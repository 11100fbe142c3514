// <button data-opens="id"> opens the <dialog> of that id; <button data-closes> in it closes it. Focus goes back by itself.
document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-opens]");
  if (opener) {
    document.getElementById(opener.dataset.opens)?.showModal();
    event.preventDefault();
    return;
  }
  const inside = event.target.closest("[data-closes]")?.closest("dialog");
  if (inside) {
    inside.close();
    event.preventDefault();
  }
});

const SAVED_AFTER = 5000; // ms: a file is saved, and no new page says that it has come

// A form that is on its way says so and is not sent twice, however long the answer takes: that is the next page, or the
// browser's own page about what went wrong. Escape stops a page that doesn't come; then it may be sent again.
document.addEventListener("submit", (event) => {
  if (event.defaultPrevented || event.target.method === "dialog") return;
  const form = event.target;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "yes";
  event.submitter?.setAttribute("aria-busy", "true");
  if ("savesFile" in form.dataset) setTimeout(mayBeSent, SAVED_AFTER, form);
});

function mayBeSent(form) {
  delete form.dataset.sent;
  for (const button of form.querySelectorAll("[aria-busy]")) button.removeAttribute("aria-busy");
}

function allMayBeSent() {
  document.querySelectorAll("form[data-sent]").forEach(mayBeSent);
}

document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") allMayBeSent();
});

// A page that comes back from the browser's memory may be sent again.
addEventListener("pageshow", (event) => {
  if (event.persisted) allMayBeSent();
});
