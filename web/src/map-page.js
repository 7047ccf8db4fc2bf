// The map page: the slider, the date and the layers redraw the map and its list, and the address keeps the state.
const form = document.querySelector("[data-ts-map-form]");
const canvas = document.querySelector("[data-ts-map]");

if (form && canvas) {
  const slider = form.querySelector("[data-ts-slider]");
  const range = slider.querySelector("input");
  const shownDay = slider.querySelector("output");
  const change = slider.querySelector("[data-ts-change]");
  const dateField = form.elements.ngay;
  const stops = range.dataset.stops.split(" ").map((text) => ({ day: text.slice(0, 10), change: text.endsWith("*") }));
  const spoken = (day) => day.split("-").reverse().join("/");
  const chosen = () => [...form.querySelectorAll("input[name=lop]:checked")].map((box) => box.value);

  slider.hidden = false;
  form.querySelector("[data-ts-submit]").hidden = true;
  const mark = () => { change.hidden = !stops.some((stop) => stop.change && stop.day === dateField.value); };
  mark();

  let waiting;
  function apply() {
    if (!dateField.checkValidity()) return;
    const day = dateField.value;
    shownDay.textContent = spoken(day);
    range.setAttribute("aria-valuetext", spoken(day) + (change.hidden ? "" : `, ${change.textContent}`));
    const caption = document.querySelector("[data-ts-map-day]");
    if (caption) caption.textContent = spoken(day);
    for (const legend of document.querySelectorAll(".ts-legend[data-layer]")) legend.hidden = !chosen().includes(legend.dataset.layer);
    canvas.dispatchEvent(new CustomEvent("ts-map", { detail: { day, layers: chosen() } }));
    const address = new URL(location.href);
    address.search = new URLSearchParams(new FormData(form)).toString();
    history.replaceState(null, "", address);
    clearTimeout(waiting);
    waiting = setTimeout(() => window.htmx.ajax("GET", address.pathname + address.search, { target: "#danh-sach", swap: "innerHTML" }), 250);
  }

  range.addEventListener("input", () => {
    dateField.value = stops[range.value].day;
    mark();
    apply();
  });
  dateField.addEventListener("change", () => {
    range.value = Math.max(0, stops.findLastIndex((stop) => stop.day <= dateField.value));
    mark();
    apply();
  });
  form.addEventListener("change", (event) => { if (event.target.name === "lop") apply(); });
  form.addEventListener("submit", (event) => { event.preventDefault(); apply(); });
}
