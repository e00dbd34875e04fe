"use strict";
// What stands in a popup. Every word of the data goes through textContent, never through markup.

/** A new element of one class that holds a text or other elements. */
function make(tag, className, ...inside) {
  const element = document.createElement(tag);
  if (className) element.className = className;
  element.append(...inside.filter((part) => part !== null && part !== "").map(
    (part) => (part instanceof Node ? part : document.createTextNode(String(part)))));
  return element;
}

/** A button that looks like a line of text. */
function makeButton(className, onClick, ...inside) {
  const button = make("button", className, ...inside);
  button.type = "button";
  button.addEventListener("click", onClick);
  return button;
}

const SEVERITY = {
  error: { color: "#b3001b", glyph: "!" },
  warning: { color: "#c25e00", glyph: "?" },
  note: { color: "#2b5c8a", glyph: "i" },
  accepted: { color: "#6b7670", glyph: "✓" }, // what people have settled steps back
};

/** The round mark of a severity, the same on the map, in the list and in a popup. */
function makeMark(severity) {
  return make("span", `mark ${severity}`, SEVERITY[severity].glyph);
}

function makeRow(word, value) {
  return make("div", "row", make("span", "key", word), make("span", "value", value));
}

function makeFinding(finding, content) {
  const accepted = finding.accepted ? make("span", "accepted", content.words.accepted) : null;
  return make("div", `finding ${finding.look}`,
    make("div", "finding-head", makeMark(finding.look),
      make("strong", "", `${finding.code} ${content.checks[finding.code].title}`), accepted),
    make("p", "", finding.message),
    make("p", "fix", make("b", "", content.words.fix + " "), finding.fix));
}

function parcelPopup(parcel, content) {
  const words = content.words, group = content.groups[parcel.group];
  const swatch = make("span", "swatch");
  swatch.style.background = group.color;
  const box = make("div", "popup",
    make("h2", "", `${words.parcel} ${parcel.code}`),
    make("div", "group", swatch, group.name),
    makeRow(words.area, parcel.area),
    makeRow(words.utm, parcel.utm),
    makeRow(words.household, parcel.household));
  if (parcel.outside) box.append(makeRow(words.outside, parcel.outside));
  if (parcel.near) box.append(make("p", "hint", words.near));
  parcel.findings.forEach((at) => box.append(makeFinding(content.findings[at], content)));
  return box;
}

function overlapPopup(overlap, content, goToParcel) {
  const words = content.words;
  const box = make("div", "popup", make("h2", "", content.kinds[overlap.kind]),
    makeRow(words.area, overlap.area), makeRow(words.width, overlap.width));
  overlap.parcels.forEach((at, i) => { // a code where the parcel is not on this map
    const name = typeof at === "string" ? make("span", "", at)
      : makeButton("link", () => goToParcel(at), content.parcels[at].code);
    box.append(make("div", "row", make("span", "key", words.parcel, " ", name),
      make("span", "value", `${overlap.shares[i]} ${words.share}`)));
  });
  return box;
}

function findingPopup(finding, content, goToParcel) {
  const box = make("div", "popup", makeFinding(finding, content));
  const codes = finding.parcels.slice(0, 12).map(
    (at) => makeButton("link", () => goToParcel(at), content.parcels[at].code));
  if (codes.length) box.append(make("div", "codes", `${content.words.parcel}: `, ...codes));
  return box;
}
