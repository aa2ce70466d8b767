import { type Html, html } from '../shell/html.ts';
import { layout } from '../shell/layout.ts';

export interface SignInView {
  /** Where the browser goes afterwards. */
  readonly path: string;
  /** Where people sign in with the identity provider; undefined if there is none. */
  readonly providerUrl: string | undefined;
  /** Why the last attempt was refused. */
  readonly refusal?: string;
  /** True if the browser asks for the page again at once. */
  readonly repeats?: boolean;
}

export function signInPage({ path, providerUrl, refusal, repeats = false }: SignInView): Html {
  const main = html`
    ${repeats && html`<meta http-equiv="refresh" content="0">`}
    <header class="page-header">
      <h1>Sign in</h1>
      <p class="lead">
        This record can be read ${providerUrl !== undefined && 'with the account of your organisation, or '}
        with a key, which its administrators give out.
      </p>
    </header>
    ${refusal !== undefined && html`<p class="banner" role="alert">${refusal}</p>`}
    ${providerUrl !== undefined && html`<p><a class="button" href="${providerUrl}">Sign in with your account</a></p>`}
    <form class="record-form" action="/sign-in" method="post">
      <input type="hidden" name="return" value="${path}">
      <div class="field">
        <label for="key">Key</label>
        <input
          id="key" name="key" type="password" required autocomplete="current-password" spellcheck="false"
          placeholder="chancery_key_…"
        >
      </div>
      <p class="actions"><button type="submit">Sign in</button></p>
    </form>`;
  return layout({ title: 'Sign in', main, section: 'account' });
}
