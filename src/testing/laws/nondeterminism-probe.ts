import type { TimelineDefinition } from '../../projector/define-timeline.ts';

const SHIFT_MS = 400 * 86_400_000 + 12_345_678;

/**
 * Returns a definition that calls each function of the original twice, with the clock more than a year ahead, and
 * returns the second result. Its results differ if the original depends on the clock, on chance or on earlier calls.
 */
export function nondeterminismProbe(definition: TimelineDefinition): TimelineDefinition {
  const members = Object.entries(definition).map(([name, member]) => [
    name,
    typeof member === 'function' ? calledTwiceLater(member) : member,
  ]);
  return Object.fromEntries(members);
}

type AnyFunction = (...args: unknown[]) => unknown;

function calledTwiceLater(call: AnyFunction): AnyFunction {
  return function probed(this: unknown, ...args) {
    return withLaterClock(() => {
      call.apply(this, args);
      return call.apply(this, args);
    });
  };
}

/** Runs synchronous work while `Date` is ahead. */
function withLaterClock(work: () => unknown): unknown {
  const original = globalThis.Date;
  globalThis.Date = laterDate(original);
  try {
    return work();
  } finally {
    globalThis.Date = original;
  }
}

function laterDate(original: DateConstructor): DateConstructor {
  const now = () => original.now() + SHIFT_MS;
  return new Proxy(original, {
    construct: (target, args, newTarget) =>
      Reflect.construct(target, args.length === 0 ? [now()] : args, newTarget) as object,
    apply: () => new original(now()).toString(),
    get: (target, name, receiver) => (name === 'now' ? now : Reflect.get(target, name, receiver)),
  });
}
