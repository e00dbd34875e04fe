"use strict";
// The map itself: layers, what a tap opens, labels, and the buttons.

const LABEL_ZOOM = 16, MOST_LABELS = 250, LABEL_ROOM_PX = 44; // beyond, codes would cover the land
const OVERLAP = {
  overlap: { color: "#a50026", fill: "#d73027", opacity: 0.6 },
  duplicate: { color: "#4d004b", fill: "#810f7c", opacity: 0.6 },
  contained: { color: "#7f2704", fill: "#d94801", opacity: 0.6 },
  sliver: { color: "#444444", fill: "#777777", opacity: 0.5 },
};
const FOREST = { color: "#0b5d1e", weight: 3, dashArray: "10 4 2 4" };
const ROLE = {
  sungai: { color: "#1f78b4", weight: 2 },
  jalan: { color: "#5b4636", weight: 2 },
  pekon: { color: "#555555", weight: 1.5, dashArray: "3 4" },
  izin: { color: "#6a3d9a", weight: 2, dashArray: "8 4" },
};

const MARK_PX = 9, GLYPH_PX = 7; // radius of a mark; below, a sign cannot be read
const SMALLEST_MARK_PX = 3, MANY_MARKS = 1000, SMALLEST_OF_MANY_PX = 1.5;
const OUTLINE_PX = 9; // width of a parcel; below, outlines would cover the land
const SLIVER_ZOOM = 14.5; // 6 m a pixel; from farther off, what is narrower than 10 m is no pixel

/** A round mark with its sign on the canvas: thousands stay quick, and far out they are dots. */
const Mark = L.CircleMarker.extend({
  _project() {
    this._radius = this.options.radiusAt();
    L.CircleMarker.prototype._project.call(this);
  },
  _updatePath() {
    this.options.stroke = this._radius >= SMALLEST_MARK_PX;
    this._renderer._updateCircle(this);
    const pen = this._renderer._ctx, at = this._point;
    if (!this._renderer._drawing || this._empty() || this._radius < GLYPH_PX) return;
    pen.globalAlpha = 1;
    pen.fillStyle = "#ffffff";
    pen.font = "bold 12px sans-serif";
    pen.textAlign = "center";
    pen.textBaseline = "middle";
    pen.fillText(this.options.glyph, at.x, at.y + 0.5);
  },
});

/** A group of things too small to see from far: it holds those in view, once they can be seen. */
const NearGroup = L.LayerGroup.extend({
  /** `spots`: [{at, make}], of which `make` draws the layer. */
  initialize(spots, afterFill) {
    L.LayerGroup.prototype.initialize.call(this);
    this._spots = spots;
    this._afterFill = afterFill;
  },
  onAdd(map) {
    map.on("moveend", this._fill, this);
    this._fill();
  },
  onRemove(map) {
    map.off("moveend", this._fill, this);
    L.LayerGroup.prototype.onRemove.call(this, map);
  },
  _fill() {
    const map = this._map, isNear = map.getZoom() >= SLIVER_ZOOM, view = map.getBounds().pad(0.5);
    let isNew = false;
    this._spots.forEach((spot) => {
      const isWanted = isNear && view.contains(spot.at);
      if (isWanted && !spot.layer) {
        spot.layer = spot.make();
        this.addLayer(spot.layer);
        isNew = true;
      } else if (!isWanted && spot.layer) {
        this.removeLayer(spot.layer);
        spot.layer = null;
      }
    });
    if (isNew) this._afterFill();
  },
});

function startMap(map) {
  const content = JSON.parse(document.getElementById("content").textContent);
  ["parcels", "overlaps", "findings"].forEach((name) => { content[name] = rowsOf(content[name]); });
  content.parcels.forEach((parcel) => { parcel.findings = []; });
  content.findings.forEach((finding) => {
    finding.fix = content.fixes[finding.fix];
    finding.look = finding.accepted ? "accepted" : finding.severity;
  });
  content.findings.forEach((finding, at) => finding.parcels.forEach(
    (parcel) => content.parcels[parcel].findings.push(at)));

  const format = numbers(content.lang);
  const measure = makeMeasure(map, content, format);
  const parcelWidth = parcelWidth_px(map, content);
  const layers = drawLayers(content, open, goToParcel, { parcelWidth, reorder: raiseMarks });
  const actions = { goToParcel, goToFinding, reorder, showKind };
  buildPanel(map, content, legendOf(content, layers), actions);
  addTools(map, content, measure, () => map.fitBounds(whole, { padding: [20, 20] }));
  L.control.scale({ imperial: false, maxWidth: 160 }).addTo(map);

  const whole = L.latLngBounds([]);
  layers.parcels.forEach((polygon) => whole.extend(polygon.getBounds()));
  map.fitBounds(whole.isValid() ? whole : [[-6, 104], [-5, 105]], { padding: [20, 20], animate: false });
  thinOut();
  map.on("zoomend", thinOut);
  layers.order.forEach((layer) => map.addLayer(layer));
  const labels = keepLabels(map, content, layers.parcels);
  layers.labels.on("add", labels.show).on("remove", labels.hide);
  map.addLayer(layers.labels);
  map.on("click", (event) => { if (measure.active) measure.add(event.latlng); });
  creditTiles(map, content.tiles);
  showPosition(map, content);

  function open(event, box) {
    L.DomEvent.stopPropagation(event);
    if (measure.active) measure.add(event.latlng);
    else show(event.latlng, box());
  }
  function show(at, box) {
    L.popup({ maxWidth: 320, minWidth: 220, maxHeight: Math.min(420, innerHeight * 0.55),
      closeButton: true, autoPanPadding: [16, 16] }).setLatLng(at).setContent(box).openOn(map);
    const close = document.querySelector(".leaflet-popup-close-button");
    if (close) close.setAttribute("aria-label", content.words.close);
  }
  function goToParcel(at) {
    const polygon = layers.parcels[at];
    document.body.classList.remove("panel-open");
    map.fitBounds(polygon.getBounds(), { maxZoom: 18, padding: [60, 60], animate: false });
    flash(map, polygon);
    show(content.parcels[at].at, parcelPopup(content.parcels[at], content));
  }
  function goToFinding(at) {
    const finding = content.findings[at];
    const place = finding.at || (finding.parcels.length ? content.parcels[finding.parcels[0]].at : null);
    document.body.classList.remove("panel-open");
    if (!place) { show(map.getCenter(), findingPopup(finding, content, goToParcel)); return; }
    const near = finding.parcels.map((parcel) => layers.parcels[parcel].getBounds());
    const bounds = near.reduce((sum, b) => sum.extend(b), L.latLngBounds([place, place]));
    map.fitBounds(bounds, { maxZoom: 18, padding: [40, 40], animate: false });
    show(place, findingPopup(finding, content, goToParcel));
  }
  /** Leave out outlines that would cover the land; the zoom itself draws everything anew. */
  function thinOut() {
    const isWide = parcelWidth() >= OUTLINE_PX;
    layers.parcels.forEach((polygon) => { polygon.options.stroke = isWide; });
  }
  // One canvas draws all in the order of adding; what is small must lie on top.
  function raise(layer) {
    if (layer.eachLayer) layer.eachLayer(raise);
    else if (layer.bringToFront && !layer._image && map.hasLayer(layer)) layer.bringToFront();
  }
  function reorder() {
    layers.order.filter((group) => map.hasLayer(group)).forEach(raise);
  }
  function raiseMarks() {
    const marks = Object.values(layers.severities);
    layers.order.filter((group) => marks.includes(group) && map.hasLayer(group)).forEach(raise);
  }
  /** Show or hide the marks of one kind of finding. */
  function showKind(code, wanted) {
    Object.entries(layers.codes[code]).forEach(([look, group]) => {
      if (wanted) layers.severities[look].addLayer(group);
      else layers.severities[look].removeLayer(group);
    });
    reorder();
  }
}

/** Columns as the page holds them → rows. */
function rowsOf(columns) {
  const names = Object.keys(columns), count = names.length ? columns[names[0]].length : 0;
  return Array.from({ length: count }, (_, at) => {
    const row = {}; // as a loop: of 50,000 rows a phone needs seconds for more
    for (const name of names) row[name] = columns[name][at];
    return row;
  });
}

/** How many pixels wide the middle parcel is at the zoom of the map. */
function parcelWidth_px(map, content) {
  const step = Math.ceil(content.parcels.length / 500); // hundreds tell the middle of thousands
  const widths = content.parcels.filter((_, at) => at % step === 0).map((parcel) => {
    const lons = unfold(parcel.shape).flat(2).map((corner) => corner.lng);
    return Math.max(...lons) - Math.min(...lons);
  }).sort((a, b) => a - b);
  const middle = widths[widths.length >> 1] || 0.001;
  return () => 256 * 2 ** map.getZoom() * middle / 360;
}

/** Numbers the way the language writes them, as text.number does in Python. */
function numbers(lang) {
  const locale = lang === "en" ? "en-US" : "id-ID";
  const write = (value, digits) => value.toLocaleString(locale,
    { minimumFractionDigits: digits, maximumFractionDigits: digits });
  return {
    hectares: (value) => `${write(value, 2)} ha`,
    metres: (value) => (value < 10000 ? `${write(value, 1)} m` : `${write(value / 1000, 2)} km`),
    degrees: (value) => write(value, 5),
  };
}

function drawLayers(content, open, goToParcel, look) {
  const made = { parcels: [], groups: [], kinds: {}, severities: {}, others: [] };
  made.groups = content.groups.map(() => L.layerGroup());
  content.parcels.forEach((parcel) => {
    const group = content.groups[parcel.group];
    const polygon = L.polygon(unfold(parcel.shape), { color: "#1d1d1d", weight: 1.2, opacity: 0.85,
      fillColor: group.color, fillOpacity: 0.5, dashArray: group.dashed ? "5 3" : null, smoothFactor: 0.6 });
    polygon.on("click", (event) => open(event, () => parcelPopup(parcel, content)));
    made.parcels.push(polygon);
    made.groups[parcel.group].addLayer(polygon);
  });
  drawOverlaps(content, made, open, goToParcel, look.reorder);
  const smallest = content.findings.length > MANY_MARKS ? SMALLEST_OF_MANY_PX : SMALLEST_MARK_PX;
  drawFindings(content, made, open, goToParcel,
    () => Math.max(smallest, Math.min(MARK_PX, look.parcelWidth() / 3)));
  drawSurroundings(content, made);
  made.labels = L.layerGroup();
  const kinds = Object.keys(OVERLAP).filter((kind) => made.kinds[kind]).reverse();
  const severities = Object.keys(SEVERITY).filter((s) => made.severities[s]).reverse();
  // The relief lies under the parcels; rivers, roads and the boundary cross them.
  const [under, over] = [true, false].map((low) => made.others.filter((other) => !!other.low === low)
    .map((other) => other.layer));
  made.order = [...under, ...made.groups, ...over,
    ...kinds.map((kind) => made.kinds[kind]), ...severities.map((s) => made.severities[s])];
  return made;
}

function drawOverlaps(content, made, open, goToParcel, reorder) {
  const draw = (overlap) => {
    const look = OVERLAP[overlap.kind];
    const polygon = L.polygon(unfold(overlap.shape), { color: look.color, weight: 1.5,
      fillColor: look.fill, fillOpacity: look.opacity, smoothFactor: 0 });
    return polygon.on("click", (event) => open(event, () => overlapPopup(overlap, content, goToParcel)));
  };
  Object.keys(OVERLAP).forEach((kind) => {
    const mine = content.overlaps.filter((overlap) => overlap.kind === kind && overlap.shape.length);
    if (!mine.length) return;
    made.kinds[kind] = kind === "sliver" // there are two for each parcel
      ? new NearGroup(mine.map((o) => ({ at: firstCorner(o.shape), make: () => draw(o) })), reorder)
      : L.layerGroup(mine.map(draw));
  });
}

function drawFindings(content, made, open, goToParcel, radiusAt) {
  made.codes = {};
  content.findings.forEach((finding) => {
    const look = SEVERITY[finding.look], all = (made.severities[finding.look] ||= L.layerGroup());
    const kinds = (made.codes[finding.code] ||= {});
    const group = (kinds[finding.look] ||= L.layerGroup().addTo(all));
    unfold(finding.shape).forEach((part) => group.addLayer(L.polyline(
      part.map((ring) => [...ring, ring[0]]),
      { color: look.color, weight: 2, opacity: 0.95, dashArray: "4 4", interactive: false })));
    const place = finding.at || (finding.parcels.length ? content.parcels[finding.parcels[0]].at : null);
    if (!place) return;
    const mark = new Mark(place, { radius: MARK_PX, radiusAt, glyph: look.glyph, color: "#ffffff", weight: 1.5,
      fillColor: look.color, fillOpacity: 0.95 });
    mark.on("click", (event) => open(event, () => findingPopup(finding, content, goToParcel)));
    group.addLayer(mark);
  });
}

function drawSurroundings(content, made) {
  const add = (name, layer, look, low) => made.others.push({ name, layer, look, low });
  if (mayAsk(content.tiles)) {
    const pictures = L.tileLayer(content.tiles.url, { maxNativeZoom: 19, maxZoom: 21, referrerPolicy: "origin" });
    add(content.words.tiles, L.layerGroup([pictures]), { color: "#888", fill: "#cfe3f2" }, true);
  }
  if (content.relief) {
    const picture = L.imageOverlay(content.relief.uri, content.relief.bounds, { opacity: 0.75 });
    add(content.words.relief, L.layerGroup([picture]), { color: "#888", fill: "#cfcfcf" }, true);
  }
  content.layers.forEach((layer) => {
    const look = ROLE[layer.role] || ROLE.pekon;
    const lines = layer.shapes.map((shape) => L.polyline(unfold(shape).flat(), { ...look, interactive: false }));
    add(layer.name, L.layerGroup(lines), { color: look.color, line: true, dashed: !!look.dashArray });
  });
  if (content.forest.length) {
    const line = L.polyline(unfold(content.forest).flat(), { ...FOREST, interactive: false });
    add(content.words.forest, L.layerGroup([line]), { color: FOREST.color, line: true, dashed: true });
  }
}

/** Whether this page may ask for an online base map where it was opened. */
function mayAsk(tiles) {
  return !!tiles && (!tiles.needs_site || location.protocol.startsWith("http"));
}

/** Whose base map it is, on the map itself. */
function creditTiles(map, tiles) {
  if (!mayAsk(tiles)) return;
  const control = L.control({ position: "bottomright" }), link = make("a", "", tiles.credit);
  link.href = tiles.licence;
  link.target = "_blank";
  link.rel = "noopener";
  control.onAdd = () => make("div", "credit", link);
  control.addTo(map);
}

function legendOf(content, layers) {
  const groups = content.groups.map((group, at) => ({ name: group.name, told: group.told,
    layer: layers.groups[at], look: { color: "#1d1d1d", fill: `${group.color}88`, dashed: group.dashed } }));
  const kinds = Object.keys(OVERLAP).filter((kind) => layers.kinds[kind]).map((kind) => ({
    name: content.kinds[kind], layer: layers.kinds[kind], told: content.overlaps.filter((overlap) => overlap.kind === kind).length,
    look: { color: OVERLAP[kind].color, fill: `${OVERLAP[kind].fill}99` } }));
  const severities = Object.keys(SEVERITY).filter((s) => layers.severities[s]).map((s) => ({
    name: content.severities[s], layer: layers.severities[s], mark: s,
    told: content.findings.filter((finding) => finding.look === s).length }));
  const labels = { name: content.words.labels, layer: layers.labels, look: { color: "#fff" } };
  return [groups, kinds, severities, [...layers.others].reverse(), [labels]];
}

/** Show the code of each parcel in view, once there is room for it. */
function keepLabels(map, content, polygons) {
  const shown = L.layerGroup();
  let wanted = false;
  const hasRoom = (bounds) => map.latLngToLayerPoint(bounds.getSouthEast()).x
    - map.latLngToLayerPoint(bounds.getNorthWest()).x >= LABEL_ROOM_PX;
  function draw() {
    shown.clearLayers();
    if (!wanted || map.getZoom() < LABEL_ZOOM) return;
    const view = map.getBounds();
    const inView = content.parcels.filter((parcel, at) => parcel.at && view.contains(parcel.at)
      && hasRoom(polygons[at].getBounds()));
    if (inView.length > MOST_LABELS) return;
    inView.forEach((parcel) => {
      const low = parcel.findings.some((at) => !content.findings[at].at); // a mark lies there
      const icon = L.divIcon({ className: low ? "label low" : "label",
        html: make("span", "", parcel.code), iconSize: [0, 0] });
      shown.addLayer(L.marker(parcel.at, { icon, interactive: false, keyboard: false }));
    });
  }
  map.on("moveend zoomend", draw);
  return {
    show() { wanted = true; map.addLayer(shown); draw(); },
    hide() { wanted = false; map.removeLayer(shown); },
  };
}

function addTools(map, content, measure, showAll) {
  const words = content.words;
  const tools = L.control({ position: "topright" });
  tools.onAdd = () => {
    const measuring = makeButton("tool", () => (measure.active ? measure.stop() : measure.start()), words.measure);
    measuring.id = "measure-tool";
    const box = make("div", "toolbar", makeButton("tool", showAll, words.whole), measuring,
      makeButton("tool", () => print(), words.print));
    L.DomEvent.disableClickPropagation(box);
    return box;
  };
  tools.addTo(map);
  L.control.zoom({ position: "topright" }).addTo(map);
}

/** Where the pointer is, or the middle of the map on a phone: to find a place with a GPS. */
function showPosition(map, content) {
  const control = L.control({ position: "bottomright" }), box = make("div", "position");
  const write = numbers(content.lang).degrees;
  const tell = (at) => {
    const half = at.lat < 0 ? content.words.south : content.words.north;
    box.textContent = `${write(Math.abs(at.lat))}° ${half} · ${write(at.lng)}° ${content.words.east}`;
  };
  control.onAdd = () => box;
  control.addTo(map);
  map.on("mousemove", (event) => tell(event.latlng)).on("moveend", () => tell(map.getCenter()));
  tell(map.getCenter());
}

function flash(map, polygon) {
  const ring = L.polyline(polygon.getLatLngs().flat().map((r) => [...r, r[0]]),
    { color: "#000", weight: 5, interactive: false }).addTo(map);
  setTimeout(() => map.removeLayer(ring), 1600);
}
