import { z } from 'zod';
import { ACTOR_KINDS, actor } from '../../domain/fields/actor.ts';
import { identifiers } from '../../domain/fields/actor-identifiers.ts';
import { amount } from '../../domain/fields/amount.ts';
import { goods } from '../../domain/fields/goods.ts';
import type { JsonValue } from '../../domain/values/json.ts';
import {
  asOf,
  entryTotal,
  links,
  namedCountry,
  next,
  occurrence,
  redactions,
  status,
  timelineSpan,
  total,
} from './shared.ts';

const namedActor = actor.omit({ names: true }).loose().meta({ id: 'Actor' });

const entry = {
  id: z.string().meta({ description: 'Id of the event.' }),
  stream: z.string().meta({ description: 'Name of its record.' }),
  type: z.string(),
  occurred: occurrence,
  countries: z.array(z.string()),
  topics: z.array(z.string()),
  speechActs: z.array(z.string()),
  sources: z.int().meta({ description: 'Number of sources.' }),
  status,
  versions: z.int(),
  position: z.string(),
  recordedAt: z.string(),
};

export const eventEntry = z
  .object({
    ...entry,
    headline: z.string(),
    headlineQuote: z
      .object({ from: z.int(), language: z.string() })
      .meta({ description: 'The quotation that the headline ends with: its first character and language.' })
      .exactOptional(),
    roles: z.array(z.string()).exactOptional(),
    actor: namedActor.exactOptional(),
    instrument: z.string().exactOptional().meta({ description: 'Kind of an agreement, such as `mou`.' }),
    parties: z.array(namedActor).exactOptional().meta({ description: 'Of an agreement.' }),
    amounts: z.array(amount).exactOptional(),
    quantities: z.array(goods.element.omit({ hsCode: true, hsEdition: true })).exactOptional(),
    attribution: z.array(z.array(z.string())),
    links,
    redactions: redactions.exactOptional(),
  })
  .meta({ id: 'EventEntry', description: 'An event in a timeline.' });

const statementText = z.object({
  language: z.string(),
  value: z.string(),
  kind: z.string().exactOptional(),
});

const question = z.object({
  asker: z.string().exactOptional(),
  outlet: z.string().exactOptional(),
  language: z.string().exactOptional(),
  text: z.string(),
});

export const statementEntry = z
  .object({
    ...entry,
    statement: z.string().meta({ description: 'Key of the statement in its event.' }),
    speaker: z.object({ ...namedActor.shape, anonymity: z.string().exactOptional() }),
    relayedBy: z.array(namedActor).exactOptional(),
    institution: namedActor.exactOptional(),
    speechAct: z.string(),
    text: z.array(statementText),
    quoted: z.enum(['verbatim', 'paraphrase']),
    questions: z.array(question),
    about: z.array(z.string()),
    roles: z.record(z.string(), z.array(z.string())),
    attribution: z
      .array(
        z.object({
          ...namedActor.shape,
          kind: namedActor.shape.kind.optional(),
          anonymity: z.string().exactOptional(),
        }),
      )
      .meta({
        description: 'From the speaker over those who relayed it to an outlet; empty if it has none.',
      }),
  })
  .meta({ id: 'StatementEntry', description: 'A statement in a timeline.' });

/** @param subject what the timeline is about, as members of the answer */
function timelineAnswer<Entry extends z.ZodType, Subject extends z.ZodRawShape>(
  entry: Entry,
  subject: Subject,
) {
  return z.object({ ...subject, asOf, ...entryTotal, entries: z.array(entry), next });
}

const actorItem = z.object({
  key: z.string(),
  name: z.string(),
  kind: z.enum(Object.keys(ACTOR_KINDS)).nullable(),
  country: z.string().nullable(),
});

const actorDetails = z.object({
  ...actorItem.shape,
  identifiers,
  names: z.array(z.object({ name: z.string(), entries: z.int() })),
  members: z.array(z.object({ country: z.string(), from: z.string().nullable(), to: z.string().nullable() })),
});

const label = z.string().nullable();
const topicDetails = z.object({
  slug: z.string(),
  label,
  labels: z.record(z.string(), z.string()).meta({ description: 'Language tag → label.' }),
  description: z.string().nullable(),
  broader: z.array(z.string()),
  narrower: z.array(z.string()),
});

export const countryTimelineAnswer = timelineAnswer(eventEntry, { country: namedCountry }).meta({
  id: 'CountryTimeline',
});
export const topicTimelineAnswer = timelineAnswer(eventEntry, { topic: topicDetails }).meta({
  id: 'TopicTimeline',
});
export const relationTimelineAnswer = timelineAnswer(eventEntry, {
  relation: z.array(namedCountry).length(2),
}).meta({ id: 'RelationTimeline' });
export const actorTimelineAnswer = timelineAnswer(eventEntry, { actor: actorDetails }).meta({
  id: 'ActorTimeline',
});
export const statementTimelineAnswer = timelineAnswer(statementEntry, {
  statements: z
    .object({ country: namedCountry.nullable(), about: z.string().nullable() })
    .meta({ description: 'What the statements are about; all members are null for all statements.' }),
}).meta({ id: 'StatementTimeline' });

/** The entries of a projection have the members that its definition gives them. */
export const projectedTimelineAnswer = timelineAnswer(z.looseObject({}), {
  timeline: z.object({ projection: z.string(), key: z.string() }),
}).meta({ id: 'ProjectedTimeline' });

const shipmentEntry = z
  .looseObject({})
  .meta({ id: 'ShipmentEntry', description: 'An event of a shipment, as the projection folds it.' });
export const unlinkedShipmentTimelineAnswer = timelineAnswer(shipmentEntry, { mou: z.null() }).meta({
  id: 'UnlinkedShipmentTimeline',
});

const distance = z
  .object({ least: z.int(), most: z.int().nullable(), event: z.string() })
  .meta({ description: 'Days since another event.' });

const step = z
  .object({
    id: z.string(),
    type: z.string(),
    headline: z.string(),
    amendment: z.string().exactOptional(),
    occurred: occurrence,
    status,
    versions: z.int(),
    redactions: redactions.exactOptional(),
    sources: z.int(),
    links,
    position: z.string(),
    recordedAt: z.string(),
    daysSince: distance.nullable(),
  })
  .meta({ id: 'AgreementStep' });

const partyAct = z.object({
  act: z.string(),
  occurred: occurrence,
  effectiveFrom: z.string().nullable(),
  event: z.string(),
});

const agreement = z.object({
  stream: z.string(),
  title: z.string().nullable(),
  instrument: z.string().nullable(),
  amounts: z.array(amount),
  signed: occurrence.nullable(),
  parties: z.array(namedActor),
  topics: z.array(z.string()),
  state: z.enum(['signed', 'in-force', 'terminated']).nullable(),
  inForceFrom: z.string().nullable(),
  until: z.string().nullable(),
  terminatedOn: z.string().nullable(),
  participation: z.array(z.object({ party: namedActor, acts: z.array(partyAct) })),
  steps: z.array(step),
  shipments: z.array(z.object({ stream: z.string(), steps: z.array(step) })),
  shipmentsKnown: z.boolean(),
});

export const agreementAnswer = z
  .object({ mou: z.object({ ...agreement.shape, complete: z.boolean() }), asOf })
  .meta({ id: 'Agreement' });

/** The most frequent values of a filter, each with the number of items that it would keep. */
const valueCounts = z.array(z.object({ value: z.string(), count: z.int() }));
const facetCounts = z
  .record(z.string(), valueCounts)
  .meta({ id: 'FacetCounts', description: 'Name of a filter → its values, with numbers of items.' });

export const facetsAnswer = z
  .object({
    asOf,
    counted: z.int().meta({ description: 'Number of entries that were counted.' }),
    complete: z.boolean().meta({ description: 'False if more entries match than were counted.' }),
    facets: facetCounts,
  })
  .meta({ id: 'EntryCounts' });

const { steps: _steps, participation: _participation, ...listedAgreement } = agreement.shape;
const agreementItem = z.object({
  ...listedAgreement,
  events: z.int().meta({ description: 'Of the agreement and of its shipments.' }),
  shipments: z.int(),
  changedAt: z.string().nullable().meta({ description: 'When the record of the agreement last changed.' }),
});

/** @param member name of the list in the answer */
function listAnswer<Member extends string, Item extends z.ZodType>(member: Member, item: Item) {
  return z.object({
    asOf,
    total,
    ...({ [member]: z.array(item) } as Record<Member, z.ZodArray<Item>>),
    next,
  });
}

export const countryList = listAnswer('countries', z.object({ ...namedCountry.shape, ...timelineSpan })).meta(
  { id: 'CountryList' },
);
export const topicList = listAnswer('topics', z.object({ slug: z.string(), label, ...timelineSpan })).meta({
  id: 'TopicList',
});
const relationMatrix = z
  .object({
    countries: z.array(z.object({ ...namedCountry.shape, entries: z.int() })),
    entries: z.array(z.array(z.int().nullable())).meta({
      description: 'By row and column: entries of the relation; null for a country and itself.',
    }),
  })
  .meta({ id: 'RelationMatrix' });
export const relationList = listAnswer(
  'relations',
  z.object({
    countries: z.array(z.string()).length(2),
    names: z.array(z.string()).length(2),
    ...timelineSpan,
  }),
)
  .extend({ matrix: relationMatrix.exactOptional() })
  .meta({ id: 'RelationList' });
export const actorList = listAnswer('actors', z.object({ ...actorItem.shape, ...timelineSpan })).meta({
  id: 'ActorList',
});
export const agreementList = listAnswer('mous', agreementItem)
  .extend({
    shipmentsWithoutMou: z.string().meta({ description: 'URL.' }),
    facets: facetCounts.exactOptional(),
  })
  .meta({ id: 'AgreementList' });
export const timelineList = listAnswer('timelines', z.object({ key: z.string(), ...timelineSpan })).meta({
  id: 'TimelineList',
});

const appearance = z.object({ entry: eventEntry, recordedAt: z.string(), position: z.string() }).nullable();
const match = z.object({
  text: z.string().meta({ description: 'A part of a text; `…` stands for what is left out.' }),
  marks: z
    .array(z.tuple([z.int(), z.int()]))
    .meta({ description: 'Where it has the words: UTF-16 code units, the end is exclusive.' }),
});

export const searchAnswer = z
  .object({
    query: z.string(),
    countries: z.array(z.object({ ...namedCountry.shape, matched: z.string(), entries: z.int() })),
    topics: z.array(z.object({ slug: z.string(), entries: z.int() })),
    actors: z.array(z.object({ ...actorItem.shape, entries: z.int() })),
    asOf: asOf.exactOptional(),
    total: entryTotal.total.exactOptional(),
    isTotalExact: entryTotal.isTotalExact.exactOptional(),
    counts: z
      .object({ countries: valueCounts, topics: valueCounts, types: valueCounts, years: valueCounts })
      .exactOptional()
      .meta({ description: 'The most frequent values; of the first 500 entries if there are more.' }),
    firstAppeared: z
      .object({ occurred: appearance, recorded: appearance })
      .exactOptional()
      .meta({ description: 'The first entry by its date, and the first one that was recorded.' }),
    entries: z.array(eventEntry.extend({ matches: z.array(match) })).exactOptional(),
    next: next.exactOptional(),
  })
  .meta({ id: 'SearchResults', description: 'Only names if `results` is `names`.' });

export const liveUpdate = z
  .object({
    position: z.string(),
    instant: z.string(),
    new: z.int().nullable().meta({ description: 'New and changed entries; null if too many to count.' }),
  })
  .meta({ id: 'LiveUpdate', description: '`data` of an event `news`.' });

/** Any JSON. Described by its parts, it would refer to itself, which types of TypeScript cannot. */
const anyJson = z.custom<JsonValue>();

const fieldChange = z
  .object({
    pointer: z.string().meta({ description: 'RFC 6901 pointer into the entry.' }),
    before: anyJson.exactOptional().meta({ description: 'Absent if the field was added.' }),
    after: anyJson.exactOptional().meta({ description: 'Absent if the field was removed.' }),
  })
  .meta({ id: 'FieldChange' });

const causedChange = z
  .object({
    change: z.enum(['arrived', 'changed', 'left']),
    by: z
      .object({
        event: z.string().meta({ description: 'Its id.' }),
        type: z.string(),
        position: z.string(),
        recordedAt: z.string(),
        actor: z.string(),
      })
      .meta({ description: 'The event that made the change.' }),
    reason: z.string().exactOptional(),
    sortKey: z.array(z.int()).length(4).meta({ description: 'The fourth number identifies the entry.' }),
    fields: z.array(fieldChange).exactOptional().meta({ description: 'Of a changed entry.' }),
    entry: z.looseObject({}).meta({ description: 'After the change; if it left, before it.' }),
  })
  .meta({ id: 'Change' });

export const changesAnswer = z
  .object({
    timeline: z.string().meta({ description: 'URL.' }),
    from: asOf,
    to: asOf,
    changes: z.array(causedChange),
    next,
  })
  .meta({ id: 'Changes', description: 'What events changed in a timeline between two states.' });

export const oembedAnswer = z
  .object({
    type: z.literal('rich'),
    version: z.literal('1.0'),
    title: z.string(),
    provider_name: z.string(),
    provider_url: z.string(),
    width: z.int().meta({ description: 'In CSS pixels.' }),
    height: z.int(),
    html: z.string().meta({ description: 'Markup of the frame.' }),
  })
  .meta({ id: 'Oembed', description: 'A rich response of oEmbed 1.0.' });
