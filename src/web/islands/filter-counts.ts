/*
 * Shows in the filter of a timeline how many entries each value has, when the filter is opened: beside the boxes, and
 * below the inputs as links to the most frequent values. Without this script the link “Counts” leads to the same.
 */

const VALUES_MAX = 8;

function showCounts(page: Document, form: HTMLFormElement, link: HTMLAnchorElement): void {
  const counted = page.querySelector<HTMLElement>('[data-counted]');
  const all = counted?.dataset['counted'];
  for (const section of page.querySelectorAll<HTMLElement>('[data-filter]')) {
    const name = section.dataset['filter'] ?? '';
    const items = [...section.querySelectorAll<HTMLElement>('[data-value]')];
    const input = form.querySelector<HTMLInputElement>(`input[name="${CSS.escape(name)}"]`);
    if (input?.type === 'checkbox') countBoxes(form, name, items);
    else if (input) {
      const shown = narrowing(items, all);
      if (shown.length > 0) input.closest('.field')?.append(valueList(page, section, shown));
    }
  }
  if (counted !== null) link.after(' ', counted);
}

/** There are fewer boxes than the page lists values, so a box that it does not list has no entries. */
function countBoxes(form: HTMLFormElement, name: string, items: readonly HTMLElement[]): void {
  const counts = new Map(items.map((item) => [item.dataset['value'], item.querySelector('.count')]));
  for (const box of form.querySelectorAll<HTMLInputElement>(`input[name="${CSS.escape(name)}"]`)) {
    const count = counts.get(box.value) ?? countOf('0');
    box.closest('label')?.append(' ', count);
  }
}

function countOf(text: string): HTMLElement {
  const count = document.createElement('span');
  count.className = 'count';
  count.textContent = text;
  return count;
}

/**
 * Leaves out values that all entries have, as those of the timeline of a country have the country. If the filter is
 * set, none is left out: its counts are then of more entries than are shown.
 */
function narrowing(items: readonly HTMLElement[], all: string | undefined): readonly HTMLElement[] {
  if (items.some((item) => item.querySelector('[aria-current]') !== null)) return items;
  return items.filter((item) => item.querySelector('.count')?.textContent !== all);
}

function valueList(page: Document, section: HTMLElement, items: readonly HTMLElement[]): HTMLElement {
  const list = document.createElement('ul');
  list.className = 'counts';
  const title = page.getElementById(section.getAttribute('aria-labelledby') ?? '')?.textContent ?? '';
  list.setAttribute('aria-label', `${title}, the most frequent`);
  list.append(...items.slice(0, VALUES_MAX));
  return list;
}

/**
 * The page of the counts is fetched as a document, so no Trusted Types policy is needed. The form works without counts,
 * so nothing is said of a failure.
 */
function loadCounts(form: HTMLFormElement, link: HTMLAnchorElement): void {
  const request = new XMLHttpRequest();
  request.open('GET', link.href);
  request.setRequestHeader('Accept', 'text/html');
  request.responseType = 'document';
  request.addEventListener('load', () => {
    if (request.status === 200 && request.responseXML !== null) showCounts(request.responseXML, form, link);
  });
  request.send();
}

function loadWhenOpened(filter: HTMLDetailsElement, form: HTMLFormElement, link: HTMLAnchorElement): void {
  const load = () => {
    if (!filter.open) return;
    filter.removeEventListener('toggle', load);
    loadCounts(form, link);
  };
  filter.addEventListener('toggle', load);
  load();
}

const filter = document.querySelector<HTMLDetailsElement>('details.filter');
const link = filter?.querySelector<HTMLAnchorElement>('a[data-counts]');
const form = link?.closest('form');
if (filter && link && form) loadWhenOpened(filter, form, link);

export {};
