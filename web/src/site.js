import "htmx.org";

// A refused form is announced where the reader's focus goes.
document.querySelector("[data-ts-focus]")?.focus();

function drawMaps(root) {
  for (const canvas of root.querySelectorAll("[data-ts-map]:not([data-ts-drawn])")) {
    canvas.dataset.tsDrawn = "";
    import(new URL(canvas.dataset.module, location.href).href)
      .then((module) => module.draw(canvas))
      .catch((error) => console.warn("map", error));
  }
}
drawMaps(document);
document.addEventListener("htmx:load", (event) => drawMaps(event.detail.elt));
