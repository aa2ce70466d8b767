import type { Draft } from '../../inbox/draft.ts';
import type { RecordForm } from '../../web/forms/form-field.ts';
import { DRAFT_FIELD, type FormValues, placedFields } from '../../web/forms/form-values.ts';

/** Fills a form with what a draft says, as far as the form has fields for it. */
export function valuesOfDraft(form: RecordForm, draft: Draft): FormValues {
  const { id, title, link, publishedOn, outlet, language } = draft;
  const values = {
    '/occurred': publishedOn,
    '/data/title': title,
    '/sources/0/outlet': outlet,
    '/sources/0/title': title,
    '/sources/0/url': link,
    '/sources/0/language': language,
    '/sources/0/publishedOn': publishedOn,
  };
  const names = new Set(placedFields(form.fields, new Map()).map(({ name }) => name));
  const filled = Object.entries(values).flatMap(([name, value]) => {
    return value === null || !names.has(name) ? [] : [[name, value] as const];
  });
  return new Map([[DRAFT_FIELD, id], ...filled]);
}
