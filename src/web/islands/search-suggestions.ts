/*
 * Shows what a search finds while it is being typed. The list is of links, in the order of the keyboard behind the
 * field; arrows go through it, Escape closes it. Without this file the form is sent.
 */

interface Found {
  readonly countries: readonly {
    readonly code: string;
    readonly name: string;
    readonly matched: string;
    readonly entries: number;
  }[];
  readonly topics: readonly { readonly slug: string; readonly entries: number }[];
}

const PAUSE_MS = 120;
const field = document.querySelector('input[name="q"]');

function suggestFor(input: HTMLInputElement): void {
  const list = document.createElement('ul');
  list.className = 'suggestions';
  list.hidden = true;
  const told = document.createElement('p');
  told.className = 'unseen';
  told.setAttribute('role', 'status');
  input.after(list, told);
  let pending: ReturnType<typeof setTimeout> | undefined;
  let asked = '';

  function offer({ countries, topics }: Found): void {
    const items = [
      ...countries.map(({ code, name, matched, entries }) =>
        item(`/countries/${code}`, matched === name ? name : `${name} (${matched})`, entries),
      ),
      ...topics.map(({ slug, entries }) =>
        item(`/topics/${encodeURIComponent(slug)}`, slug.replaceAll('-', ' '), entries),
      ),
    ];
    list.replaceChildren(...items);
    list.hidden = items.length === 0;
    told.textContent = items.length === 0 ? 'Nothing found' : `${items.length} found`;
  }

  async function ask(): Promise<void> {
    const text = input.value.trim();
    asked = text;
    if (text === '') return hide();
    const answer = await fetch(`/search?q=${encodeURIComponent(text)}`, {
      headers: { Accept: 'application/json' },
    });
    if (answer.ok && asked === text) offer((await answer.json()) as Found);
  }

  function hide(): void {
    list.hidden = true;
    told.textContent = '';
  }

  function move(key: KeyboardEvent): void {
    const links = [...list.querySelectorAll('a')];
    const at = links.indexOf(document.activeElement as HTMLAnchorElement);
    if (key.key === 'Escape' && !list.hidden) {
      hide();
      input.focus();
    } else if (key.key === 'ArrowDown' && !list.hidden) links[Math.min(at + 1, links.length - 1)]?.focus();
    else if (key.key === 'ArrowUp' && at >= 0) (links[at - 1] ?? input).focus();
    else return;
    key.preventDefault();
  }

  input.addEventListener('input', () => {
    clearTimeout(pending);
    pending = setTimeout(() => ask().catch(hide), PAUSE_MS);
  });
  input.addEventListener('keydown', move);
  list.addEventListener('keydown', move);
  input.form?.addEventListener('focusout', (left) => {
    const next = left.relatedTarget;
    if (!(next instanceof Node && input.form?.contains(next))) hide();
  });
}

function item(address: string, words: string, entries: number): HTMLLIElement {
  const link = document.createElement('a');
  link.href = address;
  link.dir = 'auto';
  link.textContent = words;
  const count = document.createElement('span');
  count.className = 'count';
  count.textContent = entries === 0 ? ' nothing recorded' : ` ${entries.toLocaleString('en')}`;
  const line = document.createElement('li');
  line.append(link, count);
  return line;
}

if (field instanceof HTMLInputElement) suggestFor(field);
