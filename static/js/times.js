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

/* For appointments by video: each time also in the visitor's own zone, where that is another one. */
booking.ready(function (step) {
  "use strict";
  var week = step.querySelector("[data-own-zone]");
  if (!week || week.dataset.isReady) return;
  week.dataset.isReady = "1";
  var zone = Intl.DateTimeFormat().resolvedOptions().timeZone, isOther = false;

  step.querySelectorAll(".slot time").forEach(function (time) {
    var text = time.getAttribute("datetime"), own = new Date(text);
    if (text.slice(11, 16) === clock(own) && Number(text.slice(8, 10)) === own.getDate()) return;
    var note = document.createElement("span");
    note.className = "slot-own";
    note.textContent = " " + own.toLocaleString("en-AU", { weekday: "short", hour: "numeric", minute: "2-digit" }) + " for you";
    time.after(note);
    isOther = true;
  });

  function clock(at) {
    return String(at.getHours()).padStart(2, "0") + ":" + String(at.getMinutes()).padStart(2, "0");
  }

  var name = week.querySelector("[data-own-zone-name]");
  if (isOther && name && zone) {
    name.textContent = "You are in " + zone.split("/").pop().replace(/_/g, " ") + " time, shown below each.";
    name.hidden = false;
  }
});
