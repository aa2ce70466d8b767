import { type Html, html } from '../shell/html.ts';
import { errorSummary, errorText, inputDescription } from './filter-form.ts';
import type { FormError } from './form-error.ts';

/** What a form with a few inputs shows: what was typed, and what is wrong with it. */
export interface SentForm {
  /** By the names of the inputs. */
  readonly values: Readonly<Record<string, string>>;
  readonly errors: readonly FormError[];
}

/** @param labels of the inputs, by their names, which are also their ids */
export function sentFormErrors(
  { errors }: SentForm,
  labels: Readonly<Record<string, string>>,
): Html | undefined {
  if (errors.length === 0) return undefined;
  return errorSummary(errors, labels, (name) => (Object.hasOwn(labels, name) ? name : undefined));
}

/** Attributes of the input of a URL or an id. */
export const CODE = html` spellcheck="false" autocapitalize="none"`;
/** The same of one that must be filled in. */
export const REQUIRED_CODE = html` required${CODE}`;

/** An input with its label, what was typed, and what is wrong with it. */
export function sentInput(
  name: string,
  label: string,
  form: SentForm,
  attributes: Html,
  hint?: string,
): Html {
  const description = inputDescription(name, form, hint !== undefined);
  const value = form.values[name] ?? '';
  return html`
    <div class="field">
      <label for="${name}">${label}</label>
      <input id="${name}" name="${name}" type="text" value="${value}"${attributes}${description}>
      ${hint !== undefined && html`<small id="hint-${name}">${hint}</small>`}
      ${errorText(name, form)}
    </div>`;
}
