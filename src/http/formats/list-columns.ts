import type { Amount } from '../../domain/fields/amount.ts';
import type { Occurrence } from '../../domain/record/summary.ts';
import { actorUrl, agreementUrl, countryUrl, eventUrl, relationUrl, topicUrl } from '../../web/text/url.ts';
import { type Column, listCell, partiesCell, textColumn } from './column.ts';
import { AMOUNT_COLUMNS } from './event-columns.ts';

/** The columns of the lists of timelines. */

interface ListedTimeline {
  readonly entries: number;
  readonly earliest: string | null;
  readonly latest: string | null;
}

const SIZE: readonly Column<ListedTimeline>[] = [
  {
    name: 'entries',
    type: 'integer',
    description: 'Number of entries, retracted ones included.',
    value: ({ entries }) => entries,
  },
  {
    name: 'earliest',
    type: 'date',
    description: 'First day of an entry; empty if a start is open.',
    value: ({ earliest }) => earliest,
  },
  {
    name: 'latest',
    type: 'date',
    description: 'Last day of an entry; empty if an end is open.',
    value: ({ latest }) => latest,
  },
];

/** @param path returns the path of a timeline */
function urlColumn<Item>(path: (item: Item) => string): Column<Item> {
  return {
    name: 'url',
    type: 'string',
    description: 'URL of the timeline.',
    value: (item, origin) => `${origin}${path(item)}`,
  };
}

type ListedCountry = ListedTimeline & { readonly code: string; readonly name: string };

export const COUNTRY_COLUMNS: readonly Column<ListedCountry>[] = [
  textColumn('code', 'Code of the country (ISO 3166-1).', ({ code }) => code),
  textColumn('name', 'Name of the country.', ({ name }) => name),
  ...SIZE,
  urlColumn(({ code }) => countryUrl(code)),
];

type ListedTopic = ListedTimeline & { readonly slug: string; readonly label: string | null };

export const TOPIC_COLUMNS: readonly Column<ListedTopic>[] = [
  textColumn('slug', 'Slug of the topic.', ({ slug }) => slug),
  textColumn('label', 'Label of the topic, if it is defined.', ({ label }) => label),
  ...SIZE,
  urlColumn(({ slug }) => topicUrl(slug)),
];

type ListedRelation = ListedTimeline & {
  readonly countries: readonly [string, string];
  readonly names: readonly string[];
};

export const RELATION_COLUMNS: readonly Column<ListedRelation>[] = [
  textColumn('countries', 'Codes of the two countries (ISO 3166-1).', ({ countries }) => listCell(countries)),
  textColumn('names', 'Names of the two countries.', ({ names }) => listCell(names)),
  ...SIZE,
  urlColumn(({ countries }) => relationUrl(...countries)),
];

type ListedActor = ListedTimeline & {
  readonly key: string;
  readonly name: string;
  readonly kind: string | null;
  readonly country: string | null;
};

export const ACTOR_COLUMNS: readonly Column<ListedActor>[] = [
  textColumn('key', 'Key of the actor in its URL.', ({ key }) => key),
  textColumn('name', 'Name of the actor.', ({ name }) => name),
  textColumn('kind', 'Kind of the actor, such as person or company.', ({ kind }) => kind),
  textColumn('country', 'Code of its country (ISO 3166-1).', ({ country }) => country),
  ...SIZE,
  urlColumn(({ key }) => actorUrl(key)),
];

interface ListedEvent {
  readonly position: string;
  readonly id: string;
  readonly type: string;
  readonly stream: string;
  readonly revision: number;
  readonly occurred: string;
  readonly recordedAt: string;
  readonly actor: string;
  readonly sources: readonly { readonly outlet: string; readonly url?: string }[];
  readonly data: object;
}

export const LOG_COLUMNS: readonly Column<ListedEvent>[] = [
  textColumn('position', 'Place in the log.', ({ position }) => position),
  textColumn('id', 'Id of the event.', ({ id }) => id),
  textColumn('type', 'Type of the event.', ({ type }) => type),
  textColumn('record', 'Name of its record.', ({ stream }) => stream),
  {
    name: 'revision',
    type: 'integer',
    description: 'Its place in the record, from 0.',
    value: ({ revision }) => revision,
  },
  textColumn('occurred', 'When it happened (EDTF).', ({ occurred }) => occurred),
  {
    name: 'recorded_at',
    type: 'datetime',
    description: 'When it was recorded.',
    value: ({ recordedAt }) => recordedAt,
  },
  textColumn('actor', 'Who recorded it.', ({ actor }) => actor),
  textColumn('outlets', 'Outlets of its sources.', ({ sources }) =>
    listCell(sources.map(({ outlet }) => outlet)),
  ),
  textColumn('source_urls', 'URLs of its sources.', ({ sources }) =>
    listCell(sources.flatMap(({ url }) => url ?? [])),
  ),
  textColumn('data', 'Its payload as JSON.', ({ data }) => JSON.stringify(data)),
  {
    name: 'url',
    type: 'string',
    description: 'URL of the event.',
    value: ({ id }, origin) => `${origin}${eventUrl(id)}`,
  },
];

interface ListedAgreement {
  readonly stream: string;
  readonly title: string | null;
  readonly instrument: string | null;
  readonly signed: Occurrence | null;
  readonly parties: readonly { readonly name: string; readonly country?: string }[];
  readonly topics: readonly string[];
  readonly state: string | null;
  readonly changedAt: string | null;
  readonly amounts: readonly Amount[];
  readonly inForceFrom: string | null;
  readonly until: string | null;
  readonly terminatedOn: string | null;
  readonly events: number;
  readonly shipments: number;
  readonly shipmentsKnown: boolean;
}

export const AGREEMENT_COLUMNS: readonly Column<ListedAgreement>[] = [
  textColumn('record', 'Name of the record of the agreement.', ({ stream }) => stream),
  textColumn('title', 'Title of the agreement.', ({ title }) => title),
  textColumn('instrument', 'Kind of the agreement, such as mou or treaty.', ({ instrument }) => instrument),
  textColumn('signed', 'When it was signed (EDTF).', ({ signed }) => signed?.edtf),
  {
    name: 'signed_earliest',
    type: 'date',
    description: 'First day that this means.',
    value: ({ signed }) => signed?.earliest,
  },
  {
    name: 'signed_latest',
    type: 'date',
    description: 'Last day that this means.',
    value: ({ signed }) => signed?.latest,
  },
  textColumn('parties', 'The parties, with the codes of their countries.', ({ parties }) =>
    partiesCell(parties),
  ),
  textColumn('topics', 'Slugs of its topics.', ({ topics }) => listCell(topics)),
  textColumn('state', 'The last step: signed, in-force or terminated.', ({ state }) => state),
  ...AMOUNT_COLUMNS,
  textColumn('in_force_from', 'In force from (EDTF).', ({ inForceFrom }) => inForceFrom),
  textColumn('until', 'In force until (EDTF).', ({ until }) => until),
  textColumn('terminated_on', 'Terminated on (EDTF).', ({ terminatedOn }) => terminatedOn),
  {
    name: 'events',
    type: 'integer',
    description: 'Number of events of the agreement and of its shipments.',
    value: ({ events }) => events,
  },
  {
    name: 'shipments',
    type: 'integer',
    description:
      'Number of shipments under the agreement that are recorded; empty if it is not known of any.',
    value: ({ shipments, shipmentsKnown }) => (shipmentsKnown ? shipments : undefined),
  },
  {
    name: 'changed_at',
    type: 'datetime',
    description: 'When its record last changed.',
    value: ({ changedAt }) => changedAt,
  },
  urlColumn(({ stream }) => agreementUrl(stream)),
];

type ListedKey = ListedTimeline & { readonly key: string };

export const KEY_COLUMNS: readonly Column<ListedKey>[] = [
  textColumn('key', 'Key of the timeline.', ({ key }) => key),
  ...SIZE,
];

interface FoundItem {
  readonly kind: 'country' | 'topic' | 'actor';
  readonly key: string;
  readonly name: string;
  readonly entries: number;
  readonly path: string;
}

export const SEARCH_COLUMNS: readonly Column<FoundItem>[] = [
  textColumn('kind', 'country, topic or actor.', ({ kind }) => kind),
  textColumn('key', 'Code, slug or key.', ({ key }) => key),
  textColumn('name', 'Name.', ({ name }) => name),
  { name: 'entries', type: 'integer', description: 'Number of entries.', value: ({ entries }) => entries },
  urlColumn(({ path }) => path),
];
