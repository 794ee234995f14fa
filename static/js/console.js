/* The console works without this script; it opens the menu where there is room, moves the focus to what went wrong,
   offers to copy what is to be pasted elsewhere, sends a form once and warns before what was written and not saved is left. */
(function () {
  "use strict";
  var menu = document.querySelector("[data-menu]");
  var wide = window.matchMedia("(min-width: 56rem)");

  function place() { if (menu) menu.open = wide.matches; }
  place();
  wide.addEventListener("change", place);

  function arrive(within) {
    var target = within.querySelector("[data-focus]");
    if (target) target.focus();
  }
  arrive(document);
  document.addEventListener("htmx:afterSettle", function (event) { arrive(event.detail.target); });

  document.addEventListener("submit", function (event) {
    var form = event.target;
    if (form.dataset.sent) { event.preventDefault(); return; }
    if (form.hasAttribute("hx-post") || form.hasAttribute("hx-get") || form.target === "_blank") return;
    setTimeout(function () { if (!event.defaultPrevented) form.dataset.sent = "yes"; });
  });
  /* Only what fits the chosen kind is shown; without this script its hint says what it is for. */
  function fit() {
    document.querySelectorAll("[data-fits]").forEach(function (part) {
      var kind = document.querySelector('[name="type"]');
      part.hidden = !!kind && part.dataset.fits.split(" ").indexOf(kind.value) < 0;
    });
  }
  fit();
  document.addEventListener("change", function (event) { if (event.target.name === "type") fit(); });

  /* A button beside what is there to be pasted elsewhere; without this script it is marked and copied by hand. */
  function offerCopies(within) {
    within.querySelectorAll("[data-copy]").forEach(function (field) {
      if (field.dataset.copy === "ready" || !navigator.clipboard) return;
      field.dataset.copy = "ready";
      var button = document.createElement("button"), said = document.createElement("span");
      button.type = "button";
      button.className = "button button-second button-small copy";
      button.textContent = "Copy";
      said.className = "unseen";
      said.textContent = " " + (field.labels[0] ? field.labels[0].textContent : "");
      button.appendChild(said);
      button.addEventListener("click", function () {
        navigator.clipboard.writeText(field.value).then(function () { button.firstChild.data = "Copied"; },
          function () { field.focus(); field.select(); });
      });
      field.insertAdjacentElement("afterend", button);
    });
  }
  offerCopies(document);
  document.addEventListener("htmx:afterSettle", function (event) { offerCopies(event.detail.target); });

  function unsaved() { return document.querySelector('form[data-unsaved="now"]:not([data-sent])'); }
  document.addEventListener("input", function (event) {
    var form = event.target.form;
    if (form && "unsaved" in form.dataset) form.dataset.unsaved = "now";
  });
  document.addEventListener("submit", function (event) {
    // What is looked at as a page of its own comes back in the form; what is saved need not be warned of.
    if (!event.defaultPrevented && "unsaved" in event.target.dataset) event.target.dataset.sent = "yes";
  });
  window.addEventListener("beforeunload", function (event) { if (unsaved()) event.preventDefault(); });
  window.addEventListener("pageshow", function () {
    document.querySelectorAll("form[data-sent]").forEach(function (form) { delete form.dataset.sent; });
  });
})();
