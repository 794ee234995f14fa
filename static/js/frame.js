/* What a framed page and the page around it say to each other. Both check origin, window and nonce; never "*". */
(function () {
  "use strict";
  if (window.parent === window) return;
  if (window.origin === "null") return confined();
  /* The nonce is in the frame's name, which lasts when a step is reached before this script runs. Loaders before 1.2
     put it in the fragment, and it becomes the name here. */
  var given = /[#&]bk=/.test(location.hash) ? location.hash.slice(1) : window.name;
  var found = new URLSearchParams(given), id = found.get("bk"), origin = found.get("o");
  var sites = (document.body.dataset.sites || "").split(" ").concat(location.origin);
  if (!id || !origin || sites.indexOf(origin) < 0) return;
  window.name = found;

  var root = document.documentElement, step = document.getElementById("step"), height = 0, pending = 0, lastStep = "", booked = "";
  var isTyped = false, isInline = false, came = "";
  root.dataset.framed = "";

  function say(type, more) {
    window.parent.postMessage(Object.assign({ ns: "booking", v: 1, id: id, type: type }, more), origin);
  }

  /* In place the page around us scrolls; a scroll bar of our own would only flicker while the frame grows. */
  var HIGHEST = 6000;
  function settle() {
    root.style.overflowY = isInline && height <= HIGHEST ? "hidden" : "";
  }

  function measure() {
    pending = 0;
    var now = Math.ceil(document.body.getBoundingClientRect().height);
    if (Math.abs(now - height) < 2) return;
    height = now;
    settle();
    say("height", { height: height });
  }

  function look() {
    var progress = step.querySelector("[data-step]"), done = step.querySelector("[data-booked]");
    if (progress && progress.dataset.step !== lastStep) {
      if (lastStep) say("step", { n: Number(progress.dataset.step), of: Number(progress.dataset.steps) });
      lastStep = progress.dataset.step;
    }
    if (done && done.dataset.booked !== booked) {
      booked = done.dataset.booked;
      isTyped = false;
      lastStep = "";
      say("booked", { reference: booked });
    }
    if (step.querySelector("[data-failed]")) say("error", { code: "not_confirmed" });
  }

  window.addEventListener("message", function (event) {
    var said = event.data;
    if (event.source !== window.parent || event.origin !== origin) return;
    if (!said || said.ns !== "booking" || said.v !== 1 || said.id !== id || said.type !== "hello") return;
    isInline = said.mode === "inline";
    root.dataset.framed = isInline ? "" : "dialog";
    settle();
    wear(said.theme);
    /* Where the visitor came from goes with the form that opens a draft; the server decides what of it is kept. */
    came = new URLSearchParams(said.attribution);
    came.set("consent", said.consent);
  });
  document.addEventListener("submit", function (event) {
    var field = event.target.elements.came;
    if (field) field.value = came;
  }, true);

  function wear(theme) {
    if (theme === "dark" || theme === "light") root.dataset.theme = theme;
  }

  /* Lets the page's own ground show through, once the clinic's colours have been made readable on it by the server. */
  function blend() {
    var ground = (found.get("g") || "").split(",").map(Number), own = document.querySelector("link[href*='/brand.css']"), link;
    if (!own || ground.length !== 3 || ground.some(function (part) { return !(part >= 0 && part < 256); })) return;
    ground = ground.map(function (part) { return (part + 256).toString(16).slice(1); }).join("");
    function show() { root.dataset.ground = ""; }
    if (getComputedStyle(root).getPropertyValue("--color-background") === "#" + ground) return show();
    link = own.cloneNode();
    link.href += "&ground=" + ground;
    link.onload = show;
    own.after(link);
  }
  /* The page around us asks before it throws away what somebody wrote or drew; it never hears what. */
  function typed(event) {
    if (isTyped || !event.target.closest || !event.target.closest("#step")) return;
    if (event.type !== "input" && event.target.tagName !== "CANVAS") return;
    if (event.target.name === "slot") return;
    isTyped = true;
    say("typed");
  }
  document.addEventListener("input", typed);
  document.addEventListener("pointerdown", typed);
  document.addEventListener("keydown", function (event) {
    if (event.key === "Escape" && !event.defaultPrevented) say("close");
  });
  document.addEventListener("htmx:sendError", function () { say("error", { code: "connection" }); });
  document.addEventListener("htmx:afterSettle", function (event) { if (event.detail.target === step) look(); });
  document.addEventListener("htmx:historyRestore", look);
  /* A sandbox without `allow-same-origin`: no script may ask our own server for anything. Plain links and forms still
     work, and where the sandbox forbids forms too the page has to be opened by itself. */
  function confined() {
    var note = document.createElement("p"), away = document.createElement("a");
    document.body.setAttribute("hx-disable", "");
    away.href = location.href;
    away.target = "_blank";
    away.rel = "noopener";
    away.textContent = "Open the booking page in its own tab";
    note.className = "notice";
    note.append("This website restricts what the booking page may do. If a button does nothing: ", away, ".");
    document.getElementById("step").before(note);
  }

  /* The first of the deferred scripts, so that nothing is painted that moves when the page learns that it is framed. */
  wear(found.get("t"));
  blend();
  document.addEventListener("DOMContentLoaded", function () {
    say("ready");
    measure();
    look();
    new ResizeObserver(function () { if (!pending) pending = requestAnimationFrame(measure); }).observe(document.body);
  });
})();
