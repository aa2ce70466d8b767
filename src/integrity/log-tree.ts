import { createPublicKey, type KeyObject } from 'node:crypto';
// Imported, because the fake timers of a test replace only the global function.
import { setImmediate } from 'node:timers/promises';
import { countLeadingIndexes } from '../domain/values/binary-search.ts';
import {
  type EventReader,
  type Position,
  type RecordedEvent,
  StoreUnavailableError,
  UnreadableEventError,
} from '../event-store/event-store.ts';
import type { LogRemovals } from '../event-store/removals.ts';
import { pause } from '../event-store/retry.ts';
import { checkHistory, LogHistoryError } from './check-history.ts';
import { checkpointText, logOrigin } from './checkpoint.ts';
import { leafOf } from './leaf.ts';
import type { CheckpointFile } from './log-files.ts';
import { consistencyProof, inclusionProof, leafHash, nodeNumber, rootOf } from './merkle-tree.ts';
import { encodeVerifier, signNote } from './signed-note.ts';
import type { TreeStore } from './tree-store.ts';

/** Short, because hashing a page keeps the thread from answering requests. */
const PAGE_SIZE = 128;
/** Time between two looks at the log. Under load, the appends of this interval share a commit and a signature. */
const REST_MS = 1_000;
const AWAITED_REST_MS = 5;
const RETRY_MS = 15_000;
/** How long a stop may be delayed to sign the last events. */
const CLOSING_MS = 1_000;

export interface LogTreeOptions {
  readonly log: Pick<EventReader, 'readAll' | 'readEventAt' | 'subscribe' | 'comparePositions'>;
  readonly removals: LogRemovals;
  /** The location of the log, for messages. */
  readonly location: string;
  readonly store: TreeStore;
  readonly checkpointFile: CheckpointFile;
  /** Ed25519. */
  readonly key: KeyObject;
  /** Called when the log has another history. Returns true if it is to count from now on. */
  readonly accepts?: (error: LogHistoryError) => boolean;
  /** Called when the tree cannot follow the log. Unless the log has another history, it is retried. */
  readonly onFailure: (error: Error) => void;
}

/**
 * The Merkle tree over the events of a log in their order, also those that were removed since. It follows the log a
 * second behind, or sooner when somebody waits, so an append never waits for it. The last checkpoint is kept in a file.
 */
export class LogTree {
  readonly #options: LogTreeOptions;
  readonly #stopping = new AbortController();
  #running: Promise<void> | undefined;
  #isChecked = false;
  /** Ends the rest between two looks at the log. */
  #wake = (): void => {};
  /** The last checkpoint that was signed, and the size of the tree then. */
  #signed = { size: 0, note: '' };
  #keptSize = 0;

  constructor(options: LogTreeOptions) {
    this.#options = options;
  }

  /** Number of events in the tree. */
  get size(): number {
    return this.#options.store.size;
  }

  /**
   * The records whose removed events the tree lacks, as they were removed before this process could read them. If there
   * is one, nothing can be proved: the tree of another process has more leaves.
   */
  get missing(): readonly string[] {
    return this.#options.removals.unread;
  }

  /** Throws LogHistoryError if the log is not the one that the last checkpoint was signed for, and not accepted. */
  async check(): Promise<void> {
    const { log, removals, location, store, checkpointFile, key } = this.#options;
    const note = checkpointFile.read();
    const finding = await checkHistory({ log, tree: store, note, key, removed: removals.events });
    if (finding !== undefined) this.#accept(new LogHistoryError(finding, location));
    this.#isChecked = true;
  }

  /** Makes the log as it is the one that checkpoints are signed for, or throws. */
  #accept(error: LogHistoryError): void {
    const { store, checkpointFile, accepts } = this.#options;
    if (accepts?.(error) !== true) throw error;
    checkpointFile.remove();
    store.clear();
  }

  /** Starts to follow the log. */
  start(): void {
    this.#running = this.#run();
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping;
    await Promise.race([this.#options.removals.known, aborted(signal)]);
    while (!signal.aborted) {
      try {
        if (!this.#isChecked) await this.check();
        await this.#follow();
      } catch (error) {
        if (!(error instanceof StoreUnavailableError)) this.#options.onFailure(error as Error);
        if (error instanceof LogHistoryError) return;
      }
      await pause(RETRY_MS, signal);
    }
  }

  async #follow(): Promise<void> {
    const { signal } = this.#stopping;
    const options = { pageSize: PAGE_SIZE, signal, ...this.#after() };
    for await (const message of this.#options.log.subscribe(options)) {
      if (message.kind === 'events') {
        this.#add(message.events);
        await setImmediate();
      } else {
        await this.#keep();
        await this.#rest();
      }
    }
  }

  #after(): { readonly after?: Position } {
    const { store } = this.#options;
    return store.size === 0 ? {} : { after: store.positionAt(store.size - 1) };
  }

  #add(events: readonly RecordedEvent[]): void {
    const leaves = events.map((event) => ({ hash: leafHash(leafOf(event)), position: event.position }));
    this.#options.store.append(leaves);
  }

  async #rest(): Promise<void> {
    const waking = new AbortController();
    this.#wake = () => waking.abort();
    if (this.#stopping.signal.aborted) return;
    await pause(REST_MS, waking.signal);
  }

  /** Replaces the kept checkpoint if the tree has grown. */
  async #keep(): Promise<void> {
    const { size } = this;
    if (size === this.#keptSize || this.missing.length > 0) return;
    await this.#options.checkpointFile.write(this.checkpoint() ?? '');
    this.#keptSize = size;
  }

  /** Waits until the tree contains the event at a position. Returns false if it does not in time. */
  async waitFor(position: Position, timeoutMs: number): Promise<boolean> {
    const endMs = performance.now() + timeoutMs;
    while (!this.#contains(position)) {
      if (performance.now() >= endMs) return false;
      this.#wake();
      await pause(AWAITED_REST_MS, this.#stopping.signal);
    }
    return true;
  }

  #contains(position: Position): boolean {
    const { store, log } = this.#options;
    return store.size > 0 && log.comparePositions(position, store.positionAt(store.size - 1)) <= 0;
  }

  /** Returns the index of the event at a position that the tree contains. */
  indexOf(position: Position): number {
    const { store, log } = this.#options;
    // The embedded log numbers its events from 1.
    const number = Number(position) - 1;
    if (number >= 0 && number < store.size && store.positionAt(number) === position) return number;
    const isBefore = (index: number) => log.comparePositions(store.positionAt(index), position) < 0;
    return countLeadingIndexes(store.size, isBefore);
  }

  /**
   * Throws UnreadableEventError if an event is not the one that the tree contains. An event that is not in the tree yet
   * must at least be JSON.
   */
  requireUnaltered(events: readonly RecordedEvent[]): void {
    for (const event of events) {
      const isReadable = this.#contains(event.position) ? this.#isUnaltered(event) : isJson(event);
      if (isReadable) continue;
      const { stream, revision, id: eventId, position } = event;
      throw new UnreadableEventError(
        { stream, revision, eventId, position },
        'it is not what was recorded; chancery verify says where the log is damaged',
      );
    }
  }

  #isUnaltered(event: RecordedEvent): boolean {
    return leafHash(leafOf(event)).equals(this.leafHashAt(this.indexOf(event.position)));
  }

  /** Returns a signed checkpoint of all events in the tree; undefined if it is empty. */
  checkpoint(): string | undefined {
    const { size } = this;
    if (size === 0) return undefined;
    if (this.#signed.size !== size) {
      const origin = this.#origin();
      const text = checkpointText({ origin, size, root: this.rootAt(size) });
      this.#signed = { size, note: signNote(text, origin, this.#options.key) };
    }
    return this.#signed.note;
  }

  /** Returns the public key with the name of the log, as verifiers take it; undefined if the tree is empty. */
  publicKey(): string | undefined {
    if (this.size === 0) return undefined;
    return encodeVerifier({ name: this.#origin(), publicKey: createPublicKey(this.#options.key) });
  }

  #origin(): string {
    return logOrigin(this.leafHashAt(0));
  }

  leafHashAt(index: number): Buffer {
    return this.#options.store.readNode(nodeNumber(0, index));
  }

  rootAt(size: number): Buffer {
    return rootOf(size, this.#options.store.readNode);
  }

  inclusionProof(index: number, size: number): readonly Buffer[] {
    return inclusionProof(index, size, this.#options.store.readNode);
  }

  consistencyProof(from: number, to: number): readonly Buffer[] {
    return consistencyProof(from, to, this.#options.store.readNode);
  }

  /** Signs the last events, unless there are too many, and closes the file. The log must still be open. */
  async close(): Promise<void> {
    this.#stopping.abort();
    this.#wake();
    await this.#running;
    try {
      if (this.#isChecked) await this.#finish();
    } catch (error) {
      if (!(error instanceof StoreUnavailableError)) this.#options.onFailure(error as Error);
    } finally {
      this.#options.store.close();
    }
  }

  async #finish(): Promise<void> {
    const endMs = performance.now() + CLOSING_MS;
    while (performance.now() < endMs) {
      const range = { direction: 'forwards', maxCount: PAGE_SIZE, ...this.#after() } as const;
      const events = await this.#options.log.readAll(range);
      if (events.length === 0) break;
      this.#add(events);
    }
    await this.#keep();
  }
}

function isJson({ metadata, content }: RecordedEvent): boolean {
  try {
    JSON.parse(metadata);
    JSON.parse(content);
    return true;
  } catch {
    return false;
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
