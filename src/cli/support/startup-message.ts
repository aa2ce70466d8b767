import type { Config } from '../../config.ts';
import {
  type EventReader,
  StoreFailedError,
  StoreUnavailableError,
  UnreadableEventError,
} from '../../event-store/event-store.ts';
import type { MountedProjection } from '../../projector/mounted-projection.ts';
import { type TimelineReader, UNFILTERED } from '../../projector/timeline-store.ts';

/** What a person who starts the server reads first. */

const CATCH_UP_MS_MAX = 3_000;
const ENTRIES_MAX = 20;

interface StartedServer {
  readonly url: string;
  readonly store: EventReader;
  /** Where the log is, for people. */
  readonly place: string;
  readonly timelines: { readonly country: Pick<MountedProjection, 'reader' | 'waitFor'> };
}

interface ShownEntry {
  readonly occurred: { readonly edtf: string };
  readonly headline: string;
}

/** Text for stdout, with what the log holds; waits a little for the timelines to hold it too. */
export async function startupMessage(
  chancery: StartedServer,
  config: Config,
  sampled: boolean,
): Promise<string> {
  const { country } = chancery.timelines;
  const parts = [
    `Chancery listens at ${chancery.url}`,
    await stateOfLog(chancery, config),
    ...(sampled ? [sampleNotice(config), timelineOf('PK', 'Pakistan', country.reader)] : []),
    addresses(chancery.url, sampled ? ['/countries/PK', '/topics/rare-earths', '/events'] : undefined),
  ];
  return `${parts.join('\n')}\n`;
}

async function stateOfLog({ store, place, timelines }: StartedServer, config: Config): Promise<string> {
  const { country } = timelines;
  const log = `The log is ${config.eventStore === undefined ? 'in' : 'at'} ${place}`;
  try {
    const [last] = await store.readAll({ direction: 'backwards', maxCount: 1 });
    const caughtUp = last === undefined || (await country.waitFor(last.position, CATCH_UP_MS_MAX));
    const events = await store.countAfter();
    const doing = country.reader === undefined ? 'being made' : 'catching up';
    const held = events === undefined ? '' : ` and holds ${events} events`;
    return `${log}${held}${caughtUp ? '' : `; its timelines are ${doing}`}.`;
  } catch (error) {
    return `${log}. ${troubleOf(error)}\nTimelines are served as they are in ${config.dataDir}.`;
  }
}

/** What keeps the end of the log from being read, and no server from serving. Throws every other error. */
function troubleOf(error: unknown): string {
  if (error instanceof StoreUnavailableError) {
    return `It cannot be reached at present, and is tried again:\n  ${error.message}`;
  }
  if (error instanceof StoreFailedError) return `It cannot be read, and is tried again:\n  ${error.message}`;
  if (error instanceof UnreadableEventError) return `The timelines stop before an event:\n  ${error.message}`;
  throw error;
}

function sampleNotice({ dataDir }: Config): string {
  return [
    '',
    'The log was empty, so the SAMPLE history was recorded: one affair of 2025, from one newspaper article.',
    `To start empty: stop, delete the folder ${dataDir}, then run  npm start -- --empty`,
  ].join('\n');
}

function timelineOf(code: string, name: string, reader: TimelineReader | undefined): string {
  const asOf = reader?.checkpoint()?.ordinal;
  if (reader === undefined || asOf === undefined) return '';
  const { entries } = reader.page(code, {
    ...UNFILTERED,
    order: 'asc',
    limit: ENTRIES_MAX,
    asOf,
  });
  const lines = entries.map((entry) => {
    const { occurred, headline } = JSON.parse(entry) as ShownEntry;
    return `  ${occurred.edtf.padEnd(22)} ${headline}`;
  });
  return ['', `The timeline of ${name}:`, ...lines].join('\n');
}

function addresses(url: string, paths: readonly string[] = ['/countries', '/topics', '/events']): string {
  return ['', 'Open, or curl:', ...paths.map((path) => `  ${url}${path}`), ''].join('\n');
}
