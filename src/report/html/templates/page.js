"use strict";
(() => {
  const all = (selector, root = document) => [...root.querySelectorAll(selector)];
  const one = (selector, root = document) => root.querySelector(selector);
  const root = document.documentElement;
  const search = one("#search");
  const map = one("#map");
  const components = one("#component-list");
  // The drawing names rows by their number at the start, before anybody sorted the table.
  const rowsAtStart = components ? all("tbody tr", components) : [];
  const cells = map ? all("rect[data-i]", map) : [];

  const remember = (value) => { try { localStorage.setItem("forebay-theme", value); } catch { /* a page from a file may have no store */ } };
  const remembered = () => { try { return localStorage.getItem("forebay-theme"); } catch { return null; } };
  const isDark = () => (root.dataset.theme || (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light")) === "dark";
  const theme = () => { root.dataset.theme = isDark() ? "light" : "dark"; remember(root.dataset.theme); };
  if (["light", "dark"].includes(remembered())) root.dataset.theme = remembered();

  // Filters: a row is shown where it has one of the pressed kinds of its list and holds every word of the search.
  const texts = new WeakMap();
  const textOf = (row) => {
    if (!texts.has(row)) {
      const parts = row.matches("details") ? [one("summary", row), ...all(".path, .found li", row)] : [row];
      texts.set(row, parts.map((part) => part.textContent).join(" ").toLowerCase());
    }
    return texts.get(row);
  };
  const words = () => search.value.toLowerCase().split(/\s+/).filter(Boolean);
  const kindsOf = (list) => list ? all(`[data-list="${list.id}"] [aria-pressed=true]`).map((chip) => chip.dataset.kind) : [];
  const families = (kinds) => Object.values(Object.groupBy(kinds, (kind) => kind.slice(0, 1)));
  const fits = (row, groups, wanted) =>
    groups.every((group) => group.some((kind) => row.classList.contains(kind))) && wanted.every((word) => textOf(row).includes(word));
  const filter = () => {
    const wanted = words();
    const told = [];
    for (const section of all("main > section")) {
      const rows = all("[data-row]", section);
      if (!rows.length) continue;
      const list = one("[id$=-list]", section);
      const groups = families(kindsOf(list));
      let shown = 0;
      for (const row of rows) {
        row.hidden = !fits(row, groups, wanted);
        shown += row.hidden ? 0 : 1;
      }
      const narrowed = wanted.length > 0 || groups.length > 0;
      const output = one("output.shown", section);
      if (output) output.textContent = narrowed ? `${shown} of ${rows.length} shown` : "";
      const nothing = one(".nothing", section);
      if (nothing) nothing.hidden = shown > 0;
      if (narrowed) told.push(`${one("h2", section).textContent}: ${shown} of ${rows.length}`);
      const folded = one("details.all", section);
      if (folded && narrowed && shown > 0 && shown <= 400) folded.open = true;
    }
    cells.forEach((cell) => cell.classList.toggle("off", Boolean(rowsAtStart[cell.dataset.i]?.hidden)));
    one("#told").textContent = told.join("; ");
  };
  all(".chip").forEach((chip) => chip.addEventListener("click", () => {
    chip.setAttribute("aria-pressed", String(chip.getAttribute("aria-pressed") !== "true"));
    filter();
  }));
  let waiting = 0;
  search.addEventListener("input", () => { clearTimeout(waiting); waiting = setTimeout(filter, 60); });

  // Rows by keyboard.
  const handle = (row) => row.matches("details") ? one("summary", row) : row;
  const visible = () => all("[data-row]").filter((row) => !row.hidden && row.checkVisibility());
  const current = () => document.activeElement?.closest?.("[data-row]");
  const go = (row) => { if (row) { const target = handle(row); target.focus({ preventScroll: true }); target.scrollIntoView({ block: "nearest" }); } };
  const step = (by, keep = () => true) => {
    const rows = visible();
    const at = rows.indexOf(current());
    const start = at < 0 ? (by > 0 ? -1 : rows.length) : at;
    for (let next = start + by; next >= 0 && next < rows.length; next += by) if (keep(rows[next])) return go(rows[next]);
  };
  const asks = (row) => row.matches(".k-conflict, .k-review, .s-error, .s-warning, .d-license, .d-binary");
  const openAll = () => {
    const section = current()?.closest("section[id]") || one("main > section");
    const rows = all("details[data-row]", section).filter((row) => !row.hidden);
    const open = !rows.every((row) => row.open);
    rows.forEach((row) => { row.open = open; });
  };
  const help = one("#help");
  const acts = { "/": () => { search.focus(); search.select(); }, j: () => step(1), k: () => step(-1), n: () => step(1, asks), o: openAll, t: theme, "?": () => help.showModal() };
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || help.open) return;
    const typing = event.target.matches("input:not([type=radio])");
    if (typing && event.key === "Escape") { search.value = ""; filter(); search.blur(); return; }
    if (typing && event.key === "Enter") { const row = visible()[0]; if (row) { event.preventDefault(); go(row); } return; }
    if (typing || !(event.key in acts)) return;
    event.preventDefault();
    acts[event.key]();
  });
  one("#theme").addEventListener("click", theme);
  one("#keys").addEventListener("click", () => help.showModal());

  // The drawing.
  if (map) {
    let at = null;
    const part = (name, text) => { const element = document.createElement(name); element.textContent = text; return element; };
    const tell = (cell) => {
      const row = rowsAtStart[cell.dataset.i];
      const [verdict, name, version, license, kind, files, findings, where] = [...row.cells].map((each) => each.textContent);
      const count = (number, word) => (number ? `${number} ${word}${number === "1" ? "" : "s"}` : "");
      const known = (value) => (value === "?" ? "" : value);
      const facts = [known(version), known(license), kind, count(files, "file"), verdict, count(findings, "finding"), where].filter(Boolean);
      one("#map-told").replaceChildren(part("b", name), ` · ${facts.join(" · ")}`);
    };
    const choose = (cell) => {
      at?.classList.remove("at");
      at = cell;
      at.classList.add("at");
      tell(at);
    };
    const toRow = () => {
      if (!at) return;
      one("#components").open = true;
      const row = rowsAtStart[at.dataset.i];
      all(".at", components).forEach((each) => each.classList.remove("at"));
      row.classList.add("at");
      row.hidden = false;
      row.focus({ preventScroll: true });
      row.scrollIntoView({ block: "center" });
    };
    const middle = (cell) => { const box = cell.getBBox(); return [box.x + box.width / 2, box.y + box.height / 2, box]; };
    const move = (across, down) => {
      const open = cells.filter((cell) => !cell.classList.contains("off"));
      if (!at) { if (open.length) choose(open[0]); return; }
      const [x, y] = middle(at);
      let best = null, least = Infinity;
      for (const cell of open) {
        if (cell === at) continue;
        const [cx, cy] = middle(cell);
        const ahead = (cx - x) * across + (cy - y) * down;
        const aside = Math.abs((cx - x) * down) + Math.abs((cy - y) * across);
        if (ahead > 0.5 && ahead + aside * 2.5 < least) { least = ahead + aside * 2.5; best = cell; }
      }
      if (best) choose(best);
    };
    const ways = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
    map.addEventListener("keydown", (event) => {
      if (event.key in ways) { event.preventDefault(); move(...ways[event.key]); }
      if (event.key === "Enter") { event.preventDefault(); toRow(); }
    });
    map.addEventListener("pointerover", (event) => { if (event.target.dataset?.i) tell(event.target); });
    map.addEventListener("pointerleave", () => { if (at) tell(at); });
    map.addEventListener("click", (event) => { if (event.target.dataset?.i) { choose(event.target); toRow(); } });
    all("input[name=color]").forEach((input) => input.addEventListener("change", () => { map.dataset.color = input.value; }));
  }

  // Sorting: numbers as numbers, texts as texts; a second click turns the order.
  all("table.sort th button").forEach((button) => button.addEventListener("click", () => {
    const head = button.closest("th");
    const table = head.closest("table");
    const number = head.classList.contains("number");
    const down = head.getAttribute("aria-sort") ? head.getAttribute("aria-sort") === "ascending" : number;
    all("th", table).forEach((each) => each.removeAttribute("aria-sort"));
    head.setAttribute("aria-sort", down ? "descending" : "ascending");
    const order = new Intl.Collator("en", { numeric: true });
    const value = (row) => row.cells[head.cellIndex].textContent;
    const rows = all("tbody tr", table).sort((one, other) =>
      (down ? -1 : 1) * (number ? (Number(value(one)) || 0) - (Number(value(other)) || 0) : order.compare(value(one), value(other))));
    one("tbody", table).append(...rows);
  }));

  // A link to a patch opens it.
  const target = () => { const row = location.hash.length > 1 && document.getElementById(location.hash.slice(1)); if (row?.matches?.("details")) row.open = true; };
  addEventListener("hashchange", target);
  target();
})();
