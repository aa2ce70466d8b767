/*
 * Adds a row to a list of a form without asking the server. The new row is a copy of the last one, emptied, under the
 * next number. Without this script the server adds the row.
 */

/** The server accepts as many. */
const ROWS_MAX = 100;
const NAMING_ATTRIBUTES = ['id', 'name', 'for', 'value', 'aria-describedby', 'aria-controls'];

function addRow(list: Element, listName: string): boolean {
  const rows = [...list.querySelectorAll(':scope > fieldset.row')];
  const last = rows.at(-1);
  const index = rows.length - 1;
  if (last === undefined || rows.length >= ROWS_MAX) return false;
  const row = last.cloneNode(true) as Element;
  for (const nested of row.querySelectorAll('fieldset.row ~ fieldset.row')) nested.remove();
  rename(row, `${listName}/${index}`, `${listName}/${index + 1}`);
  clear(row);
  const number = String(index + 2);
  for (const label of row.querySelectorAll(':scope > legend, :scope > .remove > button')) {
    label.textContent = label.textContent?.replace(/\d+$/, number) ?? number;
  }
  last.after(row);
  for (const remove of list.querySelectorAll(':scope > .row > .remove')) remove.removeAttribute('hidden');
  row.querySelector<HTMLElement>('input, select, textarea')?.focus();
  return true;
}

/** Names, ids and what refers to them contain the name of the row. */
function rename(row: Element, from: string, to: string): void {
  for (const element of row.querySelectorAll('*')) {
    for (const attribute of NAMING_ATTRIBUTES) {
      const value = element.getAttribute(attribute);
      if (value === null || !value.includes(from)) continue;
      element.setAttribute(attribute, value === from ? to : value.replaceAll(`${from}/`, `${to}/`));
    }
  }
}

function clear(row: Element): void {
  for (const error of row.querySelectorAll('.error')) error.remove();
  for (const field of row.querySelectorAll('.invalid')) field.classList.remove('invalid');
  for (const details of row.querySelectorAll('details')) details.open = false;
  for (const output of row.querySelectorAll('output')) output.textContent = '';
  for (const control of row.querySelectorAll<HTMLInputElement | HTMLTextAreaElement>('input, textarea')) {
    control.value = '';
  }
  for (const choice of row.querySelectorAll('select')) choice.selectedIndex = 0;
  // Of each list in the row one row is left, which cannot be removed.
  for (const remove of row.querySelectorAll(':scope fieldset.row > .remove'))
    remove.setAttribute('hidden', '');
  for (const control of row.querySelectorAll('[aria-invalid], [autofocus]')) {
    control.removeAttribute('aria-invalid');
    control.removeAttribute('autofocus');
  }
}

document.addEventListener('click', (click) => {
  const button = click.target instanceof Element ? click.target.closest('button[name="add"]') : null;
  const list = button?.closest('fieldset.rows');
  if (!(button instanceof HTMLButtonElement) || !list) return;
  if (addRow(list, button.value)) click.preventDefault();
});
