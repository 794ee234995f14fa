/* Turns a link to a booking page into the booking page itself. Where this script cannot run, the link still books. */
(function () {
  "use strict";
  var script = document.currentScript;
  if (!script || !window.URL || !window.crypto || window.crossOriginIsolated) return;
  var home = new URL(script.src).origin;
  var clinic = script.dataset.clinic;
  var READY_MS = 10000, RESERVED = 480, LOWEST = 320, HIGHEST = 6000;

  function random() {
    return Array.from(crypto.getRandomValues(new Uint8Array(16)), function (byte) {
      return byte.toString(16).padStart(2, "0");
    }).join("");
  }

  /* What brought the visitor here, and nothing else of the address. */
  function attribution() {
    var found = {};
    new URLSearchParams(location.search).forEach(function (value, key) {
      if (/^utm_[a-z_]{1,20}$/.test(key)) found[key] = value.slice(0, 200);
    });
    return found;
  }

  function isOurs(link) {
    var path = link.pathname.split("/");
    var slug = link.dataset.clinic || clinic;
    return link.origin === home && path[1] === "b" && !!slug && path[2] === slug;
  }

  function frameFor(link, nonce) {
    var url = new URL(link.href), source = attribution();
    Object.keys(source).forEach(function (key) {
      if (!url.searchParams.has(key)) url.searchParams.set(key, source[key]);
    });
    url.hash = "bk=" + nonce + "&o=" + encodeURIComponent(location.origin);
    var frame = document.createElement("iframe");
    frame.title = "Book an appointment";
    frame.referrerPolicy = "strict-origin-when-cross-origin";
    frame.style.cssText = "position:absolute;visibility:hidden;top:0;left:0;width:100%;border:0;height:" + RESERVED + "px";
    frame.src = url.href;
    return frame;
  }

  function mount(link) {
    var nonce = random(), isReady = false, waiting = 0, height = RESERVED;
    var frame = frameFor(link, nonce), place = document.createElement("div");
    link.dataset.booking = "loading";
    place.className = "booking-embed";
    place.style.cssText = "position:relative;min-height:" + RESERVED + "px";
    link.replaceWith(place);
    place.append(link, frame);

    function tell(type, detail) {
      link.dispatchEvent(new CustomEvent("booking:" + type, { bubbles: true, detail: detail || {} }));
    }

    function say(type, more) {
      var message = Object.assign({ ns: "booking", v: 1, id: nonce, type: type }, more);
      frame.contentWindow.postMessage(message, home);
    }

    function show() {
      if (!isReady) {
        isReady = true;
        link.dataset.booking = "ready";
        link.hidden = true;
        link.style.display = "none";
        place.style.minHeight = "";
        frame.style.position = "static";
        frame.style.visibility = "visible";
        frame.style.display = "block";
        tell("ready");
      }
      say("hello", {
        viewport: { width: innerWidth, height: innerHeight },
        theme: matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light",
        attribution: attribution(),
        consent: link.dataset.consent || "unknown"
      });
    }

    function resize(wanted) {
      if (typeof wanted !== "number" || !isFinite(wanted)) return;
      height = Math.min(HIGHEST, Math.max(LOWEST, Math.ceil(wanted)));
      if (!waiting) waiting = requestAnimationFrame(function () {
        waiting = 0;
        frame.style.height = height + "px";
      });
    }

    function step(n, of) {
      if (frame.getBoundingClientRect().top < 0) frame.scrollIntoView({ block: "start" });
      tell("step", { n: Number(n) || 0, of: Number(of) || 0 });
    }

    addEventListener("message", function (event) {
      var said = event.data;
      if (event.origin !== home || event.source !== frame.contentWindow) return;
      if (!said || said.ns !== "booking" || said.v !== 1 || said.id !== nonce) return;
      if (said.type === "ready") show();
      else if (said.type === "height") resize(said.height);
      else if (said.type === "step") step(said.n, said.of);
      else if (said.type === "booked") tell("booked", { reference: String(said.reference || "").slice(0, 40) });
      else if (said.type === "close") tell("close");
      else if (said.type === "error") tell("error", { code: String(said.code || "").slice(0, 40) });
    });

    /* The link was on the page all the while; give back the room kept free for a frame that did not come. */
    setTimeout(function () {
      if (isReady) return;
      link.dataset.booking = "failed";
      place.style.minHeight = "";
      frame.style.height = "0";
      tell("error", { code: "not_loaded" });
    }, READY_MS);
  }

  function start() {
    document.querySelectorAll("a[href]").forEach(function (link) {
      if (!link.dataset.booking && isOurs(link)) mount(link);
    });
  }

  start();
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start);
})();
