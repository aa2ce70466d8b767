import { describe, expect, test } from '@jest/globals';
import { parseFeedDate } from '../../src/inbox/feed-date.ts';
import { FeedError } from '../../src/inbox/feed-error.ts';
import { decodeFeed } from '../../src/inbox/feed-text.ts';
import { readDrafts } from '../../src/inbox/read-drafts.ts';
import { ATOM, JSON_FEED, RDF, RSS, rss } from './feeds.ts';

const id = expect.stringMatching(/^[\da-f]{32}$/);

function refusalOf(text: string): string {
  try {
    readDrafts(text);
  } catch (error) {
    if (error instanceof FeedError) return error.message;
    throw error;
  }
  throw new Error('The feed was not refused.');
}

describe('the items of a feed become drafts', () => {
  test('RSS 2.0, with HTML, twice escaped titles, missing titles and an item without content', () => {
    const outlet = 'Ministry of Foreign Affairs – Press Releases';
    expect(readDrafts(RSS)).toEqual([
      {
        id,
        title: 'Foreign Minister’s remarks on R&D & trade',
        link: 'https://mofa.example/press/2025/101',
        publishedAt: '2025-10-13T21:30:00.000Z',
        publishedOn: '2025-10-14',
        outlet,
        excerpt: 'The Foreign Minister said: one two',
        language: 'en-us',
      },
      {
        id,
        title: 'Weekly briefing',
        link: 'https://mofa.example/press/2025/100',
        publishedAt: null,
        publishedOn: '2025-10-13',
        outlet,
        excerpt: 'Questions & answers',
        language: 'en-us',
      },
      {
        id,
        title: 'A note without a title.',
        link: null,
        publishedAt: null,
        publishedOn: '2025-10-12',
        outlet,
        excerpt: 'A note without a title.',
        language: 'en-us',
      },
      undefined,
    ]);
  });

  test('Atom, with a base for links and XHTML', () => {
    expect(readDrafts(ATOM)).toEqual([
      {
        id,
        title: 'Signing of a memorandum',
        link: 'https://diplomatie.example/actualites/2025/memo.html',
        publishedAt: '2025-10-14T03:30:02.000Z',
        publishedOn: '2025-10-13',
        outlet: 'Ministère des Affaires',
        excerpt: 'Two ministers signed it. A < B',
        language: 'en',
      },
    ]);
  });

  test('RDF', () => {
    expect(readDrafts(RDF)).toEqual([
      {
        id,
        title: '外相会談',
        link: 'https://gaimusho.example/1',
        publishedAt: '2025-10-13T01:00:00.000Z',
        publishedOn: '2025-10-13',
        outlet: '外務省',
        excerpt: '会談が行われた。',
        language: 'ja',
      },
    ]);
  });

  test('JSON Feed, whose titles are plain text', () => {
    expect(readDrafts(JSON_FEED)).toEqual([
      {
        id,
        title: 'Talks <held>',
        link: 'https://fo.example/7',
        publishedAt: '2025-10-13T10:00:00.000Z',
        publishedOn: '2025-10-13',
        outlet: 'Foreign Office',
        excerpt: 'They talked.',
        language: 'en',
      },
    ]);
  });

  test('an item keeps its id when its text changes, and another feed gives it another one', () => {
    const [before] = readDrafts(rss('<item><guid>1</guid><title>Talks</title></item>'));
    const [after] = readDrafts(rss('<item><guid>1</guid><title>Talks, updated</title></item>'));
    const [other] = readDrafts(
      rss('<item><guid>1</guid><title>Talks</title></item>').replace('feed.example', 'other.example'),
    );
    expect(after?.id).toBe(before?.id);
    expect(other?.id).not.toBe(before?.id);
  });

  test('texts are cut, and control characters and unpaired surrogates are left out', () => {
    const text = `a\0b\u0007\ud800${'x'.repeat(9_000)}`;
    const title = 'Talks '.repeat(1_000);
    const [draft] = readDrafts(rss(`<item><title>${title}</title><description>${text}</description></item>`));
    expect(draft?.title.length).toBeLessThanOrEqual(500);
    expect(draft?.excerpt.length).toBeLessThanOrEqual(2_000);
    expect(draft?.excerpt).toMatch(/^a b \ufffdx/);
  });
});

describe('dates', () => {
  test.each([
    ['Mon, 13 Oct 2025 15:00:00 GMT', '2025-10-13', '2025-10-13T15:00:00.000Z'],
    ['13 Oct 2025 15:00 EST', '2025-10-13', '2025-10-13T20:00:00.000Z'],
    ['Monday, 13 October 2025 23:30:00 -0330', '2025-10-13', '2025-10-14T03:00:00.000Z'],
    ['Mon, 06 Oct 97 08:05:09 Z', '1997-10-06', '1997-10-06T08:05:09.000Z'],
    ['Mon, 13 Oct 2025 15:00:00 PKT', '2025-10-13', null],
    ['Mon, 13 Oct 2025', '2025-10-13', null],
    ['13-Oct-2025 15:00:00 +05:00', '2025-10-13', '2025-10-13T10:00:00.000Z'],
    ['2025-10-13T15:00:00.123+05:00', '2025-10-13', '2025-10-13T10:00:00.000Z'],
    ['2025-10-13 15:00:00', '2025-10-13', null],
    ['Mon, 13 Oct 2025 25:61:00 GMT', '2025-10-13', null],
  ])('%s', (text, day, instant) => {
    expect(parseFeedDate(text)).toEqual({ day, instant });
  });

  test.each(['', 'yesterday', '31 Feb 2025 10:00 GMT', '13/10/2025', '0'])('“%s” is none', (text) => {
    expect(parseFeedDate(text)).toBeUndefined();
  });
});

describe('a document that is no feed is refused with the reason', () => {
  test.each([
    ['nothing', '  ', 'The feed is empty.'],
    ['a page', '<!doctype html><html><head><title>x</title></head></html>', 'This is not a feed.'],
    ['other JSON', '{"items":[]}', 'This is not a feed.'],
    ['malformed JSON', '{"version"', 'The JSON is malformed'],
    ['XML that is cut off', RSS.slice(0, -20), 'The end of the feed is missing.'],
    ['elements that overlap', rss('<item><b><i></b></i></item>'), 'is not well-formed at line 1, column'],
    [
      'entities of its own',
      `<!DOCTYPE rss [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>${rss('<item><title>&b;</title></item>')}`,
      'The feed declares entities of its own',
    ],
    ['deep nesting', rss(`${'<a>'.repeat(20_000)}${'</a>'.repeat(20_000)}`), 'The XML cannot be read'],
    ['a name that is dangerous', rss('<__proto__><a>1</a></__proto__>'), 'The XML cannot be read'],
  ])('%s', (_what, text, reason) => {
    expect(refusalOf(text)).toContain(reason);
  });

  test('wherever it is cut off', () => {
    for (let chars = 0; chars < ATOM.length; chars += 1) expect(refusalOf(ATOM.slice(0, chars))).not.toBe('');
  });

  test('ampersands that begin no entity are read as they are', () => {
    expect(readDrafts(rss('<item><title>R & D</title></item>'))[0]?.title).toBe('R & D');
  });
});

describe('the encoding of a feed', () => {
  const declared = (encoding: string) => `<?xml version="1.0" encoding="${encoding}"?><a>é</a>`;

  test('is the one that its declaration, its media type or its byte order mark says', () => {
    const latin = Buffer.from(declared('ISO-8859-1'), 'latin1');
    expect(decodeFeed(latin, undefined)).toContain('é');
    expect(decodeFeed(Buffer.from(declared('x'), 'latin1'), 'windows-1252')).toContain('é');
    expect(decodeFeed(Buffer.from(`\ufeff${declared('utf-16')}`, 'utf16le'), undefined)).toContain('é');
    expect(decodeFeed(Buffer.from(`\ufeff${declared('utf-8')}`), 'windows-1251')).toContain('é');
  });

  test('is refused if it is unknown, or if the bytes have another one', () => {
    expect(() => decodeFeed(Buffer.from(declared('klingon')), undefined)).toThrow('klingon is unknown');
    expect(() => decodeFeed(Buffer.from(declared('utf-8'), 'latin1'), undefined)).toThrow('not in utf-8');
  });
});
