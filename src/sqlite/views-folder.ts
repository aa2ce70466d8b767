import { mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

interface ViewName {
  readonly name: string;
  readonly version: number;
}

/**
 * The folder of the timelines' files, `<name>@<version>.<generation>.db`. All of it is disposable: what is missing is
 * made again from the log.
 */
export class ViewsFolder {
  readonly #path: string;

  constructor(dataDir: string) {
    this.#path = join(dataDir, 'views');
    mkdirSync(this.#path, { recursive: true });
  }

  /** The newest file of this version, or the path that its first one will have. */
  file(view: ViewName): string {
    return this.#fileOf(view, Math.max(1, ...this.#generations(view)));
  }

  /** The path of a generation that is not there yet. */
  nextFile(view: ViewName): string {
    return this.#fileOf(view, Math.max(0, ...this.#generations(view)) + 1);
  }

  /** Removes every file of the projection but the one given, of whatever version and generation. */
  removeOthers(view: ViewName, keptFile: string): void {
    for (const name of readdirSync(this.#path)) {
      const path = join(this.#path, name);
      if (name.startsWith(`${view.name}@`) && !path.startsWith(keptFile)) rmSync(path);
    }
  }

  #generations(view: ViewName): readonly number[] {
    const prefix = `${view.name}@${view.version}.`;
    return readdirSync(this.#path)
      .filter((name) => name.startsWith(prefix) && /^\d+\.db$/.test(name.slice(prefix.length)))
      .map((name) => Number.parseInt(name.slice(prefix.length), 10));
  }

  #fileOf(view: ViewName, generation: number): string {
    return join(this.#path, `${view.name}@${view.version}.${generation}.db`);
  }
}
