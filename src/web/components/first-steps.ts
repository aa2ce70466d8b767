import { type Html, html, onlyFor } from '../shell/html.ts';

/** What to do with a server that has no events. */
export function firstSteps(): Html {
  return html`
    <section class="first-steps" aria-labelledby="first-steps-title">
      <h2 id="first-steps-title">Nothing is recorded yet</h2>
      <ol>
        ${onlyFor(
          'record',
          html`
            <li>
              <a href="/record">Add an event with a form</a>: a briefing, an agreement, a shipment, or any other type.
            </li>`,
        )}
        <li>
          <a href="/docs/import">Import a file</a> of events or a table, while the server is stopped:
          <pre><code>npx chancery import events.ndjson</code></pre>
        </li>
        <li>
          Look at the sample history first. A server on a new data folder begins with it:
          <pre><code>npx chancery serve --data-dir ./sample</code></pre>
        </li>
      </ol>
      <p>Programs <a href="/docs/http-api">send events over HTTP</a>.</p>
    </section>`;
}
