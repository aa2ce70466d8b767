import { endsWithOutlet } from '../../domain/fields/actor.ts';
import type { Source } from '../../domain/fields/source.ts';
import { type Html, html } from '../shell/html.ts';
import { formatInstant, renderDate } from '../text/format-date.ts';
import { renderAttribution } from '../text/format-text.ts';
import { CREDIBILITY_LABELS, labelFor, languageName, RELIABILITY_LABELS } from '../text/vocabulary.ts';
import { renderFact } from './facts.ts';
import { externalLink } from './links.ts';

type Attribution = NonNullable<Source['attribution']>;

export function sourceList(sources: readonly Source[]): Html {
  return html`<ol class="sources-list">${sources.map((source) => html`<li>${renderSource(source)}</li>`)}</ol>`;
}

function renderSource(source: Source): Html {
  const { outlet, url, title, language, publishedOn, retrievedAt } = source;
  const { reliability, credibility, attribution, contentHash } = source;
  const name = title === undefined ? outlet : `${outlet}: ${title}`;
  return html`
    <p>
      ${url === undefined ? html`<bdi>${name}</bdi>` : externalLink(url, name)}
      ${language !== undefined && `, in ${languageName(language)}`}
    </p>
    <ul class="facts">
      ${publishedOn !== undefined && renderFact('Published', renderDate({ edtf: publishedOn }))}
      ${renderFact('Retrieved', retrievedAt === undefined ? 'time unknown' : formatInstant(retrievedAt))}
      ${gradeFact('Reliability', reliability, RELIABILITY_LABELS)}
      ${gradeFact('Credibility', credibility, CREDIBILITY_LABELS)}
      ${attribution !== undefined && renderVia(attribution)}
      ${contentHash !== undefined && renderFact('Hash', html`<code>${contentHash}</code>`)}
    </ul>`;
}

function renderVia(attribution: Attribution): Html | undefined {
  const names = attribution.map(({ name }) => name);
  return renderFact('Via', renderAttribution(names, endsWithOutlet(attribution)));
}

/** A grade of the Admiralty code, with its meaning. */
function gradeFact(
  label: string,
  code: string | number | undefined,
  meanings: Readonly<Record<string | number, string>>,
): Html | undefined {
  return code === undefined ? undefined : renderFact(label, `${code}, ${labelFor(meanings, code)}`);
}
