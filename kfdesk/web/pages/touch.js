// A finger on the terminal: it scrolls with momentum; held still, it shows the screen as text.
"use strict";

const STILL = 8, HOLD = 550, LINES = 2; // a turn of the wheel scrolls so many lines
const FRICTION = 0.94, SLOWEST = 0.05;
let from = null; // where the finger came down, and when
let rest = 0; // of the way, what is no whole turn yet
let speed = 0; // pixels a millisecond
let rolling = 0, holding = 0;

function place({ clientX, clientY }) {
  const box = document.querySelector(".xterm-screen").getBoundingClientRect();
  const at = (pixel, size, count) => Math.min(count, Math.max(1, Math.ceil((pixel / size) * count)));
  return {
    column: at(clientX - box.left, box.width, cells.width),
    line: at(clientY - box.top, box.height, cells.height),
    lineHeight: box.height / cells.height,
  };
}

function turn(way) {
  rest += way;
  const { column, line, lineHeight } = from;
  const turns = Math.trunc(rest / (LINES * lineHeight));
  rest -= turns * LINES * lineHeight;
  if (turns) type(`\x1b[<${turns < 0 ? 65 : 64};${column};${line}M`.repeat(Math.min(40, Math.abs(turns))));
}

function roll(before) {
  rolling = requestAnimationFrame((now) => {
    const passed = Math.min(50, now - before);
    turn(speed * passed);
    speed *= FRICTION ** (passed / 16);
    if (Math.abs(speed) > SLOWEST) roll(now);
  });
}

function stop() {
  cancelAnimationFrame(rolling);
  clearTimeout(holding);
}

const terminal = part("terminal");
terminal.addEventListener("touchstart", (event) => {
  stop();
  from = null;
  if (event.touches.length !== 1) return;
  const touch = event.touches[0];
  from = { ...place(touch), x: touch.clientX, y: touch.clientY, last: touch.clientY, at: event.timeStamp };
  rest = speed = 0;
  holding = setTimeout(() => {
    from = null;
    say("text");
  }, HOLD);
}, { passive: true });

terminal.addEventListener("touchmove", (event) => {
  if (!from || event.touches.length !== 1) return stop();
  const touch = event.touches[0];
  if (!from.moved && Math.hypot(touch.clientX - from.x, touch.clientY - from.y) < STILL) return;
  clearTimeout(holding);
  from.moved = true;
  event.preventDefault();
  const way = touch.clientY - from.last, passed = Math.max(1, event.timeStamp - from.at);
  speed = 0.6 * (way / passed) + 0.4 * speed;
  from.last = touch.clientY;
  from.at = event.timeStamp;
  turn(way);
}, { passive: false });

terminal.addEventListener("touchend", (event) => {
  clearTimeout(holding);
  if (!from || from.moved) event.preventDefault(); // it was no tap
  if (from?.moved && event.timeStamp - from.at < 80) roll(performance.now());
}, { passive: false });
terminal.addEventListener("touchcancel", stop);
terminal.addEventListener("contextmenu", (event) => {
  if (matchMedia("(pointer: coarse)").matches) event.preventDefault();
});
