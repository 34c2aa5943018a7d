// Correcting a reading: a click on evidence opens it, words are chosen with the mouse or the arrow keys,
// and what was chosen is told to the buttons that need words.
import { ready } from "../ready.js";

const count = (text) => [...text].length; // offsets count code points, as on the server

function offset(container, index) {
  const element = container.nodeType === Node.TEXT_NODE ? container.parentElement : container;
  const piece = element.closest("[data-pk-at]");
  if (piece) {
    const at = Number(piece.dataset.pkAt);
    const to = Number(piece.dataset.pkTo);
    const before = document.createRange();
    before.setStart(piece, 0);
    before.setEnd(container, index);
    const passed = count(before.toString());
    // A masked piece is taken whole: its stars do not stand where the letters stood.
    return count(piece.textContent) === to - at ? at + passed : passed > 0 ? to : at;
  }
  const next = container.childNodes[index];
  const following = next?.querySelector?.("[data-pk-at]") ?? (next?.matches?.("[data-pk-at]") ? next : null);
  if (following) return Number(following.dataset.pkAt);
  const pieces = element.querySelectorAll("[data-pk-at]");
  return pieces.length ? Number(pieces[pieces.length - 1].dataset.pkTo) : 0;
}

function point(text, wanted) {
  const pieces = [...text.querySelectorAll("[data-pk-at]")];
  const piece = pieces.find((one) => Number(one.dataset.pkTo) >= wanted) ?? pieces[pieces.length - 1];
  const letters = [...piece.textContent];
  const at = Number(piece.dataset.pkAt);
  const whole = letters.length !== Number(piece.dataset.pkTo) - at;
  const passed = whole ? (wanted > at ? letters.length : 0) : Math.max(0, wanted - at);
  return [piece.firstChild, letters.slice(0, passed).join("").length];
}

function chosen() {
  const selection = getSelection();
  if (!selection.rangeCount || selection.isCollapsed) return null;
  const range = selection.getRangeAt(0);
  const holder = (node) => (node.nodeType === Node.TEXT_NODE ? node.parentElement : node)?.closest("[data-pk-text]");
  const text = holder(range.startContainer) ?? holder(range.endContainer);
  if (!text?.closest(".pk-reading-open")) return null;
  const pieces = text.querySelectorAll("[data-pk-at]");
  if (!pieces.length) return null;
  const last = Number(pieces[pieces.length - 1].dataset.pkTo);
  const start = text.contains(range.startContainer) ? offset(range.startContainer, range.startOffset) : 0;
  const end = text.contains(range.endContainer) ? offset(range.endContainer, range.endOffset) : last;
  return start < end ? { text, start, end, words: selection.toString(), last } : null;
}

// The buttons are a click away from the text, and a click takes the selection: what was chosen last stays.
function tell() {
  const now = chosen();
  if (!now) return;
  const editor = now.text.closest("[data-pk-reading]").querySelector(".pk-editor");
  editor.querySelector("[data-pk-start]").value = now.start;
  editor.querySelector("[data-pk-end]").value = now.end;
  const words = now.words.replace(/\s+/g, " ").trim();
  editor.querySelector("[data-pk-chosen]").textContent = words.length > 40 ? `${words.slice(0, 39)}…` : words;
  editor.querySelectorAll("[data-pk-needs-words]").forEach((button) => {
    button.disabled = false;
  });
}
document.addEventListener("selectionchange", tell);

function choose(text, start, end) {
  const [from, first] = point(text, start);
  const [to, last] = point(text, end);
  getSelection().setBaseAndExtent(from, first, to, last);
}

document.addEventListener("keydown", (event) => {
  const text = event.target.closest?.("[data-pk-text]");
  if (!text || (event.key !== "ArrowLeft" && event.key !== "ArrowRight")) return;
  event.preventDefault();
  const held = chosen();
  const step = (event.key === "ArrowRight" ? 1 : -1) * (event.ctrlKey || event.altKey ? 5 : 1);
  if (!held || held.text !== text) {
    const mark = text.querySelector("mark.pk-active") ?? text.querySelector("mark") ?? text;
    const pieces = mark.querySelectorAll("[data-pk-at]");
    if (pieces.length) choose(text, Number(pieces[0].dataset.pkAt), Number(pieces[pieces.length - 1].dataset.pkTo));
    return;
  }
  const [start, end] = event.shiftKey ? [held.start + step, held.end] : [held.start, held.end + step];
  choose(text, Math.max(0, Math.min(start, held.end - 1)), Math.min(held.last, Math.max(end, held.start + 1)));
});

document.addEventListener("click", (event) => {
  const mark = event.target.closest("mark[data-pk-opinion]");
  const reading = mark?.closest("[data-pk-reading]");
  if (!reading || !getSelection().isCollapsed) return;
  const via = reading.querySelector("input[name=via]")?.value;
  const asked = new URLSearchParams({ opinion: mark.dataset.pkOpinion, ...(via ? { via } : {}) });
  window.htmx.ajax("GET", `${reading.dataset.pkReading}?${asked}`, { target: reading, swap: "outerHTML" });
});

// Escape closes the editor; what replaced a part that had the focus gets it back.
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || event.defaultPrevented || document.querySelector("details.pk-menu[open]")) return;
  event.target.closest?.(".pk-reading-open")?.querySelector("[data-pk-shut]")?.click();
});
ready((root) => {
  if (root === document) return;
  const land = root.matches?.("[data-pk-land]") ? root : root.querySelector?.("[data-pk-land]");
  land?.focus({ preventScroll: true });
});
