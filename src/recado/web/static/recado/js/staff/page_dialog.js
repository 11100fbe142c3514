// A page in a dialog over the one that is open: <a data-in-dialog> and <form data-in-dialog> lead to a page with a #dialog-part,
// which is shown in <dialog id="page-dialog">; what is pressed in there stays in there. An answer with HX-Redirect ends it.
// Without script each of them is a page.
const AFTER = 250 // ms after the last letter
const BACK = 5000 // ms in which a time that is let go comes back to the page
const dialog = document.getElementById('page-dialog')
let asked = 0
let timer = 0
let opener = null
let sending = 0 // the number of the form on its way that changes something: what is pressed meanwhile asks for nothing

// `isLooking`: it changes nothing, so that the next may be asked before it is answered.
async function go(url, options = {}, isLooking = false) {
  if (sending) return
  const number = ++asked
  if (options.method === 'POST' && !isLooking) sending = number
  let leads = null
  try {
    leads = await shown(url, options, number)
  } finally {
    if (!leads && sending === number) sending = 0
  }
  if (leads) location.assign(leads) // and what was sent stays sent until that page is there
}

// Shows the answer. Returns where it leads to, if it is no part of the dialog.
async function shown(url, options, number) {
  const headers = { 'X-In-Dialog': 'true', 'HX-Request': 'true' }
  const answer = await fetch(url, { ...options, headers, cache: 'no-store' }).catch(() => null)
  if (!answer || number !== asked) return // the connection's own notice says what is wrong
  const leads = answer.headers.get('HX-Redirect')
  if (leads) return leads
  const text = await answer.text()
  if (number !== asked) return
  if (!text.includes('id="dialog-part"')) return answer.url
  await show(text, answer.url)
}

async function show(text, url) {
  const part = dialog.querySelector('#dialog-part')
  const before = dialog.contains(document.activeElement) ? document.activeElement.id : ''
  await window.htmx.swap({ sourceElement: part, target: part, text, select: '#dialog-part', swap: 'outerMorph' })
  for (const form of dialog.querySelectorAll('form:not([action])')) form.action = url // not the page beneath
  dialog.setAttribute('aria-labelledby', 'h-dialog')
  if (!dialog.open) dialog.showModal()
  const next = (before && dialog.querySelector(`#${before}`)) || dialog.querySelector('[autofocus], [aria-pressed=true], [aria-current]')
  ;(next ?? dialog.querySelector('#h-dialog')).focus()
}

function send(form, button) {
  const values = new FormData(form, button)
  if (form.method !== 'get') return go(form.action, { method: 'POST', body: values }, 'asTyped' in form.dataset)
  const url = new URL(form.action)
  url.search = new URLSearchParams(values)
  return go(url)
}

const isOurs = (element) => element.matches('[data-in-dialog]')

addEventListener('submit', (event) => {
  if (event.defaultPrevented || !isOurs(event.target)) return
  event.preventDefault()
  if (!dialog.open) opener = event.submitter
  send(event.target, event.submitter)
}, { capture: true })

document.addEventListener('click', (event) => {
  const link = event.target.closest('a[data-in-dialog]')
  if (!link || event.button || event.ctrlKey || event.metaKey || event.shiftKey) return
  event.preventDefault()
  if (!dialog.open) opener = link
  go(new URL(link.getAttribute('href'), dialog.querySelector('form')?.action || location.href))
})

dialog?.addEventListener('input', (event) => {
  const form = event.target.form
  if (!form || !('asTyped' in form.dataset)) return
  clearTimeout(timer)
  timer = setTimeout(() => send(form), AFTER)
})

dialog?.addEventListener('change', (event) => {
  if (event.target.form && 'asChosen' in event.target.form.dataset) send(event.target.form)
})

// Whoever closes it wants the time no more.
dialog?.addEventListener('close', () => {
  asked += 1
  sending = 0
  clearTimeout(timer)
  const form = dialog.querySelector('form[data-lets-go]')
  if (form) {
    const values = new FormData(form)
    values.set('let_go', 'yes')
    fetch(form.action, { method: 'POST', body: values, headers: { 'X-In-Dialog': 'true' } }).catch(() => null)
    form.remove()
  }
  focusBack(opener)
})

// Back to what opened it. A time that was held meanwhile stood on the page as held: its button is there again once the page has heard
// that it is free; until then, and where it was booked, the focus stands on the day. Whoever has gone on by then stays where they are.
function focusBack(from) {
  if (!from || from.isConnected) return from?.focus()
  const day = document.querySelector('.cal-wrap[tabindex]')
  day?.focus()
  const waits = document.activeElement
  const until = Date.now() + BACK
  const ticking = setInterval(() => {
    const button = from.value && document.querySelector(`[name="${from.name}"][value="${CSS.escape(from.value)}"]`)
    if (button && [waits, document.body].includes(document.activeElement)) button.focus()
    if (button || Date.now() > until) clearInterval(ticking)
  }, 100)
}

// A page that comes back from the browser's memory may send again.
addEventListener('pageshow', (event) => {
  if (event.persisted) sending = 0
})
