/* Keeps the chosen time while the patient is at work, and says two minutes before it would end. */
booking.ready(function (step) {
  "use strict";
  var box = step.querySelector("[data-hold]");
  if (!box || box.dataset.isReady) return;
  box.dataset.isReady = "1";
  var ends = Date.now() + Number(box.dataset.seconds) * 1000;
  var until = box.querySelector("[data-hold-until]"), soon = box.querySelector("[data-hold-soon]");
  var isActive = false, asked = Date.now();

  function active() { isActive = true; }
  ["input", "pointerdown", "keydown"].forEach(function (name) { document.addEventListener(name, active); });

  function keep() {
    isActive = false;
    asked = Date.now();
    fetch(box.dataset.hold, {
      method: "POST", body: new URLSearchParams({ token: box.dataset.token }), headers: { "HX-Request": "true" }
    }).then(function (response) { return response.ok ? response.json() : null; }).then(function (answer) {
      if (!answer) return;
      if (!answer.held) { over(); return; }
      ends = Date.now() + answer.seconds * 1000;
      until.textContent = answer.until;
      soon.hidden = true;
    }).catch(function () { /* the next minute tries again */ });
  }

  function over() {
    stop();
    box.textContent = "Your hold has ended. Continue, and we’ll try to get this time back for you.";
    booking.say(box.textContent);
  }

  function look() {
    if (!document.contains(box)) { stop(); return; }
    var left = ends - Date.now();
    if (isActive && (left < 150000 || Date.now() - asked > 60000)) keep();
    else if (left <= 0) over();
    else if (left < 120000 && soon.hidden) {
      soon.hidden = false;
      booking.say("Your hold ends in less than 2 minutes. Press Keep my time to extend it.");
    }
  }

  var timer = setInterval(look, 5000);
  function stop() {
    clearInterval(timer);
    ["input", "pointerdown", "keydown"].forEach(function (name) { document.removeEventListener(name, active); });
  }
  box.querySelector("[data-hold-more]").addEventListener("click", keep);
});
