import { spawn, spawnSync } from 'node:child_process';
import { test } from '@jest/globals';
import { environmentWith, observe, PROGRAM, type ProgramExit } from './server-process.ts';

const MAY_MOUNT = spawnSync('unshare', ['-m', 'true']).status === 0;
if (!MAY_MOUNT) process.stderr.write('Some tests are skipped: this user may not mount a file system.\n');

/** A test that mounts file systems, which only root may do. */
export const testWithMount = MAY_MOUNT ? test : test.skip;

/**
 * Runs a shell script that can mount file systems of its own. `chancery` runs the built program, and `$1` is the
 * folder.
 */
export function runWithMounts(script: string, folder: string): Promise<ProgramExit> {
  const text = `chancery() { "${process.execPath}" "${PROGRAM}" "$@"; }\n${script}`;
  const args = ['-m', 'bash', '--norc', '-euc', text, 'bash', folder];
  return observe(spawn('unshare', args, { env: environmentWith({}) })).ended;
}
