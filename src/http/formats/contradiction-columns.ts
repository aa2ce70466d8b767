import type { Claim } from '../../domain/claims/claim.ts';
import type { ContradictionItem } from '../../web/components/contradiction.ts';
import { eventUrl } from '../../web/text/url.ts';
import { type Column, listCell, textColumn } from './column.ts';

const speakerOf = ({ chains }: Claim) => chains[0]?.[0]?.actors[0]?.name;
const relaysOf = ({ chains }: Claim) =>
  listCell(
    (chains[0] ?? [])
      .filter(({ role }) => role === 'relay')
      .flatMap(({ actors }) => actors.map(({ name }) => name)),
  );
const outletsOf = ({ chains }: Claim) =>
  listCell(
    chains
      .flatMap((chain) => chain.filter(({ role }) => role === 'outlet').flatMap(({ actors }) => actors))
      .map(({ name }) => name),
  );

/** The columns of candidates of contradiction. */
export const CONTRADICTION_COLUMNS: readonly Column<ContradictionItem>[] = [
  textColumn(
    'kind',
    'What makes it a candidate: `denial`, `dates`, `order` or `exclusion`.',
    ({ kind }) => kind,
  ),
  textColumn(
    'state',
    '`confirmed` if a person linked the two with `contradicts`, else `open`.',
    ({ state }) => state,
  ),
  textColumn('about', 'The id of an event or the name of a record.', ({ about }) => about),
  textColumn('event', 'Id of the event that is at odds with it.', ({ claim }) => claim.event),
  textColumn('statement', 'Key of the statement that denies it.', ({ claim }) => claim.statement),
  textColumn('speech_act', 'Speech act of the statement.', ({ claim }) => claim.speechAct),
  textColumn('speaker', 'Who said it first, as far as it is known.', ({ claim }) => speakerOf(claim)),
  textColumn('relays', 'Those who relayed it.', ({ claim }) => relaysOf(claim)),
  textColumn('outlets', 'The outlets that were read.', ({ claim }) => outletsOf(claim)),
  textColumn('occurred', 'Date of the event, EDTF.', ({ claim }) => claim.occurred.edtf),
  textColumn('headline', 'What the event says.', ({ claim }) => claim.headline),
  textColumn(
    'text',
    'Beginning of what was said, in the first language.',
    ({ claim }) => claim.text?.[0]?.value,
  ),
  textColumn('against', 'Ids of the events that affirm it.', ({ against }) =>
    listCell(against.map(({ event }) => event)),
  ),
  textColumn('against_headlines', 'What these events say.', ({ against }) =>
    listCell(against.map(({ headline }) => headline)),
  ),
  textColumn('url', 'URL of the event.', ({ claim }, origin) => `${origin}${eventUrl(claim.event)}`),
];
