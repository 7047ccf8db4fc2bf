// Draws GeoJSON layers over our own ground: no tiles, no fonts from elsewhere.
import { Map as Chart, NavigationControl, Popup, ScaleControl, setWorkerUrl } from "maplibre-gl";
import { bounds } from "./bounds.js";
import { hatch } from "./hatch.js";
import { words } from "./words.js";

const token = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

function styleSheet(address) {
  return new Promise((done, failed) => {
    const link = Object.assign(document.createElement("link"), { rel: "stylesheet", href: address, onload: done, onerror: failed });
    document.head.append(link);
  });
}

function paint(kind, item, chart) {
  const colour = token(item.colour) || token("--ts-map-unknown");
  if (kind === "line")
    return { type: "line", paint: { "line-color": colour, "line-width": ["interpolate", ["linear"], ["zoom"], 8, item.thin ? 0.8 : 1.5, 13, item.thin ? 2 : 4], ...(item.dashed && { "line-dasharray": [2, 1.5] }) } };
  if (kind === "circle")
    return { type: "circle", paint: { "circle-color": colour, "circle-radius": ["interpolate", ["linear"], ["zoom"], 8, 3, 13, 8], "circle-stroke-color": token("--ts-map-edge"), "circle-stroke-width": 1 } };
  if (!item.dashed) return { type: "fill", paint: { "fill-color": colour } };
  const name = `hatch ${colour}`;
  if (!chart.hasImage(name)) chart.addImage(name, hatch(colour, token("--ts-map-edge")), { pixelRatio: 2 });
  return { type: "fill", paint: { "fill-pattern": name } };
}

const RANK = { fill: 0, line: 1, circle: 2 };

export async function draw(canvas) {
  const layers = JSON.parse(canvas.dataset.layers).sort((a, b) => RANK[a.kind] - RANK[b.kind]);
  const on = new Set(canvas.dataset.shown.split(",").filter(Boolean));
  const still = canvas.querySelector("picture");
  if (!document.createElement("canvas").getContext("webgl2")) return;
  setWorkerUrl(new URL(canvas.dataset.worker, location.href).href);
  await styleSheet(canvas.dataset.style);

  // Read before the chart writes its own first position into the address.
  let placed = Boolean(canvas.dataset.hash && location.hash.includes(`${canvas.dataset.hash}=`));
  const frame = document.createElement("div");
  frame.className = "ts-map-live";
  canvas.append(frame);
  const chart = new Chart({
    container: frame,
    style: { version: 8, sources: {}, layers: [{ id: "ground", type: "background", paint: { "background-color": token("--ts-map-ground") } }] },
    attributionControl: false,
    cooperativeGestures: true,
    dragRotate: false,
    pitchWithRotate: false,
    touchPitch: false,
    hash: canvas.dataset.hash || false,
    locale: words(document.documentElement.lang),
    maxZoom: 17,
  });
  chart.touchZoomRotate.disableRotation();
  chart.addControl(new NavigationControl({ showCompass: false }), "top-right");
  chart.addControl(new ScaleControl(), "bottom-left");
  const surface = chart.getCanvas();
  surface.setAttribute("role", "application");
  surface.setAttribute("aria-label", canvas.dataset.label + ". " + words(document.documentElement.lang).keys);
  await new Promise((done) => chart.once("load", done));

  const kept = new Map();
  const read = async (url) => {
    if (!kept.has(url)) kept.set(url, fetch(url).then((answer) => (answer.ok ? answer.json() : Promise.reject(new Error(`${answer.status} ${url}`)))));
    return kept.get(url);
  };
  let day = null;

  function place(data) {
    const box = canvas.dataset.focus ? canvas.dataset.focus.split(",").map(Number) : bounds(data);
    if (placed || !box) return;
    placed = true;
    chart.fitBounds(box, { padding: 24, animate: false, maxZoom: 14 });
  }
  async function show(layer) {
    const url = new URL(layer.url, location.href);
    if (day) url.searchParams.set("ngay", day);
    const asked = url.href;
    layer.asked = asked;
    const data = await read(asked);
    if (layer.asked !== asked) return;
    if (chart.getSource(layer.id)) return chart.getSource(layer.id).setData(data);
    place(data);
    chart.addSource(layer.id, { type: "geojson", data });
    for (const item of layer.legend) {
      const filter = ["==", ["to-string", ["get", "class"]], item.value];
      const above = layers.slice(layers.indexOf(layer) + 1).flatMap((other) => other.legend.map((x) => `${other.id}|${x.value}`)).find((id) => chart.getLayer(id));
      chart.addLayer({ id: `${layer.id}|${item.value}`, source: layer.id, filter, ...paint(layer.kind, item, chart) }, above);
      if (layer.kind === "fill") chart.addLayer({ id: `${layer.id}|${item.value}|edge`, type: "line", source: layer.id, filter, paint: { "line-color": token("--ts-map-edge"), "line-width": 1 } }, above);
    }
  }
  const drawn = () => chart.getStyle().layers.map((layer) => layer.id).filter((id) => id.includes("|"));
  async function refresh() {
    for (const id of drawn()) chart.setLayoutProperty(id, "visibility", on.has(id.split("|")[0]) ? "visible" : "none");
    await Promise.all(layers.filter((layer) => on.has(layer.id)).map(show));
    canvas.dataset.tsReady = day || "";
  }

  const popup = new Popup({ maxWidth: "18rem", focusAfterOpen: true });
  function open(features, at) {
    if (!features.length) return;
    const list = document.createElement("div");
    list.className = "ts-popup";
    for (const feature of features.slice(0, 4)) {
      const layer = layers.find((one) => one.id === feature.source);
      const { title, url, about } = feature.properties;
      const part = document.createElement("p");
      const name = document.createElement(url ? "a" : "strong");
      name.textContent = title || layer.title;
      if (url) Object.assign(name, { href: url, className: "ds-link" });
      const label = layer.legend.find((item) => item.value === String(feature.properties.class))?.label;
      part.append(name, document.createElement("br"), [label, about].filter(Boolean).join(" · "));
      list.append(part);
    }
    popup.setLngLat(at).setDOMContent(list).addTo(chart);
  }
  const at = (point) => {
    const box = [[point.x - 4, point.y - 4], [point.x + 4, point.y + 4]];
    const seen = new Set();
    const layersHere = drawn().filter((id) => !id.endsWith("|edge"));
    return chart.queryRenderedFeatures(box, { layers: layersHere }).reverse().sort((a, b) => RANK[layerKind(b)] - RANK[layerKind(a)]).filter((f) => {
      const key = `${f.source} ${f.properties.title}`;
      return !seen.has(key) && seen.add(key);
    });
  };
  const layerKind = (feature) => layers.find((one) => one.id === feature.source).kind;
  chart.on("click", (event) => open(at(event.point), event.lngLat));
  chart.on("mousemove", (event) => { surface.style.cursor = at(event.point).length ? "pointer" : ""; });
  surface.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    open(at(chart.project(chart.getCenter())), chart.getCenter());
  });
  frame.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && popup.isOpen()) { popup.remove(); surface.focus(); }
  });

  canvas.addEventListener("ts-map", ({ detail }) => {
    if (detail.day) day = detail.day;
    if (detail.layers) { on.clear(); detail.layers.forEach((id) => on.add(id)); }
    popup.remove();
    refresh();
  });
  // Colours follow the reader's light or dark setting.
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
    chart.setPaintProperty("ground", "background-color", token("--ts-map-ground"));
    for (const layer of layers) for (const item of layer.legend) {
      const id = `${layer.id}|${item.value}`;
      if (!chart.getLayer(id)) continue;
      for (const [name, value] of Object.entries(paint(layer.kind, item, chart).paint)) chart.setPaintProperty(id, name, value);
      if (chart.getLayer(`${id}|edge`)) chart.setPaintProperty(`${id}|edge`, "line-color", token("--ts-map-edge"));
    }
  });

  await refresh();
  if (still) still.hidden = true;
  if (canvas.dataset.focusAfter !== undefined) surface.focus();
  chart.once("idle", () => { canvas.dataset.tsIdle = ""; });
}
