import { closeSync, fsyncSync, mkdirSync, openSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';

interface ViewName {
  readonly name: string;
  readonly version: number;
}

/** A file of timelines that is whole. */
export interface ViewFile extends ViewName {
  readonly generation: number;
  readonly path: string;
}

const VIEW_FILE = /^([a-z][a-z0-9-]*)@(\d+)\.(\d+)\.db$/;
/** Behind the path of a file that is not whole yet. */
const BUILDING = '.building';

/**
 * The folder of the timelines' files, `<name>@<version>.<generation>.db`. All of it is disposable: what is missing is
 * made again from the log. A file that is being built has another ending, and gets its name in one step when it is
 * whole and on disk; whichever has the greatest generation serves.
 */
export class ViewFiles {
  readonly #path: string;

  constructor(dataDir: string) {
    this.#path = join(dataDir, 'views');
    mkdirSync(this.#path, { recursive: true });
  }

  /** The whole files of a projection, those of the version first, newest first. */
  files({ name, version }: ViewName): readonly ViewFile[] {
    const found = readdirSync(this.#path).flatMap((file) => {
      const [, ofName, ofVersion, generation] = VIEW_FILE.exec(file) ?? [];
      if (ofName !== name) return [];
      const path = join(this.#path, file);
      return [{ name, version: Number(ofVersion), generation: Number(generation), path }];
    });
    const rank = (file: ViewFile) => (file.version === version ? Number.POSITIVE_INFINITY : file.version);
    return found.sort((a, b) => compare(rank(b), rank(a)) || b.generation - a.generation);
  }

  /** A generation that is not there yet. */
  nextFile({ name, version }: ViewName): ViewFile {
    const generations = this.files({ name, version }).map((file) => file.generation);
    const generation = Math.max(0, ...generations) + 1;
    return { name, version, generation, path: join(this.#path, `${name}@${version}.${generation}.db`) };
  }

  /** Where the file is written until it is whole. */
  buildingPath({ path }: ViewFile): string {
    return `${path}${BUILDING}`;
  }

  /** The file, whole and on disk, gets its name. */
  complete(file: ViewFile): void {
    renameSync(this.buildingPath(file), file.path);
    const folder = openSync(this.#path, 'r');
    try {
      fsyncSync(folder);
    } finally {
      closeSync(folder);
    }
  }

  /** Removes a file with all that SQLite keeps beside it. */
  remove(path: string): void {
    for (const ending of ['', '-wal', '-shm', '-journal']) rmSync(`${path}${ending}`, { force: true });
  }

  /** Removes every whole file of the projection but the one given, of whatever version and generation. */
  removeOthers({ name, version, path }: ViewFile): void {
    for (const other of this.files({ name, version })) if (other.path !== path) this.remove(other.path);
  }

  /** Removes what a process that was killed has left half built. */
  removeUnfinished(): void {
    for (const name of readdirSync(this.#path)) {
      if (name.includes(BUILDING)) rmSync(join(this.#path, name), { force: true });
    }
  }
}

function compare(a: number, b: number): number {
  return a === b ? 0 : a - b;
}
