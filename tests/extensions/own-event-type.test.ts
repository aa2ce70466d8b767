import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { jsonSchemaOf, registerEventTypes } from '../../src/index.ts';
import { builderOf, eventCorrected, mouSigned, replay } from '../../src/testing/index.ts';
import { eventForms } from '../../src/web/forms/event-form.ts';
import { type Harness, startHarness } from '../harness.ts';
import { visaCounts, visaIssued, visas } from './visa.ts';

const formsBefore = eventForms().map(({ type }) => type);
registerEventTypes([visaIssued]);

const visa = builderOf(visaIssued);
const issued = visa({ topics: ['labour'], appliesTo: ['China', 'Macau'], fee: { waived: true } });

describe('an event type of an installation', () => {
  let harness: Harness;

  beforeAll(async () => {
    harness = await startHarness();
  });

  afterAll(() => harness.close());

  async function post(event: object): Promise<Response> {
    return fetch(`${harness.url}/events`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(event),
    });
  }

  async function page(path: string): Promise<string> {
    const response = await fetch(`${harness.url}${path}`, { headers: { Accept: 'text/html' } });
    expect(response.status).toBe(200);
    return response.text();
  }

  test('is appended, with its own warnings, and appears on the timelines of its countries and topics', async () => {
    const response = await post(issued);
    expect(response.status).toBe(201);
    const { events, warnings } = (await response.json()) as {
      events: readonly { position: string }[];
      warnings: readonly object[];
    };
    expect(warnings).toEqual([
      { code: 'no-expiry', detail: 'The visa has no end date.', pointer: '/data/validUntil' },
    ]);
    const after = events[0]?.position;
    for (const path of ['/countries/CN', '/countries/PK', '/topics/labour']) {
      const timeline = await (await fetch(`${harness.url}${path}?after=${after}&types=VisaIssued`)).json();
      expect(timeline).toMatchObject({
        entries: [{ type: 'VisaIssued', headline: 'A. Khan receives a work visa', countries: ['CN', 'PK'] }],
      });
    }
  });

  test('has a form of its own, also if the others were made before it was registered', () => {
    expect(eventForms().map(({ type }) => type)).toEqual([...formsBefore, 'VisaIssued']);
  });

  test('has its lane in the chart of timeline pages, and its label among the filters', async () => {
    const html = await page('/countries/CN?from=2020&to=2029');
    expect(html).toMatch(/<title>[^<]*: 1 entry \(Visas 1\)<\/title>/);
    expect(html).toMatch(/<input type="checkbox" name="types" value="VisaIssued"[^>]*>\s*Visa issued/);
  });

  test('shows its fields on the page of an event, by their titles and the kinds of their schemas', async () => {
    const html = (await page(`/events/${issued.id}`)).replace(/\s+/g, ' ');
    expect(html).toContain('<p class="kicker">Visa issued</p>');
    expect(html).toContain('<dt>Issued by</dt><dd><a href="/countries/CN">China</a></dd>');
    expect(html).toContain(
      '<dt>Holder</dt><dd><a href="/actors/pk~a.-khan"><bdi>A. Khan</bdi></a> (Pakistan)</dd>',
    );
    expect(html).toContain('<dt>Purpose</dt><dd>Work visa</dd>');
    expect(html).toContain('<dt>Waived</dt><dd>yes</dd>');
    expect(html).toMatch(/<dt>Applies to<\/dt><dd><a[^>]*>China<\/a>, <a[^>]*>Macao<\/a><\/dd>/);
  });

  test('is checked like a built-in type: pointers, codes, eras of countries, normalised names', async () => {
    const refused = await post(visa({ issuer: 'Nowhere', purpose: 'spying' as never }));
    expect(refused.status).toBe(400);
    expect(await refused.json()).toMatchObject({
      errors: [
        { pointer: '/data/issuer', code: 'unknown-country' },
        { pointer: '/data/purpose', code: 'unknown-value' },
      ],
    });
    const soviet = await post(visa({ occurred: '2005', appliesTo: ['SU'] }));
    expect(await soviet.json()).toMatchObject({
      errors: [{ pointer: '/data/appliesTo/0', code: 'country-out-of-time' }],
    });
    const stored = await (await fetch(`${harness.url}/events/${issued.id}`)).json();
    expect(stored).toMatchObject({
      event: {
        data: { appliesTo: ['CN', 'MO'] },
        verbatim: { '/data/appliesTo/0': 'China', '/data/appliesTo/1': 'Macau' },
      },
    });
  });

  test('can be recorded by a form made from its schema', async () => {
    expect(await page('/record')).toContain('<a href="/record/visa-issued">Visa issued</a>');
    const form = await page('/record/visa-issued');
    for (const label of ['Issued by', 'Work visa', 'What the visa allows.', 'Valid until', 'Waived']) {
      expect(form).toContain(label);
    }
    const fields = {
      '/id': '00000000-0000-7000-b000-000000000001',
      '/occurred': '2025-10-02',
      '/data/issuer': 'China',
      '/data/holder/name': 'B. Khan',
      '/data/holder/kind': 'person',
      '/data/purpose': 'visit',
      '/data/appliesTo': 'China, Macau',
      '/data/fee/waived': 'false',
      '/sources/0/outlet': 'Dawn',
      do: 'record',
    };
    const response = await fetch(`${harness.url}/record/visa-issued`, {
      method: 'POST',
      headers: { Accept: 'text/html' },
      body: new URLSearchParams(fields),
      redirect: 'manual',
    });
    expect(response.status).toBe(303);
    const { event } = (await (await fetch(`${harness.url}/events/${fields['/id']}`)).json()) as {
      event: object;
    };
    expect(event).toMatchObject({
      type: 'VisaIssued',
      data: {
        issuer: 'CN',
        holder: { name: 'B. Khan', kind: 'person' },
        purpose: 'visit',
        appliesTo: ['CN', 'MO'],
        fee: { waived: false },
      },
    });
  });

  test('has a JSON Schema with the titles and descriptions of its fields', () => {
    expect(jsonSchemaOf(visaIssued)).toMatchObject({
      title: 'Visa issued',
      properties: {
        type: { const: 'VisaIssued' },
        data: {
          properties: {
            issuer: { title: 'Issued by' },
            purpose: { enum: ['work', 'visit'], description: 'What the visa allows.' },
          },
          required: ['issuer', 'holder', 'purpose'],
          additionalProperties: false,
        },
      },
    });
  });

  test('is replayed into its own timeline and projection, corrections included', async () => {
    const history = replay({ projections: [visas, visaCounts] });
    const first = visa();
    await history.given([first, visa({ purpose: 'visit' }), mouSigned()]);
    await history.when(eventCorrected(first, { purpose: 'visit' }));
    expect(await history.timeline('visas', 'CN')).toHaveLength(2);
    expect(await history.state(visaCounts, 'all')).toEqual({ visit: 2 });
    await history.close();
  });

  test('cannot share its name with another type', () => {
    expect(() => registerEventTypes([{ ...visaIssued } as typeof visaIssued])).toThrow(
      'Event type VisaIssued is defined already; give yours another name',
    );
  });
});
