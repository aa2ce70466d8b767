import { execFile } from 'node:child_process';
import { symlink } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';

/** A build of Chancery. It is run as a process of its own. */
export interface Build {
  readonly name: string;
  /** The folder of the compiled program. */
  readonly dist: string;
  /** The file to run. */
  readonly program: string;
}

/** The builds of a run: that of the working directory and, to compare, another one. */
export type Builds = readonly [present: Build] | readonly [present: Build, other: Build];

const run = promisify(execFile);

function buildIn(folder: string, name: string): Build {
  const dist = join(folder, 'dist');
  return { name, dist, program: join(dist, 'src/cli/chancery.js') };
}

/** Returns the build of the working directory. */
export function presentBuild(): Build {
  return buildIn(resolve('.'), 'Chancery');
}

/** Builds a commit in a clone below `folder`, with the dependencies of the working directory. */
export async function buildOf(ref: string, folder: string): Promise<Build> {
  const clone = join(folder, 'compared');
  const { stdout: commit } = await run('git', ['rev-parse', '--verify', `${ref}^{commit}`]);
  await run('git', ['clone', '--quiet', '--shared', '--no-checkout', '.', clone]);
  await run('git', ['checkout', '--quiet', '--detach', commit.trim()], { cwd: clone });
  await symlink(resolve('node_modules'), join(clone, 'node_modules'));
  await run(process.execPath, ['build.mjs'], { cwd: clone });
  return buildIn(clone, ref);
}
