import { describe, expect, test } from '@jest/globals';
import { contentTypes } from '../../../src/domain/event-types/registry.ts';
import { giveKey } from '../../access/open-access.ts';
import { briefing, mou, shipment, uuid } from '../../append/sent-events.ts';
import { ask, post } from '../support/client.ts';
import { type Fields, formIn, formSite } from '../support/sent-forms.ts';

const { running, send, opened, logged } = formSite();

const recorded = async (event: object) => post(running().url, event);
const page = async (path: string) =>
  (await ask(running().url, path, { headers: { accept: 'text/html' } })).text;
const versionOf = async (id: string) => {
  const { status, history } = (await ask(running().url, `/events/${id}`)).json;
  return { status, data: history.at(-1).data };
};

const why = { '/data/reason': 'The outlet corrected its report.', '/sources/0/outlet': 'Dawn' };

/** Opens a form about a signing, and sends it with what was typed. */
async function sent(path: string, typed: Fields) {
  return send(path, await opened(path, typed));
}

describe('a correction', () => {
  const path = `/record/corrections/${uuid(1)}`;

  test('is offered on the page of the event, and begins with what the event says', async () => {
    await recorded({ ...mou, id: uuid(1) });
    expect(await page(`/events/${uuid(1)}`)).toContain(`<a href="${path}">Correct</a>`);

    const { values } = formIn(await page(path));
    expect(Object.fromEntries(values)).toMatchObject({
      '/data/occurred': '2025-09-08',
      '/data/data/title': mou.data.title,
      '/data/data/parties/1/name': 'Frontier Works Organization',
      '/data/data/topics': 'critical-minerals',
      revision: '0',
    });
  });

  test('shows the differences before it is added, and then on its receipt', async () => {
    await recorded({ ...mou, id: uuid(1) });
    const fields = await opened(path, { ...why, '/data/occurred': '2025-09-09', '/data/data/title': 'MoU' });
    const preview = await send(path, { ...fields, do: 'preview' });
    expect(preview.text).toContain('<caption>2 differences</caption>');
    expect(preview.text).toContain('<del dir="auto">2025-09-08</del>');
    expect(preview.text).toContain('<ins dir="auto">2025-09-09</ins>');
    expect(await logged()).toHaveLength(1);

    const answers = await Promise.all([1, 2].map(() => send(path, { ...fields, do: 'record' })));
    const location = `/record/receipts/${fields['/id']}`;
    for (const answer of answers) expect(answer).toMatchObject({ status: 303, headers: { location } });
    expect(await page(location)).toContain('<h1>Correction added</h1>');
    expect(await page(location)).toContain('<caption>2 differences</caption>');
    expect(await logged()).toHaveLength(2);
    expect((await logged())[1]).toMatchObject({
      type: 'EventCorrected',
      stream: mou.stream,
      data: { corrects: uuid(1), occurred: '2025-09-09', data: { ...mou.data, title: 'MoU' } },
    });
  });

  test('has no date if only the payload is corrected, and says if nothing is changed', async () => {
    await recorded({ ...mou, id: uuid(1) });
    const unchanged = await sent(path, { ...why, do: 'record' });
    expect(unchanged.status).toBe(409);
    expect(unchanged.text).toContain('Nothing is changed yet.');
    expect(formIn(unchanged.text).values.get('/data/reason')).toBe(why['/data/reason']);

    await sent(path, { ...why, '/data/kind': 'source', '/data/data/binding': 'true', do: 'record' });
    const { data } = (await logged())[1];
    expect(data).toEqual({
      corrects: uuid(1),
      kind: 'source',
      reason: why['/data/reason'],
      data: { ...mou.data, binding: true },
    });
  });

  test('shows errors at their fields, and asks for a date that was emptied', async () => {
    await recorded({ ...mou, id: uuid(1) });
    const typed = { '/data/occurred': '', '/data/data/parties/0/country': 'Congo' };
    const { status, text } = await sent(path, { ...typed, '/sources/0/outlet': 'Dawn' });
    expect(status).toBe(400);
    expect(formIn(text).errors).toEqual({
      '/data/occurred': expect.stringContaining('Expected a date'),
      '/data/reason': expect.stringContaining('required'),
    });
    const { errors, values } = formIn(
      (await sent(path, { ...typed, ...why, '/data/occurred': '2025' })).text,
    );
    expect(errors).toEqual({ '/data/data/parties/0/country': expect.stringContaining('CG for Congo') });
    expect(values.get('/data/data/parties/0/country')).toBe('Congo');
  });

  test('names what was added by the form before, when it is sent again with other content', async () => {
    await recorded({ ...mou, id: uuid(1) });
    const fields = await opened(path, { ...why, '/data/data/title': 'Second', do: 'record' });
    await send(path, fields);
    const again = await send(path, { ...fields, '/data/data/title': 'Third' });
    expect(again.status).toBe(409);
    expect(again.text).toMatch(/The event added then is: <a [^>]*>Correction<\/a>/);
  });

  test('follows the latest correction, whose page offers it as well', async () => {
    await recorded({ ...mou, id: uuid(1) });
    await sent(path, { ...why, '/data/data/title': 'Second', do: 'record' });
    const [, correction] = await logged();
    expect(formIn(await page(`/record/corrections/${correction.id}`)).values.get('/data/data/title')).toBe(
      'Second',
    );
  });

  test('of a record that has changed shows what changed, and keeps what was typed', async () => {
    await recorded({ ...mou, id: uuid(1) });
    const stale = await opened(path, { ...why, '/data/data/subject': 'copper' });
    await sent(path, { ...why, '/data/data/title': 'By a colleague', do: 'record' });

    for (const button of ['preview', 'record']) {
      const refused = await send(path, { ...stale, do: button });
      expect(refused.status).toBe(412);
      expect(refused.text).toContain('The record has changed meanwhile');
      expect(refused.text).toContain('<ins dir="auto">By a colleague</ins>');
      const { values } = formIn(refused.text);
      expect(Object.fromEntries(values)).toMatchObject({
        '/data/data/title': 'By a colleague',
        '/data/data/subject': 'copper',
        '/data/reason': why['/data/reason'],
        '/id': stale['/id'],
        revision: '1',
      });
      if (button === 'preview') continue;
      expect((await send(path, { ...Object.fromEntries(values), do: 'record' })).status).toBe(303);
    }
    expect((await versionOf(uuid(1))).data).toEqual({
      ...mou.data,
      title: 'By a colleague',
      subject: 'copper',
    });
  });

  test('keeps the statement that somebody else has added meanwhile beside the one that was typed', async () => {
    await recorded({ ...briefing, id: uuid(1) });
    const statement = (text: string) => ({
      '/data/data/statements/0/speaker/name': 'Lin Jian',
      '/data/data/statements/0/speaker/kind': 'person',
      '/data/data/statements/0/text/0/language': 'en',
      '/data/data/statements/0/text/0/value': text,
      '/data/data/statements/0/quoted': 'verbatim',
    });
    const stale = await opened(path, { ...why, ...statement('Mine'), do: 'record' });
    await sent(path, { ...why, ...statement('Theirs'), do: 'record' });

    const outdated = await send(path, stale);
    expect(outdated.status).toBe(412);
    const { values } = formIn(outdated.text);
    expect((await send(path, { ...Object.fromEntries(values), do: 'record' })).status).toBe(303);
    expect((await versionOf(uuid(1))).data.statements).toMatchObject([
      { key: '1', text: [{ value: 'Theirs' }] },
      { key: '2', text: [{ value: 'Mine' }] },
    ]);
  });

  test('keeps what its form has no place for, and says so', async () => {
    const parties = Array.from({ length: 120 }, (_, n) => ({ name: `Party ${n}`, kind: 'company' }));
    const data = { ...mou.data, parties };
    await recorded({ ...mou, data, id: uuid(1) });
    expect(await page(path)).toContain('Not shown in this form, and kept as it is: Parties.');
    await sent(path, { ...why, '/data/data/title': 'Convention', do: 'record' });
    expect((await versionOf(uuid(1))).data).toEqual({ ...data, title: 'Convention' });
  });

  test('keeps a list whose text is too long for a form', async () => {
    const long = [{ language: 'zh', value: '稀土'.repeat(20_000) }];
    const said = (key: string) => ({
      key,
      speaker: { name: 'Lin Jian', kind: 'person' },
      quoted: 'paraphrase',
      text: long,
    });
    const data = { ...briefing.data, statements: ['1', '2', '3'].map(said) };
    await recorded({ ...briefing, data, id: uuid(1) });
    expect(await page(path)).toContain('kept as it is: Statements.');
    expect((await sent(path, { ...why, '/data/data/venue': 'Hall A', do: 'record' })).status).toBe(303);
    expect((await versionOf(uuid(1))).data).toEqual({ ...data, venue: 'Hall A' });
  });

  test('of an event that was retracted meanwhile keeps what was typed', async () => {
    await recorded({ ...mou, id: uuid(1) });
    const typed = await opened(path, { ...why, '/data/data/subject': 'copper', do: 'record' });
    await sent(`/record/retractions/${uuid(1)}`, { ...why, do: 'record' });
    const outdated = await send(path, typed);
    expect([outdated.status, formIn(outdated.text).values.get('revision')]).toEqual([412, '1']);

    const refused = await send(path, { ...Object.fromEntries(formIn(outdated.text).values), do: 'record' });
    expect(refused.status).toBe(409);
    expect(refused.text).toContain('The event was retracted. Record what is true now as a new event.');
    expect(formIn(refused.text).values.get('/data/data/subject')).toBe('copper');
  });

  test('of an event that is not there, was retracted, or is a link is refused', async () => {
    expect((await ask(running().url, path)).status).toBe(404);
    await recorded({ ...mou, id: uuid(1) });
    await sent(`/record/retractions/${uuid(1)}`, { ...why, do: 'record' });
    expect((await ask(running().url, path)).status).toBe(409);
    expect(await page(`/events/${uuid(1)}`)).not.toContain('>Correct</a>');
    expect((await send(path, { revision: 'x' })).status).toBe(400);
  });
});

test('the form that corrects an event of each type changes one field, or nothing when sent as it is', async () => {
  for (const [index, { name: type, category, example }] of contentTypes().entries()) {
    const id = uuid(100 + index);
    await recorded({ ...example, type, id, stream: `${category}-${index}`, sources: mou.sources });
    const before = (await versionOf(id)).data;
    const path = `/record/corrections/${id}`;
    const unchanged = await sent(path, { ...why, do: 'record' });
    expect([type, unchanged.status]).toEqual([type, 409]);

    await sent(path, { ...why, '/data/data/dateVerbatim': 'lately', do: 'record' });
    expect([type, (await versionOf(id)).data]).toEqual([type, { ...before, dateVerbatim: 'lately' }]);
  }
});

describe('a retraction', () => {
  test('is added with its reason, once', async () => {
    await recorded({ ...mou, id: uuid(1) });
    const path = `/record/retractions/${uuid(1)}`;
    const preview = await sent(path, why);
    expect([preview.status, preview.text.includes('Add retraction')]).toEqual([200, true]);
    const fields = await opened(path, { ...why, do: 'record' });
    for (const _ of [1, 2]) expect((await send(path, fields)).status).toBe(303);
    expect(await versionOf(uuid(1))).toMatchObject({ status: 'retracted' });
    expect(await logged()).toHaveLength(2);
  });
});

describe('a source', () => {
  const path = `/record/sources/${uuid(1)}`;

  test('is added to those of the event', async () => {
    await recorded({ ...mou, id: uuid(1) });
    expect((await sent(path, { '/sources/0/outlet': 'Reuters', do: 'record' })).status).toBe(303);
    expect((await logged())[1]).toMatchObject({
      type: 'SourceAdded',
      data: { to: uuid(1), act: 'corroborates' },
      sources: [{ outlet: 'Reuters' }],
    });
  });

  test('corrects one of them', async () => {
    await recorded({ ...mou, id: uuid(1) });
    expect(await page(path)).toContain('<option value="0">1. Dawn</option>');
    const typed = { '/sources/0/outlet': 'Dawn News', '/data/act': 'corrects-source' };
    const missing = formIn((await sent(path, typed)).text).errors;
    expect(missing).toEqual({ '/data/source': 'This field is required.' });
    const shown = await sent(path, { ...typed, '/data/source': '0' });
    expect(shown.text).toMatch(/<dt>Corrected source<\/dt>\s*<dd>1<\/dd>/);
    expect((await sent(path, { ...typed, '/data/source': '0', do: 'record' })).status).toBe(303);
    expect((await logged())[1].data).toEqual({ to: uuid(1), act: 'corrects-source', source: 0 });
  });
});

describe('a link', () => {
  const basis = { '/data/basis': 'Both cannot be true.', '/sources/0/outlet': 'Dawn' };

  test('is made from an event or a record to what a URL names, and withdrawn again', async () => {
    await recorded({ ...mou, id: uuid(1) });
    await recorded({ ...shipment, id: uuid(2), stream: 'shipment-a' });
    const typed = { ...basis, '/data/relation': 'contradicts', do: 'record' };
    const url = `${running().url}/events/${uuid(1)}?x=1`;
    expect((await sent(`/record/links/${uuid(2)}`, { ...typed, '/data/to': url })).status).toBe(303);
    expect((await sent('/record/links/shipment-a', { ...typed, '/data/to': mou.stream })).status).toBe(303);
    const [, , link, whole] = await logged();
    expect(link.data).toMatchObject({ from: uuid(2), to: uuid(1), relation: 'contradicts' });
    expect(whole.data).toMatchObject({ from: 'shipment-a', to: mou.stream });

    const withdraw = `/record/withdrawals/${link.id}`;
    expect(await page(`/events/${uuid(2)}`)).toContain(`href="${withdraw}"`);
    expect(await page(`/events/${link.id}`)).toContain(`href="${withdraw}"`);
    const fields = await opened(withdraw, { ...why, do: 'record' });
    for (const _ of [1, 2]) expect((await send(withdraw, fields)).status).toBe(303);
    expect(await page(`/record/receipts/${fields['/id']}`)).toContain('<h1>Withdrawal added</h1>');
    expect((await ask(running().url, `/record/withdrawals/${uuid(1)}`)).status).toBe(404);
  });

  test('that marks a statement as contradicting begins with what was said', async () => {
    const text = [{ language: 'en', value: 'The reports are pure fabrication.' }];
    const speaker = { name: 'Lin Jian', kind: 'person' };
    const statements = [{ key: 'q1', speaker, speechAct: 'deny', quoted: 'paraphrase', text }];
    await recorded({ ...briefing, id: uuid(3), data: { ...briefing.data, statements } });
    await ask(running().url, '/statements?after=1');
    const href = `/record/links/${uuid(3)}?relation=contradicts&amp;statement=q1`;
    expect(await page('/statements?after=1')).toContain(`href="${href}"`);

    const { values } = formIn(await page(href.replace('&amp;', '&')));
    expect([values.get('/data/relation'), values.get('/data/basis')]).toEqual([
      'contradicts',
      'Lin Jian denies: The reports are pure fabrication.',
    ]);
  });
});

describe('a next step', () => {
  test('is offered for the types that follow, and begins with the record', async () => {
    await recorded({ ...shipment, id: uuid(2), stream: 'shipment-a' });
    const href = '/record/shipment-arrived?record=shipment-a';
    for (const path of [`/events/${uuid(2)}`, '/streams/shipment-a']) {
      expect(await page(path)).toContain(`<a href="${href}">Shipment arrived</a>`);
      expect(await page(path)).not.toContain('record/mou-amended');
    }
    const form = await page(href);
    expect(form).toContain('Taken from it where you leave a field empty');
    expect(form).toContain(`action="${href}"`);
    const fields = {
      ...Object.fromEntries(formIn(form).values),
      '/occurred': '2025-11',
      '/sources/0/outlet': 'Dawn',
    };
    expect((await send(href, { ...fields, do: 'record' })).status).toBe(303);
    expect((await logged())[1]).toMatchObject({ type: 'ShipmentArrived', stream: 'shipment-a', data: {} });
    expect((await ask(running().url, '/record/shipment-arrived?record=shipment-none')).status).toBe(404);
  });

  test('is offered on the page of an agreement', async () => {
    await recorded({ ...mou, id: uuid(1) });
    const text = await page(`/mous/${mou.stream}?after=1`);
    expect(text).toContain(
      `<a href="/record/mou-entered-into-force?record=${mou.stream}">Entry into force</a>`,
    );
    expect(text).toContain(`<a href="/record/links/${mou.stream}">Link</a>`);
  });
});

describe('what may not be done', () => {
  test('is not shown, and is refused', async () => {
    await recorded({ ...mou, id: uuid(1) });
    const { access } = running();
    const key = (role: 'reader' | 'recorder' | 'curator', scope = ['']) =>
      giveKey(access, { name: `${role} ${scope}`, role, scope }).secret;
    const keys = {
      reader: key('reader'),
      recorder: key('recorder'),
      curator: key('curator'),
      other: key('curator', ['shipment-']),
    };
    const asked = (secret: string, path: string) =>
      ask(running().url, path, { headers: { accept: 'text/html', authorization: `Bearer ${secret}` } });
    const shown = async (secret: string) => {
      const { text } = await asked(secret, `/events/${uuid(1)}`);
      return [text.includes('>Correct</a>'), text.includes('record/mou-amended?')];
    };
    expect(await shown(keys.reader)).toEqual([false, false]);
    expect(await shown(keys.recorder)).toEqual([false, true]);
    expect(await shown(keys.curator)).toEqual([true, true]);
    expect(await shown(keys.other)).toEqual([false, false]);

    const path = `/record/corrections/${uuid(1)}`;
    const statuses = await Promise.all(
      Object.values(keys).map(async (secret) => (await asked(secret, path)).status),
    );
    expect(statuses).toEqual([403, 403, 200, 403]);
  });
});
