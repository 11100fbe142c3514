// Locks a file in the browser and opens it there. The server keeps what `lock` returns, and never the secret that is told.
//
// The envelope: "RCDL" 1 | rounds (4 bytes, big-endian) | salt (16) | nonce (12) | AES-256-GCM of
//   length of the head (4) | head, JSON {name, type, title, words} | the file
// with everything before it as additional data. The key is HKDF-SHA-256 of (PBKDF2-SHA-256 of the told secret, by the rounds,
// then the letters in the link): neither alone opens it. Rounds make each guess of the secret dear.

const START = [0x52, 0x43, 0x44, 0x4c, 1];
const HEAD = START.length + 4 + 16 + 12;
const ROUNDS = 600_000; // OWASP, Password Storage Cheat Sheet, for PBKDF2-HMAC-SHA256
const MOST_ROUNDS = 5_000_000; // an envelope that asks for more would only stop the page
const IN_LINK = "23456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
const TOLD = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ";
const LINK_LETTERS = 22; // 128 bits
const TOLD_LETTERS = 12; // 60 bits
const TYPES = ["application/pdf", "image/jpeg", "image/png", "text/plain"];

const utf8 = new TextEncoder();

function letters(alphabet, count) {
  // Bytes beyond the last whole run of the alphabet are left out, so that each letter is equally likely.
  const limit = 256 - (256 % alphabet.length);
  let made = "";
  while (made.length < count) {
    for (const byte of crypto.getRandomValues(new Uint8Array(count))) {
      if (byte < limit && made.length < count) made += alphabet[byte % alphabet.length];
    }
  }
  return made;
}

/** A new part of the key for the link. */
export const newFragment = () => letters(IN_LINK, LINK_LETTERS);

/** A new secret to tell, in groups of four. */
export const newSecret = () => letters(TOLD, TOLD_LETTERS).match(/.{4}/g).join("-");

/** The part of the key in an address; empty where it is missing or cut off. */
export function fragmentIn(hash) {
  const found = hash.replace(/^#/, "");
  return found.length === LINK_LETTERS && [...found].every((letter) => IN_LINK.includes(letter)) ? found : "";
}

/** A secret as somebody types it: without dashes and spaces, in capitals; empty where it can't be one. */
export function told(typed) {
  const found = typed.toUpperCase().replace(/[^0-9A-Z]/g, "");
  return found.length === TOLD_LETTERS && [...found].every((letter) => TOLD.includes(letter)) ? found : "";
}

async function keyOf(fragment, secret, salt, rounds) {
  const slow = await crypto.subtle.importKey("raw", utf8.encode(secret), "PBKDF2", false, ["deriveBits"]);
  const stretched = await crypto.subtle.deriveBits({ name: "PBKDF2", hash: "SHA-256", salt, iterations: rounds }, slow, 256);
  const both = new Uint8Array([...new Uint8Array(stretched), ...utf8.encode(fragment)]);
  const base = await crypto.subtle.importKey("raw", both, "HKDF", false, ["deriveKey"]);
  const info = utf8.encode("recado locked document 1");
  return crypto.subtle.deriveKey({ name: "HKDF", hash: "SHA-256", salt, info }, base, { name: "AES-GCM", length: 256 }, false, [
    "encrypt",
    "decrypt",
  ]);
}

/** What the first bytes say a file is, of the kinds that are taken; empty: none of them. */
export function typeOf(bytes) {
  const starts = (...wanted) => wanted.every((byte, at) => bytes[at] === byte);
  if (starts(0x25, 0x50, 0x44, 0x46, 0x2d)) return "application/pdf";
  if (starts(0xff, 0xd8, 0xff)) return "image/jpeg";
  if (starts(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a)) return "image/png";
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    // biome-ignore lint: control characters are what is looked for
    return /[\u0000-\u0008\u000b\u000e-\u001f\u007f]/.test(text) ? "" : "text/plain";
  } catch {
    return "";
  }
}

/** Locks `bytes` under both parts of the key. `about`: {name, title, words}. */
export async function lock(bytes, about, fragment, secret) {
  const salt = crypto.getRandomValues(new Uint8Array(16));
  const nonce = crypto.getRandomValues(new Uint8Array(12));
  const open = new Uint8Array(HEAD);
  open.set(START);
  new DataView(open.buffer).setUint32(START.length, ROUNDS);
  open.set(salt, START.length + 4);
  open.set(nonce, START.length + 20);
  const head = utf8.encode(JSON.stringify({ ...about, type: typeOf(bytes) }));
  const plain = new Uint8Array(4 + head.length + bytes.length);
  new DataView(plain.buffer).setUint32(0, head.length);
  plain.set(head, 4);
  plain.set(bytes, 4 + head.length);
  const key = await keyOf(fragment, told(secret), salt, ROUNDS);
  const sealed = await crypto.subtle.encrypt({ name: "AES-GCM", iv: nonce, additionalData: open }, key, plain);
  return new Blob([open, sealed], { type: "application/octet-stream" });
}

/** Opens an envelope: {name, type, title, words, bytes}. Throws where a part of the key is wrong or anything was changed. */
export async function unlock(envelope, fragment, secret) {
  const open = envelope.slice(0, HEAD);
  const rounds = new DataView(open.buffer).getUint32(START.length);
  if (!START.every((byte, at) => open[at] === byte) || rounds > MOST_ROUNDS) throw new Error("no envelope");
  const salt = open.slice(START.length + 4, START.length + 20);
  const nonce = open.slice(START.length + 20);
  const key = await keyOf(fragment, secret, salt, rounds);
  const how = { name: "AES-GCM", iv: nonce, additionalData: open };
  const plain = new Uint8Array(await crypto.subtle.decrypt(how, key, envelope.slice(HEAD)));
  const size = new DataView(plain.buffer).getUint32(0);
  const about = JSON.parse(new TextDecoder().decode(plain.slice(4, 4 + size)));
  const bytes = plain.slice(4 + size);
  const type = typeOf(bytes); // by what is in it, not by what is said of it
  return { name: about.name, title: about.title, words: about.words, type: TYPES.includes(type) ? type : "", bytes };
}
