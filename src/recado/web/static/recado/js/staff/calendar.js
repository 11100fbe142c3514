import { hear } from './live.js'

// A printed page: the server has written down who prints; the browser's own dialog opens once, and the address forgets it.
customElements.define('print-now', class extends HTMLElement {
  connectedCallback() {
    const here = new URL(location.href)
    here.searchParams.delete('print')
    history.replaceState(history.state, '', here)
    requestAnimationFrame(() => window.print())
  }
})

// <news-in seconds="40" topics="visits">: what the page says of time left reads otherwise by then, though nothing happened.
customElements.define('news-in', class extends HTMLElement {
  static observedAttributes = ['seconds']

  attributeChangedCallback() {
    clearTimeout(this.timer)
    if (this.isConnected) this.plan()
  }

  connectedCallback() {
    this.plan()
  }

  disconnectedCallback() {
    clearTimeout(this.timer)
  }

  plan() {
    clearTimeout(this.timer)
    this.timer = setTimeout(() => {
      hear(this.getAttribute('topics').split(' '))
      this.plan()
    }, 1000 * Number(this.getAttribute('seconds')))
  }
})
