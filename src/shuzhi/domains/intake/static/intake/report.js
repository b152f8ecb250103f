// The report flow works without this file. With it: the draft stays on the device, a lost connection sends it
// later (once: the form carries its key), the position of the device can be used, codes can be printed and copied.
(() => {
  "use strict";
  const KEPT = "shuzhi-report-draft";
  const WORDS = ["key", "text", "place"]; // never a name or a phone: the device may be shared

  const form = document.querySelector("form[data-draft]");
  const read = () => { try { return JSON.parse(localStorage.getItem(KEPT)) || {}; } catch { return {}; } };
  const write = (draft) => { try { localStorage.setItem(KEPT, JSON.stringify(draft)); } catch { /* storage is off */ } };

  if (document.querySelector("[data-sent]")) { try { localStorage.removeItem(KEPT); } catch { /* storage is off */ } }

  if (form) {
    const field = (name) => form.elements.namedItem(name);
    const first = field("screen").value === "1";
    const draft = read();
    if (first && draft.text && !field("text").value) {
      for (const name of ["key", "text"]) { if (field(name) && draft[name]) { field(name).value = draft[name]; } }
    }
    const keep = () => {
      const now = read();
      for (const name of WORDS) { const one = field(name); if (one && one.value) { now[name] = one.value; } }
      if (now.text) { write(now); }
    };
    form.addEventListener("input", keep);

    const notice = form.querySelector("[data-offline]");
    let waiting = null;
    form.addEventListener("submit", (event) => {
      keep();
      if (navigator.onLine) { return; }
      event.preventDefault();
      waiting = event.submitter;
      notice.hidden = false;
    });
    window.addEventListener("online", () => {
      notice.hidden = true;
      if (waiting) { const by = waiting; waiting = null; form.requestSubmit(by); }
    });

    const map = form.querySelector(".countymap");
    if (map) {
      map.classList.add("fits");
      map.addEventListener("click", () => { field("map_width").value = map.clientWidth; });
    }

    const locate = form.querySelector("[data-locate]");
    if (locate && navigator.geolocation) {
      locate.hidden = false;
      locate.addEventListener("click", () => navigator.geolocation.getCurrentPosition((found) => {
        field("lat").value = found.coords.latitude.toFixed(6);
        field("lng").value = found.coords.longitude.toFixed(6);
        locate.disabled = true;
        if (map) {
          const source = new URL(map.src);
          source.searchParams.set("lat", field("lat").value);
          source.searchParams.set("lng", field("lng").value);
          map.src = source;
        }
      }));
    }
  }

  const print = document.querySelector("[data-print]");
  if (print) { print.hidden = false; print.addEventListener("click", () => window.print()); }
  const copy = document.querySelector("[data-copy-both]");
  if (copy && navigator.clipboard) {
    copy.hidden = false;
    copy.addEventListener("click", async () => {
      const codes = [...document.querySelectorAll("[data-copy]")].map((one) => one.textContent).join(" ");
      await navigator.clipboard.writeText(codes);
      document.querySelector("[data-copied]").hidden = false;
    });
  }
})();
