import { mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { removeDatabase } from '../driver.ts';
import { syncPath } from '../sync-path.ts';

/** A complete file with timelines. */
export interface ViewFile {
  /** The name of its first projection. */
  readonly name: string;
  readonly generation: number;
  readonly path: string;
}

const VIEW_FILE = /^([a-z][a-z0-9-]*)\.(\d+)\.db$/;
/** Earlier releases had a file for each projection, with the version in its name. */
const EARLIER_VIEW_FILE = /^[a-z][a-z0-9-]*@\d+\.\d+\.db/;
/** Suffix of the path of an incomplete file. */
const BUILDING_SUFFIX = '.building';

/**
 * The folder of view files, named `<name>.<generation>.db`. They are disposable: a missing one is rebuilt from the log.
 * A file has another suffix while it is built, and is renamed atomically when it is complete and on disk. The file with
 * the greatest generation is served.
 */
export class ViewFiles {
  readonly #folder: string;

  constructor(dataDir: string) {
    this.#folder = join(dataDir, 'views');
    mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
  }

  /** Lists the complete files with this name, newest first. */
  files(name: string): readonly ViewFile[] {
    const files = readdirSync(this.#folder).flatMap((file) => {
      const [, fileName, generation] = VIEW_FILE.exec(file) ?? [];
      return fileName === name
        ? [{ name, generation: Number(generation), path: join(this.#folder, file) }]
        : [];
    });
    return files.sort((a, b) => b.generation - a.generation);
  }

  /** Returns the file of the next generation, which does not exist yet. */
  nextFile(name: string): ViewFile {
    const generation = (this.files(name)[0]?.generation ?? 0) + 1;
    return { name, generation, path: join(this.#folder, `${name}.${generation}.db`) };
  }

  /** Returns the path under which the file is built. */
  buildingPath({ path }: ViewFile): string {
    return `${path}${BUILDING_SUFFIX}`;
  }

  /** Renames a built file, which must be complete and on disk, to its final path. */
  complete(file: ViewFile): void {
    renameSync(this.buildingPath(file), file.path);
    syncPath(this.#folder);
  }

  /** Removes a file together with SQLite's auxiliary files. */
  remove(path: string): void {
    removeDatabase(path);
  }

  /** Removes all complete files with the name of the given one, except it. */
  removeOthers({ name, path }: ViewFile): void {
    for (const other of this.files(name)) if (other.path !== path) this.remove(other.path);
  }

  /** Removes every file. */
  removeAll(): void {
    for (const name of readdirSync(this.#folder)) rmSync(join(this.#folder, name), { force: true });
  }

  /** Removes files that nobody can read: incomplete ones of a killed process, and those of earlier releases. */
  removeUnreadable(): void {
    for (const name of readdirSync(this.#folder)) {
      if (name.includes(BUILDING_SUFFIX) || EARLIER_VIEW_FILE.test(name)) {
        rmSync(join(this.#folder, name), { force: true });
      }
    }
  }
}
