// `npm run build`: sources and packages → the files committed under src/ and tests/ (of TINHSO_ROOT, when set).
import { build } from "esbuild";
import { copyFile, mkdir, readFile, writeFile } from "node:fs/promises";
import { theme } from "./palette.mjs";

const root = process.env.TINHSO_ROOT ?? "..";
const out = `${root}/src/tinhso/foundation/static/foundation`;
const modules = "node_modules";
const common = { bundle: true, minify: true, legalComments: "none", target: ["es2022", "safari16"], logLevel: "warning" };

await mkdir(`${out}/fonts`, { recursive: true });
await mkdir(`${out}/map`, { recursive: true });
for (const weight of [400, 600])
  for (const subset of ["latin", "vietnamese"]) {
    const name = `be-vietnam-pro-${subset}-${weight}-normal.woff2`;
    await copyFile(`${modules}/@fontsource/be-vietnam-pro/files/${name}`, `${out}/fonts/${name}`);
  }
await copyFile(`${modules}/@fontsource/be-vietnam-pro/LICENSE`, `${out}/fonts/LICENSE`);

// One file of map colours serves the style sheet here and the still pictures drawn by the server.
const colours = JSON.parse(await readFile("../src/tinhso/foundation/static/foundation/map/colours.json", "utf8"));
const block = (set) => `:root{${Object.entries(set).map(([name, hex]) => `${name}:${hex}`).join(";")}}`;
const mapColours = `${block(colours.light)}@media (prefers-color-scheme:dark){${block(colours.dark)}}`;

const themed = {
  name: "themed",
  setup: (b) => {
    b.onResolve({ filter: /^map-colours\.css$/ }, () => ({ path: "map-colours", namespace: "made" }));
    b.onLoad({ filter: /.*/, namespace: "made" }, () => ({ contents: mapColours, loader: "css" }));
    b.onLoad({ filter: /designsystemet-css\/dist\/theme\/designsystemet\.css$/ }, async ({ path }) => ({
      contents: theme(await readFile(path, "utf8")),
      loader: "css",
    }));
  },
};
await build({ ...common, entryPoints: ["src/site.css"], outfile: `${out}/site.css`, plugins: [themed], external: ["*.woff2"] });
await build({ ...common, entryPoints: ["src/site.js"], outfile: `${out}/site.js`, format: "iife" });
await build({ ...common, entryPoints: ["src/map/map.js"], outfile: `${out}/map/map.js`, format: "esm" });
await build({ ...common, entryPoints: ["src/map/map.css"], outfile: `${out}/map/map.css`, loader: { ".svg": "dataurl" } });
const worker = await readFile(`${modules}/maplibre-gl/dist/maplibre-gl-worker.mjs`, "utf8");
await writeFile(`${out}/map/maplibre-gl-worker.mjs`, worker.replace(/\n\/\/# sourceMappingURL=.*\s*$/, "\n"));
const portal = `${root}/src/tinhso/portal/static/portal`;
await mkdir(portal, { recursive: true });
await build({ ...common, entryPoints: ["src/map-page.js"], outfile: `${portal}/map-page.js`, format: "iife" });
const services = `${root}/src/tinhso/government/services/static/services`;
await mkdir(services, { recursive: true });
await build({ ...common, entryPoints: ["src/verify.js"], outfile: `${services}/verify.js`, format: "iife" });

const notices = [];
for (const name of ["@digdir/designsystemet-css", "htmx.org", "maplibre-gl", "@fontsource/be-vietnam-pro"]) {
  const { version, license } = JSON.parse(await readFile(`${modules}/${name}/package.json`, "utf8"));
  const text = await readFile(`${modules}/${name}/LICENSE${name === "maplibre-gl" ? ".txt" : ""}`, "utf8");
  notices.push(`${name} ${version} (${license})\n\n${text.trim()}\n`);
}
await writeFile(`${out}/NOTICES.txt`, notices.join("\n---\n\n"));

await mkdir(`${root}/tests/browser`, { recursive: true });
await copyFile(`${modules}/axe-core/axe.min.js`, `${root}/tests/browser/axe.min.js`);
