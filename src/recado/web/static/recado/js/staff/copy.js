// <a href="/…/text"><copy-from>Copy as text</copy-from></a>: fetches what the link shows and puts it on the clipboard.
// <copy-from data-text="…"> copies what it is given. Without script the link opens the text.
class CopyFrom extends HTMLElement {
  connectedCallback() {
    this.host = this.closest("a, button");
    this.words = this.textContent;
    this.host?.addEventListener("click", this.copy);
  }

  disconnectedCallback() {
    this.host?.removeEventListener("click", this.copy);
  }

  copy = async (event) => {
    if (!navigator.clipboard) return;
    event.preventDefault();
    try {
      await navigator.clipboard.writeText(this.dataset.text ?? (await this.fetched()));
      this.textContent = this.dataset.done;
      setTimeout(() => (this.textContent = this.words), 2500);
    } catch {
      if (this.host.href) location.assign(this.host.href);
    }
  };

  async fetched() {
    const answer = await fetch(this.host.href, { cache: "no-store" });
    if (!answer.ok) throw new Error(answer.status);
    return answer.text();
  }
}
customElements.define("copy-from", CopyFrom);
