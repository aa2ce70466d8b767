import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';

const ROOT = fileURLToPath(new URL('..', import.meta.url));
const TREES = ['src', 'projections', 'tests'];
const RULES = '.dependency-cruiser.json';
const CRUISER = join(ROOT, 'node_modules/dependency-cruiser/bin/dependency-cruise.mjs');
/** With a parser it cannot use, the cruiser reads no module at all and finds all well. */
const MODULES_MIN = 60;
const LINE_CHARS_MAX = 120;

interface Cruise {
  readonly summary: {
    readonly totalCruised: number;
    readonly violations: readonly {
      readonly rule: { readonly name: string };
      readonly from: string;
      readonly to: string;
    }[];
  };
}

function cruise(folder: string): Promise<Cruise> {
  const args = [CRUISER, '--config', RULES, '--output-type', 'json', ...TREES];
  return new Promise((resolve, reject) => {
    execFile(process.execPath, args, { cwd: folder, maxBuffer: 64 << 20 }, (_error, stdout, stderr) => {
      if (stdout === '') reject(new Error(stderr));
      else resolve(JSON.parse(stdout) as Cruise);
    });
  });
}

async function filesOf(folder: string): Promise<string[]> {
  const lists = TREES.map(async (tree) => {
    const entries = await readdir(join(folder, tree), { recursive: true, withFileTypes: true });
    return entries.map((entry) => relative(folder, join(entry.parentPath, entry.name)));
  });
  return (await Promise.all(lists)).flat();
}

async function readersOfTheEnvironment(folder: string): Promise<string[]> {
  const files = (await filesOf(folder)).filter((file) => /^(src|projections)\/.*\.ts$/.test(file));
  const reads = files.map(async (file) =>
    /process\.env|\benv\b.*from 'node:process'/.test(await readFile(join(folder, file), 'utf8'))
      ? [file]
      : [],
  );
  return (await Promise.all(reads)).flat();
}

async function roomsWithoutAConcept(folder: string): Promise<string[]> {
  const meaningless = /^(utils?|helpers?|common|misc)(\.|$)/;
  return (await filesOf(folder)).filter((file) => meaningless.test(basename(file)));
}

/** For each rule, a file that breaks it and the import by which it does; an orphan imports nothing. */
const VIOLATIONS: Record<string, readonly (readonly [file: string, imported: string])[]> = {
  'every-relative-import-resolves': [['src/domain/injected-a.ts', './nowhere.ts']],
  'no-cycle': [['src/domain/injected-b.ts', './injected-c.ts']],
  'domain-imports-no-room': [['src/domain/injected-d.ts', '../event-store/event-store.ts']],
  'event-store-imports-no-room': [['src/event-store/injected.ts', '../domain/values/edtf.ts']],
  'access-imports-no-room': [['src/access/injected.ts', '../observability/signal.ts']],
  'projector-imports-domain-and-event-store': [['src/projector/injected.ts', '../observability/signal.ts']],
  'append-imports-domain-and-event-store': [['src/append/injected.ts', '../projector/timeline-store.ts']],
  'integrity-imports-domain-and-event-store': [['src/integrity/injected.ts', '../append/serialize.ts']],
  'webhooks-import-the-engine': [['src/webhooks/injected.ts', '../observability/signal.ts']],
  'redaction-imports-append-and-integrity': [['src/redaction/injected.ts', '../observability/signal.ts']],
  'audit-imports-access-and-observability': [['src/audit/injected.ts', '../domain/values/edtf.ts']],
  'inbox-imports-domain': [['src/inbox/injected.ts', '../append/serialize.ts']],
  'transfer-imports-the-engine': [['src/transfer/injected.ts', '../observability/signal.ts']],
  'adapters-import-ports-and-domain': [
    ['src/sqlite/injected.ts', '../eventstoredb/injected.ts'],
    ['src/eventstoredb/injected.ts', '../http/injected.ts'],
  ],
  'one-folder-knows-the-client-of-eventstoredb': [
    ['src/http/injected-client.ts', '@eventstore/db-client'],
    ['src/sqlite/injected-client.ts', '@eventstore/db-client/generated/streams_pb.js'],
  ],
  'http-sees-ports': [['src/http/injected.ts', '../config.ts']],
  'web-sees-the-domain-and-types-of-ports': [
    ['src/web/injected.ts', '../http/injected.ts'],
    ['src/web/injected-b.ts', '../projector/projector.ts'],
  ],
  'client-stands-alone': [['src/client/injected.ts', '../domain/values/edtf.ts']],
  'types-of-the-client-are-those-of-answers': [['src/client/types.ts', '../http/app.ts']],
  'islands-stand-alone': [['src/web/islands/injected.ts', '../../domain/values/edtf.ts']],
  'nothing-imports-an-island': [['src/http/injected-c.ts', '../web/islands/injected.ts']],
  'testing-sees-ports-and-the-engine': [['src/testing/injected-e.ts', '../http/injected.ts']],
  'observability-imports-settings-only': [['src/observability/injected.ts', '../domain/values/edtf.ts']],
  'config-imports-no-room': [['src/config.ts', './domain/values/edtf.ts']],
  'projections-are-written-as-users-write-theirs': [
    ['projections/injected.ts', '../src/domain/values/edtf.ts'],
  ],
  'adapters-and-projections-are-composed-in-one-place': [
    ['src/testing/injected.ts', '../sqlite/injected.ts'],
    ['src/cli/injected.ts', '../../projections/injected.ts'],
  ],
  'only-the-composition-starts-threads': [['src/cli/injected-b.ts', '../workers/rebuild-scheduler.ts']],
  'only-the-command-line-starts-the-program': [
    ['src/testing/injected-b.ts', '../server.ts'],
    ['src/verify/injected-b.ts', '../log.ts'],
  ],
  'nothing-imports-the-command-line': [['src/testing/injected-c.ts', '../cli/injected.ts']],
  'only-the-command-line-transfers': [['src/http/injected-d.ts', '../transfer/copy-log.ts']],
  'only-tests-import-the-testing-api': [['src/cli/injected-c.ts', '../testing/index.ts']],
  'nothing-imports-tests': [['src/testing/injected-d.ts', '../../tests/injected.ts']],
  'no-orphan': [['src/http/injected-e.ts', '']],
};

async function inject(folder: string, file: string, imported: string): Promise<void> {
  const path = join(folder, file);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, imported === '' ? 'export {};\n' : `import '${imported}';\n`, { flag: 'a' });
}

describe('the rooms of the program', () => {
  test('import each other as the rules allow', async () => {
    const { summary } = await cruise(ROOT);
    expect(summary.violations.map(({ rule, from, to }) => `${rule.name}: ${from} → ${to}`)).toEqual([]);
    expect(summary.totalCruised).toBeGreaterThan(MODULES_MIN);
  });

  test('leave the environment to config.ts', async () => {
    expect(await readersOfTheEnvironment(ROOT)).toEqual(['src/config.ts']);
  });

  test('are named for what they hold', async () => {
    expect(await roomsWithoutAConcept(ROOT)).toEqual([]);
  });
});

describe('the source text', () => {
  const CODE = /\.(ts|mjs|css|sh)$/;

  test('has no line over 120 characters', async () => {
    const lines = (await filesOf(ROOT)).filter((file) => CODE.test(file)).map(longLines);
    expect((await Promise.all(lines)).flat()).toEqual([]);
  });

  test('gives each exported name one meaning', async () => {
    const files = (await filesOf(ROOT)).filter((file) => /^(src|projections)\/.*\.ts$/.test(file));
    const places = new Map<string, string[]>();
    for (const file of files) {
      for (const name of exportedNames(await readFile(join(ROOT, file), 'utf8'))) {
        places.set(name, [...(places.get(name) ?? []), file]);
      }
    }
    expect([...places].filter(([, homes]) => homes.length > 1)).toEqual([]);
  });
});

async function longLines(file: string): Promise<readonly string[]> {
  const lines = (await readFile(join(ROOT, file), 'utf8')).split('\n');
  return lines.flatMap((line, index) => (line.length > LINE_CHARS_MAX ? [`${file}:${index + 1}`] : []));
}

/** Names that a module declares and exports; re-exports are not declarations. */
function exportedNames(source: string): readonly string[] {
  const declaration = /^export (?:async |abstract )*(?:const|function\*?|class|interface|type) (\w+)/gm;
  return [...new Set([...source.matchAll(declaration)].map(([, name = '']) => name))];
}

describe('in a copy of the program that breaks every rule', () => {
  let copy = '';
  let broken: Set<string>;

  beforeAll(async () => {
    copy = await mkdtemp(join(tmpdir(), 'chancery-architecture-'));
    for (const item of [...TREES, RULES, 'package.json']) {
      await cp(join(ROOT, item), join(copy, item), { recursive: true });
    }
    await symlink(join(ROOT, 'node_modules'), join(copy, 'node_modules'));
    await inject(copy, 'tests/injected.ts', 'node:fs');
    await inject(copy, 'src/domain/injected-c.ts', './injected-b.ts');
    for (const [file, imported] of Object.values(VIOLATIONS).flat()) await inject(copy, file, imported);
    await writeFile(join(copy, 'src/domain/helpers.ts'), 'export const home = process.env.HOME;\n');
    const { summary } = await cruise(copy);
    broken = new Set(summary.violations.map(({ rule, from }) => `${rule.name}: ${from}`));
  }, 60_000);

  afterAll(() => rm(copy, { recursive: true, force: true }));

  test('each rule has a violation here', async () => {
    const { forbidden } = JSON.parse(await readFile(join(ROOT, RULES), 'utf8')) as {
      forbidden: readonly { readonly name: string }[];
    };
    expect(Object.keys(VIOLATIONS)).toEqual(forbidden.map(({ name }) => name));
  });

  test.each(Object.entries(VIOLATIONS))('%s is seen to fail', (rule, files) => {
    for (const [file] of files) expect(broken).toContain(`${rule}: ${file}`);
  });

  test('a second reader of the environment is seen', async () => {
    expect(await readersOfTheEnvironment(copy)).toContain('src/domain/helpers.ts');
  });

  test('a file named for nothing is seen', async () => {
    expect(await roomsWithoutAConcept(copy)).toEqual(['src/domain/helpers.ts']);
  });
});
