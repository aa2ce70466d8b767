import { describe, expect, test } from '@jest/globals';
import {
  type AttributionChain,
  chainsOfSources,
  chainsOfStatement,
} from '../../src/domain/claims/attribution-chain.ts';
import { stanceOf } from '../../src/domain/claims/stance.ts';
import type { Statement } from '../../src/domain/event-types/statement.ts';
import type { Actor } from '../../src/domain/fields/actor.ts';
import type { Source } from '../../src/domain/fields/source.ts';

const person = (name: string): Actor => ({ name, kind: 'person' });
const agency = (name: string): Actor => ({ name, kind: 'media' });
const source = (outlet: string, more: Partial<Source> = {}): Source => ({ outlet, ...more });
const said = (attribution?: readonly Actor[], speaker: Actor = person('Lin Jian')): Statement => ({
  key: '1',
  speaker,
  text: [{ language: 'en', value: 'No.' }],
  quoted: 'verbatim',
  ...(attribution && { attribution: [...attribution] }),
});

/** “speaker Lin Jian → relay AFP → outlet Dawn, Reuters”. */
function drawn(chains: readonly AttributionChain[]): readonly string[] {
  return chains.map((chain) =>
    chain.map(({ role, actors }) => `${role} ${actors.map(({ name }) => name).join(', ')}`).join(' → '),
  );
}

describe('The chain of a statement', () => {
  test('leads from the speaker to all outlets of its event', () => {
    const chains = chainsOfStatement(said(), [source('Dawn'), source('Reuters'), source('Dawn')]);
    expect(drawn(chains)).toEqual(['speaker Lin Jian → outlet Dawn, Reuters']);
  });

  test('ends with the outlet of its own attribution, at the URL of that source', () => {
    const attribution = [person('Pakistan'), agency('Xinhua'), agency('Dawn')];
    const sources = [source('Reuters'), source('DAWN', { url: 'https://www.dawn.com/1' })];
    const [chain, ...others] = chainsOfStatement(said(attribution), sources);
    expect(drawn([chain ?? []])).toEqual(['speaker Lin Jian → relay Pakistan → relay Xinhua → outlet Dawn']);
    expect(chain?.at(-1)?.actors).toEqual([{ name: 'Dawn', kind: 'media', url: 'https://www.dawn.com/1' }]);
    expect(others).toEqual([]);
  });

  test('does not name the speaker twice', () => {
    expect(drawn(chainsOfStatement(said([person('Lin Jian'), person('A guest')]), [source('Dawn')]))).toEqual(
      ['speaker Lin Jian → relay A guest → outlet Dawn'],
    );
  });

  test('is one for each way that the sources took', () => {
    const viaAfp = source('Dawn', { attribution: [agency('AFP'), agency('Dawn')] });
    expect(drawn(chainsOfStatement(said(), [viaAfp, source('Reuters')]))).toEqual([
      'speaker Lin Jian → relay AFP → outlet Dawn',
      'speaker Lin Jian → outlet Reuters',
    ]);
  });

  test('has the speaker alone if the event has no sources', () => {
    expect(drawn(chainsOfStatement(said(), []))).toEqual(['speaker Lin Jian']);
  });
});

test('The chain of a source begins with whom it names first, unless that is news media', () => {
  const named = source('Dawn', { attribution: [person('An official'), agency('AFP')] });
  const wire = source('Dawn', { attribution: [agency('AFP')] });
  expect(drawn(chainsOfSources([named, wire, source('Reuters')]))).toEqual([
    'speaker An official → relay AFP → outlet Dawn',
    'relay AFP → outlet Dawn',
    'outlet Reuters',
  ]);
});

test.each([
  ['affirm', 'affirms'],
  ['announce', 'affirms'],
  ['deny', 'denies'],
  ['reject', 'denies'],
  ['not-aware', 'withholds'],
  ['decline-to-comment', 'withholds'],
  ['welcome', 'mentions'],
  ['criticise', 'mentions'],
] as const)('The speech act %s %s', (speechAct, stance) => {
  expect(stanceOf({ ...said(), speechAct })).toBe(stance);
});

test('A statement without a speech act takes no stance', () => {
  expect(stanceOf(said())).toBe('mentions');
});
