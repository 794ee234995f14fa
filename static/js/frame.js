/* What a framed page and the page around it say to each other. Both check origin, window and nonce; never "*". */
(function () {
  "use strict";
  if (window.parent === window) return;
  /* The nonce comes once, in the fragment; the frame's own name keeps it over a reload. */
  var given = /[#&]bk=/.test(location.hash) ? location.hash.slice(1) : window.name;
  var found = new URLSearchParams(given), id = found.get("bk"), origin = found.get("o");
  var sites = (document.body.dataset.sites || "").split(" ").concat(location.origin);
  if (!id || !origin || sites.indexOf(origin) < 0) return;
  window.name = "bk=" + encodeURIComponent(id) + "&o=" + encodeURIComponent(origin);

  var step = document.getElementById("step"), height = 0, pending = 0, lastStep = "", booked = "";
  document.documentElement.dataset.framed = "";

  function say(type, more) {
    window.parent.postMessage(Object.assign({ ns: "booking", v: 1, id: id, type: type }, more), origin);
  }

  function measure() {
    pending = 0;
    var now = Math.ceil(document.body.getBoundingClientRect().height);
    if (Math.abs(now - height) < 2) return;
    height = now;
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
      lastStep = "";
      say("booked", { reference: booked });
    }
    if (step.querySelector("[data-failed]")) say("error", { code: "not_confirmed" });
  }

  window.addEventListener("message", function (event) {
    var said = event.data;
    if (event.source !== window.parent || event.origin !== origin) return;
    if (!said || said.ns !== "booking" || said.v !== 1 || said.id !== id || said.type !== "hello") return;
    if (said.theme === "dark" || said.theme === "light") document.documentElement.dataset.theme = said.theme;
  });
  document.addEventListener("keydown", function (event) {
    if (event.key === "Escape" && !event.defaultPrevented) say("close");
  });
  document.addEventListener("htmx:sendError", function () { say("error", { code: "connection" }); });
  document.addEventListener("htmx:afterSettle", function (event) { if (event.detail.target === step) look(); });
  document.addEventListener("htmx:historyRestore", look);
  new ResizeObserver(function () { if (!pending) pending = requestAnimationFrame(measure); }).observe(document.body);

  say("ready");
  measure();
  look();
})();
