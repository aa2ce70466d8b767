/*
 * Suggests countries, topics, actors and records while somebody types into a field of a form. It follows the combobox
 * pattern of the ARIA Authoring Practices Guide with a listbox popup: the focus stays in the field, the arrow keys
 * choose, Enter takes the choice, Escape closes the list. Without this script the text is taken as it is.
 */

interface SearchResult {
  readonly countries: readonly { readonly code: string; readonly name: string; readonly matched: string }[];
  readonly topics: readonly { readonly slug: string }[];
  readonly actors: readonly {
    readonly name: string;
    readonly kind: string | null;
    readonly country: string | null;
  }[];
}

interface Suggestion {
  readonly value: string;
  readonly label: string;
  /** Values of the fields beside it, which are filled in if they are empty. */
  readonly others?: Readonly<Record<string, string | null>>;
}

const SUGGEST_AFTER_MS = 150;
const LIST_ID = 'suggestions';

async function getJson(url: string): Promise<unknown> {
  const response = await fetch(url, { headers: { Accept: 'application/json' } });
  if (!response.ok) throw new Error(`Status ${response.status}`);
  return response.json();
}

async function suggestionsFor(kind: string, text: string): Promise<readonly Suggestion[]> {
  const query = encodeURIComponent(text);
  if (kind === 'records') {
    const found = (await getJson(`/record/records?text=${query}`)) as {
      readonly records: readonly { readonly stream: string; readonly headline: string }[];
    };
    return found.records.map(({ stream, headline }) => ({ value: stream, label: `${stream}: ${headline}` }));
  }
  const { countries, topics, actors } = (await getJson(`/search?q=${query}&limit=8`)) as SearchResult;
  if (kind === 'topics') return topics.map(({ slug }) => ({ value: slug, label: slug.replaceAll('-', ' ') }));
  if (kind === 'countries') {
    return countries.map(({ code, name, matched }) => {
      return { value: code, label: matched === name ? `${name} (${code})` : `${name} (${code}), ${matched}` };
    });
  }
  return actors.map(({ name, kind, country }) => {
    const facts = [kind, country].filter((fact) => fact !== null);
    return { value: name, label: [name, ...facts].join(', '), others: { kind, country } };
  });
}

/** Which part of the text is being typed: in a list, the item after the last separator. */
function typedPart(input: HTMLInputElement): { readonly before: string; readonly part: string } {
  const isList = input.hasAttribute('data-list');
  const separators = input.value.includes(';') ? [';'] : [',', '،', '、'];
  const at = isList ? Math.max(...separators.map((each) => input.value.lastIndexOf(each))) + 1 : 0;
  const before = input.value.slice(0, at);
  return { before: before === '' ? '' : `${before} `, part: input.value.slice(at).trim() };
}

class Combobox {
  readonly #list = document.createElement('ul');
  #input: HTMLInputElement | undefined;
  #suggestions: readonly Suggestion[] = [];
  #chosen = -1;
  #waiting: ReturnType<typeof setTimeout> | undefined;

  constructor() {
    this.#list.id = LIST_ID;
    this.#list.className = 'field-suggestions';
    this.#list.setAttribute('role', 'listbox');
    this.#list.setAttribute('aria-label', 'Suggestions');
    // The field must not lose the focus when a suggestion is pressed.
    this.#list.addEventListener('pointerdown', (event) => event.preventDefault());
    this.#list.addEventListener('click', ({ target }) => {
      const option = target instanceof Element ? target.closest('[role="option"]') : null;
      const index = option === null ? -1 : [...this.#list.children].indexOf(option);
      if (index >= 0) this.#take(index);
    });
  }

  /** Tells assistive technology that the field has suggestions. */
  prepare(input: HTMLInputElement): void {
    input.setAttribute('role', 'combobox');
    input.setAttribute('aria-autocomplete', 'list');
    input.setAttribute('aria-expanded', 'false');
  }

  typed(input: HTMLInputElement): void {
    clearTimeout(this.#waiting);
    this.#waiting = setTimeout(() => this.#suggest(input).catch(() => this.close()), SUGGEST_AFTER_MS);
  }

  async #suggest(input: HTMLInputElement): Promise<void> {
    const { part } = typedPart(input);
    if (part === '') return this.close();
    const found = await suggestionsFor(input.dataset['suggests'] ?? '', part);
    if (document.activeElement !== input || typedPart(input).part !== part) return;
    if (found.length === 0) return this.close();
    this.#open(input, found);
  }

  #open(input: HTMLInputElement, suggestions: readonly Suggestion[]): void {
    this.close();
    this.#input = input;
    this.#suggestions = suggestions;
    this.#list.replaceChildren(...suggestions.map(optionFor));
    input.after(this.#list);
    input.setAttribute('aria-expanded', 'true');
    input.setAttribute('aria-controls', LIST_ID);
  }

  close(): void {
    clearTimeout(this.#waiting);
    this.#list.remove();
    this.#input?.setAttribute('aria-expanded', 'false');
    this.#input?.removeAttribute('aria-activedescendant');
    this.#input?.removeAttribute('aria-controls');
    this.#input = undefined;
    this.#chosen = -1;
  }

  /** Returns true if the key was for the list. */
  pressed(key: string): boolean {
    if (this.#input === undefined) return false;
    if (key === 'ArrowDown') this.#choose(this.#chosen + 1);
    else if (key === 'ArrowUp') this.#choose(this.#chosen - 1);
    else if (key === 'Escape') this.close();
    else if (key === 'Enter' && this.#chosen >= 0) this.#take(this.#chosen);
    else return false;
    return true;
  }

  #choose(index: number): void {
    const { length } = this.#suggestions;
    this.#chosen = (index + length) % length;
    for (const [at, option] of [...this.#list.children].entries()) {
      option.setAttribute('aria-selected', String(at === this.#chosen));
      if (at === this.#chosen) option.scrollIntoView({ block: 'nearest' });
    }
    this.#input?.setAttribute('aria-activedescendant', `${LIST_ID}-${this.#chosen}`);
  }

  #take(index: number): void {
    const [input, suggestion] = [this.#input, this.#suggestions[index]];
    if (input === undefined || suggestion === undefined) return;
    input.value = `${typedPart(input).before}${suggestion.value}`;
    for (const [name, value] of Object.entries(suggestion.others ?? {})) {
      const sibling = document.getElementById(input.id.replace(/[^/]+$/, name));
      const isField = sibling instanceof HTMLInputElement || sibling instanceof HTMLSelectElement;
      if (isField && sibling.value === '' && value !== null) sibling.value = value;
    }
    this.close();
  }
}

function optionFor({ label }: Suggestion, index: number): HTMLLIElement {
  const option = document.createElement('li');
  option.id = `${LIST_ID}-${index}`;
  option.setAttribute('role', 'option');
  option.setAttribute('aria-selected', 'false');
  option.dir = 'auto';
  option.textContent = label;
  return option;
}

function suggestingField(target: EventTarget | null): HTMLInputElement | undefined {
  return target instanceof HTMLInputElement && target.dataset['suggests'] !== undefined ? target : undefined;
}

const combobox = new Combobox();

/* Rows may be added later, so the events of the whole page are looked at. */
document.addEventListener('focusin', ({ target }) => {
  const field = suggestingField(target);
  if (field !== undefined) combobox.prepare(field);
});
document.addEventListener('focusout', () => combobox.close());
document.addEventListener('input', ({ target }) => {
  const field = suggestingField(target);
  if (field !== undefined) combobox.typed(field);
});
document.addEventListener('keydown', (event) => {
  if (suggestingField(event.target) !== undefined && combobox.pressed(event.key)) event.preventDefault();
});
