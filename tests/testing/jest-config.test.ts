import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';

test('The jest configuration in the documentation is the one that runs these tests', () => {
  const page = readFileSync('src/docs/testing.md', 'utf8');
  const section = page.slice(page.indexOf('## Set up jest'), page.indexOf('## Replay'));
  const [, documented = ''] = /^```json\n(.*?)^```$/ms.exec(section) ?? [];
  const { extensionsToTreatAsEsm, transform } = JSON.parse(readFileSync('jest.config.json', 'utf8'));
  expect(JSON.parse(documented)).toEqual({ extensionsToTreatAsEsm, transform });
});
