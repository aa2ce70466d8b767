import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { isProblemCode, PROBLEM_TYPES } from '../../src/http/protocol/problem-types.ts';
import { type CodeBlock, codeBlocks, DOC_PAGES, ROOT } from './doc-pages.ts';
import { isNotRun, NOT_RUN } from './not-run.ts';

interface PlacedBlock extends CodeBlock {
  readonly page: string;
  /** The language of the block before it on the page. */
  readonly follows: string | undefined;
}

const blocks: readonly PlacedBlock[] = DOC_PAGES.flatMap((page) => {
  const found = codeBlocks(page);
  return found.map((block, index) => ({ ...block, page, follows: found[index - 1]?.language }));
});

/** `sh` and `py` are run, `json` is compared with what the command before it prints, `ts` compiled, `js` loaded. */
const RUN_LANGUAGES = ['sh', 'py', 'json', 'ts', 'js'];

const inLanguage = (language: string) => blocks.filter((block) => block.language === language);

describe('The code blocks of the documentation', () => {
  test('are run, or named in not-run.ts with a reason', () => {
    const unknown = blocks.filter(({ language }) => !RUN_LANGUAGES.includes(language));
    expect(
      unknown.filter((block) => !isNotRun(block.page, block)).map(({ page, text }) => [page, text]),
    ).toEqual([]);
  });

  test.each(NOT_RUN)('not-run.ts names one block: $page, $begins', ({ page, begins }) => {
    expect(blocks.filter((block) => block.page === page && block.text.startsWith(begins))).toHaveLength(1);
  });

  test('have JSON that is an answer, a problem or the jest configuration', () => {
    const alone = inLanguage('json').filter(({ follows }) => follows !== 'sh');
    const [problems, others] = [alone.filter(isProblem), alone.filter((block) => !isProblem(block))];
    for (const { text } of problems) {
      const { type, status } = JSON.parse(text);
      const code = type.replace('/problems/', '');
      expect([code, isProblemCode(code) && PROBLEM_TYPES[code].status]).toEqual([code, status]);
    }
    expect(others.map(({ page }) => page)).toEqual(['src/docs/testing.md']);
  });
});

function isProblem({ text }: CodeBlock): boolean {
  return text.includes('"/problems/');
}

describe('The TypeScript of the documentation', () => {
  let folder: string;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'chancery-docs-'));
    symlinkSync(join(ROOT, 'node_modules'), join(folder, 'node_modules'));
  });

  afterAll(() => rmSync(folder, { recursive: true }));

  test('compiles', async () => {
    const found = inLanguage('ts');
    for (const [index, { text }] of found.entries()) writeFileSync(join(folder, `block-${index}.ts`), text);
    const paths = {
      chancery: [join(ROOT, 'src/index.ts')],
      'chancery/client': [join(ROOT, 'src/client/index.ts')],
      'chancery/testing': [join(ROOT, 'src/testing/index.ts')],
    };
    const config = {
      extends: join(ROOT, 'tsconfig.json'),
      compilerOptions: { rootDir: '/', paths },
      include: ['*.ts'],
    };
    writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify(config));
    expect(found.length).toBeGreaterThan(3);
    await promisify(execFile)(process.execPath, [
      join(ROOT, 'node_modules/typescript/bin/tsc'),
      '-p',
      folder,
    ]);
  });
});
