import { expect, test } from '@jest/globals';
import { resolveTopic } from '../../src/domain/fields/topic.ts';

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
])('%s is refused with the slug that it might be', (text, suggestion) => {
  const detail = expect.stringContaining(suggestion ?? 'such as rare-earths');

  expect(resolveTopic(text)).toEqual({ outcome: 'refused', suggestion, detail });
});
