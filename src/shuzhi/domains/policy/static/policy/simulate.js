// A slider beside each amount: it writes the number, the number is what is sent.
for (const field of document.querySelectorAll("[data-slider]")) {
  const slider = document.createElement("input");
  slider.type = "range";
  slider.min = 0;
  slider.max = field.dataset.most;
  slider.step = Number(field.dataset.most) > 20 ? 1 : "any";
  slider.value = field.value;
  slider.setAttribute("aria-label", field.dataset.slider);
  slider.addEventListener("input", () => { field.value = slider.value; });
  field.addEventListener("input", () => { slider.value = field.value; });
  field.after(slider);
}
