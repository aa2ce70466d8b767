import { closeSync, fsyncSync, mkdirSync, openSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';

interface ViewName {
  readonly name: string;
  readonly version: number;
}

/** A complete file with the timelines of a projection. */
export interface ViewFile extends ViewName {
  readonly generation: number;
  readonly path: string;
}

const VIEW_FILE = /^([a-z][a-z0-9-]*)@(\d+)\.(\d+)\.db$/;
/** Suffix of the path of an incomplete file. */
const BUILDING_SUFFIX = '.building';

/**
 * The folder of view files, named `<name>@<version>.<generation>.db`. They are disposable: a missing one is rebuilt
 * from the log. A file has another suffix while it is built, and is renamed atomically when it is complete and on disk.
 * The file with the greatest generation is served.
 */
export class ViewFiles {
  readonly #folder: string;

  constructor(dataDir: string) {
    this.#folder = join(dataDir, 'views');
    mkdirSync(this.#folder, { recursive: true });
  }

  /** Lists the complete files of a projection, newest first, but those of the given version before all others. */
  files({ name, version }: ViewName): readonly ViewFile[] {
    const files = readdirSync(this.#folder).flatMap((file) => {
      const [, fileName, fileVersion, generation] = VIEW_FILE.exec(file) ?? [];
      if (fileName !== name) return [];
      const path = join(this.#folder, file);
      return [{ name, version: Number(fileVersion), generation: Number(generation), path }];
    });
    const isRequested = (file: ViewFile): number => (file.version === version ? 1 : 0);
    return files.sort(
      (a, b) => isRequested(b) - isRequested(a) || b.version - a.version || b.generation - a.generation,
    );
  }

  /** Returns the file of the next generation, which does not exist yet. */
  nextFile({ name, version }: ViewName): ViewFile {
    const generations = this.files({ name, version }).map((file) => file.generation);
    const generation = Math.max(0, ...generations) + 1;
    return { name, version, generation, path: join(this.#folder, `${name}@${version}.${generation}.db`) };
  }

  /** Returns the path under which the file is built. */
  buildingPath({ path }: ViewFile): string {
    return `${path}${BUILDING_SUFFIX}`;
  }

  /** Renames a built file, which must be complete and on disk, to its final path. */
  complete(file: ViewFile): void {
    renameSync(this.buildingPath(file), file.path);
    const descriptor = openSync(this.#folder, 'r');
    try {
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
  }

  /** Removes a file together with SQLite's auxiliary files. */
  remove(path: string): void {
    for (const suffix of ['', '-wal', '-shm', '-journal']) rmSync(`${path}${suffix}`, { force: true });
  }

  /** Removes all complete files of the projection except the given one, whatever their version and generation. */
  removeOthers({ name, version, path }: ViewFile): void {
    for (const other of this.files({ name, version })) if (other.path !== path) this.remove(other.path);
  }

  /** Removes incomplete files that a killed process left behind. */
  removeUnfinished(): void {
    for (const name of readdirSync(this.#folder)) {
      if (name.includes(BUILDING_SUFFIX)) rmSync(join(this.#folder, name), { force: true });
    }
  }
}
