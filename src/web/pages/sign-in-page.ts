import { type Html, html } from '../shell/html.ts';
import { layout } from '../shell/layout.ts';

export interface SignInView {
  /** Where the browser goes afterwards. */
  readonly path: string;
  /** Why the last attempt was refused. */
  readonly refusal?: string;
  /** True if the browser asks for the page again at once. */
  readonly repeats?: boolean;
}

export function signInPage({ path, refusal, repeats = false }: SignInView): Html {
  const main = html`
    ${repeats && html`<meta http-equiv="refresh" content="0">`}
    <header class="page-header">
      <h1>Sign in</h1>
      <p class="lead">This record can be read with a key, which its administrators give out.</p>
    </header>
    ${refusal !== undefined && html`<p class="banner" role="alert">${refusal}</p>`}
    <form class="record-form" action="/sign-in" method="post">
      <input type="hidden" name="return" value="${path}">
      <div class="field">
        <label for="key">Key</label>
        <input
          id="key" name="key" type="password" required autocomplete="current-password" spellcheck="false"
          placeholder="chancery_key_…"
        >
      </div>
      <button type="submit">Sign in</button>
    </form>`;
  return layout({ title: 'Sign in', main, section: 'account' });
}
