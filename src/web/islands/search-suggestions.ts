/*
 * Suggests countries, topics and actors while the reader types. The suggestions are links in tab order after the field.
 * The arrow keys move among them, and Escape closes the list. Without this script the form is submitted.
 */

interface SearchResult {
  readonly countries: readonly {
    readonly code: string;
    readonly name: string;
    readonly matched: string;
    readonly entries: number;
  }[];
  readonly topics: readonly { readonly slug: string; readonly entries: number }[];
  readonly actors: readonly { readonly key: string; readonly name: string; readonly entries: number }[];
}

const DEBOUNCE_MS = 120;
const field = document.querySelector('input[name="q"]');

function addSuggestions(input: HTMLInputElement): void {
  const list = document.createElement('ul');
  list.className = 'suggestions';
  list.hidden = true;
  const status = document.createElement('p');
  status.className = 'visually-hidden';
  status.setAttribute('role', 'status');
  input.after(list, status);
  let debounce: ReturnType<typeof setTimeout> | undefined;
  let requested = '';

  function show({ countries, topics, actors }: SearchResult): void {
    const items = [
      ...countries.map(({ code, name, matched, entries }) =>
        listItem(`/countries/${code}`, matched === name ? name : `${name} (${matched})`, entries),
      ),
      ...topics.map(({ slug, entries }) =>
        listItem(`/topics/${encodeURIComponent(slug)}`, slug.replaceAll('-', ' '), entries),
      ),
      ...actors.map(({ key, name, entries }) =>
        listItem(`/actors/${encodeURIComponent(key)}`, name, entries),
      ),
    ];
    list.replaceChildren(...items);
    list.hidden = items.length === 0;
    status.textContent = items.length === 0 ? 'No suggestions' : `Suggestions: ${items.length}`;
  }

  /** Drops the response if the text has changed in the meantime. */
  async function search(): Promise<void> {
    const text = input.value.trim();
    requested = text;
    if (text === '') return hide();
    const response = await fetch(`/search?results=names&q=${encodeURIComponent(text)}`, {
      headers: { Accept: 'application/json' },
    });
    if (response.ok && requested === text) show((await response.json()) as SearchResult);
  }

  function hide(): void {
    list.hidden = true;
    status.textContent = '';
  }

  function moveFocus(key: KeyboardEvent): void {
    const links = [...list.querySelectorAll('a')];
    const index = links.indexOf(document.activeElement as HTMLAnchorElement);
    if (key.key === 'Escape' && !list.hidden) {
      hide();
      input.focus();
    } else if (key.key === 'ArrowDown' && !list.hidden) links[Math.min(index + 1, links.length - 1)]?.focus();
    else if (key.key === 'ArrowUp' && index >= 0) (links[index - 1] ?? input).focus();
    else return;
    key.preventDefault();
  }

  input.addEventListener('input', () => {
    clearTimeout(debounce);
    debounce = setTimeout(() => search().catch(hide), DEBOUNCE_MS);
  });
  input.addEventListener('keydown', moveFocus);
  list.addEventListener('keydown', moveFocus);
  input.form?.addEventListener('focusout', (event) => {
    const next = event.relatedTarget;
    if (!(next instanceof Node && input.form?.contains(next))) hide();
  });
}

function listItem(url: string, text: string, entries: number): HTMLLIElement {
  const link = document.createElement('a');
  link.href = url;
  link.dir = 'auto';
  link.textContent = text;
  const count = document.createElement('span');
  count.className = 'count';
  count.textContent = entries === 0 ? ' no entries' : ` ${entries.toLocaleString('en')}`;
  const item = document.createElement('li');
  item.append(link, count);
  return item;
}

if (field instanceof HTMLInputElement) addSuggestions(field);
