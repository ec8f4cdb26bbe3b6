/** Chooses rows and columns of the grid. All that it handles is there without it. */
export const choosing = `'use strict';
(() => {
  const table = document.getElementById('grid');
  const [form, name, chapter, differing, shown] = ['filters', 'filter-name', 'filter-chapter', 'filter-differing', 'shown'].map((id) => document.getElementById(id));
  if (!table || !form) return;
  const [groups, heads] = [...table.tHead.rows].map((row) => [...row.cells]);
  const rows = [...table.tBodies[0].rows];
  const choose = () => {
    const wanted = name.value.trim().toLowerCase();
    for (const row of rows) row.hidden = !row.cells[0].textContent.toLowerCase().includes(wanted);
    const seen = rows.filter((row) => !row.hidden);
    let count = 0;
    for (const [i, head] of heads.entries()) {
      const kinds = new Set(seen.map((row) => row.cells[i + 1].className));
      const fits = (!chapter.value || head.dataset.chapter === chapter.value) && (!differing.checked || kinds.size > 1);
      for (const cell of [head, ...rows.map((row) => row.cells[i + 1])]) cell.hidden = !fits;
      count += fits;
    }
    for (const group of groups.slice(1)) {
      const width = heads.filter((head) => !head.hidden && head.dataset.chapter === group.dataset.chapter).length;
      group.hidden = width === 0;
      group.colSpan = Math.max(1, width);
    }
    shown.textContent = count + ' of ' + heads.length + ' laws, ' + seen.length + ' of ' + rows.length + ' implementations';
  };
  for (const control of [name, chapter, differing]) control.addEventListener('input', choose);
  form.addEventListener('submit', (event) => event.preventDefault());
  form.hidden = false;
  choose();
})();
`;
