// What the page adds to textual-serve's terminal: keys for phones, the size of the letters,
// downloads, and the way back to the login. It stands before textual.js, which connects.
"use strict";

const LOGGED_OUT = 4001;
const SMALLEST = 8, LARGEST = 28;
let socket = null;
let ctrl = false;

// textual.js keeps its socket to itself: remember it, and let a pressed Ctrl mean the next letter.
window.WebSocket = class extends WebSocket {
  constructor(...given) {
    super(...given);
    socket = this;
    this.addEventListener("close", (event) => {
      if (event.code === LOGGED_OUT) location.assign("/login");
    });
  }

  send(text) {
    if (ctrl && typeof text === "string") {
      const [kind, typed] = JSON.parse(text);
      if (kind === "stdin" && typed.length === 1) {
        press(false);
        text = JSON.stringify([kind, String.fromCharCode(typed.toUpperCase().charCodeAt(0) & 31)]);
      }
    }
    if (this.readyState === WebSocket.OPEN) super.send(text);
  }
};

// A link leaves this page alone; a download opens none.
const open = window.open.bind(window);
window.open = (url) => {
  if (!url.startsWith(location.origin + "/download/")) return open(url, "_blank", "noopener");
  const link = document.createElement("a");
  link.href = url;
  link.download = "";
  link.click();
  return null;
};

function press(on) {
  ctrl = on;
  document.getElementById("ctrl").setAttribute("aria-pressed", String(on));
}

function resize(by) {
  const size = Math.min(LARGEST, Math.max(SMALLEST, fontSize() + by));
  localStorage.setItem("kfdesk-size", String(size));
  location.reload();
}

function fontSize() {
  return Number(localStorage.getItem("kfdesk-size")) || (window.innerWidth < 640 ? 12 : 15);
}

document.addEventListener("DOMContentLoaded", () => {
  document.getElementById("terminal").dataset.fontSize = String(fontSize());
  const keys = document.getElementById("keys");
  // The keyboard of a phone stays as it is: up or away.
  keys.addEventListener("pointerdown", (event) => {
    if (event.target.matches("button:not(.plain)")) event.preventDefault();
  });
  keys.addEventListener("click", (event) => {
    const { id, dataset } = event.target;
    if (dataset.send) socket?.send(JSON.stringify(["stdin", dataset.send]));
    if (id === "ctrl") press(!ctrl);
    if (id === "smaller") resize(-1);
    if (id === "larger") resize(1);
    if (id === "keyboard") {
      const input = document.querySelector(".xterm-helper-textarea");
      if (document.activeElement === input) input.blur();
      else input.focus();
    }
  });
  // What the keyboard of a phone leaves is all there is.
  const fit = () => {
    document.body.style.setProperty("--height", `${window.visualViewport.height}px`);
    window.dispatchEvent(new Event("resize"));
  };
  window.visualViewport?.addEventListener("resize", fit);
});
