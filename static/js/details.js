/* The details step: questions that depend on others, the guardian of a minor, and the signature. */
booking.ready(function (step) {
  "use strict";
  var form = step.querySelector("form.details");
  if (!form || form.dataset.isReady) return;
  form.dataset.isReady = "1";

  function answers(name) {
    return Array.from(form.elements).filter(function (input) {
      return input.name === name && (!/radio|checkbox/.test(input.type) || input.checked);
    }).map(function (input) { return input.value; });
  }

  function isAsked(block) {
    var other = form.querySelector('[name="' + CSS.escape(block.dataset.showIf) + '"]');
    var outer = other && other.closest("[data-show-if]");
    return answers(block.dataset.showIf).indexOf(block.dataset.showEquals) >= 0 && (!outer || isAsked(outer));
  }

  function showQuestions() {
    form.querySelectorAll("[data-show-if]").forEach(function (block) { block.hidden = !isAsked(block); });
  }

  /* What is being corrected is not red any more; whether it is right now is the server's to say. */
  form.addEventListener("input", function (event) {
    var wrong = event.target.closest && event.target.closest(".field-wrong");
    if (!wrong) return;
    wrong.classList.remove("field-wrong");
    wrong.querySelectorAll("[aria-invalid]").forEach(function (one) { one.removeAttribute("aria-invalid"); });
    var summary = step.querySelector(".error-summary a[href='#" + CSS.escape(event.target.id || wrong.id) + "'], .error-summary a[href='#" + CSS.escape(wrong.id) + "']");
    if (summary) summary.classList.add("corrected");
  });

  form.querySelectorAll("[data-condition]").forEach(function (words) { words.hidden = true; });
  form.addEventListener("change", showQuestions);
  form.addEventListener("input", showQuestions);
  showQuestions();

  /* A long text begins in part, so that the signature is not pages away; it opens in place. */
  form.querySelectorAll("[data-long]").forEach(function (text) {
    var button = document.createElement("button"), line = document.createElement("p");
    button.type = "button";
    button.className = "button-plain";
    button.textContent = "Show the whole text";
    button.addEventListener("click", function () {
      text.classList.remove("waiver-short");
      text.tabIndex = -1;
      text.focus();
      line.remove();
    });
    line.className = "waiver-open";
    line.append(button);
    text.classList.add("waiver-short");
    text.after(line);
  });

  var guess = form.querySelector("[data-email-take]");
  if (guess) {
    guess.hidden = false;
    guess.addEventListener("click", function () {
      form.elements.email.value = form.querySelector("[data-email-meant-text]").textContent;
      form.querySelector("[data-email-meant]").hidden = true;
      form.elements.email.dispatchEvent(new Event("input", { bubbles: true }));
      form.elements.email.focus();
    });
  }

  /* The guardian is asked for as soon as the date says so, and never while there is no whole date. */
  var guardian = form.querySelector("[data-guardian]"), MONTHS = "janfebmaraprmayjunjulaugsepoctnovdec";

  function born() {
    if (form.elements.date_of_birth && form.elements.date_of_birth.value) return form.elements.date_of_birth.value;
    var day = part("day"), month = part("month"), year = part("year");
    var one = /^\s*(\d{1,2})[\s\/.-]+(\d{1,2}|[a-z]+)[\s\/.-]+(\d{4})\s*$/i.exec(day);
    if (one && !month && !year) { day = one[1]; month = one[2]; year = one[3]; }
    var named = MONTHS.indexOf(month.slice(0, 3).toLowerCase());
    if (!/^\d+$/.test(month)) month = month.length > 2 && named >= 0 ? String(named / 3 + 1) : "";
    if (!day || !month || !/^\d{4}$/.test(year)) return "";
    return year + "-" + month.padStart(2, "0") + "-" + day.padStart(2, "0");
  }

  function part(name) {
    var box = form.elements["date_of_birth_" + name];
    return box ? box.value.trim() : "";
  }

  function isUnder(text, years) {
    var parts = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text), today = new Date();
    if (!parts || Number(parts[1]) < 1900) return false;
    return new Date(Number(parts[1]) + years, Number(parts[2]) - 1, Number(parts[3])) > today;
  }

  /* Somebody who books for another person is the one to write to and to sign. */
  function isForOther() {
    return answers("for_whom").some(function (whom) { return whom !== "myself"; });
  }

  function showGuardian() {
    var other = isForOther(), young = isUnder(born(), 18), is = other || young || !!guardian.querySelector(".field-wrong");
    var needed = other || isUnder(born(), Number(guardian.dataset.aloneFrom));
    if (is && guardian.hidden) booking.say(other ? "Give your own details as well." : "The patient is under 18. A guardian’s details " + (needed ? "are needed too." : "can be given too."));
    guardian.hidden = !is;
    guardian.querySelectorAll("input").forEach(function (input) { input.required = needed; });
    [form.elements.email, form.elements.phone].forEach(function (input) { input.required = !other; });
  }

  if (guardian) {
    guardian.hidden = true;
    form.addEventListener("input", showGuardian);
    form.addEventListener("change", showGuardian);
    if (isForOther() || isUnder(born(), 18) || guardian.querySelector(".field-wrong")) showGuardian();
  }

  var typed = form.elements.sign_typed;
  if (!typed) return;
  var area = form.querySelector("[data-pad-area]"), canvas = form.querySelector("[data-canvas]");
  var nameBox = form.querySelector("[data-typed]");
  var strokes = form.elements.sign_strokes, picture = form.elements.sign_picture;
  var pad = null, width = 0, drawn = null;

  function showWay() {
    nameBox.hidden = !typed.checked;
    area.hidden = typed.checked || !pad;
    if (!area.hidden) fit();
  }

  typed.addEventListener("change", showWay);
  showWay();

  function words() {
    var count = pad.toData().length;
    return count === 0 ? "empty" : count === 1 ? "signed, 1 stroke" : "signed, " + count + " strokes";
  }

  function keep() {
    drawn = { data: pad.toData(), width: canvas.offsetWidth };
    write();
  }

  function write() {
    var data = pad.toData();
    canvas.setAttribute("aria-label", "Sign here: " + words());
    strokes.value = data.length === 0 ? "" : JSON.stringify({
      width: canvas.offsetWidth,
      height: canvas.offsetHeight,
      strokes: data.map(function (stroke) {
        return stroke.points.map(function (point) { return [round(point.x), round(point.y)]; });
      })
    });
    /* The picture is only for a browser whose strokes do not arrive; a large one is left out. */
    var url = data.length === 0 ? "" : canvas.toDataURL("image/png");
    picture.value = url.length < 200000 ? url : "";
    form.dispatchEvent(new Event("input"));
  }

  function round(value) { return Math.round(value * 10) / 10; }

  function draw(data, factor) {
    pad.fromData(data.map(function (stroke) {
      return Object.assign({}, stroke, { points: stroke.points.map(function (point) {
        return Object.assign({}, point, { x: point.x * factor, y: point.y * factor });
      }) });
    }));
  }

  /* Only another width clears a canvas of ours. The strokes are drawn again at once, from how they were made: a phone
     that is turned and turned back shows them as before. */
  function fit() {
    var now = canvas.offsetWidth, ratio = Math.max(window.devicePixelRatio || 1, 1);
    if (!now || now === width) return;
    width = now;
    canvas.width = now * ratio;
    canvas.height = canvas.offsetHeight * ratio;
    canvas.getContext("2d").scale(ratio, ratio);
    pad.clear();
    if (!drawn || !drawn.data.length) return;
    draw(drawn.data, Math.min(1, now / drawn.width));
    write();
  }

  function kept() {
    try { return strokes.value ? JSON.parse(strokes.value) : null; } catch (error) { return null; }
  }

  function restore() {
    var before = kept();
    if (!before) return;
    var factor = Math.min(1, canvas.offsetWidth / before.width || 1);
    draw(before.strokes.map(function (stroke) {
      return {
        penColor: pad.penColor, minWidth: pad.minWidth, maxWidth: pad.maxWidth, dotSize: pad.dotSize,
        velocityFilterWeight: pad.velocityFilterWeight, compositeOperation: "source-over",
        points: (stroke.points || stroke).map(function (point, index) {
          var pair = Array.isArray(point) ? point : [point.x, point.y];
          return { x: pair[0], y: pair[1], pressure: 0.5, time: index * 16 };
        })
      };
    }), factor);
    keep();
  }

  booking.load(form.dataset.pad, function () {
    /* Every point counts: a quick hand makes few of them, and a throttled pad would drop most. */
    pad = new SignaturePad(canvas, { penColor: "#14213d", minWidth: 0.9, maxWidth: 2.6, throttle: 0, minDistance: 2 });
    showWay();
    restore();
    pad.addEventListener("endStroke", function () { keep(); booking.say("Signature: " + words()); });
    form.querySelector("[data-clear]").addEventListener("click", function () {
      pad.clear(); keep(); booking.say("Signature cleared");
    });
    form.querySelector("[data-undo]").addEventListener("click", function () {
      pad.fromData(pad.toData().slice(0, -1)); keep(); booking.say("Signature: " + words());
    });
    new ResizeObserver(function () { if (!area.hidden) fit(); }).observe(area);
  });
});
