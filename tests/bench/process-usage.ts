import { readFile } from 'node:fs/promises';

/*
 * What a process has used, according to the operating system. Only Linux has the files of other processes.
 */

/** Linux counts CPU time in hundredths of a second, whatever the processor. */
const MS_PER_TICK = 10;

/** Returns the milliseconds of CPU of all threads of a process, and of the processes that it has waited for. */
export async function cpuMs(pid: number): Promise<number> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8');
  // The second field is a name in brackets, which may contain spaces.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields.slice(11, 15).reduce((sum, ticks) => sum + Number(ticks), 0) * MS_PER_TICK;
}

export interface OwnUsage {
  readonly elapsedMs: number;
  readonly cpuMs: number;
}

/** Measures what some work takes in this process. */
export async function usageOf(work: () => unknown): Promise<OwnUsage> {
  const startCpu = process.cpuUsage();
  const startMs = performance.now();
  await work();
  const elapsedMs = performance.now() - startMs;
  const { user, system } = process.cpuUsage(startCpu);
  return { elapsedMs, cpuMs: (user + system) / 1000 };
}

export interface WrittenBytes {
  /** What it passed to `write` and similar calls, sockets included. */
  readonly byCalls: number;
  /** What it caused to be written to the disk. */
  readonly toDisk: number;
}

export async function writtenBytes(pid: number): Promise<WrittenBytes> {
  const io = await readFile(`/proc/${pid}/io`, 'utf8');
  return { byCalls: fieldOf(io, 'wchar'), toDisk: fieldOf(io, 'write_bytes') };
}

export interface Memory {
  readonly residentMiB: number;
  readonly peakMiB: number;
}

export async function memory(pid: number): Promise<Memory> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return { residentMiB: fieldOf(status, 'VmRSS') / 1024, peakMiB: fieldOf(status, 'VmHWM') / 1024 };
}

/** Returns the processes that the first thread of a process has started, and that still run. */
export async function childrenOf(pid: number): Promise<readonly number[]> {
  const children = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8');
  return children.split(' ').filter(Boolean).map(Number);
}

function fieldOf(text: string, name: string): number {
  return Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(text)?.[1]);
}
