// A short inactive moment after the page opens, and one answer a tap. Without script the forms work as they are.
const SETTLES_MS = 800; // scanners that press buttons do so at once; a person needs longer to read the question

for (const form of document.querySelectorAll("form[data-settle]")) {
  const buttons = form.querySelectorAll("button");
  let isReady = false;
  let isSent = false;
  for (const button of buttons) button.setAttribute("aria-disabled", "true");
  setTimeout(() => {
    isReady = true;
    for (const button of buttons) button.removeAttribute("aria-disabled");
  }, SETTLES_MS);
  form.addEventListener("submit", (event) => {
    if (!isReady || isSent) {
      event.preventDefault();
      return;
    }
    isSent = true;
    event.submitter?.setAttribute("aria-busy", "true");
  });
}

// Back from another page: the browser may show this one as it was left, busy.
addEventListener("pageshow", (event) => {
  if (event.persisted) location.reload();
});

// The language menu closes by Escape and by a tap elsewhere.
const menu = document.querySelector("details.lang-menu");
addEventListener("keydown", (event) => {
  if (event.key === "Escape" && menu?.open) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});
addEventListener("click", (event) => {
  if (menu?.open && !menu.contains(event.target)) menu.open = false;
});
