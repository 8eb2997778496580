// The board in a terminal of the browser. The token comes behind the `#` of the address, which no browser
// sends anywhere; it is kept for this tab and this origin alone, and shown to our server only.
import { Terminal } from "/page/xterm.mjs";
import { FitAddon } from "/page/addon-fit.mjs";

const KEPT_AS = "quotaboard.token";
const form = document.getElementById("ask");
const why = document.getElementById("why");
const place = document.getElementById("board");

function givenToken() {
  const given = new URLSearchParams(location.hash.slice(1)).get("token");
  if (given) {
    sessionStorage.setItem(KEPT_AS, given);
    history.replaceState(null, "", location.pathname);
  }
  return sessionStorage.getItem(KEPT_AS);
}

function askForToken(sentence) {
  sessionStorage.removeItem(KEPT_AS);
  place.replaceChildren();
  why.textContent = sentence;
  form.hidden = false;
  document.getElementById("token").focus();
}

function openBoard(token) {
  form.hidden = true;
  place.replaceChildren();
  const terminal = new Terminal({
    fontFamily: '"JetBrains Mono", "Cascadia Mono", Menlo, Consolas, "DejaVu Sans Mono", monospace',
    fontSize: 15,
    scrollback: 0,
    theme: { background: "#121212" },
  });
  const fit = new FitAddon();
  terminal.loadAddon(fit);
  terminal.open(place);
  fit.fit();
  let opened = false;
  const address = `ws://${location.host}/board?columns=${terminal.cols}&rows=${terminal.rows}`;
  const socket = new WebSocket(address, ["quotaboard", `quotaboard.token.${token}`]);
  socket.binaryType = "arraybuffer";
  const send = (...words) => {
    if (socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify(words));
  };
  terminal.onData((text) => send("type", text));
  terminal.onBinary((text) => send("type", text));
  terminal.onResize(({ cols, rows }) => send("size", cols, rows));
  // What the board copies goes to the clipboard; it never reads from there.
  terminal.parser.registerOscHandler(52, (given) => {
    const text = given.slice(given.indexOf(";") + 1);
    if (text === "?") return true;
    const bytes = Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0));
    navigator.clipboard?.writeText(new TextDecoder().decode(bytes)).catch(() => {});
    return true;
  });
  const refit = () => fit.fit();
  window.addEventListener("resize", refit);
  socket.onopen = () => {
    opened = true;
    terminal.focus();
  };
  socket.onmessage = ({ data }) => terminal.write(new Uint8Array(data));
  socket.onclose = ({ code, reason }) => {
    window.removeEventListener("resize", refit);
    if (!opened) {
      terminal.dispose();
      askForToken("No board was opened: the token is wrong, or the server has stopped.");
      return;
    }
    const sentence = code === 1000 ? "The board was left." : reason || "The server has stopped.";
    terminal.write(`\x1b[?1049l\x1b[?1000l\x1b[?1003l\x1b[0m\x1b[H\x1b[2J${sentence} Reload the page for another.`);
  };
}

function begin() {
  const token = givenToken();
  if (token) openBoard(token);
  else askForToken("This board needs its token.");
}

form.addEventListener("submit", (event) => {
  event.preventDefault();
  const token = document.getElementById("token").value.trim();
  if (!/^[A-Za-z0-9_-]+$/.test(token)) return;
  sessionStorage.setItem(KEPT_AS, token);
  openBoard(token);
});
window.addEventListener("hashchange", begin);
begin();
