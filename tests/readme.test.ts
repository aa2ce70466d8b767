import { expect, test } from '@jest/globals';
import { codeBlocks, readPage } from './docs/doc-pages.ts';
import { describeExamples } from './docs/page-examples.ts';

describeExamples('README.md');

test('The README has the two commands that set everything up', () => {
  const texts = codeBlocks('README.md').map(({ text }) => text);
  expect(texts).toContain('npm install && npm start\n');
  expect(texts).toContain('npm install && npm test\n');
});

test('The README has at most 250 lines', () => {
  expect(readPage('README.md').trimEnd().split('\n').length).toBeLessThanOrEqual(250);
});
