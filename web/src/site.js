import htmx from "htmx.org";

window.htmx = htmx;

// A refused form is announced where the reader's focus goes.
document.querySelector("[data-ts-focus]")?.focus();

const english = document.documentElement.lang.startsWith("en");

function load(canvas) {
  if (canvas.dataset.tsDrawn !== undefined) return;
  canvas.dataset.tsDrawn = "";
  import(new URL(canvas.dataset.module, location.href).href)
    .then((module) => module.draw(canvas))
    .catch((error) => console.warn("map", error));
}

const inView = new IntersectionObserver(
  (entries) => {
    for (const { isIntersecting, target } of entries)
      if (isIntersecting) {
        inView.unobserve(target);
        load(target);
      }
  },
  { rootMargin: "100px" },
);

// "intent": the still picture stays until the reader asks for more, so a page with a map is no heavier than one without.
function offer(canvas) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "ds-button ts-map-wake ts-print-hide";
  button.textContent = english ? "Explore the map" : "Khám phá bản đồ";
  button.addEventListener("click", () => {
    button.remove();
    canvas.dataset.focusAfter = "";
    load(canvas);
  });
  canvas.append(button);
}

function prepare(root) {
  for (const canvas of root.querySelectorAll("[data-ts-map]:not([data-ts-seen])")) {
    canvas.dataset.tsSeen = "";
    if (canvas.dataset.layers === "[]") continue;
    if (canvas.dataset.load === "intent") offer(canvas);
    else inView.observe(canvas);
  }
}
prepare(document);
document.addEventListener("htmx:load", (event) => prepare(event.detail.elt));
