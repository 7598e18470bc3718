// What the page adds to textual-serve's terminal: its socket, which comes back; buttons for what
// can be done; files that go and come. It stands before textual.js, which connects.
"use strict";

const LOGGED_OUT = 4001, ELSEWHERE = 4002, ENDED = 1000, REFUSED = 1008;
const SMALLEST = 8, LARGEST = 28;
const PATIENCE = 6000, BEAT = 15000;
const part = (id) => document.getElementById(id);
let socket = null;
let ctrl = false;
let cells = { width: 80, height: 24 };
let page = { hints: [], typing: false, dark: true };
let keyboard = false; // it was asked for, though nothing is typed

// The console of this tab, which waits for it while the phone sleeps. A tab that is duplicated begins
// with all that its original keeps: one that is in view keeps nothing, and has its console alone.
const KEPT = "kfdesk-console";
const name = sessionStorage.getItem(KEPT) ||
  Array.from(crypto.getRandomValues(new Uint8Array(12)), (n) => n.toString(36)).join("");
const keep = () => sessionStorage.setItem(KEPT, name);
const keepWhileAway = () => (document.hidden ? keep() : sessionStorage.removeItem(KEPT));
keepWhileAway();
document.addEventListener("visibilitychange", keepWhileAway);
window.addEventListener("pagehide", keep);
window.addEventListener("pageshow", keepWhileAway);

const say = (...words) => socket?.send(JSON.stringify(words));
const type = (text) => say("stdin", text);

// textual.js keeps its socket to itself: remember it, and let a pressed Ctrl mean the next letter.
window.WebSocket = class extends WebSocket {
  constructor(url) {
    super(`${url}&name=${name}`);
    socket = this;
    this.heard = performance.now();
    this.addEventListener("open", () => (this.opened = true));
    this.addEventListener("message", (event) => {
      this.heard = performance.now();
      if (typeof event.data !== "string") return;
      const [kind, said] = JSON.parse(event.data);
      if (kind === "page") show(said);
      if (kind === "text") showText(said.text);
      if (kind === "file") askFile(said);
    });
    this.addEventListener("close", (event) => {
      if (event.code === LOGGED_OUT) location.assign("/login");
      else if (event.code === ELSEWHERE) document.body.classList.add("-elsewhere");
      else if (event.code !== ENDED && event.code !== REFUSED) again(this.opened);
    });
  }

  send(text) {
    const [kind, said] = JSON.parse(text);
    if (kind === "resize") cells = said;
    if (ctrl && kind === "stdin" && said.length === 1) {
      press(false);
      text = JSON.stringify([kind, String.fromCharCode(said.toUpperCase().charCodeAt(0) & 31)]);
    }
    if (this.readyState === WebSocket.OPEN) super.send(text);
  }
};

// --- coming back

let returning = false;

// The line is cut: as soon as the server answers, show the console that waits there.
async function again(opened) {
  if (returning) return;
  returning = true;
  if (opened) document.body.classList.add("-again");
  for (let wait = 500; ; wait = Math.min(wait * 1.5, 10000)) {
    if (!document.hidden) {
      try {
        const answer = await fetch("/", { signal: AbortSignal.timeout(PATIENCE) });
        if (answer.redirected) return location.assign("/login");
        if (answer.ok && opened) return location.reload();
        if (!opened) return; // it was refused: a person may try again
      } catch {
        // No network yet.
      }
    }
    await Promise.race([
      new Promise((done) => setTimeout(done, wait)),
      new Promise((done) => {
        window.addEventListener("online", done, { once: true });
        document.addEventListener("visibilitychange", done, { once: true });
      }),
    ]);
  }
}

// A socket whose other end has gone while the phone slept does not know it.
function knock() {
  const asked = socket;
  if (document.hidden || asked?.readyState !== WebSocket.OPEN) return;
  const before = performance.now();
  say("ping", String(Date.now()));
  setTimeout(() => {
    if (asked.heard < before && asked.readyState === WebSocket.OPEN && !document.hidden) again(true);
  }, PATIENCE);
}

setInterval(knock, BEAT);
document.addEventListener("visibilitychange", knock);
window.addEventListener("online", knock);

// --- what can be done here

function show(said) {
  const began = said.typing && !page.typing, ended = !said.typing && page.typing;
  const same = JSON.stringify(said.hints) === JSON.stringify(page.hints);
  page = said;
  document.body.classList.toggle("-light", !said.dark);
  if (!same) {
    part("does").replaceChildren(...said.hints.map(([key, word, action, argument]) => {
      const button = document.createElement("button");
      const small = document.createElement("kbd");
      small.textContent = key;
      button.append(word, small);
      button.dataset.action = action;
      button.dataset.argument = argument;
      return button;
    }));
    part("does").scrollLeft = 0;
  }
  if (began || ended) raise(false);
}

// The keyboard of a phone is up where one types, or where it is asked for.
function raise(asked) {
  keyboard = asked;
  const input = document.querySelector(".xterm-helper-textarea");
  if (!input) return;
  const mode = page.typing || keyboard ? "text" : "none";
  if (input.inputMode === mode) return;
  input.inputMode = mode;
  if (!matchMedia("(pointer: coarse)").matches) return;
  input.blur();
  input.focus({ preventScroll: true });
}

function press(on) {
  ctrl = on;
  part("ctrl").setAttribute("aria-pressed", String(on));
}

function resize(by) {
  const size = Math.min(LARGEST, Math.max(SMALLEST, fontSize() + by));
  localStorage.setItem("kfdesk-size", String(size));
  location.reload();
}

function fontSize() {
  const small = Math.min(screen.width, screen.height) < 640;
  return Number(localStorage.getItem("kfdesk-size")) || (small ? 14 : 15);
}

// --- the screen as text, to be copied

function showText(text) {
  part("text").querySelector("pre").textContent = text;
  part("text").hidden = false;
}

async function copy() {
  const chosen = String(getSelection()) || part("text").querySelector("pre").textContent;
  await navigator.clipboard?.writeText(chosen);
  part("text").hidden = true;
}

// --- links and files

// A link leaves this page alone; a download opens none.
const open = window.open.bind(window);
window.open = (url) => {
  if (url.startsWith(location.origin + "/download/")) {
    const link = document.createElement("a");
    link.href = url;
    link.download = "";
    link.click();
  } else if (navigator.userActivation?.isActive ?? true) {
    open(url, "_blank", "noopener,noreferrer");
  } else {
    ask("link");
    part("link").href = part("link").textContent = url;
  }
  return null;
};

let token = "";

function ask(what) {
  part("asked").hidden = !what;
  part("choose").hidden = what !== "file";
  part("link").hidden = what !== "link";
  part("state").textContent = "";
}

function askFile(word) {
  token = word;
  ask("file");
  part("file").value = "";
  if (navigator.userActivation?.isActive) part("file").click();
}

async function send(file) {
  if (!file) return ask("");
  part("choose").hidden = true;
  part("state").textContent = part("state").dataset.sending;
  try {
    const to = `/file/${token}?name=${encodeURIComponent(file.name.slice(-200))}`;
    const headers = { "Content-Type": "application/octet-stream" };
    const answer = await fetch(to, { method: "POST", body: file, headers });
    if (answer.ok) return ask("");
    const why = answer.status === 413 ? await answer.text() : "";
    part("state").textContent = why || part("state").dataset.failed;
  } catch {
    part("state").textContent = part("state").dataset.failed;
  }
}

// --- the page

document.addEventListener("DOMContentLoaded", () => {
  part("terminal").dataset.fontSize = String(fontSize());
  const keys = part("keys");
  // The keyboard of a phone stays as it is: up or away.
  keys.addEventListener("pointerdown", (event) => {
    if (event.target.closest("button:not(.plain)")) event.preventDefault();
  });
  keys.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    const { action, argument, send: text } = button.dataset;
    if (action) say("do", action, argument);
    if (text) type(text);
    if (button.id === "ctrl") press(!ctrl);
    if (button.id === "smaller") resize(-1);
    if (button.id === "larger") resize(1);
    if (button.id === "keyboard") {
      const input = document.querySelector(".xterm-helper-textarea");
      if (page.typing && document.activeElement === input) input.blur();
      else if (page.typing) input.focus();
      else raise(!keyboard);
    }
  });
  part("copy").addEventListener("click", copy);
  part("close").addEventListener("click", () => (part("text").hidden = true));
  part("cancel").addEventListener("click", () => ask(""));
  part("link").addEventListener("click", () => ask(""));
  part("file").addEventListener("change", (event) => send(event.target.files[0]));
  // What the keyboard of a phone leaves is all there is.
  const fit = () => {
    const { height, offsetTop, scale } = window.visualViewport;
    if (scale > 1.01) return; // somebody looks closer
    document.body.style.setProperty("--height", `${height}px`);
    document.body.style.setProperty("--top", `${offsetTop}px`);
    window.dispatchEvent(new Event("resize"));
  };
  window.visualViewport?.addEventListener("resize", fit);
  window.visualViewport?.addEventListener("scroll", fit);
});
