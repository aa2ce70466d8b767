import { findContentType } from '../../domain/event-types/registry.ts';
import { Correction } from '../../web/forms/correction.ts';
import type { AppContext } from '../protocol/context.ts';
import type { Request } from '../protocol/handler.ts';
import type { Problem } from '../protocol/problems.ts';
import { openCuration, outdated, versionOf } from './curated-record.ts';
import { readCuratedEvent, retraction } from './curation-forms.ts';
import type { OpenedForm } from './opened-form.ts';

/** `/record/corrections/{id}`: the form of the type of the event, filled with its present date and payload. */
export async function openCorrection(
  context: AppContext,
  req: Request<{ id: string }>,
  seen: number | undefined,
): Promise<OpenedForm | Problem> {
  const curated = await readCuratedEvent(context, req, seen);
  if ('code' in curated) return curated;
  const { record, version } = curated;
  const refusal = retraction(req, curated);
  if (refusal !== undefined) return refusal;
  const type = findContentType(version.type);
  if (type === undefined) throw new TypeError(`Unknown event type: ${version.type}`);
  const { id } = version.event;
  const correction = new Correction(type, id, version);
  const opened = openCuration(context, record, {
    form: correction.form,
    target: id,
    data: { corrects: id },
    values: Object.fromEntries(correction.values),
    subject: { kept: correction.kept },
  });
  return {
    ...opened,
    complete: (event) => opened.complete(correction.complete(event)),
    rebase: (event, typed) => {
      const { values } = opened.rebase(event, typed);
      const present = versionOf(record.now, id) ?? version;
      return { values: correction.rebase(event, values, present), result: outdated(record, id) };
    },
  };
}
