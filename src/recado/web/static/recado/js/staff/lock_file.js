// "Lock it in this browser": the file leaves this computer locked, and the secret to tell is shown once. Without script the form has
// no such choice, and works as it is.
import { lock, newFragment, newSecret, typeOf } from "../locked.js";

class LockFile extends HTMLElement {
  connectedCallback() {
    if (!crypto.subtle) return; // an old browser, or no secure connection: the choice is not offered
    this.hidden = false;
    this.form = this.closest("form");
    this.form.addEventListener("submit", (event) => {
      if (!this.querySelector("input").checked || this.isBusy) return;
      event.preventDefault();
      event.stopImmediatePropagation();
      this.send();
    });
  }

  async send() {
    const form = this.form;
    const file = form.elements.file.files[0];
    if (!file) return form.reportValidity();
    const bytes = new Uint8Array(await file.arrayBuffer());
    if (!bytes.length || !typeOf(bytes)) return this.say(this.dataset.wrongType);
    if (bytes.length > Number(this.dataset.most)) return this.say(this.dataset.tooLarge);
    const button = form.querySelector("button.btn-primary");
    button.setAttribute("aria-busy", "true");
    this.isBusy = true;
    try {
      const fragment = newFragment();
      const secret = newSecret();
      const about = { name: file.name, title: form.elements.title.value.trim(), words: form.elements.words.value.trim() };
      const sealed = await lock(bytes, about, fragment, secret);
      const body = new FormData();
      for (const name of ["csrfmiddlewaretoken", "patient", "kind", "days"]) body.append(name, form.elements[name].value);
      if (form.elements.asks_call.checked) body.append("asks_call", "yes");
      body.append("fragment", fragment);
      body.append("file", sealed, "locked");
      const answer = await fetch(form.action, { method: "POST", body });
      if (answer.redirected && answer.ok) return this.tell(secret, answer.url);
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      this.say(page.querySelector(".note-bad a")?.textContent ?? this.dataset.failed);
    } catch {
      this.say(this.dataset.failed);
    } finally {
      this.isBusy = false;
      button.removeAttribute("aria-busy");
    }
  }

  say(words) {
    const error = this.querySelector(".err");
    error.querySelector("span").textContent = words;
    error.hidden = false;
    error.focus();
  }

  tell(secret, address) {
    const shown = document.querySelector("#told").content.cloneNode(true);
    shown.querySelector("output").textContent = secret;
    shown.querySelector("a").href = address;
    const heading = document.createElement("h1"); // the one of the page, now that the form's is gone
    const words = shown.querySelector("#told-title");
    heading.id = words.id;
    heading.tabIndex = -1;
    heading.textContent = words.textContent;
    words.replaceWith(heading);
    this.form.replaceWith(shown);
    heading.focus();
  }
}
customElements.define("lock-file", LockFile);
