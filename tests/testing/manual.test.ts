import { readFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';

test('The jest configuration that the README shows for TypeScript is the one that runs these tests', () => {
  const manual = readFileSync('README.md', 'utf8');
  const section = manual.slice(manual.indexOf('## Replay in tests'), manual.indexOf('## What it promises'));
  const [, shown = ''] = /^```json\n(.*?)^```$/ms.exec(section) ?? [];
  const { extensionsToTreatAsEsm, transform } = JSON.parse(readFileSync('jest.config.json', 'utf8'));
  expect(JSON.parse(shown)).toEqual({ extensionsToTreatAsEsm, transform });
});
