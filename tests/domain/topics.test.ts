import { expect, test } from '@jest/globals';
import { resolveTopic, slugOf } from '../../src/domain/fields/topic.ts';

test.each(['rare-earths', '5g', 'терроризм', '稀土', 'قرضہ', 'señales-de-radio'])(
  '%s is a topic',
  (topic) => {
    expect(resolveTopic(topic)).toEqual({ outcome: 'resolved', topic });
  },
);

test.each([
  ['Rare Earths', 'rare-earths'],
  ['rare_earths', 'rare-earths'],
  ['-rare--earths-', 'rare-earths'],
  ['Терроризм', 'терроризм'],
  ['sen\u0303ales', 'se\u00f1ales'],
  ['…', undefined],
  ['', undefined],
  ['x'.repeat(81), undefined],
])('%s is refused with a suggested slug', (text, suggestion) => {
  const detail = expect.stringContaining(suggestion ?? 'such as rare-earths');

  expect(resolveTopic(text)).toEqual({ outcome: 'refused', suggestion, detail });
});

test.each([
  ['China–Pakistan Economic Corridor', 'china-pakistan-economic-corridor'],
  ['  5G / 6G ', '5g-6g'],
  ['se\u006e\u0303ales', 'señales'],
  ['…', ''],
])('the slug of %j is %j', (text, slug) => {
  expect(slugOf(text)).toBe(slug);
});
