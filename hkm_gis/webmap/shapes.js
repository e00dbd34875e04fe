"use strict";
// Shapes as they were packed by shapes.py, and true sizes on the WGS 84 ellipsoid.

/** Unfold parts → rings of steps in micro-degrees into parts → rings of corners. */
function unfold(shape) {
  return shape.map((part) => part.map((steps) => {
    const corners = [];
    let lon = 0, lat = 0;
    for (let i = 0; i < steps.length; i += 2) {
      lon += steps[i];
      lat += steps[i + 1];
      corners.push(new L.LatLng(lat / 1e6, lon / 1e6)); // as Leaflet keeps it: no second copy
    }
    return corners;
  }));
}

/** The first corner of a shape, without unfolding it. */
function firstCorner(shape) {
  const [lon, lat] = shape[0][0];
  return new L.LatLng(lat / 1e6, lon / 1e6);
}

const AXIS_M = 6378137, FLATTENING = 1 / 298.257223563; // WGS 84
const E2 = FLATTENING * (2 - FLATTENING), E = Math.sqrt(E2);
const radians = (degrees) => degrees * Math.PI / 180;

/** Height of a parallel on the cylindrical equal-area plane, in axes (Snyder 1987, 10-15, 3-12). */
function equalAreaHeight(lat) {
  const s = Math.sin(radians(lat));
  const q = s / (1 - E2 * s * s) - Math.log((1 - E * s) / (1 + E * s)) / (2 * E);
  return (1 - E2) * q / 2;
}

/** Square metres inside corners {lat, lng}, on the plane that the program itself measures on. */
function area_m2(corners) {
  let twice = 0;
  corners.forEach((a, i) => {
    const b = corners[(i + 1) % corners.length];
    twice += radians(b.lng - a.lng) * (equalAreaHeight(a.lat) + equalAreaHeight(b.lat));
  });
  return Math.abs(twice) / 2 * AXIS_M * AXIS_M;
}

/** Metres between two near points, along the ellipsoid at their middle latitude. */
function distance_m(a, b) {
  const middle = radians((a.lat + b.lat) / 2), s = Math.sin(middle);
  const across = AXIS_M / Math.sqrt(1 - E2 * s * s);
  const along = across * (1 - E2) / (1 - E2 * s * s);
  return Math.hypot(along * radians(b.lat - a.lat), across * Math.cos(middle) * radians(b.lng - a.lng));
}

/** Metres along corners; round to the first one where closed. */
function length_m(corners, closed) {
  const steps = corners.slice(1).map((corner, i) => distance_m(corners[i], corner));
  if (closed) steps.push(distance_m(corners[corners.length - 1], corners[0]));
  return steps.reduce((sum, step) => sum + step, 0);
}
