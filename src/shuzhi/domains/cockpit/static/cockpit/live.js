/* Progressive: renews the parts of the page that have changed, without loading it again. The page is whole without it. */
(function () {
  var page = document.querySelector("[data-stream]");
  if (!page || !window.EventSource || !window.fetch) return;
  var MINUTE = 60000, shown = page.dataset.version, stream = null, timer = null, busy = false;

  /* What a person reads or has opened stays as it is until they leave it. */
  function inUse(part) { return part.contains(document.activeElement) || part.matches(":hover") || part.querySelector("details[open]"); }

  function renew(version) {
    if (busy || version === shown) return;
    busy = true;
    fetch(location.href, { credentials: "same-origin", headers: { "Shuzhi-By-Itself": "1" } }).then(function (answer) {
      if (!answer.ok || answer.redirected) throw new Error("not now");
      return answer.text();
    }).then(function (text) {
      var fresh = new DOMParser().parseFromString(text, "text/html"), left = false, changed = false;
      page.querySelectorAll("[data-live]").forEach(function (part) {
        var other = fresh.getElementById(part.id);
        if (!other || other.innerHTML === part.innerHTML) return;
        if (inUse(part)) { left = true; return; }
        var chosen = Array.prototype.map.call(part.querySelectorAll("input:checked"), function (one) { return one.id; });
        part.replaceChildren.apply(part, Array.prototype.slice.call(document.importNode(other, true).childNodes));
        chosen.forEach(function (id) { var one = document.getElementById(id); if (one) one.checked = true; });
        part.classList.remove("fresh"); void part.offsetWidth; part.classList.add("fresh");
        changed = true;
      });
      if (!left) shown = version;
      if (changed) { var said = page.querySelector("[data-said]"); said.hidden = false; }
    }).catch(function () {}).then(function () { busy = false; });
  }

  function listen() {
    stop();
    stream = new EventSource(page.dataset.stream);
    stream.addEventListener("version", function (event) { renew(event.data); });
    /* No place for another stream: look by ourselves, once a minute. */
    stream.onerror = function () {
      if (stream.readyState === EventSource.CLOSED && !timer) timer = setInterval(function () { renew("?"); }, MINUTE);
    };
  }
  function stop() {
    if (stream) { stream.close(); stream = null; }
    if (timer) { clearInterval(timer); timer = null; }
  }
  /* A page that nobody looks at holds no place. */
  document.addEventListener("visibilitychange", function () { if (document.hidden) stop(); else listen(); });
  window.addEventListener("pagehide", stop);
  if (!document.hidden) listen();
})();
