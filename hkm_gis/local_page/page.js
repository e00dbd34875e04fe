"use strict";
// Files go up, the state comes down; every word and name is set as text, never as markup.

const words = JSON.parse(document.getElementById("words").content.textContent);
const at = (id) => document.getElementById(id);
const element = (name, text, className) => {
  const made = document.createElement(name);
  if (text) made.textContent = text;
  if (className) made.className = className;
  return made;
};

function showContents(contents) {
  at("groups").replaceChildren(...contents.groups.map((g) => {
    const option = document.createElement("option");
    option.value = g.name;
    return option;
  }));
  at("walks").replaceChildren(...contents.groups.map((g) => {
    const line = element("li", g.name);
    line.append(element("span", ` · ${g.files.length} ${words.files}`, "of"));
    line.title = g.files.join("\n");
    return line;
  }));
  const one = (id, names) => at(id).replaceChildren(...names.map((n) => element("li", n)));
  one("boundary", contents.boundary ? [contents.boundary] : []);
  one("members", contents.members ? [contents.members] : []);
  one("papers", contents.papers);
  if (contents.problem) at("problem").textContent = contents.problem;
}

function showResults(results) {
  at("results").hidden = results.kinds.length === 0;
  at("files").replaceChildren(...results.kinds.filter((k) => k.kind !== "webmap").map(kindToTake));
  const map = results.kinds.some((k) => k.kind === "webmap");
  at("map").closest("section").hidden = !map;
  if (map) at("map").src = "hasil/peta.html";
  const report = results.report;
  at("count").textContent = report.findings ? `(${report.findings.length})` : "";
  at("read").textContent = report.read
    ? words.read.replace("{features}", report.read.features).replace("{accepted}", report.read.accepted)
      .replace("{repaired}", report.read.repaired).replace("{rejected}", report.read.rejected)
    : "";
  at("findings").replaceChildren(...(report.findings || []).map(finding));
}

function kindToTake({ kind, files }) {
  const list = element("ul", "", "take");
  list.append(...files.map(fileToTake));
  const part = element("section", "", "of-kind");
  part.append(element("h3", words.kinds[kind]), element("p", words.kinds[`${kind}_help`]), list);
  return part;
}

function fileToTake(name) {
  const kind = name.split(".").pop();
  const link = element("a");
  link.href = `hasil/${name.split("/").map(encodeURIComponent).join("/")}?take`;
  link.append(element("span", kind.toUpperCase(), `kind ${kind}`), element("span", name.split("/").pop()));
  const item = element("li");
  item.append(link);
  return item;
}

function finding(said) {
  const item = element("li", "", `${said.severity} ${said.status}`);
  item.append(element("b", said.code), said.message, element("p", said.fix));
  return item;
}

async function send(role, files, replace) {
  const form = new FormData();
  form.append("role", role);
  form.append("group", at("group").value);
  form.append("replace", replace ? "yes" : "no");
  for (const file of files) form.append("files", file);
  const answer = await fetch("files", { method: "POST", body: form });
  if (answer.ok) return showContents((await answer.json()).contents);
  if (answer.status === 409 && !replace) {
    const { error } = await answer.json();
    if (confirm(`${error}\n\n${words.replace}`)) return send(role, files, true);
    return undefined;
  }
  at("problem").textContent = answer.status === 413 ? words.too_large : words.not_taken;
}

async function give(role, files) {
  at("problem").textContent = "";
  if (!files.length) return;
  if (role === "walks" && !at("group").value.trim()) {
    at("problem").textContent = words.group_first;
    at("group").focus();
    return;
  }
  await send(role, files, false);
}

// A dropped folder is walked through to the bottom.
async function filesBelow(entry) {
  if (entry.isFile) return [await new Promise((yes, no) => entry.file(yes, no))];
  const reader = entry.createReader();
  const found = [];
  for (;;) {
    const some = await new Promise((yes, no) => reader.readEntries(yes, no));
    if (!some.length) return found;
    for (const one of some) found.push(...await filesBelow(one));
  }
}

async function dropped(transfer) {
  const entries = [...transfer.items].map((i) => i.webkitGetAsEntry && i.webkitGetAsEntry());
  if (!entries.every(Boolean)) return [...transfer.files];
  return (await Promise.all(entries.map(filesBelow))).flat();
}

for (const zone of document.querySelectorAll(".drop")) {
  const role = zone.dataset.role;
  const input = element("input");
  input.type = "file";
  input.multiple = true;
  input.id = `input-${role}`;
  const label = element("label", words.drop);
  label.htmlFor = input.id;
  zone.append(input, label);
  input.addEventListener("change", async () => {
    await give(role, [...input.files]);
    input.value = "";
  });
  zone.addEventListener("dragover", (event) => { event.preventDefault(); zone.classList.add("over"); });
  zone.addEventListener("dragleave", () => zone.classList.remove("over"));
  zone.addEventListener("drop", async (event) => {
    event.preventDefault();
    zone.classList.remove("over");
    await give(role, await dropped(event.dataTransfer));
  });
}
// A file dropped beside a zone must not replace the page.
for (const kind of ["dragover", "drop"]) document.addEventListener(kind, (event) => event.preventDefault());

let wasRunning = false;
async function refresh() {
  const { contents, job, results } = await (await fetch("state")).json();
  at("run").disabled = job.running;
  at("progress").hidden = !job.running;
  at("progress").value = job.share;
  at("step").textContent = job.running ? job.step : "";
  if (job.running) {
    wasRunning = true;
    setTimeout(refresh, 400);
    return;
  }
  if (wasRunning) at("problem").textContent = job.error;
  wasRunning = false;
  showContents(contents);
  showResults(results);
}

at("run").addEventListener("click", async () => {
  at("problem").textContent = "";
  at("results").hidden = true;
  await fetch("run", { method: "POST" });
  wasRunning = true;
  refresh();
});
at("close").addEventListener("click", async () => {
  await fetch("close", { method: "POST" });
  document.body.replaceChildren(element("p", words.closed, "closed"));
});
refresh();
