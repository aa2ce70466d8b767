import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EventReader } from '../event-store/event-store.ts';
import { numberedPosition } from '../event-store/position.ts';
import type { TimelineDefinition } from '../projector/define-timeline.ts';
import { Projector } from '../projector/projector.ts';
import { isSqliteError } from '../sqlite/driver.ts';
import { SqliteEventReader } from '../sqlite/log/sqlite-event-reader.ts';
import { SqliteTimelineWriter } from '../sqlite/views/sqlite-timeline-writer.ts';
import { type ViewFile, ViewFiles } from '../sqlite/views/view-files.ts';
import { compareViewFiles, readViewCheckpoint, type ViewCheckpoint } from '../sqlite/views-comparison.ts';
import { OrdinalLog } from '../transfer/ordinal-log.ts';
import { mountedProjections } from '../workers/extensions.ts';
import type { VerifyObserver, VerifyReport } from './verify-report.ts';

interface CurrentView {
  readonly definition: TimelineDefinition;
  readonly file: ViewFile;
}

type CheckedView = CurrentView & Pick<ViewCheckpoint, 'ordinal'>;

/** Compares the views that a server would serve with a replay of the log, which must be in order. */
export async function verifyViews(
  dataDir: string,
  observer: VerifyObserver,
): Promise<Pick<VerifyReport, 'views' | 'findings'>> {
  const reader = new SqliteEventReader(dataDir);
  const folder = mkdtempSync(join(tmpdir(), 'chancery-verify-'));
  try {
    const findings: string[] = [];
    const views: CheckedView[] = [];
    for (const view of currentViews(dataDir)) {
      const checked = await checkCheckpoint(view, reader);
      if (typeof checked === 'string')
        findings.push(`${view.file.path}: ${checked}; remove it, and it is rebuilt`);
      else views.push({ ...view, ordinal: checked });
    }
    const ordinals = [...new Set(views.map(({ ordinal }) => ordinal))];
    observer.stepStarted(
      'timelines',
      ordinals.reduce((sum, ordinal) => sum + ordinal, 0),
    );
    for (const ordinal of ordinals) {
      const group = views.filter((view) => view.ordinal === ordinal);
      findings.push(...(await compareWithReplay(group, ordinal, { reader, folder, observer })));
    }
    return { views: views.length, findings };
  } finally {
    reader.close();
    rmSync(folder, { recursive: true });
  }
}

/** Files of older versions are left out: they are replaced by a rebuild. */
function currentViews(dataDir: string): readonly CurrentView[] {
  if (!existsSync(join(dataDir, 'views'))) return [];
  const viewFiles = new ViewFiles(dataDir);
  return mountedProjections().flatMap((definition) => {
    const file = viewFiles.files(definition).find(({ version }) => version === definition.version);
    return file === undefined ? [] : [{ definition, file }];
  });
}

/** Returns the ordinal of the view's checkpoint, or what is wrong with it. */
async function checkCheckpoint({ file }: CurrentView, reader: EventReader): Promise<number | string> {
  try {
    const checkpoint = readViewCheckpoint(file.path);
    if (checkpoint === undefined) return 0;
    const { ordinal, eventId } = checkpoint;
    const event = await reader.readEventAt(numberedPosition(ordinal));
    return event?.id === eventId ? ordinal : `its last event, ${eventId}, is not event ${ordinal} of the log`;
  } catch (error) {
    if (!isSqliteError(error)) throw error;
    return `it cannot be read: ${error.message}`;
  }
}

interface Replay {
  readonly reader: EventReader;
  /** For the files of the replay. */
  readonly folder: string;
  readonly observer: VerifyObserver;
}

/** Replays the log up to an ordinal for views that end there, and compares their rows. */
async function compareWithReplay(
  views: readonly CheckedView[],
  ordinal: number,
  { reader, folder, observer }: Replay,
): Promise<readonly string[]> {
  const log = new OrdinalLog(reader, numberedPosition(ordinal), observer.advanced);
  const replays = views.map((view) => {
    const path = join(folder, `${view.definition.name}.db`);
    return { ...view, path, writer: new SqliteTimelineWriter(path, log.comparePositions, 'building') };
  });
  try {
    if (ordinal > 0) await new Projector(log, replays, () => {}).run(new AbortController().signal);
  } finally {
    for (const { writer } of replays) writer.close();
  }
  return replays.flatMap(({ file, path }) =>
    differences(file.path, path).map((each) => `${file.path}: ${each}; remove it, and it is rebuilt`),
  );
}

function differences(file: string, replayed: string): readonly string[] {
  try {
    return compareViewFiles(file, replayed);
  } catch (error) {
    if (!isSqliteError(error)) throw error;
    return [`it cannot be read: ${error.message}`];
  }
}
