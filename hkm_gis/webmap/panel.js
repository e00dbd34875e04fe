"use strict";
// The side panel: search, layers with their legend, and the list of findings.

const SHOWN_FINDINGS = 40; // of one check; more is a wall that nobody reads

/** The picture of a layer in the legend, drawn as the map draws it. */
function makeSwatch(look) {
  const swatch = make("span", `swatch ${look.line ? "line" : ""}`);
  swatch.style.borderColor = look.color;
  swatch.style.borderStyle = look.dashed ? "dashed" : "solid";
  if (look.fill) swatch.style.background = look.fill;
  return swatch;
}

/** One switch of the legend. `entry`: {name, told, look, layer}. */
function makeSwitch(entry, map, afterChange) {
  const box = make("input", "");
  box.type = "checkbox";
  box.checked = true;
  box.addEventListener("change", () => {
    if (box.checked) map.addLayer(entry.layer); else map.removeLayer(entry.layer);
    afterChange();
  });
  const picture = entry.mark ? makeMark(entry.mark) : makeSwatch(entry.look);
  return make("label", "switch", box, picture, make("span", "name", entry.name),
    entry.told ? make("span", "told", entry.told) : null);
}

function makeSearch(content, goToParcel) {
  const words = content.words, input = make("input", ""), answers = make("div", "answers");
  input.type = "search";
  input.placeholder = words.search_hint;
  input.setAttribute("aria-label", words.search);
  input.autocomplete = "off";
  const choose = (at) => { answers.replaceChildren(); input.blur(); goToParcel(at); };
  const matches = () => {
    const wanted = input.value.trim().toLowerCase();
    if (!wanted) return [];
    const scored = content.parcels.map((p, at) => [p.code.toLowerCase().indexOf(wanted), at]);
    return scored.filter(([where]) => where >= 0).sort((a, b) => a[0] - b[0] || a[1] - b[1])
      .slice(0, 8).map(([, at]) => at);
  };
  input.addEventListener("input", () => {
    const found = matches();
    answers.replaceChildren(...found.map((at) => makeButton("answer", () => choose(at),
      make("b", "", content.parcels[at].code), ` ${content.groups[content.parcels[at].group].name}`)));
    if (!found.length && input.value.trim()) {
      answers.append(make("div", "answer none", words.nothing_found));
    }
  });
  input.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && matches().length) choose(matches()[0]);
    if (event.key === "Escape") answers.replaceChildren();
  });
  return make("div", "search", input, answers);
}

/** A box that shows or hides the marks of one kind of finding. */
function makeKindSwitch(code, words, showKind) {
  const box = make("input", "");
  box.type = "checkbox";
  box.checked = true;
  box.addEventListener("change", () => showKind(code, box.checked));
  return make("label", "switch", box, make("span", "name", words.on_map));
}

function makeFindingList(content, { goToFinding, showKind }) {
  const words = content.words, list = make("div", "finding-list");
  if (!content.findings.length) list.append(make("p", "hint", words.no_findings));
  const byCode = new Map();
  content.findings.forEach((finding, at) => {
    byCode.set(finding.code, [...(byCode.get(finding.code) || []), at]);
  });
  byCode.forEach((all, code) => {
    const open = all.find((at) => !content.findings[at].accepted);
    const look = open === undefined ? "accepted" : content.findings[open].severity;
    const details = make("details", "", make("summary", "", makeMark(look),
      make("span", "name", `${code} ${content.checks[code].title}`), make("span", "told", all.length)),
      make("p", "why", content.checks[code].why), makeKindSwitch(code, words, showKind));
    all.slice(0, SHOWN_FINDINGS).forEach((at) => {
      const finding = content.findings[at];
      const accepted = finding.accepted ? make("span", "accepted", words.accepted) : null;
      details.append(makeButton("item", () => goToFinding(at), finding.message, accepted));
    });
    if (all.length > SHOWN_FINDINGS) {
      details.append(make("p", "hint", `… +${all.length - SHOWN_FINDINGS} ${words.more}`));
    }
    list.append(details);
  });
  return list;
}

/** Build the panel into the page; `sections` are lists of switches under a title. */
function buildPanel(map, content, sections, actions) {
  const words = content.words;
  const panel = make("aside", "panel");
  panel.id = "panel";
  panel.append(make("header", "", make("h1", "", content.title), make("p", "", content.subtitle)),
    makeSearch(content, actions.goToParcel));
  const legend = make("section", "legend", make("h2", "", words.layers));
  sections.forEach((section) => section.forEach(
    (entry) => legend.append(makeSwitch(entry, map, actions.reorder))));
  if (content.tiles) {
    legend.append(make("p", "hint", mayAsk(content.tiles) ? content.tiles.note : content.tiles.only_on_site));
  }
  panel.append(legend,
    make("section", "", make("h2", "", `${words.findings} (${content.findings.length})`),
      makeFindingList(content, actions)),
    make("footer", "", make("p", "", words.disclaimer), make("p", "", `${words.sources}: `
      + (content.sources.join("; ") || "–"))));
  const toggle = makeButton("panel-toggle", () => document.body.classList.toggle("panel-open"),
    make("span", "when-closed", words.panel), make("span", "when-open", words.close));
  document.body.append(panel, toggle);
  if (content.banner) {
    document.body.classList.add("with-banner");
    document.body.append(make("div", "banner", content.banner));
  }
}
