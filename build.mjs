/**
 * Compiles the program into `dist`, copies the files that it reads at run time, and writes the build id. With
 * `--serve`, it then runs `chancery serve` with the remaining arguments in the same process.
 */
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';

const PROJECTS = ['tsconfig.build.json', 'src/web/islands/tsconfig.json'];
const COPIED = ['sample', 'docs', 'web/shell/styles.css', 'web/shell/icon.svg'];

rmSync('dist', { recursive: true, force: true });
for (const project of PROJECTS) {
  const tsc = ['node_modules/typescript/bin/tsc', '-p', project];
  const { status } = spawnSync(process.execPath, tsc, { stdio: 'inherit' });
  if (status !== 0) process.exit(status ?? 1);
}
for (const path of COPIED) cpSync(`src/${path}`, `dist/src/${path}`, { recursive: true });
writeFileSync('dist/build-id', buildId());

if (process.argv[2] === '--serve') {
  process.argv.splice(1, 2, 'dist/src/cli/chancery.js', 'serve');
  await import('./dist/src/cli/chancery.js');
}

/** The same sources have the same id, so that several processes behind one URL agree on entity tags. */
function buildId() {
  const hash = createHash('sha256');
  const files = readdirSync('dist', { recursive: true, encoding: 'utf8' }).sort();
  for (const file of files.filter((file) => statSync(`dist/${file}`).isFile())) {
    hash.update(`${file}\n`).update(readFileSync(`dist/${file}`));
  }
  return hash.digest('hex').slice(0, 12);
}
