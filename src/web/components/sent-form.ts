import type { Html } from '../shell/html.ts';
import { errorSummary } from './filter-form.ts';

/** What a form with a few inputs shows: what was typed, and what is wrong with it. */
export interface SentForm {
  /** By the names of the inputs. */
  readonly values: Readonly<Record<string, string>>;
  /** `parameter` is the name of an input. */
  readonly errors: readonly { readonly parameter: string; readonly detail: string }[];
}

/** @param labels of the inputs, by their names, which are also their ids */
export function sentFormErrors(
  { errors }: SentForm,
  labels: Readonly<Record<string, string>>,
): Html | undefined {
  if (errors.length === 0) return undefined;
  return errorSummary(errors, labels, (name) => (Object.hasOwn(labels, name) ? name : undefined));
}
