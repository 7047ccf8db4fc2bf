function* positions(value) {
  if (typeof value?.[0] === "number") yield value;
  else for (const part of value ?? []) yield* positions(part);
}

// [west, south, east, north] of a FeatureCollection, or null when it is empty.
export function bounds({ features }) {
  const box = [Infinity, Infinity, -Infinity, -Infinity];
  for (const { geometry } of features)
    for (const [lon, lat] of positions(geometry?.coordinates)) {
      box[0] = Math.min(box[0], lon);
      box[1] = Math.min(box[1], lat);
      box[2] = Math.max(box[2], lon);
      box[3] = Math.max(box[3], lat);
    }
  return Number.isFinite(box[0]) ? box : null;
}
