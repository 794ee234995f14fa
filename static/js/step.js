/* What every page needs: focus after a step, one submit at a time, and the small scripts a step asks for. */
(function () {
  "use strict";
  var step = document.getElementById("step");
  var status = document.getElementById("status");
  var waiting = [], asked = {}, shown = number();
  document.documentElement.classList.add("js");

  /* `booking.ready(fn)` runs fn on the present step and on every later one. */
  window.booking = {
    ready: function (fn) { waiting.push(fn); fn(step); },
    say: function (text) { status.textContent = ""; setTimeout(function () { status.textContent = text; }, 50); },
    load: load,
    follow: follow
  };

  /* The draft this page was at last: it goes with the form that chooses a time, so that whoever went back to choose
     another one keeps what was typed. It is kept nowhere but here. */
  var draft = "";

  function note() {
    var found = /\/d\/([^/]+)\//.exec(location.pathname);
    if (found) draft = found[1];
  }

  /* The page is at another address from now on, and Back leads there. */
  function follow(address) {
    history.replaceState(Object.assign({ htmx: true }, history.state), "", address);
    note();
  }

  function number() {
    var progress = step.querySelector("[data-step]");
    return progress ? progress.dataset.step : "";
  }

  function load(url, then) {
    if (asked[url] && asked[url].isLoaded) { if (then) then(); return; }
    if (!asked[url]) {
      asked[url] = document.createElement("script");
      asked[url].src = url;
      asked[url].addEventListener("load", function () { this.isLoaded = true; });
      document.head.append(asked[url]);
    }
    if (then) asked[url].addEventListener("load", then);
  }

  function loadScripts() {
    step.querySelectorAll("[data-scripts]").forEach(function (element) {
      element.dataset.scripts.split(" ").forEach(function (url) { load(url); });
    });
  }

  function arrive() {
    var target = step.querySelector("[data-focus]");
    var isSame = number() === shown && shown !== "";
    shown = number();
    note();
    loadScripts();
    waiting.forEach(function (fn) { fn(step); });
    if (!target && isSame && step.contains(document.activeElement)) { announce(); return; }
    target = target || step.querySelector("h1");
    if (target) target.focus();
  }

  function announce() {
    var count = step.querySelectorAll(".week input[type=radio]").length;
    if (step.querySelector(".week")) {
      window.booking.say(count === 0 ? "No free times" : count === 1 ? "1 free time" : count + " free times");
    }
  }

  function busy(is) {
    step.setAttribute("aria-busy", String(is));
    step.querySelectorAll("button[type=submit]").forEach(function (button) {
      if (is && button.dataset.busy) { button.dataset.text = button.textContent; button.textContent = button.dataset.busy; }
      if (!is && button.dataset.text) button.textContent = button.dataset.text;
      button.setAttribute("aria-disabled", String(is));
    });
  }

  function isPoll(event) {
    return event.detail.elt && event.detail.elt.id.indexOf("confirming-poll") === 0;
  }

  function failed() {
    var old = step.querySelector("[data-failed-request]"), box = document.createElement("div");
    if (old) old.remove();
    box.className = "notice";
    box.setAttribute("role", "alert");
    box.dataset.failedRequest = "";
    box.textContent = "The connection failed. Nothing is lost: check your connection and try again.";
    step.prepend(box);
  }

  document.addEventListener("submit", function (event) {
    if (step.getAttribute("aria-busy") === "true") { event.preventDefault(); event.stopImmediatePropagation(); }
  }, true);

  document.addEventListener("submit", function (event) {
    if (event.target.elements.draft) event.target.elements.draft.value = draft;
  }, true);

  /* A form that is kept while it is typed waits for the script that does so: only then Back leads to what was typed. */
  document.addEventListener("htmx:confirm", function (event) {
    var form = event.detail.elt, tries = 0;
    if (!form.matches("form[data-autosave]") || form.dataset.isKept) return;
    event.preventDefault();
    if (form.dataset.isWaiting) return;
    form.dataset.isWaiting = "1";
    var timer = setInterval(function () {
      tries += 1;
      if (!form.dataset.isKept && tries < 60) return;
      clearInterval(timer);
      delete form.dataset.isWaiting;
      if (form.dataset.isKept) form.requestSubmit();
      else event.detail.issueRequest(true);
    }, 50);
  });

  /* htmx keeps the address that a link or form had at first; ours follow a draft that moves. */
  document.addEventListener("htmx:configRequest", function (event) {
    var from = event.detail.elt, path = from.getAttribute(from.tagName === "FORM" ? "action" : "href");
    if (path && /^(A|FORM)$/.test(from.tagName)) event.detail.path = path;
  });

  document.addEventListener("click", function (event) {
    var link = event.target.closest && event.target.closest('a[href^="#"]');
    var target = link && document.getElementById(link.getAttribute("href").slice(1));
    if (!target) return;
    event.preventDefault();
    if (target.tagName === "DETAILS") { target.open = true; target = target.querySelector("summary"); }
    if (!target.matches("input, select, textarea, button, a, [tabindex]")) target.tabIndex = -1;
    target.focus();
    target.scrollIntoView({ block: "center" });
  });

  document.addEventListener("htmx:beforeRequest", function (event) { if (!isPoll(event)) busy(true); });
  document.addEventListener("htmx:afterRequest", function (event) { if (!isPoll(event)) busy(false); });
  document.addEventListener("htmx:sendError", function (event) { if (!isPoll(event)) failed(); });
  document.addEventListener("htmx:timeout", failed);
  document.addEventListener("htmx:afterSettle", function (event) { if (event.detail.target === step) arrive(); });
  document.addEventListener("htmx:historyRestore", arrive);

  /* htmx notes the present address in the tab's storage; ours carries a draft's id, so the note is thrown away. */
  function forget() {
    try { sessionStorage.removeItem("htmx-current-path-for-history"); } catch (error) { /* nothing is kept here */ }
  }
  forget();
  document.addEventListener("htmx:pushedIntoHistory", forget);

  /* Without htmx a form is sent by the browser itself; the page is then left, so nothing is made busy again. */
  window.addEventListener("pageshow", function () { busy(false); });
  document.addEventListener("submit", function (event) {
    if (!window.htmx) setTimeout(function () { if (!event.defaultPrevented) busy(true); });
  });

  note();
  loadScripts();
  var first = step.querySelector("[data-focus]");
  if (first) first.focus();
})();
