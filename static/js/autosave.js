/* Keeps what is typed with the draft, seconds after it was typed. The first time, the draft moves to a new address. */
booking.ready(function (step) {
  "use strict";
  var form = step.querySelector("form[data-autosave]");
  if (!form || form.dataset.isKept) return;
  form.dataset.isKept = "1";
  /* The first save changes the address, so it comes soon; later ones wait for a pause, and for one another. */
  var FIRST = 300, PAUSE = 800, GAP = 4000, AGAIN = 8000, PATIENCE = 4000;
  var asks = form.elements.asks.value, saved = body().toString(), timer = 0, last = 0, flight = null, isOver = false;

  function body() {
    var all = new URLSearchParams(new FormData(form));
    all.delete("token");
    if (all.get("sign_strokes")) all.delete("sign_picture");
    return all;
  }

  function isDirty() { return !isOver && document.contains(form) && body().toString() !== saved; }
  function isPersonal() { return "personal" in form.dataset; }

  /* Whether something was typed before this script was there, or filled in by the browser. */
  function isTouched() {
    return Array.from(form.elements).some(function (one) {
      if (one.type === "hidden" || one.type === "button" || one.type === "submit" || one.tagName === "FIELDSET") return false;
      if (one.tagName === "SELECT") return Array.from(one.options).some(function (o) { return o.selected && o.value && !o.defaultSelected; });
      return /radio|checkbox/.test(one.type) ? one.checked !== one.defaultChecked : one.value !== one.defaultValue;
    });
  }

  function later() {
    if (isOver || flight) return;
    clearTimeout(timer);
    timer = setTimeout(save, isPersonal() ? Math.max(PAUSE, last + GAP - Date.now()) : FIRST);
    window.addEventListener("beforeunload", saveLast);
  }

  /* One save at a time. Resolves when it is over, whatever became of it. */
  function save(isLast) {
    if (flight) return flight;
    clearTimeout(timer);
    if (!isDirty()) return Promise.resolve();
    last = Date.now();
    var sent = body(), text = sent.toString();
    sent.set("asks", asks);
    sent.set("token", form.elements.token.value);
    flight = fetch(form.dataset.autosave, {
      method: "POST", body: sent, headers: { "HX-Request": "true" }, keepalive: isLast === true && text.length < 60000
    }).then(function (answer) {
      if (answer.ok) return answer.json();
      /* The draft is over, or its form is: trying again would not help. Too many tries: later. */
      if (answer.status === 429 || answer.status >= 500) throw new Error("later");
      isOver = true;
    }).then(function (answer) {
      if (!answer) return;
      saved = text;
      form.dataset.personal = "";
      if (answer.moved) move(answer.moved);
      guess(answer.email_meant);
    }).catch(function () {
      timer = setTimeout(save, AGAIN);
    }).then(function () {
      flight = null;
      if (timer) return;
      if (isDirty()) later();
      else window.removeEventListener("beforeunload", saveLast);
    });
    timer = 0;
    return flight;
  }

  function guess(meant) {
    var line = form.querySelector("[data-email-meant]");
    if (!line) return;
    line.hidden = !meant;
    line.querySelector("[data-email-meant-text]").textContent = meant || "";
  }

  /* The old address shows choices only. Every link and form of the page goes to the new one, and so does Back. */
  function move(moved) {
    if (!document.contains(form) || form.dataset.draft !== moved.from) return;
    var old = "/d/" + moved.from + "/", now = "/d/" + moved.to + "/", hold = step.querySelector("[data-hold]");
    step.querySelectorAll("[href], [action], [data-autosave], [data-hold]").forEach(function (element) {
      ["href", "action", "data-autosave", "data-hold"].forEach(function (name) {
        var value = element.getAttribute(name);
        if (value && value.indexOf(old) >= 0) element.setAttribute(name, value.replace(old, now));
      });
    });
    form.dataset.draft = moved.to;
    form.elements.token.value = moved.token;
    if (hold) hold.dataset.token = moved.hold_token;
    booking.follow(location.pathname.replace(old, now) + location.search + location.hash);
  }

  form.addEventListener("input", later);
  form.addEventListener("change", later);

  /* Whoever leaves by a link or sends the form at once takes what was typed along: first it is kept, then they go. */
  var isLeaving = false;

  document.addEventListener("htmx:confirm", function (event) {
    var from = event.detail.elt;
    if (!document.contains(form) || !step.contains(from)) return;
    if (from === form ? isPersonal() && !flight : !isDirty() && !flight) return;
    event.preventDefault();
    if (isLeaving) return;
    isLeaving = true;
    Promise.race([save(), new Promise(function (done) { setTimeout(done, PATIENCE); })]).then(function () {
      isLeaving = false;
      event.detail.issueRequest(true);
    });
  });

  function saveLast() { save(true); }
  document.addEventListener("visibilitychange", function () { if (document.visibilityState === "hidden") saveLast(); });
  window.addEventListener("pagehide", saveLast);
  window.addEventListener("popstate", saveLast, true);
  if (isTouched()) { saved = ""; later(); }
});
