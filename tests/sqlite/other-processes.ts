import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

export const TYPESCRIPT = ['--import', new URL('./typescript-loader.mjs', import.meta.url).href];

/** Starts a TypeScript file of this folder in a process of its own; settles with the first line that it writes. */
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
