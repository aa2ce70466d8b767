import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EventReader } from '../event-store/event-store.ts';
import { numberedPosition } from '../event-store/position.ts';
import { Projector } from '../projector/projector.ts';
import { isSqliteError } from '../sqlite/driver.ts';
import { SqliteEventReader } from '../sqlite/log/sqlite-event-reader.ts';
import { SqliteViewFile } from '../sqlite/views/sqlite-view-file.ts';
import {
  compareViewFiles,
  readViewCheckpoints,
  type ViewCheckpoint,
} from '../sqlite/views/view-comparison.ts';
import { type ViewFile, ViewFiles } from '../sqlite/views/view-files.ts';
import { OrdinalLog } from '../transfer/ordinal-log.ts';
import { mountedProjections } from '../workers/extensions.ts';
import { type ViewGroup, viewGroups } from '../workers/view-groups.ts';
import type { VerifyObserver, VerifyReport } from './verify-report.ts';

interface CurrentView {
  readonly group: ViewGroup;
  readonly file: ViewFile;
  readonly checkpoints: readonly ViewCheckpoint[];
}

/** Compares the views that a server would serve with a replay of the log, which must be in order. */
export async function verifyViews(
  dataDir: string,
  observer: VerifyObserver,
): Promise<Pick<VerifyReport, 'views' | 'findings'>> {
  const reader = new SqliteEventReader(dataDir);
  const folder = mkdtempSync(join(tmpdir(), 'chancery-verify-'));
  try {
    const { views, findings } = currentViews(dataDir);
    const wrong = await Promise.all(views.map((view) => wrongCheckpoint(view, reader)));
    const comparable = views.filter((_, index) => wrong[index] === undefined);
    const found = [
      ...findings,
      ...wrong.flatMap((each) => each ?? []),
      ...(await compareWithReplay(comparable, { reader, folder, observer })),
    ];
    return {
      views: comparable.length,
      findings: found.map((each) => `${each}; remove it, and it is rebuilt`),
    };
  } finally {
    reader.close();
    rmSync(folder, { recursive: true });
  }
}

/** Files of other versions are left out: they are replaced by a rebuild. */
function currentViews(dataDir: string): { views: readonly CurrentView[]; findings: readonly string[] } {
  const views: CurrentView[] = [];
  const findings: string[] = [];
  if (!existsSync(join(dataDir, 'views'))) return { views, findings };
  const viewFiles = new ViewFiles(dataDir);
  const label = ({ name, version }: Pick<ViewCheckpoint, 'name' | 'version'>) => `${name}@${version}`;
  for (const group of viewGroups(mountedProjections())) {
    const [file] = viewFiles.files(group.name);
    if (file === undefined) continue;
    const checkpoints = orProblem(() => readViewCheckpoints(file.path));
    if (typeof checkpoints === 'string') findings.push(`${file.path}: ${checkpoints}`);
    else if (checkpoints.map(label).join() === group.definitions.map(label).join()) {
      views.push({ group, file, checkpoints });
    }
  }
  return { views, findings };
}

/** Returns what is wrong with the checkpoints of the view; undefined if nothing is. */
async function wrongCheckpoint(
  { file, checkpoints }: CurrentView,
  reader: EventReader,
): Promise<string | undefined> {
  for (const { ordinal, eventId } of checkpoints) {
    if (ordinal === null) continue;
    const event = await reader.readEventAt(numberedPosition(ordinal));
    if (event?.id !== eventId)
      return `${file.path}: its last event, ${eventId}, is not event ${ordinal} of the log`;
  }
  return undefined;
}

interface Replay {
  readonly reader: EventReader;
  /** For the files of the replay. */
  readonly folder: string;
  readonly observer: VerifyObserver;
}

/** Replays the log for each projection up to its checkpoint, and compares the files. */
async function compareWithReplay(
  views: readonly CurrentView[],
  { reader, folder, observer }: Replay,
): Promise<readonly string[]> {
  const { comparePositions } = new OrdinalLog(reader, numberedPosition(0), () => {});
  const replays = views.map((view) => {
    const path = join(folder, `${view.group.name}.db`);
    return {
      ...view,
      path,
      view: new SqliteViewFile(path, view.group.definitions, comparePositions, 'building'),
    };
  });
  const projections = replays.flatMap(({ group, checkpoints, view }) =>
    group.definitions.map((definition, index) => {
      return { definition, writer: view.writer(definition.name), ordinal: checkpoints[index]?.ordinal ?? 0 };
    }),
  );
  const ordinals = [...new Set(projections.map(({ ordinal }) => ordinal))].filter((ordinal) => ordinal > 0);
  observer.stepStarted(
    'timelines',
    ordinals.reduce((sum, ordinal) => sum + ordinal, 0),
  );
  try {
    for (const ordinal of ordinals) {
      const log = new OrdinalLog(reader, numberedPosition(ordinal), observer.advanced);
      const together = projections.filter((projection) => projection.ordinal === ordinal);
      await new Projector(log, together, () => {}).run(new AbortController().signal);
    }
  } finally {
    for (const { view } of replays) view.close();
  }
  return replays.flatMap(({ file, path }) => {
    const found = orProblem(() => compareViewFiles(file.path, path));
    return (typeof found === 'string' ? [found] : found).map((each) => `${file.path}: ${each}`);
  });
}

/** Returns the result of reading, or what is wrong with the file or the bytes of a row. */
function orProblem<Result>(read: () => Result): Result | string {
  try {
    return read();
  } catch (error) {
    if (!isSqliteError(error) && !(error instanceof RangeError)) throw error;
    return `it cannot be read: ${error.message}`;
  }
}
