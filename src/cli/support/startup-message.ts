import type { Config } from '../../config.ts';
import {
  type EventReader,
  StoreFailedError,
  StoreUnavailableError,
  UnreadableEventError,
} from '../../event-store/event-store.ts';
import type { MountedProjection } from '../../projector/mounted-projection.ts';
import { type TimelineReader, UNFILTERED } from '../../projector/timeline-store.ts';

const CATCH_UP_TIMEOUT_MS = 3_000;
/** The sample is small, so its timelines are worth waiting for. */
const SAMPLE_CATCH_UP_TIMEOUT_MS = 30_000;
const ENTRIES_MAX = 20;
const PATHS = ['/countries', '/topics', '/events'];
const SAMPLE_PATHS = ['/countries/PK', '/topics/rare-earths', '/events'];

interface StartedServer {
  readonly url: string;
  readonly store: EventReader;
  /** The data folder, or the URL of the log's server without its password. */
  readonly location: string;
  readonly access: { readonly isOpen: boolean };
  readonly projections: { readonly country: Pick<MountedProjection, 'reader' | 'waitFor'> };
}

interface TimelineEntry {
  readonly occurred: { readonly edtf: string };
  readonly headline: string;
}

/**
 * Returns what a person who starts the server reads first: the URL, the state of the log, and pages to open. Waits a
 * few seconds for the timelines to catch up with the log.
 *
 * @param hasNewSample whether the sample history was recorded at this start
 */
export async function startupMessage(
  server: StartedServer,
  config: Config,
  hasNewSample: boolean,
): Promise<string> {
  const { country } = server.projections;
  const parts = [
    `Chancery is listening at ${server.url}`,
    await logState(server, config, hasNewSample ? SAMPLE_CATCH_UP_TIMEOUT_MS : CATCH_UP_TIMEOUT_MS),
    accessState(server, config),
    ...(hasNewSample ? [sampleNotice(config), timelineText('PK', 'Pakistan', country.reader)] : []),
    urlList(server.url, hasNewSample ? SAMPLE_PATHS : PATHS),
  ];
  return `${parts.join('\n')}\n`;
}

function accessState({ access, url }: StartedServer, { publicUrl }: Config): string {
  return access.isOpen
    ? 'Without keys, everybody on this machine may read and write. Make one: chancery keys create NAME --role admin'
    : `Keys are needed. Browsers sign in at ${publicUrl ?? url}/sign-in.`;
}

async function logState(
  { store, location, projections }: StartedServer,
  config: Config,
  timeoutMs: number,
): Promise<string> {
  const { country } = projections;
  const log = `The log ${config.eventStore === undefined ? 'in' : 'at'} ${location}`;
  try {
    const [last] = await store.readAll({ direction: 'backwards', maxCount: 1 });
    const isCaughtUp = last === undefined || (await country.waitFor(last.position, timeoutMs));
    const events = await store.countAfter();
    const size = events === undefined ? 'is open' : `holds ${events} ${events === 1 ? 'event' : 'events'}`;
    const activity = country.reader === undefined ? 'being built' : 'catching up';
    return `${log} ${size}${isCaughtUp ? '' : `; its timelines are ${activity}`}.`;
  } catch (error) {
    return `${log} ${troubleText(error)}\nThe timelines in ${config.dataDir} are served as they are.`;
  }
}

/** Explains why the end of the log cannot be read. The server runs nevertheless. Rethrows unexpected errors. */
function troubleText(error: unknown): string {
  if (error instanceof StoreUnavailableError) return `is unavailable. Retrying:\n  ${error.message}`;
  if (error instanceof StoreFailedError) return `cannot be read. Retrying:\n  ${error.message}`;
  if (error instanceof UnreadableEventError) {
    return `has an event that cannot be read. The timelines stop before it:\n  ${error.message}`;
  }
  throw error;
}

function sampleNotice({ dataDir }: Config): string {
  return [
    '',
    'The log was empty, so the SAMPLE history was added: one affair of 2025, from one newspaper article.',
    `To start with an empty log, stop the server, delete ${dataDir}, and run: npm start -- --empty`,
  ].join('\n');
}

function timelineText(code: string, name: string, reader: TimelineReader | undefined): string {
  const asOf = reader?.checkpoint()?.ordinal;
  if (reader === undefined || asOf === undefined) return '';
  const { entries } = reader.page(code, { ...UNFILTERED, order: 'asc', limit: ENTRIES_MAX, asOf });
  const lines = entries.map((entry) => {
    const { occurred, headline } = JSON.parse(entry) as TimelineEntry;
    return `  ${occurred.edtf.padEnd(22)} ${headline}`;
  });
  return ['', `The timeline of ${name}:`, ...lines].join('\n');
}

function urlList(url: string, paths: readonly string[]): string {
  return ['', 'Open in a browser, or with curl:', ...paths.map((path) => `  ${url}${path}`), ''].join('\n');
}
