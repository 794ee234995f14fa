/* The console works without this script; it opens the menu where there is room, moves the focus to what went wrong and
   sends a form once. */
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
  window.addEventListener("pageshow", function () {
    document.querySelectorAll("form[data-sent]").forEach(function (form) { delete form.dataset.sent; });
  });
})();
