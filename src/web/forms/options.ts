import type { z } from 'zod';
import { labelsOf } from '../../domain/fields/field-kind.ts';
import { labelFor } from '../text/vocabulary.ts';

export type Options = readonly (readonly [value: string, label: string])[];

/** Returns the codes of an enumeration with their labels. */
export function optionsOf(
  schema: z.ZodEnum,
  labels: Readonly<Record<string, string>> = labelsOf(schema),
): Options {
  return schema.options.map((code) => [String(code), labelFor(labels, code)]);
}

/** Grades of the Admiralty code, each with its meaning. */
export function gradeOptions(grades: readonly string[], labels: Readonly<Record<string, string>>): Options {
  return grades.map((grade) => [grade, `${grade}, ${labelFor(labels, grade)}`] as const);
}
