import { describe, expect, test } from '@jest/globals';
import { renderEvent } from '../../src/web/components/entry-list.ts';
import { cachedRenderer } from '../../src/web/components/rendered-entry.ts';
import type { EventEntry } from '../../src/web/components/timeline-view.ts';
import { html } from '../../src/web/shell/html.ts';

const event = (changes: Partial<EventEntry> = {}): string =>
  JSON.stringify({
    id: '0199f6a0-0000-7000-8000-000000000001',
    type: 'MouSigned',
    occurred: { edtf: '2025-09-08' },
    headline: 'Signed: critical minerals',
    countries: ['PK', 'US'],
    topics: [],
    speechActs: [],
    sources: 1,
    status: 'current',
    versions: 1,
    attribution: [],
    links: {},
    ...changes,
  });

describe('cachedRenderer', () => {
  test('renders an entry once for the same countries', () => {
    let count = 0;
    const render = cachedRenderer<EventEntry>((entry, owners) => {
      count += 1;
      return html`${entry.headline} – ${owners.join()}`;
    });
    const bodies = [['PK'], ['PK'], ['US'], undefined, ['PK']].map((owners) =>
      String(render(event(), owners)),
    );
    expect(bodies).toEqual(
      ['PK', 'PK', 'US', '', 'PK'].map((owners) => `Signed: critical minerals &#8211; ${owners}`),
    );
    expect(count).toBe(3);
  });
});

describe('renderEvent', () => {
  test('leaves out the countries of the timeline, whichever was rendered first', () => {
    const links = (owners: readonly string[]) =>
      [...String(renderEvent(event(), owners)).matchAll(/\/countries\/(..)/g)].map(([, code]) => code);
    expect([links(['PK']), links(['US']), links([]), links(['PK', 'US'])]).toEqual([
      ['US'],
      ['PK'],
      ['PK', 'US'],
      [],
    ]);
  });

  test('names an outlet in a chain only if the event has sources', () => {
    const attribution = [['Pakistan', 'Lin Jian']];
    const text = (sources: number) =>
      String(renderEvent(event({ attribution, sources }))).replace(/<[^>]+>/g, '');
    expect(text(1)).toContain('Pakistan, in Lin Jian');
    expect(text(0)).toContain('Pakistan, as relayed by Lin Jian');
  });

  test('renders an entry again once it has changed', () => {
    expect(String(renderEvent(event()))).not.toContain('corrected');
    expect(String(renderEvent(event({ status: 'corrected', versions: 2 })))).toContain(
      'corrected, 2 versions',
    );
  });
});
