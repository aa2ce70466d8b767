import { decodeEvent } from '../domain/events/event.ts';
import type { RecordedEvent } from '../event-store/event-store.ts';
import { type LogCheckpoint, logOrigin } from './checkpoint.ts';
import { leafOf } from './leaf.ts';
import { leafHash, nodeNumber, RootHasher } from './merkle-tree.ts';
import { RedactionCheck } from './redaction-check.ts';
import type { TreeStore } from './tree-store.ts';

/** What else the data folder knows about its log. */
export interface LogEvidence {
  /** The tree that was kept while the log grew; undefined if it is lost. */
  readonly tree: Pick<TreeStore, 'size' | 'readNode'> | undefined;
  /** The last signed checkpoint; undefined if there is none. */
  readonly signed: LogCheckpoint | undefined;
  /** True if the positions of the log are 1, 2, 3… */
  readonly isNumbered: boolean;
}

const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

/** Checks the events of a log one by one, in their order, against each other and against the evidence. */
export class LogVerification {
  readonly #evidence: LogEvidence;
  readonly #findings: string[] = [];
  readonly #hasher = new RootHasher();
  readonly #redactions = new RedactionCheck();
  /** The next revision of each stream. */
  readonly #revisions = new Map<string, number>();
  /** Events whose leaf in the tree is another: index and description. */
  readonly #different: { readonly index: number; readonly event: string }[] = [];
  /** Index of the first event that completes nodes other than those in the tree. */
  #firstOtherNode: number | undefined;
  #position = 0;
  #origin: string | undefined;
  /** Whether the log begins with the events that were signed; undefined before they have been read. */
  #isAsSigned: boolean | undefined;

  constructor(evidence: LogEvidence) {
    this.#evidence = evidence;
  }

  /** Number of events so far. */
  get events(): number {
    return this.#hasher.size;
  }

  check(event: RecordedEvent): void {
    this.#checkPosition(event);
    this.#checkRevision(event);
    this.#checkFields(event);
    this.#checkLeaf(event);
  }

  #checkPosition(event: RecordedEvent): void {
    if (!this.#evidence.isNumbered) return;
    const position = Number(event.position);
    const expected = this.#position + 1;
    if (position === expected + 1) this.#report(`there is no event at position ${expected}`);
    else if (position > expected) {
      this.#report(`there are no events from position ${expected} to ${position - 1}`);
    } else if (position < expected) {
      this.#report(`after position ${this.#position} comes position ${position}: ${described(event)}`);
    }
    this.#position = position;
  }

  #checkRevision(event: RecordedEvent): void {
    const expected = this.#revisions.get(event.stream) ?? 0;
    if (event.revision !== expected) {
      this.#report(`in the place of revision ${expected} of its stream is ${described(event)}`);
    }
    this.#revisions.set(event.stream, event.revision + 1);
  }

  #checkFields(event: RecordedEvent): void {
    if (!INSTANT.test(event.recordedAt)) this.#report(`${described(event)} has no valid recordedAt`);
    try {
      this.#redactions.add(event, decodeEvent(event));
    } catch (error) {
      this.#report(
        `${described(event)} cannot be decoded: ${error instanceof Error ? error.message : error}`,
      );
    }
  }

  #checkLeaf(event: RecordedEvent): void {
    const { tree, signed } = this.#evidence;
    const index = this.#hasher.size;
    const leaf = leafHash(leafOf(event));
    const nodes = this.#hasher.add(leaf);
    this.#origin ??= logOrigin(leaf);
    if (tree !== undefined && index < tree.size) {
      if (!isInTree(tree, index, [leaf])) this.#different.push({ index, event: described(event) });
      else if (!isInTree(tree, index, nodes)) this.#firstOtherNode ??= index;
    }
    if (this.#hasher.size === signed?.size) {
      this.#isAsSigned = this.#origin === signed.origin && this.#hasher.root().equals(signed.root);
    }
  }

  /** Returns what is wrong, in the order of the log. Call it once, after the last event. */
  finish(): readonly string[] {
    const { tree, signed } = this.#evidence;
    this.#reportMissing(Math.max(tree?.size ?? 0, signed?.size ?? 0));
    if (this.#isAsSigned === false) {
      this.#report(`the first ${signed?.size} events are not those that were signed in checkpoint`);
    }
    this.#reportDifferent(this.#isAsSigned === true ? (signed?.size ?? 0) : 0);
    for (const finding of this.#redactions.findings()) this.#report(finding);
    return this.#findings;
  }

  #reportMissing(known: number): void {
    const { events } = this;
    if (known > events) this.#report(`the log ends after ${events} events, but it had at least ${known}`);
  }

  /**
   * Of the signed events the log is known to be right, so the tree is wrong. So is a node that does not follow from its
   * leaves. Otherwise there is no telling, but only the log is meant to be kept.
   */
  #reportDifferent(signed: number): void {
    const wrongLeaf = this.#different.find(({ index }) => index < signed)?.index;
    const wrong = wrongLeaf ?? (this.#different.length === 0 ? this.#firstOtherNode : undefined);
    if (wrong !== undefined) {
      this.#findings.push(`tree.db is damaged at event ${wrong + 1}; remove it, and it is built again`);
    }
    for (const { index, event } of this.#different) {
      if (index >= signed) this.#report(`${event} is not what was recorded: tree.db has another leaf for it`);
    }
  }

  #report(problem: string): void {
    this.#findings.push(`log: ${problem}`);
  }
}

function isInTree(tree: Pick<TreeStore, 'readNode'>, index: number, nodes: readonly Buffer[]): boolean {
  try {
    return nodes.every((node, offset) => tree.readNode(nodeNumber(0, index) + offset).equals(node));
  } catch {
    return false;
  }
}

function described({ id, type, stream, revision, position }: RecordedEvent): string {
  return `${type} ${id} at position ${position} (revision ${revision} of ${stream})`;
}
