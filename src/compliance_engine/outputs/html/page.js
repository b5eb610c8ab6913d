"use strict";
(() => {
  const root = document.documentElement, form = document.getElementById("filter");
  root.classList.add("scripted");
  const rows = [...document.querySelectorAll("#list > .group > details")];
  const groups = [...document.querySelectorAll("#list > .group")];
  const selects = [...form.querySelectorAll("select")].map(s => [s.id.slice(2), s]);
  const q = document.getElementById("q"), told = document.getElementById("told");
  const texts = rows.map(row => row.textContent.toLowerCase() + " " + row.dataset.rule);
  const title = document.title;
  form.hidden = rows.length === 0;
  // What is typed and chosen together narrows the list; every word must be somewhere in the finding.
  function narrow() {
    const words = q.value.toLowerCase().split(/\s+/).filter(Boolean);
    const chosen = selects.filter(([, s]) => s.value !== "");
    let left = 0;
    rows.forEach((row, n) => {
      const fits = chosen.every(([name, s]) => row.dataset[name] === s.value) && words.every(w => texts[n].includes(w));
      row.hidden = !fits;
      left += fits ? 1 : 0;
    });
    groups.forEach(group => {
      const empty = [...group.children].every(row => row.hidden);
      group.hidden = empty;
      document.getElementById("kind-" + group.dataset.kind).hidden = empty;
    });
    told.textContent = left === rows.length ? rows.length + " listed" : left + " of " + rows.length + " listed";
    document.getElementById("nothing").hidden = left > 0 || rows.length === 0;
  }
  function choose(wanted) {
    q.value = "";
    selects.forEach(([name, s]) => { s.value = wanted[name] || ""; });
    narrow();
  }
  form.addEventListener("input", narrow);
  form.addEventListener("submit", event => event.preventDefault());
  form.addEventListener("reset", event => { event.preventDefault(); choose({}); });
  const unfold = document.getElementById("unfold");
  unfold.addEventListener("click", () => {
    const open = unfold.getAttribute("aria-pressed") !== "true";
    unfold.setAttribute("aria-pressed", String(open));
    rows.forEach(row => { if (!row.hidden) row.open = open; });
  });
  document.querySelectorAll(".matrix a").forEach(a => a.addEventListener("click", () => choose(a.dataset)));
  // A page of a person is a place in this file: the address says which, so that back and bookmarks work.
  function go() {
    const there = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    const person = there && there.classList.contains("person");
    document.title = person ? there.querySelector("h2").textContent + " – " + title : title;
    if (person) {
      window.scrollTo(0, 0);
      there.querySelector("h2").focus({ preventScroll: true });
    } else if (there && there.matches("details")) {
      there.open = true;
      there.scrollIntoView();
    } else if (there && there.matches("h2[tabindex]")) {
      there.focus({ preventScroll: true });
    }
  }
  window.addEventListener("hashchange", go);
  narrow();
  go();
})();
