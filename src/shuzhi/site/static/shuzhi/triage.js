/* The triage form by keyboard: 1 to 3 choose a category, T accepts, D dispatches, unless somebody is typing. Choosing
   by list or by name takes the tick away. The page works without it. */
(function () {
  "use strict";
  var form = document.querySelector("[data-triage]");
  if (!form) return;
  document.addEventListener("keydown", function (event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.target.closest("textarea, select, input:not([type=radio]):not([type=checkbox])")) return;
    var key = event.key.toLowerCase();
    var wanted = /^[1-3]$/.test(key)
      ? form.querySelector('[data-key="' + key + '"]')
      : /^[td]$/.test(key) ? form.querySelector('button[accesskey="' + key + '"]') : null;
    if (!wanted) return;
    event.preventDefault();
    wanted.focus();
    wanted.click();
  });
  form.addEventListener("change", function (event) {
    var name = event.target.name;
    if (name === "category_other" || name === "area_other") {
      form.querySelectorAll('[name="' + name.replace("_other", "") + '"]').forEach(function (radio) {
        radio.checked = radio.checked && !event.target.value;
      });
    } else if (name === "category" || name === "area") {
      form.querySelector('[name="' + name + '_other"]').value = "";
    }
  });
})();
