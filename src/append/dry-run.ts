import {
  AppendTooLargeError,
  type EventLookup,
  type Position,
  type ReadStreamOptions,
  type RecordedEvent,
} from '../event-store/event-store.ts';
import { textLength } from '../event-store/text-length.ts';
import type { AppendRequest } from './append-request.ts';
import type { Precondition, PreviewedEvent, PreviewOutcome } from './outcome.ts';
import { type PreviewedLog, previewAppend } from './preview.ts';

/** Characters of the events that one dry run keeps in memory. */
const KEPT_CHARS_MAX = 64 << 20;

/**
 * Dry-runs several appends, each as if the ones before it had been made. They must be previewed one after another. It
 * never writes to the log, and sees what others append meanwhile.
 */
export class DryRun {
  readonly #log: OverlaidLog;
  readonly #clock: () => Date;

  constructor(store: PreviewedLog, clock: () => Date, keptCharsMax: number = KEPT_CHARS_MAX) {
    this.#clock = clock;
    this.#log = new OverlaidLog(store, keptCharsMax);
  }

  /** @throws AppendTooLargeError if the dry run would keep too many events */
  async preview(request: AppendRequest, precondition: Precondition): Promise<PreviewOutcome> {
    const outcome = await previewAppend(this.#log, request, precondition, this.#clock());
    if (outcome.outcome !== 'accepted') return outcome;
    if (outcome.isRepeat) return { ...outcome, events: outcome.events.map(withoutPlace) };
    this.#log.add(request.stream, outcome.events);
    return outcome;
  }
}

/** An event that only this dry run knows has no place in the log. */
function withoutPlace(event: PreviewedEvent): PreviewedEvent {
  const { position, recordedAt, ...unplaced } = event;
  return position === UNPLACED.position ? unplaced : event;
}

/** Takes the place of what the store sets. No check depends on it. */
const UNPLACED = { position: '' as Position, recordedAt: '', salt: '' };

/** A log and, after it, the events that a dry run has accepted. */
class OverlaidLog implements PreviewedLog {
  readonly #store: PreviewedLog;
  readonly #keptCharsMax: number;
  readonly #byStream = new Map<string, readonly RecordedEvent[]>();
  readonly #byId = new Map<string, RecordedEvent>();
  #keptChars = 0;

  constructor(store: PreviewedLog, keptCharsMax: number) {
    this.#store = store;
    this.#keptCharsMax = keptCharsMax;
  }

  add(stream: string, events: readonly PreviewedEvent[]): void {
    const chars = events.reduce((sum, event) => sum + textLength(event), 0);
    if (this.#keptChars + chars > this.#keptCharsMax) {
      const detail = `A dry run may have events of at most ${this.#keptCharsMax} characters. Send fewer at once.`;
      throw new AppendTooLargeError(detail);
    }
    this.#keptChars += chars;
    const added = events.map((event) => ({ ...event, ...UNPLACED }));
    this.#byStream.set(stream, [...(this.#byStream.get(stream) ?? []), ...added]);
    for (const event of added) this.#byId.set(event.id, event);
  }

  async readEvent(id: string): ReturnType<EventLookup['readEvent']> {
    return this.#byId.get(id) ?? (await this.#store.readEvent(id));
  }

  /** Reads forwards only. */
  async readStream(stream: string, options: ReadStreamOptions): Promise<readonly RecordedEvent[]> {
    const recorded = await this.#store.readStream(stream, options);
    const added = this.#byStream.get(stream);
    if (added === undefined || recorded.length === options.maxCount) return recorded;
    const next = (options.from ?? 0) + recorded.length;
    const following = added.filter(({ revision }) => revision >= next);
    return [...recorded, ...following.slice(0, options.maxCount - recorded.length)];
  }
}
