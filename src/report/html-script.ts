/** Filters and sorts the table of laws. All that it handles is there without it. */
export const filtering = `'use strict';
(() => {
  const table = document.getElementById('laws-table');
  if (!table) return;
  const [form, text, status, chapter, shown] = ['filters', 'filter-text', 'filter-status', 'filter-chapter', 'shown'].map((id) => document.getElementById(id));
  const rows = [...table.querySelectorAll('tbody tr')];
  const bodies = [...table.tBodies];
  const places = new Map(rows.map((row, i) => [row, { i, home: row.parentNode, words: row.textContent.toLowerCase() }]));
  const filter = () => {
    const wanted = text.value.trim().toLowerCase();
    let count = 0;
    for (const row of rows) {
      const fits = (!status.value || row.dataset.status === status.value) && (!chapter.value || row.dataset.chapter === chapter.value) && places.get(row).words.includes(wanted);
      row.hidden = !fits;
      count += fits;
    }
    shown.textContent = count + ' of ' + rows.length + ' laws';
  };
  for (const control of [text, status, chapter]) control.addEventListener('input', filter);
  form.addEventListener('submit', (event) => event.preventDefault());
  form.hidden = false;
  filter();
  const value = (row, column) => {
    const words = row.cells[column].textContent.replace(/ /g, '');
    return words === 'withoutbound' ? Infinity : words !== '' && !isNaN(words) ? Number(words) : null;
  };
  const compare = (column) => (a, b) => {
    const [p, q] = [value(a, column), value(b, column)];
    if (p !== null || q !== null) return (q ?? -1) - (p ?? -1);
    return a.cells[column].textContent.localeCompare(b.cells[column].textContent, 'en');
  };
  for (const [column, head] of [...table.tHead.rows[0].cells].entries()) {
    const button = document.createElement('button');
    button.type = 'button';
    button.textContent = head.textContent;
    head.replaceChildren(button);
    button.addEventListener('click', () => {
      const on = head.getAttribute('aria-sort');
      for (const other of table.tHead.rows[0].cells) other.removeAttribute('aria-sort');
      if (on) for (const row of rows) places.get(row).home.append(row);
      else {
        head.setAttribute('aria-sort', column < 3 ? 'ascending' : 'descending');
        bodies[0].append(...[...rows].sort(compare(column)));
      }
    });
  }
  const open = () => {
    const row = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    const details = row?.matches('tr, details') && (row.querySelector('details') ?? row);
    if (details) details.open = true;
  };
  addEventListener('hashchange', open);
  open();
})();
`;
