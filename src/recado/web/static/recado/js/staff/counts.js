// Seconds that go on counting: <counts-up data-from="12">12</counts-up>. The server says how many there were; the clock of
// this computer only tells how many have passed since.
class CountsUp extends HTMLElement {
  static observedAttributes = ["data-from"];

  connectedCallback() {
    this.begin();
    this.timer = setInterval(() => this.show(), 1000);
  }

  disconnectedCallback() {
    clearInterval(this.timer);
  }

  attributeChangedCallback() {
    this.begin();
  }

  begin() {
    this.begun = performance.now();
  }

  show() {
    this.textContent = Math.round(Number(this.dataset.from) + (performance.now() - this.begun) / 1000);
  }
}
customElements.define("counts-up", CountsUp);
