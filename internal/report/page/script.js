'use strict';
// Filters, movement by arrow keys, and the details of a cell. The page is whole without:
// cells are links to what they show, unless there are too many accounts.
(() => {
  const one = (selector, within = document) => within.querySelector(selector);
  const every = (selector, within = document) => [...within.querySelectorAll(selector)];
  document.documentElement.classList.add('scripting');
  addEventListener('beforeprint', () => every('details.account').forEach(d => { d.open = true; }));

  const matrix = one('#matrix');
  if (!matrix) return;
  const rows = [...matrix.tBodies[0].rows];
  const heads = [...matrix.tHead.rows[0].cells];
  const first = heads.findIndex(h => h.dataset.region); // the first column of a Region
  const together = Number(matrix.dataset.parcel || 0); // accounts in a parcel

  // The details of accounts, laid out in the page or unpacked.
  const unpacked = new Map();
  async function unpack(parcel) {
    const text = one(`#parcel-${parcel}`).textContent;
    const bytes = Uint8Array.from(atob(text), c => c.charCodeAt(0));
    const plain = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip'));
    return JSON.parse(await new Response(plain).text());
  }
  async function details(row) {
    const i = Number(row.dataset.i);
    if (!together) return one(`#a${i + 1}`);
    const parcel = Math.floor(i / together);
    if (!unpacked.has(parcel)) unpacked.set(parcel, await unpack(parcel));
    return new DOMParser().parseFromString(unpacked.get(parcel)[i % together], 'text/html').body;
  }

  // Headings in a part begin one below a level.
  function below(level, part) {
    const all = every('h3, h4, h5', part);
    const rise = Math.min(...all.map(h => Number(h.tagName[1]))) - level - 1;
    for (const h of all) {
      const same = document.createElement(`h${Number(h.tagName[1]) - rise}`);
      same.className = h.className;
      same.append(...h.childNodes);
      h.replaceWith(same);
    }
  }

  const dialog = one('#details');
  const name = row => row.cells[0].textContent.trim();
  async function show(cell) {
    const row = cell.parentElement;
    const region = heads[cell.cellIndex].dataset.region;
    const all = await details(row);
    const part = region ? every('[data-regions]', all).find(e => e.dataset.regions.split(' ').includes(region)) : all;
    if (!part) return;
    const copy = part.cloneNode(true);
    for (const e of [copy, ...every('[id]', copy)]) e.removeAttribute('id');
    below(2, copy);
    one('#details-title').textContent = region ? `${heads[cell.cellIndex].title} · ${name(row)}` : name(row);
    one('#details-body').replaceChildren(...(region ? [copy] : copy.childNodes));
    dialog.showModal();
    one('#details-title').focus();
  }
  dialog.addEventListener('click', e => { if (e.target === dialog) dialog.close(); });

  // One cell at a time is in the order of the Tab key.
  const inner = cell => cell.querySelector('a') || cell;
  const shows = cell => cell.cellIndex === 0 ? together > 0 : cell.cellIndex >= first && !cell.classList.contains('n');
  matrix.setAttribute('role', 'grid');
  for (const a of every('tbody a', matrix)) a.tabIndex = -1;
  let current = rows[0].cells[0];
  inner(current).tabIndex = 0;
  function go(cell, focus) {
    inner(current).tabIndex = -1;
    current = cell;
    inner(current).tabIndex = 0;
    if (focus) inner(current).focus();
  }
  const seen = e => !e.hidden;
  function towards(key, cell, whole) {
    const columns = [...cell.parentElement.cells].filter(c => c.checkVisibility());
    const lines = rows.filter(seen);
    const x = columns.indexOf(cell), y = lines.indexOf(cell.parentElement);
    switch (key) {
      case 'ArrowLeft': return columns[x - 1];
      case 'ArrowRight': return columns[x + 1];
      case 'ArrowUp': return lines[y - 1]?.cells[cell.cellIndex];
      case 'ArrowDown': return lines[y + 1]?.cells[cell.cellIndex];
      case 'PageUp': return lines[Math.max(y - 10, 0)].cells[cell.cellIndex];
      case 'PageDown': return lines[Math.min(y + 10, lines.length - 1)].cells[cell.cellIndex];
      case 'Home': return whole ? lines[0].cells[0] : columns[0];
      case 'End': return whole ? lines.at(-1).cells[columns.at(-1).cellIndex] : columns.at(-1);
      default: return undefined;
    }
  }
  matrix.tBodies[0].addEventListener('keydown', e => {
    const cell = e.target.closest('th, td');
    if (e.altKey || e.metaKey || !cell) return;
    const next = towards(e.key, cell, e.ctrlKey);
    if (next) {
      e.preventDefault();
      go(next, true);
    } else if ((e.key === 'Enter' || e.key === ' ') && shows(cell)) {
      e.preventDefault();
      show(cell);
    }
  });
  matrix.tBodies[0].addEventListener('click', e => {
    const cell = e.target.closest('th, td');
    if (!cell || e.ctrlKey || e.metaKey || e.shiftKey) return;
    go(cell, true);
    if (!shows(cell)) return;
    e.preventDefault();
    show(cell);
  });
  for (const a of every('tbody th a', matrix)) {
    a.addEventListener('click', () => { one(a.getAttribute('href')).open = true; });
  }

  // Filters.
  const form = one('#filters');
  const account = one('#filter-account'), verdict = one('#filter-verdict'), region = one('#filter-region');
  const words = rows.map(r => name(r).toLowerCase());
  const open = new Map(every('details.account').map(d => [d.id, d]));
  let column = '';
  function columns() {
    if (column === region.value) return;
    column = region.value;
    const off = heads.map(h => Boolean(column && h.dataset.region && h.dataset.region !== column));
    for (const line of [heads, ...rows.map(r => r.cells)]) {
      for (let i = first; i < heads.length; i++) line[i].hidden = off[i];
    }
  }
  function matches(row, i, wanted) {
    if (wanted && !words[i].includes(wanted)) return false;
    if (!verdict.value && !column) return true;
    for (let x = first; x < row.cells.length; x++) {
      const cell = row.cells[x];
      if (!cell.hidden && !cell.classList.contains('n') && (!verdict.value || cell.classList.contains(verdict.value))) return true;
    }
    return false;
  }
  function filter() {
    columns();
    const wanted = account ? account.value.trim().toLowerCase() : '';
    let shown = 0;
    rows.forEach((row, i) => {
      row.hidden = !matches(row, i, wanted);
      if (!row.hidden) shown++;
      const d = open.get(`a${Number(row.dataset.i) + 1}`);
      if (d) d.hidden = row.hidden;
    });
    const status = one('#shown');
    status.textContent = status.dataset.text.replace('{count}', shown);
    const visible = rows.find(seen);
    if (visible && (current.hidden || current.parentElement.hidden)) go(visible.cells[0], false);
  }
  form.hidden = false;
  form.addEventListener('input', filter);
  form.addEventListener('reset', () => setTimeout(filter));
  form.addEventListener('submit', e => e.preventDefault());
  filter();
})();
