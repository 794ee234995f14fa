/* A chosen time brings its Continue with it, where the eye and the thumb are. */
booking.ready(function (step) {
  "use strict";
  var form = step.querySelector("form.slots"), bar = form && form.querySelector(".slots-actions");
  if (!bar || form.dataset.isReady) return;
  form.dataset.isReady = "1";
  var said = document.createElement("p");
  said.className = "slots-chosen";

  function show(input) {
    var slot = input.closest(".slot"), day = input.closest(".day"), before = slot.querySelector(".unseen");
    said.textContent = (before ? before.textContent : "") + slot.querySelector("time").textContent;
    bar.prepend(said);
    day.after(bar);
  }

  form.addEventListener("change", function (event) { if (event.target.name === "slot") show(event.target); });
  var chosen = form.querySelector("[name=slot]:checked");
  if (chosen) show(chosen);
});
