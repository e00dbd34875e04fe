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

// Every question goes to this computer; it answers, or the program is not running any more.
async function ask(path, form) {
  const answer = await fetch(path, form ? { method: "POST", body: form } : {}).catch(() => undefined);
  if (answer && answer.status < 500) return answer;
  at("problem").textContent = answer ? (await answer.json()).error : words.gone;
  return undefined;
}

function filled(parts) {
  const form = new FormData();
  for (const [name, value] of Object.entries(parts)) form.append(name, value);
  return form;
}

function showContents(contents) {
  at("groups").replaceChildren(...contents.groups.map((g) => {
    const option = document.createElement("option");
    option.value = g.name;
    return option;
  }));
  const open = new Set([...document.querySelectorAll("#walks details[open]")].map((d) => d.dataset.group));
  at("walks").replaceChildren(...contents.groups.map((g) => groupOfFiles(g, open.has(g.name))));
  const one = (id, names) => at(id).replaceChildren(...names.map((n) => element("li", n)));
  one("boundary", contents.boundary ? [contents.boundary] : []);
  one("members", contents.members ? [contents.members] : []);
  one("papers", contents.papers);
  at("forest").hidden = !contents.boundary;
  showAnswers(at("forest"), contents.forest);
  showAnswers(at("place"), contents.place);
  showPeople(contents.groups);
  if (contents.problem) at("problem").textContent = contents.problem;
}

// What the last job complained of may be mended by what was put in since.
function showChange(contents) {
  at("problem").textContent = "";
  showContents(contents);
}

function groupOfFiles(group, isOpen) {
  const summary = element("summary", group.name);
  summary.append(element("span", ` · ${group.files.length} ${words.files}`, "of"));
  const list = element("ul", "", "files");
  list.append(...group.files.map((name, n) => {
    const line = element("li", name);
    const out = element("button", "×");
    out.type = "button";
    out.title = words.take_out;
    out.setAttribute("aria-label", `${words.take_out}: ${name}`);
    out.addEventListener("click", async () => {
      const answer = await ask("aside", filled({ path: group.paths[n] }));
      if (answer && answer.ok) showChange((await answer.json()).contents);
    });
    line.append(out);
    return line;
  }));
  const whole = element("details");
  whole.dataset.group = group.name;
  whole.open = isOpen;
  whole.append(summary, list);
  return whole;
}

function showPeople(groups) {
  const known = new Map([...at("people").children].map((whole) => [whole.dataset.group, whole]));
  at("people").replaceChildren(...groups.map((g) => {
    const whole = known.get(g.name) || element("details");
    if (!known.has(g.name)) {
      const answers = element("div", "", "answers");
      answers.dataset.table = "groups";
      answers.dataset.group = whole.dataset.group = g.name;
      whole.append(element("summary", g.name), answers);
    }
    showAnswers(whole.lastElementChild, { ...words.nobody, ...g.said });
    return whole;
  }));
}

// A field that somebody is typing in keeps what is typed.
function showAnswers(place, said) {
  for (const [key, value] of Object.entries(said)) {
    let input = place.querySelector(`input[name=${key}]`);
    if (!input) {
      const label = element("label", words.answers[key], "field");
      input = element("input");
      input.name = key;
      input.maxLength = 200;
      input.autocomplete = "off";
      input.addEventListener("change", () => answered(place, input));
      label.append(input, element("small", "", "problem"));
      place.append(label);
    }
    if (input !== document.activeElement && !input.nextElementSibling.textContent) input.value = shown(value);
  }
}

function shown(value) {
  if (typeof value !== "number") return value;
  return value ? value.toLocaleString(document.documentElement.lang, { maximumFractionDigits: 4 }) : "";
}

async function answered(place, input) {
  const { table, group = "" } = place.dataset;
  const answer = await ask("answer", filled({ table, group, key: input.name, typed: input.value }));
  if (!answer) return;
  const said = await answer.json();
  input.nextElementSibling.textContent = answer.ok ? "" : said.error;
  if (answer.ok) showChange(said.contents);
}

function showResults(results) {
  at("results").hidden = results.kinds.length === 0;
  at("waiting").hidden = results.kinds.length > 0;
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
  const findings = report.findings || [];
  const inTheWay = findings.filter((f) => f.severity === "error" && f.status === "open").length;
  at("verdict").textContent = inTheWay ? words.verdict_open.replace("{count}", inTheWay) : words.verdict_ready;
  at("verdict").className = at("results").className = inTheWay ? "open" : "ready";
  at("verdict").hidden = !report.findings;
  const codes = [...new Set(findings.map((f) => f.code))];
  at("findings").replaceChildren(...codes.map((code) => findingsOf(findings.filter((f) => f.code === code))));
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
  link.append(element("span", kind.toUpperCase(), `kind ${kind}`), broken(name.split("/").pop()));
  const item = element("li");
  item.append(link);
  return item;
}

// A long file name breaks behind "_", not in the middle of a word.
function broken(name) {
  const whole = element("span");
  for (const part of name.split(/(?<=_)/)) whole.append(part, element("wbr"));
  return whole;
}

// Many findings of one code are one line that opens: a wall of words is read by nobody.
function findingsOf(same) {
  const [{ code }] = same;
  const gravest = ["error", "warning", "note"].find((s) => same.some((f) => f.severity === s));
  const summary = element("summary", words.titles[code] || code);
  summary.prepend(element("b", code), " ");
  summary.append(element("span", ` · ${same.length}`, "of"));
  const list = element("ul");
  list.append(...same.map((said) => {
    const item = element("li", said.message, `${said.severity} ${said.status}`);
    item.append(element("p", said.fix));
    return item;
  }));
  const whole = element("details", "", gravest);
  whole.append(summary, list);
  return whole;
}

async function send(role, files, replace) {
  const form = filled({ role, group: at("group").value, replace: replace ? "yes" : "no" });
  for (const file of files) form.append("files", file);
  const answer = await ask("files", form);
  if (!answer) return undefined;
  if (answer.ok) return showChange((await answer.json()).contents);
  const problem = at(`problem-${role}`);
  if (answer.status !== 409) {
    problem.textContent = answer.status === 413 ? words.too_large : words.not_taken;
    return undefined;
  }
  const { error, replaceable } = await answer.json();
  if (!replaceable) {
    problem.textContent = error;
  } else if (confirm(`${error}\n\n${words.replace}`)) {
    return send(role, files, true);
  }
  return undefined;
}

async function give(role, files) {
  const problem = at(`problem-${role}`);
  problem.textContent = "";
  if (!files.length) return;
  if (role === "walks" && !at("group").value.trim()) {
    problem.textContent = words.group_first;
    at("group").focus();
    return;
  }
  // Asked here first: a server that refuses a body too large need not read it to the end.
  if (files.reduce((sum, file) => sum + file.size, 0) > words.limit_bytes) {
    problem.textContent = words.too_large;
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
  const answer = await ask("state");
  if (!answer) return stopped();
  const { contents, job, results } = await answer.json();
  at("run").disabled = job.running;
  at("progress").hidden = !job.running;
  at("progress").value = job.share;
  at("step").textContent = job.running ? job.step : "";
  if (job.running) {
    if (!wasRunning) at("results").hidden = true;
    wasRunning = true;
    setTimeout(refresh, 400);
    return undefined;
  }
  if (wasRunning) at("problem").textContent = job.error;
  const fresh = wasRunning || at("results").hidden;
  wasRunning = false;
  showContents(contents);
  if (fresh) showResults(results);
  return undefined;
}

function stopped() {
  at("run").disabled = false;
  at("progress").hidden = true;
  at("step").textContent = "";
}

at("run").addEventListener("click", async () => {
  at("problem").textContent = "";
  at("results").hidden = true;
  at("run").disabled = true;
  if (!await ask("run", filled({}))) return stopped();
  wasRunning = true;
  return refresh();
});
at("close").addEventListener("click", async () => {
  await ask("close", filled({}));
  document.body.replaceChildren(element("p", words.closed, "closed"));
});
// Work done in another tab, or in the folder itself, is shown when somebody comes back to this one.
document.addEventListener("visibilitychange", () => {
  if (!document.hidden && !wasRunning) refresh();
});
refresh();
