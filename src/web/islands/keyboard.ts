/*
 * Keys for readers who do not want to leave the keyboard: `/` goes to the search, `j` and `k` to the next and the
 * previous entry, `?` lists them, and the arrow keys move among the bars of a chart, which are one tab stop. Nothing is
 * taken from a field or a dialog, nor together with Ctrl, Alt or Meta, and the list turns the keys off for those who
 * speak to their computer (WCAG 2.1.4). Without this script the page has the same links.
 */

const KEYS = [
  ['/', 'Search'],
  ['j', 'Next entry'],
  ['k', 'Previous entry'],
  ['Enter', 'Open the entry'],
  ['← →', 'Move among the bars of a chart'],
  ['?', 'This list'],
] as const;

/** The search field that a page opened by `/` begins in. */
const SEARCH_FIELD = '#q';

function goToSearch(): void {
  const field = document.querySelector<HTMLInputElement>('input[name="q"][type="search"]');
  if (field === null) location.assign(`/search${SEARCH_FIELD}`);
  else field.focus();
}

/** Moves the focus to the entry after or before the one that has it, at first to the first one. */
function moveAmongEntries(step: 1 | -1): void {
  const entries = [...document.querySelectorAll('.entry')];
  const index = entries.findIndex((entry) => entry.contains(document.activeElement));
  const next = entries[Math.max(0, Math.min(index + step, entries.length - 1))];
  next?.querySelector<HTMLElement>('a[data-event]')?.focus();
}

function moveAmongBars(chart: Element, key: string): boolean {
  const bars = [...chart.querySelectorAll<SVGAElement>('a')];
  const index = bars.indexOf(document.activeElement as unknown as SVGAElement);
  const targets: Readonly<Record<string, number>> = {
    ArrowLeft: index - 1,
    ArrowRight: index + 1,
    Home: 0,
    End: bars.length - 1,
  };
  const bar = bars[targets[key] ?? -1];
  if (index < 0 || bar === undefined) return false;
  bars[index]?.setAttribute('tabindex', '-1');
  bar.removeAttribute('tabindex');
  bar.focus();
  return true;
}

const SETTING = 'keys';

function areOn(): boolean {
  return localStorage.getItem(SETTING) !== 'off';
}

let help: HTMLDialogElement | undefined;

function showHelp(): void {
  help ??= makeHelp();
  help.showModal();
}

function makeHelp(): HTMLDialogElement {
  const dialog = document.createElement('dialog');
  const title = document.createElement('h2');
  const list = document.createElement('dl');
  const close = buttonOf('Close', () => dialog.close());
  title.id = 'keys-title';
  title.textContent = 'Keys';
  dialog.className = 'keys';
  dialog.setAttribute('aria-labelledby', title.id);
  for (const [key, meaning] of KEYS) {
    const [term, description] = [document.createElement('dt'), document.createElement('dd')];
    const label = document.createElement('kbd');
    label.textContent = key;
    term.append(label);
    description.textContent = meaning;
    list.append(term, description);
  }
  dialog.append(title, list, settingBox(), close);
  document.body.append(dialog);
  return dialog;
}

function settingBox(): HTMLLabelElement {
  const [label, box] = [document.createElement('label'), document.createElement('input')];
  label.className = 'checkbox';
  box.type = 'checkbox';
  box.checked = areOn();
  box.addEventListener('change', () => localStorage.setItem(SETTING, box.checked ? 'on' : 'off'));
  label.append(box, ' Use these keys');
  return label;
}

function buttonOf(text: string, action: () => void): HTMLButtonElement {
  const button = document.createElement('button');
  button.type = 'button';
  button.textContent = text;
  button.addEventListener('click', action);
  return button;
}

const ACTIONS: Readonly<Record<string, () => void>> = {
  '/': goToSearch,
  j: () => moveAmongEntries(1),
  k: () => moveAmongEntries(-1),
  '?': showHelp,
};

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.matches('input, textarea, select, [contenteditable]');
}

document.addEventListener('keydown', (event) => {
  const { key, target, ctrlKey, metaKey, altKey } = event;
  if (event.defaultPrevented || ctrlKey || metaKey || altKey) return;
  if (isTyping(target) || document.querySelector('dialog[open]') !== null) return;
  const chart = target instanceof Element ? target.closest('svg.chart') : null;
  const action = areOn() && Object.hasOwn(ACTIONS, key) ? ACTIONS[key] : undefined;
  if (chart !== null && moveAmongBars(chart, key)) event.preventDefault();
  else if (action !== undefined) {
    event.preventDefault();
    action();
  }
});

const opener = buttonOf('Keys', showHelp);
opener.className = 'opener';
document.querySelector('.colophon p')?.append(' ', opener);

if (location.hash === SEARCH_FIELD) goToSearch();
