import type { CountryCode } from '../domain/countries/countries.ts';
import { findEventType } from '../domain/event-types/registry.ts';
import { forEachCountry } from '../domain/events/country-fields.ts';
import { sources } from '../domain/fields/source.ts';
import type { JsonObject } from '../domain/values/json.ts';

/** Names of countries as a data set writes them → the codes that it means by them. */
export type CountryAliases = ReadonlyMap<string, CountryCode>;

/** Replaces the aliases in the fields of the event that hold countries. Changes the event, and returns it. */
export function applyAliases(event: JsonObject, aliases: CountryAliases): JsonObject {
  if (aliases.size === 0) return event;
  const type = findEventType(String(event['type']));
  const parts = [
    [type?.data, event['data']],
    [sources, event['sources']],
  ] as const;
  for (const [schema, value] of parts) {
    if (schema === undefined) continue;
    forEachCountry(schema, value, (country) => {
      const code = aliases.get(country.code);
      if (code !== undefined) country.replace(code);
    });
  }
  return event;
}
