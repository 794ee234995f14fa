/* What the next release is made of; see releases.toml. Turns a link to a booking page into the booking page itself, in its place or in a dialog. Where it cannot, the link books. */
(function () {
  "use strict";
  const script = document.currentScript || document.querySelector('script[data-clinic][src*="/embed"]');
  /* A page that isolates itself cannot show a frame of another site: its links stay links. */
  if (!script || !window.HTMLDialogElement || !window.customElements || window.crossOriginIsolated) return;
  const home = new URL(script.src).origin, everywhere = script.dataset, TAG = "clinic-booking";
  const READY_MS = 10000, REFUSED_MS = 1500, RESERVED = 640, LOWEST = 320, HIGHEST = 6000;
  const FRAME = "display:block;width:100%;border:0;";
  const UTM = /^utm_[a-z_]{1,20}$/, CLICK = /^(gclid|gbraid|wbraid|fbclid)$/;
  const opening = new WeakSet();

  const parse = (text) => new URL(text, location.href);
  const number = (value, most) => Math.min(most, Math.max(0, Math.ceil(value) || 0));
  const boxOf = (link) => link.closest(TAG);

  /* What the link says, else the element around it, else the script for all links of the page. */
  function setting(link, name) {
    const box = boxOf(link);
    return link.dataset[name] || (box && box.dataset[name]) || everywhere[name] || "";
  }

  const isGranted = (link) => setting(link, "consent") === "granted";

  function isOurs(link) {
    const [, page, slug] = link.pathname.split("/");
    return link.origin === home && page === "b" && !!slug && slug === setting(link, "clinic");
  }

  /* What brought the visitor here; what names a click of one person only where consent was given. */
  function attribution(link) {
    const found = { landing: location.pathname.slice(0, 200) };
    if (document.referrer) found.referrer = parse(document.referrer).hostname;
    new URLSearchParams(location.search).forEach((value, key) => {
      if (UTM.test(key) || isGranted(link) && CLICK.test(key)) found[key] = value.slice(0, 200);
    });
    return found;
  }

  function address(link, nonce) {
    const url = parse(link.href), marks = attribution(link);
    const add = (key, value) => value && !url.searchParams.has(key) && url.searchParams.set(key, value);
    for (const key of ["service", "practitioner", "location", "category", "locale"]) add(key, setting(link, key));
    for (const key in marks) if (UTM.test(key)) add(key, marks[key]);
    url.hash = "bk=" + nonce + "&o=" + encodeURIComponent(location.origin);
    return url.href;
  }

  /* Brings the top of the frame back into view, below whatever sticks to the top of the window, if it was out of it. */
  function showTop(frame) {
    const rect = (element) => element.getBoundingClientRect();
    const atTop = () => document.elementFromPoint(rect(frame).left + 9, rect(frame).top + 4);
    let cover = atTop(), margin = 0;
    for (let turn = 0; turn < 2 && cover !== frame; turn++) {
      frame.style.scrollMarginTop = margin + "px";
      frame.scrollIntoView({ behavior: "instant" });
      for (cover = atTop(); cover && cover !== frame; cover = cover.parentElement) {
        if (/fixed|sticky/.test(getComputedStyle(cover).position)) margin = rect(cover).bottom - rect(frame).top;
      }
      if (!margin) return;
    }
  }

  /* One frame and its talk with the page in it. `on` has what differs between a place in the page and a dialog. */
  function converse(link, on) {
    const nonce = crypto.getRandomValues(new Uint32Array(4)).join("-");
    const frame = document.createElement("iframe"), from = parse(link.href).origin;
    let isReady, waiting, height, booked;
    frame.title = link.textContent.trim() || "Book an appointment";
    frame.referrerPolicy = "strict-origin-when-cross-origin";
    frame.src = address(link, nonce);
    link.dataset.booking = "loading";

    function tell(type, detail) {
      link.dispatchEvent(new CustomEvent("booking:" + type, { bubbles: true, detail: detail || {} }));
    }

    function ready() {
      if (!isReady) {
        isReady = true;
        link.dataset.booking = "ready";
        on.ready();
        tell("ready");
      }
      frame.contentWindow.postMessage({
        ns: "booking", v: 1, id: nonce, type: "hello", mode: on.mode,
        viewport: { width: innerWidth, height: innerHeight },
        theme: matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light",
        attribution: attribution(link),
        consent: setting(link, "consent") || "unknown"
      }, from);
    }

    function done(reference) {
      if (!/^[\w-]{1,40}$/.test(reference) || reference === booked) return;
      booked = reference;
      on.typed(false);
      tell("booked", { reference });
      if (isGranted(link) && window.dataLayer) dataLayer.push({ event: "booking_completed", booking_ref: reference });
    }

    function hear(event) {
      const said = event.data;
      if (event.origin !== from || event.source !== frame.contentWindow) return;
      if (!said || said.ns !== "booking" || said.v !== 1 || said.id !== nonce) return;
      if (said.type === "ready") ready();
      else if (said.type === "height" && Number.isFinite(said.height)) {
        height = Math.max(LOWEST, number(said.height, HIGHEST));
        waiting = waiting || requestAnimationFrame(() => {
          waiting = null;
          on.height(height);
        });
      } else if (said.type === "step") {
        on.step();
        tell("step", { n: number(said.n, 99), of: number(said.of, 99) });
      } else if (said.type === "typed") on.typed(true);
      else if (said.type === "booked") done(said.reference);
      else if (said.type === "close") on.close(tell);
      else if (said.type === "error") tell("error", { code: String(said.code || "").slice(0, 40) });
    }

    /* The link was there all the while; a frame that did not come, or was refused, gives back its room. */
    function fail() {
      if (isReady || !frame.isConnected) return;
      link.dataset.booking = "failed";
      on.failed();
      tell("error", { code: "not_loaded" });
    }
    setTimeout(fail, READY_MS);
    frame.addEventListener("load", () => setTimeout(fail, REFUSED_MS));
    return { frame, hear, tell };
  }

  customElements.get(TAG) || customElements.define(TAG, class extends HTMLElement {
    connectedCallback() {
      if (this.hear) return addEventListener("message", this.hear);
      this.link = this.link || Array.from(this.querySelectorAll("a[href]")).find(isOurs);
      if (this.link) this.fill();
      else if (document.readyState !== "loading") {
        this.link = document.createElement("a");
        this.link.href = home + "/b/" + (this.dataset.clinic || everywhere.clinic);
        this.link.textContent = this.dataset.label || "Book an appointment";
        this.fill();
      } else document.addEventListener("DOMContentLoaded", () => this.isConnected && this.connectedCallback());
    }

    disconnectedCallback() {
      removeEventListener("message", this.hear);
    }

    fill() {
      const link = this.link;
      if (!this.contains(link)) this.append(link);
      this.querySelectorAll("iframe").forEach((old) => old.remove());
      link.hidden = false;
      link.style.display = "";
      if (opensDialog(link)) return;
      this.style.display = "block";
      this.style.position = "relative";
      this.style.minHeight = this.style.minHeight || RESERVED + "px";
      const { frame, hear } = converse(link, {
        mode: "inline",
        ready: () => {
          link.hidden = true;
          link.style.display = "none";
          this.style.position = ""; // or it would lie above a header that sticks
          frame.style.position = "static";
          frame.style.visibility = "visible";
        },
        height: (height) => { frame.style.height = height + "px"; },
        step: () => { this.style.minHeight = ""; showTop(frame); },
        typed: () => {},
        close: (tell) => tell("close"),
        failed: () => { this.style.minHeight = ""; frame.style.height = "0"; }
      });
      frame.style.cssText = FRAME + "position:absolute;visibility:hidden;top:0;left:0;height:" + RESERVED + "px";
      this.hear = hear;
      addEventListener("message", hear);
      this.append(frame);
    }
  });

  function opensDialog(link) {
    const mode = setting(link, "mode");
    if (mode !== "popup" && mode !== "button") return false;
    if (opening.has(link)) return true;
    opening.add(link);
    link.setAttribute("aria-haspopup", "dialog");
    if (mode === "button") {
      link.setAttribute("role", "button");
      link.addEventListener("keydown", (event) => {
        if (event.key === " ") { event.preventDefault(); link.click(); }
      });
      if (!link.className) link.style.cssText += ";display:inline-block;padding:.75em 1.25em;border-radius:.5em;background:#0f4c5c;color:#fff;text-decoration:none";
    }
    link.addEventListener("click", (event) => {
      if (event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
      event.preventDefault();
      openDialog(link);
    });
    return true;
  }

  function openDialog(link) {
    const dialog = document.createElement("dialog"), close = document.createElement("button"), away = link.cloneNode(true);
    const root = document.documentElement, before = root.style.cssText;
    let isTyped = false;
    const { frame, hear, tell } = converse(link, {
      mode: "popup",
      ready: () => { away.style.display = "none"; },
      height: () => {}, step: () => {},
      typed: (is) => { isTyped = is; },
      close: () => leave(),
      failed: () => frame.remove()
    });
    function leave(event) {
      if (event) event.preventDefault();
      if (!isTyped || confirm(setting(link, "ask") || "Close the booking? What you typed will be lost.")) dialog.close();
    }
    dialog.setAttribute("aria-label", frame.title);
    dialog.style.cssText = "display:flex;flex-direction:column;box-sizing:border-box;width:46rem;height:60rem;max-width:100vw;max-height:100dvh;margin:auto;border:0;" +
      "padding:env(safe-area-inset-top) env(safe-area-inset-right) env(safe-area-inset-bottom) env(safe-area-inset-left)";
    close.type = "button";
    close.textContent = setting(link, "close") || "Close";
    close.style.cssText = "align-self:flex-end;min-height:44px;margin:4px;padding:0 1em;font:inherit";
    close.onclick = leave;
    away.target = "_blank";
    away.style.cssText = "margin:1em";
    frame.style.cssText = FRAME + "flex:1;min-height:0";
    dialog.append(close, away, frame);
    dialog.addEventListener("cancel", leave);
    dialog.addEventListener("keydown", (event) => { if (event.key === "Escape") leave(event); });
    dialog.addEventListener("close", () => {
      removeEventListener("message", hear);
      dialog.remove();
      root.style.cssText = before;
      link.focus();
      tell("close");
    });
    addEventListener("message", hear);
    document.body.append(dialog);
    if (innerWidth > root.clientWidth) root.style.scrollbarGutter = "stable";
    root.style.overflow = "hidden";
    dialog.showModal();
  }

  function start() {
    document.querySelectorAll('a[href*="/b/"]').forEach((link) => {
      if (boxOf(link) || link.closest("dialog") || !isOurs(link) || opensDialog(link)) return;
      const box = document.createElement(TAG);
      if (link.box) link.box.remove();
      link.box = box;
      box.className = "booking-embed";
      box.link = link;
      link.replaceWith(box);
    });
  }

  let isWaiting;
  start();
  new MutationObserver(() => {
    isWaiting = isWaiting || requestAnimationFrame(() => { isWaiting = 0; start(); });
  }).observe(document.documentElement, { childList: true, subtree: true });
})();
