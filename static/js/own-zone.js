/* For appointments by video: each time also in the visitor's own zone, where that is another one. */
booking.ready(function (step) {
  "use strict";
  var zone = Intl.DateTimeFormat().resolvedOptions().timeZone || "";
  var city = zone.split("/").pop().replace(/_/g, " ");

  step.querySelectorAll("[data-own-zone]").forEach(function (part) {
    if (part.dataset.isReady) return;
    part.dataset.isReady = "1";
    var isOther = false;
    part.querySelectorAll("time").forEach(function (time) {
      var text = time.getAttribute("datetime"), own = new Date(text);
      if (text.slice(11, 16) === clock(own) && Number(text.slice(8, 10)) === own.getDate()) return;
      if (time.closest(".slot")) beside(time, own); else below(time, own);
      isOther = true;
    });
    var name = part.querySelector("[data-own-zone-name]");
    if (isOther && name && city) {
      name.textContent = "You are in " + city + " time, shown below each.";
      name.hidden = false;
    }
  });

  function beside(time, own) {
    var note = document.createElement("span");
    note.className = "slot-own";
    note.textContent = " " + own.toLocaleString("en-AU", { weekday: "short", hour: "numeric", minute: "2-digit" }) + " for you";
    time.after(note);
  }

  function below(time, own) {
    var note = document.createElement("span");
    note.className = "quiet";
    note.textContent = " · For you in " + (city || "your zone") + ": " + own.toLocaleString("en-AU", {
      weekday: "long", day: "numeric", month: "long", hour: "numeric", minute: "2-digit" }) + ".";
    (time.parentNode.querySelector(".quiet") || time).after(note);
  }

  function clock(at) {
    return String(at.getHours()).padStart(2, "0") + ":" + String(at.getMinutes()).padStart(2, "0");
  }
});
