import type { CountryCode } from '../countries/countries.ts';
import { rolesIn, type Statement } from '../event-types/briefing.ts';
import { byCountry, type Role } from '../fields/role.ts';
import type { RecordVersion } from './record.ts';

export type { Statement } from '../event-types/briefing.ts';

/** What was said at a briefing, in its order; nothing on any other record. */
export function statementsOf(version: RecordVersion): readonly Statement[] {
  return version.type === 'BriefingHeld' ? (version.data.statements ?? []) : [];
}

/** The speaker's country and those that the statement names, with their roles in it, each once. */
export function rolesInStatement(said: Statement): Map<CountryCode, readonly Role[]> {
  return byCountry(rolesIn(said));
}

/** What two spellings of one name have in common: no case, Unicode form, width or number of spaces. May be empty. */
export function normalizeName(name: string): string {
  return name.normalize('NFKC').toLowerCase().normalize('NFKC').replace(/\s+/g, ' ').trim();
}
