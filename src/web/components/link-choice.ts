import { type Html, html } from '../shell/html.ts';

export interface LinkChoice {
  readonly label: string;
  readonly url: string;
  /** Whether the page shows it. */
  readonly isCurrent: boolean;
}

/** Links to the other orders or parts of a list, with the one that is shown among them. */
export function linkChoice(title: string, choices: readonly LinkChoice[]): Html {
  const items = choices.map(({ label, url, isCurrent }) => {
    const current = isCurrent && html` aria-current="true"`;
    return html`<li><a href="${url}"${current}>${label}</a></li>`;
  });
  return html`<nav class="link-choice" aria-label="${title}">${title} <ul>${items}</ul></nav>`;
}
