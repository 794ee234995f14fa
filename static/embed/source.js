/* What the next release is made of; see releases.toml. Turns a link to a booking page into the booking page itself, in its place or in a dialog. Where it cannot, the link books. */
(function () {
  "use strict";
  const script = document.currentScript || document.querySelector('script[data-clinic][src*="/embed"]');
  const TAG = "clinic-booking";
  /* A page that isolates itself cannot show a frame of another site: its links stay links. Loaded twice, once is enough. */
  if (!script || !window.HTMLDialogElement || customElements.get(TAG) || window.crossOriginIsolated) return;
  const home = new URL(script.src).origin, everywhere = script.dataset, doc = document, root = doc.documentElement;
  const READY_MS = 10000, REFUSED_MS = 1500, RESERVED = 640, LOWEST = 320, HIGHEST = 6000;
  const BOOK = "Book an appointment";
  const UTM = /^utm_\w{1,26}$/, CLICK = /^([gw]braid|(g|fb)clid|msclkid)$/;

  const number = (value, most) => Math.min(most, Math.max(0, Math.ceil(value) || 0));
  const boxOf = (link) => link.closest(TAG);
  const make = (tag, properties) => Object.assign(doc.createElement(tag), properties);
  /* Themes say `iframe{max-height:…!important}`; only an important style of the element itself outweighs that. */
  const force = (element, styles) => { for (const name in styles) element.style.setProperty(name, styles[name], "important"); };

  /* What the link says, else the element around it, else the script for all links of the page. */
  function setting(link, name) {
    return link.dataset[name] || boxOf(link)?.dataset[name] || everywhere[name] || "";
  }

  const isGranted = (link) => setting(link, "consent") === "granted";

  function isOurs(link) {
    const [, page, slug] = link.pathname.split("/");
    return link.origin === home && page === "b" && slug && slug === setting(link, "clinic");
  }

  /* What brought the visitor here; what names a click of one person only where consent was given. The path of the
     page may tell of a condition, so it is handed on only where the clinic asks for it. */
  function attribution(link) {
    const found = {}, from = new URL(doc.referrer || location).hostname;
    if (from !== location.hostname) found.referrer_host = from;
    if (setting(link, "landing")) found.landing_path = location.pathname;
    new URLSearchParams(location.search).forEach((value, key) => {
      if (UTM.test(key) || isGranted(link) && CLICK.test(key)) found[key] = value.slice(0, 255);
    });
    return found;
  }

  /* The one colour that the page shows behind an element, if it is one. */
  function ground(element) {
    for (; element; element = element.parentElement) {
      const { backgroundColor, backgroundImage, colorScheme } = getComputedStyle(element);
      if (backgroundImage !== "none") return;
      if (/^rgb\(/.test(backgroundColor)) return backgroundColor.match(/\d+/g);
      if (!/ 0\)$/.test(backgroundColor) || !element.parentElement && /dark/.test(colorScheme)) return;
    }
    return [255, 255, 255];
  }

  function address(link) {
    const url = new URL(link.href), marks = attribution(link);
    const add = (key, value) => value && !url.searchParams.has(key) && url.searchParams.set(key, value);
    for (const key of ["service", "practitioner", "location", "category", "locale"]) add(key, setting(link, key));
    for (const key in marks) UTM.test(key) && add(key, marks[key]);
    return url.href;
  }

  /* Brings the top of the frame back into view, below whatever sticks to the top of the window, if it was out of it. */
  function showTop(frame) {
    const rect = (element) => element.getBoundingClientRect();
    const atTop = () => doc.elementsFromPoint(rect(frame).left + 9, rect(frame).top + 4);
    let margin = 0;
    for (let turn = 0; turn < 2 && atTop()[0] !== frame; turn++) {
      force(frame, { "scroll-margin-top": margin + "px" });
      frame.scrollIntoView({ behavior: "instant" });
      for (const cover of atTop()) {
        if (cover === frame) break;
        if (/fixed|sticky/.test(getComputedStyle(cover).position)) margin = rect(cover).bottom - rect(frame).top;
      }
    }
  }

  /* One frame and its talk with the page in it. `on` has what differs between a place in the page and a dialog. */
  function converse(link, on) {
    const nonce = crypto.getRandomValues(new Uint32Array(4)).join("-");
    const shade = on.mode === "inline" && !setting(link, "theme") && ground(link.parentElement);
    /* Green weighs most in how light a colour is; it alone tells dark from light well enough. */
    const isDark = shade ? shade[1] < 128 : matchMedia("(prefers-color-scheme: dark)").matches;
    const theme = setting(link, "theme") || (isDark ? "dark" : "light");
    /* Only a frame of the same scheme as its page may let the page's ground show through. */
    const frame = make("iframe", {
      title: link.textContent.trim() || BOOK,
      referrerPolicy: "no-referrer",
      src: address(link),
      name: `bk=${nonce}&o=${location.origin}&t=${theme}&g=${shade || ""}`
    });
    force(frame, { all: "initial", display: "block", width: "100%", "color-scheme": theme });
    force(frame, on.styles);
    let isReady, booked;
    link.dataset.booking = "loading";

    function tell(type, detail = {}) {
      link.dispatchEvent(new CustomEvent("booking:" + type, { bubbles: true, detail }));
    }

    function ready() {
      if (!isReady) {
        isReady = 1;
        link.dataset.booking = "ready";
        on.ready();
        tell("ready");
      }
      greet();
    }

    /* Consent may be given, or taken back, while the visitor is at work: it is said again at every step. */
    function greet() {
      frame.contentWindow.postMessage({
        ns: "booking", v: 1, id: nonce, type: "hello", mode: on.mode,
        viewport: { width: innerWidth, height: innerHeight },
        theme, attribution: attribution(link),
        consent: setting(link, "consent") || "unknown"
      }, home);
    }

    function done(reference) {
      if (!/^[\w-]{1,40}$/.test(reference) || reference === booked) return;
      booked = reference;
      tell("booked", { reference });
      if (isGranted(link) && window.dataLayer) dataLayer.push({ event: "booking_completed", booking_ref: reference });
    }

    function hear(event) {
      const said = event.data;
      if (event.origin !== home || event.source !== frame.contentWindow) return;
      if (said?.ns !== "booking" || said.v !== 1 || said.id !== nonce) return;
      if (said.type === "ready") ready();
      else if (said.type === "height" && Number.isFinite(said.height)) on.height?.(Math.max(LOWEST, number(said.height, HIGHEST)));
      else if (said.type === "step") {
        on.step?.();
        greet();
        tell("step", { n: number(said.n, 99), of: number(said.of, 99) });
      } else if (said.type === "booked") done(said.reference);
      else if (said.type === "close") on.close(tell);
      else if (said.type === "error") tell("error", { code: (said.code + "").slice(0, 40) });
    }

    /* The link was there all the while; a frame that did not come, or was refused, gives back its room. */
    function fail() {
      if (isReady || !frame.isConnected) return;
      link.dataset.booking = "failed";
      on.failed();
      tell("error", { code: "not_loaded" });
    }
    setTimeout(fail, READY_MS);
    frame.onload = () => setTimeout(fail, REFUSED_MS);
    addEventListener("message", hear);
    return { frame, hear, tell };
  }

  customElements.define(TAG, class extends HTMLElement {
    connectedCallback() {
      if (this.hear) return addEventListener("message", this.hear);
      this.link ||= [...this.querySelectorAll("a[href]")].find(isOurs);
      if (!this.link && doc.readyState === "loading") return addEventListener("DOMContentLoaded", () => this.connectedCallback());
      const link = this.link ||= make("a", {
        href: home + "/b/" + (this.dataset.clinic || everywhere.clinic),
        textContent: this.dataset.label || BOOK
      });
      this.contains(link) || this.append(link);
      this.querySelectorAll("iframe,iframe+div").forEach((old) => old.remove());
      link.style.display = "";
      if (opensDialog(link)) return;
      /* Something wide is in it, or a flex box, a float or a table would shrink it to the 300 pixels of a bare frame. */
      force(this, { display: "block", position: "relative", width: "100%", "max-width": "46rem", "min-width": 0, "margin-inline": "auto", overflow: "clip" });
      this.style.minHeight ||= RESERVED + "px";
      const { frame, hear } = converse(link, {
        mode: "inline",
        styles: { position: "absolute", visibility: "hidden", top: 0, left: 0, height: RESERVED + "px" },
        ready: () => {
          link.style.display = "none";
          force(this, { position: "static" }); // or it would lie above a header that sticks
          force(frame, { position: "static", visibility: "visible" });
        },
        height: (height) => force(frame, { height: height + "px" }),
        step: () => { this.style.minHeight = ""; showTop(frame); },
        close: (tell) => tell("close"),
        failed: () => { this.style.minHeight = ""; force(frame, { height: 0 }); }
      });
      this.hear = hear;
      this.append(frame, make("div", { style: "width:min(46rem,100vw - 2rem)" }));
    }

    disconnectedCallback() {
      removeEventListener("message", this.hear);
    }
  });

  function opensDialog(link) {
    const mode = setting(link, "mode");
    if (!/^(popup|button)$/.test(mode)) return;
    if (link.opens) return 1;
    link.opens = 1;
    link.setAttribute("aria-haspopup", "dialog");
    if (mode === "button") {
      link.setAttribute("role", "button");
      link.addEventListener("keydown", (event) => {
        if (event.key === " ") { event.preventDefault(); link.click(); }
      });
    }
    link.addEventListener("click", (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
      event.preventDefault();
      openDialog(link);
    });
    return 1;
  }

  /* Closed, the dialog keeps its frame, so that nothing typed is lost. */
  function openDialog(link) {
    if (link.show) return link.show();
    const away = link.cloneNode(true);
    let before;
    const { frame, hear, tell } = converse(link, {
      mode: "popup",
      styles: { flex: 1, "min-height": 0 },
      ready: () => { away.style.display = "none"; },
      close: () => dialog.close(),
      failed: () => frame.remove()
    });
    const bar = make("div", { style: "display:flex;align-items:center;padding:4px 4px 4px 1em;font:600 1rem system-ui" });
    const close = make("button", {
      type: "button",
      textContent: setting(link, "close") || "Close",
      style: "min-height:44px;margin-left:auto;padding:0 1em;border:1px solid;border-radius:8px;font:inherit;background:none",
      onclick: () => dialog.close()
    });
    const dialog = make("dialog", {
      style: "flex-direction:column;box-sizing:border-box;width:46rem;height:60rem;max-width:100vw;max-height:100dvh;margin:auto;border:0;overflow:hidden;" +
        "padding:env(safe-area-inset-top) 0 env(safe-area-inset-bottom);color-scheme:" + frame.style.colorScheme,
      onclose: () => {
        dialog.style.display = "";
        root.style.cssText = before;
        link.focus();
        tell("close");
        if (frame.isConnected) return;
        removeEventListener("message", hear);
        dialog.remove();
        link.show = 0;
      }
    });
    dialog.setAttribute("aria-label", frame.title);
    away.target = "_blank";
    away.style = "margin:1em";
    bar.append(frame.title, close);
    dialog.append(bar, away, frame);
    doc.body.append(dialog);
    link.show = () => {
      before = root.style.cssText;
      if (innerWidth > root.clientWidth) root.style.scrollbarGutter = "stable";
      root.style.overflow = "hidden";
      dialog.style.display = "flex";
      dialog.showModal();
    };
    link.show();
  }

  function start() {
    doc.querySelectorAll('a[href*="/b/"]').forEach((link) => {
      if (boxOf(link) || link.closest("dialog") || !isOurs(link) || opensDialog(link)) return;
      const box = make(TAG, { link });
      link.box?.remove();
      link.box = box;
      link.replaceWith(box);
    });
  }

  let isWaiting;
  start();
  new MutationObserver(() => {
    isWaiting ||= requestAnimationFrame(() => { isWaiting = 0; start(); });
  }).observe(root, { childList: true, subtree: true });
})();
