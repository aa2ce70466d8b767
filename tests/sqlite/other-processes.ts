import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** Arguments of `node` to run TypeScript. */
export const TYPESCRIPT = ['--import', new URL('./typescript-loader.mjs', import.meta.url).href];

/** Runs a TypeScript file of this folder in a child process. Settles with the first line of its output. */
export async function startProcess(
  file: string,
  ...args: readonly string[]
): Promise<{ readonly child: ChildProcess; readonly firstLine: string }> {
  const path = fileURLToPath(new URL(file, import.meta.url));
  const child = spawn(process.execPath, ['--expose-gc', ...TYPESCRIPT, path, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [chunk] = await once(child.stdout, 'data');
  return { child, firstLine: String(chunk).trim() };
}
