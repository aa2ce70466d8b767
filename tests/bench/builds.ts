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

const run = promisify(execFile);

function buildIn(folder: string, name: string): Build {
  const dist = join(folder, 'dist');
  return { name, dist, program: join(dist, 'src/cli/chancery.js') };
}

/** Returns the build of the working directory. */
export function presentBuild(): Build {
  return buildIn(resolve('.'), 'Chancery');
}

/** Builds a commit in a worktree below `folder`, with the dependencies of the working directory. */
export async function buildOf(ref: string, folder: string): Promise<Build> {
  const worktree = join(folder, 'compared');
  await run('git', ['worktree', 'add', '--detach', worktree, ref]);
  await symlink(resolve('node_modules'), join(worktree, 'node_modules'));
  await run(process.execPath, ['build.mjs'], { cwd: worktree });
  return buildIn(worktree, ref);
}

/** Removes the worktree of `buildOf`. */
export async function removeBuild({ dist }: Build): Promise<void> {
  await run('git', ['worktree', 'remove', '--force', resolve(dist, '..')]);
}
