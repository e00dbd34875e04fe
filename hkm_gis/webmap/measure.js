"use strict";
// The measuring tool: taps on the map become a line, its length and the land it encloses.

function makeMeasure(map, content, format) {
  const words = content.words, corners = [];
  const line = L.polyline([], { color: "#111", weight: 3, dashArray: "6 5", interactive: false });
  const land = L.polygon([], { stroke: false, fillColor: "#111", fillOpacity: 0.12, interactive: false });
  const dots = L.layerGroup();
  const result = make("div", "result");
  const box = make("div", "measure", result,
    make("div", "tools",
      makeButton("", () => { corners.pop(); draw(); }, words.measure_undo),
      makeButton("", () => tool.stop(), words.measure_end)));

  function draw() {
    line.setLatLngs(corners);
    land.setLatLngs(corners.length > 2 ? corners : []);
    dots.clearLayers();
    corners.forEach((corner) => dots.addLayer(L.circleMarker(corner,
      { radius: 4, color: "#111", weight: 2, fillColor: "#fff", fillOpacity: 1, interactive: false })));
    result.replaceChildren(...told());
  }

  function told() {
    if (corners.length < 2) return [make("p", "", words.measure_hint)];
    const rows = [makeRow(words.distance, format.metres(length_m(corners, false)))];
    if (corners.length > 2) {
      rows.push(makeRow(words.perimeter, format.metres(length_m(corners, true))),
        makeRow(words.measured_area, format.hectares(area_m2(corners) / 1e4)));
    }
    return rows;
  }

  const tool = {
    active: false,
    add(corner) { corners.push(corner); draw(); },
    start() {
      tool.active = true;
      document.body.classList.add("measuring");
      document.body.append(box);
      [land, line, dots].forEach((layer) => map.addLayer(layer));
      map.closePopup();
      draw();
    },
    stop() {
      tool.active = false;
      corners.length = 0;
      document.body.classList.remove("measuring");
      box.remove();
      [land, line, dots].forEach((layer) => map.removeLayer(layer));
    },
  };
  return tool;
}
