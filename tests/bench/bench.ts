import { createWriteStream, existsSync } from 'node:fs';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { runProgram } from '../cli/server-process.ts';
import type { Build, Builds } from './builds.ts';
import { generateEvents } from './generate-events.ts';
import { type Benchmark, measureInRounds, type Rounds, type Row } from './measure.ts';

/** Rounds of measurements that use running processes. */
export const WARM: Rounds = { measured: 7, warmUps: 1 };
/** Rounds of measurements that take long or start processes of their own. */
export const COLD: Rounds = { measured: 3, warmUps: 0 };
/** For figures that hardly differ from one round to the next, or take very long. */
export const ONCE: Rounds = { measured: 1, warmUps: 0 };

/** The setting of one run: the builds, the size of their logs, and a folder for files. */
export class Bench {
  readonly folder: string;
  readonly events: number;
  /** The first one is the present build. */
  readonly builds: Builds;
  /** True to try the benchmarks: everything is measured once, with less work. */
  readonly isQuick: boolean;
  readonly #report: (row: Row, events: number) => void;
  readonly #dataDirs = new Map<string, Promise<string>>();

  constructor(
    settings: Pick<Bench, 'folder' | 'events' | 'builds' | 'isQuick'>,
    report: (row: Row, events: number) => void,
  ) {
    this.folder = settings.folder;
    this.events = settings.events;
    this.builds = settings.builds;
    this.isQuick = settings.isQuick;
    this.#report = report;
  }

  /** Measures and reports. */
  async run(benchmarks: readonly Benchmark[], rounds: Rounds, events = this.events): Promise<void> {
    const rows = await measureInRounds(benchmarks, this.builds, this.isQuick ? ONCE : rounds);
    for (const row of rows) this.#report(row, events);
  }

  /** Returns a part of file names that tells what is of one build from what is of the other. */
  numberOf(build: Build): number {
    return this.builds.indexOf(build);
  }

  get present(): Build {
    return this.builds[0];
  }

  /** Returns a count of requests or events: a tenth of it in a quick run. */
  count(full: number): number {
    return this.isQuick ? Math.ceil(full / 10) : full;
  }

  path(name: string): string {
    return join(this.folder, name);
  }

  /** Makes a new folder. */
  newFolder(prefix: string): Promise<string> {
    return mkdtemp(this.path(prefix));
  }

  /** Returns a file with generated events as a client sends them. */
  async file(events = this.events): Promise<string> {
    return writeLines(this.path(`events-${events}.ndjson`), generateEvents(events));
  }

  /** Returns the data folder that a build has made of the generated events. Benchmarks must not append to it. */
  dataDir(build: Build, events = this.events): Promise<string> {
    const name = `data-${events}-${this.numberOf(build)}`;
    const known = this.#dataDirs.get(name) ?? this.#makeDataDir(build, this.path(name), events);
    this.#dataDirs.set(name, known);
    return known;
  }

  /** Returns a copy of the data folder to append to. */
  async copyOfDataDir(build: Build): Promise<string> {
    const copy = await this.newFolder('copy-');
    await cp(await this.dataDir(build), copy, { recursive: true });
    return copy;
  }

  async #makeDataDir(build: Build, dataDir: string, events: number): Promise<string> {
    await importInto(build, dataDir, await this.file(events));
    await chancery(build, ['rebuild', '--data-dir', dataDir]);
    return dataDir;
  }
}

/** Writes one JSON object a line, unless the file exists. */
export async function writeLines(file: string, objects: Iterable<object>): Promise<string> {
  function* lines(): Generator<string> {
    for (const object of objects) yield `${JSON.stringify(object)}\n`;
  }
  if (!existsSync(file)) await pipeline(Readable.from(lines()), createWriteStream(file));
  return file;
}

/** Makes a new log of a file, without timelines. */
export async function importInto(build: Build, dataDir: string, file: string): Promise<void> {
  await rm(dataDir, { recursive: true, force: true });
  await chancery(build, ['import', file, '--data-dir', dataDir]);
}

/** Runs a command to its end. */
export async function chancery({ program }: Build, args: readonly string[]): Promise<void> {
  const { exitCode, stderr } = await runProgram(args, { program });
  if (exitCode !== 0) throw new Error(`chancery ${args.join(' ')}: ${stderr}`);
}
