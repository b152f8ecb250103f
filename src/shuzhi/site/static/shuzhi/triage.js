/* The triage form by keyboard: T accepts, unless somebody is typing. The page works without it. */
document.addEventListener("keydown", function (event) {
  if (event.key !== "t" || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest("input, textarea, select")) return;
  var button = document.querySelector('button[accesskey="t"]');
  if (button) { event.preventDefault(); button.click(); }
});
