// Live progress of a run. Without script the page comes again by itself.
"use strict";

const run = document.querySelector("[data-progress]");

function mark(element, classes, sign, word) {
  element.className = classes;
  element.querySelector(".sign").textContent = sign;
  element.querySelector(".word").textContent = word;
}

function classOf(state, sign) {
  if (state === "verified" || sign === "✓") return "good";
  if (sign === "✗") return "bad";
  return sign === "…" ? "off" : "warning";
}

function show(view) {
  for (const step of view.steps) {
    const element = run.querySelector(`[data-step="${step.id}"]`);
    if (element) mark(element, "mark " + classOf(step.state, step.sign), step.sign, step.word);
  }
  for (const region of view.regions) {
    const element = run.querySelector(`[data-region="${region.region}"]`);
    if (!element) continue;
    mark(element, region.class, region.sign, region.word);
    element.querySelector(".note").textContent = region.note;
  }
  const done = document.getElementById("done");
  if (done) done.textContent = view.done;
  const bar = document.getElementById("bar");
  if (bar) bar.value = view.done;
}

if (run) {
  const source = new EventSource(run.dataset.progress);
  source.onmessage = (message) => {
    const view = JSON.parse(message.data);
    const empty = view.steps.length > 0 && !run.querySelector("[data-step]"); // it was asked for before the journal had a line
    show(view);
    if (!view.live || empty) {
      source.close();
      location.reload();
    }
  };
}

// One press is enough: a form that was sent is not sent twice.
for (const form of document.querySelectorAll("form[method=post]")) {
  form.addEventListener("submit", () => {
    for (const button of form.querySelectorAll("button")) button.disabled = true;
  });
}
// A page that the browser kept, and shows again, may send its form again.
addEventListener("pageshow", (event) => {
  if (!event.persisted) return;
  for (const button of document.querySelectorAll("form[method=post] button")) button.disabled = false;
});
