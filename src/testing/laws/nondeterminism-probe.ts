import type { TimelineDefinition } from '../../projector/define-timeline.ts';

const SHIFT_MS = 400 * 86_400_000 + 12_345_678;

/** The definition, asked in a later year, and each question twice, of which the second answer counts. */
export function nondeterminismProbe(definition: TimelineDefinition): TimelineDefinition {
  const parts = Object.entries(definition).map(([name, part]) => [
    name,
    typeof part === 'function' ? askedTwiceLater(part) : part,
  ]);
  return Object.fromEntries(parts);
}

type Question = (...parts: unknown[]) => unknown;

function askedTwiceLater(question: Question): Question {
  return function asked(this: unknown, ...parts) {
    return later(() => {
      question.apply(this, parts);
      return question.apply(this, parts);
    });
  };
}

/** What is done in here sees a later clock. Must not be asynchronous. */
function later(work: () => unknown): unknown {
  const present = globalThis.Date;
  globalThis.Date = laterDate(present);
  try {
    return work();
  } finally {
    globalThis.Date = present;
  }
}

function laterDate(present: DateConstructor): DateConstructor {
  const now = () => present.now() + SHIFT_MS;
  return new Proxy(present, {
    construct: (target, parts, newTarget) =>
      Reflect.construct(target, parts.length === 0 ? [now()] : parts, newTarget) as object,
    apply: () => new present(now()).toString(),
    get: (target, name, receiver) => (name === 'now' ? now : Reflect.get(target, name, receiver)),
  });
}
