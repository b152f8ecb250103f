/* Progressive: every page works without it. */
(function () {
  var root = document.documentElement;
  function keep(name, value) { document.cookie = name + "=" + value + ";path=/;max-age=31536000;samesite=lax"; }
  function elder(on) {
    if (on) root.dataset.mode = "elder"; else delete root.dataset.mode;
    document.querySelectorAll("[data-pref=elder]").forEach(function (button) {
      button.setAttribute("aria-pressed", String(on));
      button.value = on ? "standard" : "elder";
    });
  }
  var asked = new URLSearchParams(location.search);
  if (asked.get("mode") === "elder") elder(true);
  if (asked.get("contrast") === "high") root.dataset.contrast = "high";
  if (asked.get("size") === "max") root.dataset.size = "max";

  document.addEventListener("click", function (event) {
    var button = event.target.closest("[data-pref=elder]");
    if (button) {
      event.preventDefault();
      var on = root.dataset.mode !== "elder";
      keep("mode", on ? "elder" : "standard");
      elder(on);
    }
    var speaker = event.target.closest("[data-speak]");
    if (speaker) {
      var speech = window.speechSynthesis;
      if (speech.speaking) { speech.cancel(); return; }
      var words = new SpeechSynthesisUtterance(document.getElementById(speaker.dataset.speak).innerText);
      words.lang = root.lang === "en" ? "en" : "zh-CN";
      words.rate = .9;
      speech.speak(words);
    }
    if (event.target.closest("[data-print]")) window.print();
  });

  /* Read aloud only when the computer itself has a voice for the page's language: nothing may leave the intranet. */
  function offerVoices() {
    var tongue = root.lang === "en" ? "en" : "zh";
    var local = speechSynthesis.getVoices().some(function (voice) {
      return voice.localService && voice.lang.toLowerCase().indexOf(tongue) === 0;
    });
    if (local) document.querySelectorAll("[data-speak]").forEach(function (button) { button.hidden = false; });
  }
  if (window.speechSynthesis) { offerVoices(); speechSynthesis.onvoiceschanged = offerVoices; }

  document.addEventListener("DOMContentLoaded", function () {
    var summary = document.querySelector(".errs");
    if (summary) summary.focus();
    document.querySelectorAll("[data-needs-script]").forEach(function (part) { part.hidden = false; });
  });
})();
