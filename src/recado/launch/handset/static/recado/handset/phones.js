// The list of phones: who has one, in which language, and how many texts nobody has looked at.
import { copyOf, keep, piece, say } from "./words.js";

const list = document.getElementById("phones");
const COLOURS = 5;
let before = "";

export function showPhones(phones, chosen, choose) {
  list.removeAttribute("aria-busy");
  document.getElementById("count").textContent = phones.length;
  keep(list, phones, (phone) => phone.phone, () => row(choose), (node, phone) => fill(node, phone, chosen));
  if (chosen !== before) bringIntoView(list.querySelector("[aria-pressed=true]"));
  before = chosen;
}

// Within the list only: the page itself stays where the reader has it.
function bringIntoView(button) {
  if (!button) return;
  const [row, box] = [button.getBoundingClientRect(), list.getBoundingClientRect()];
  if (row.bottom > box.bottom) list.scrollTop += row.bottom - box.bottom;
  else if (row.top < box.top) list.scrollTop -= box.top - row.top;
}

function row(choose) {
  const node = copyOf("t-phone");
  node.querySelector("button").addEventListener("click", () => choose(node.dataset.key));
  return node;
}

function fill(node, phone, chosen) {
  const button = node.querySelector("button");
  button.setAttribute("aria-pressed", String(phone.phone === chosen));
  button.classList.toggle("has-new", phone.unread > 0 && phone.phone !== chosen);
  const letters = node.querySelector(".av");
  letters.textContent = phone.letters;
  letters.className = `av av-${1 + (Number(phone.phone.slice(-3)) % COLOURS)}`;
  node.querySelector(".phone-name").textContent = phone.title;
  node.querySelector(".phone-number").textContent = phone.number;
  const tags = [];
  if (phone.unread && phone.phone !== chosen) tags.push(piece("span", "tag tag-new", say("new", { count: phone.unread })));
  if (phone.is_staff) tags.push(piece("span", "tag", say("staff")));
  else if (phone.language_name) tags.push(piece("span", "tag", phone.language_name));
  node.querySelector(".phone-tags").replaceChildren(...tags);
}
