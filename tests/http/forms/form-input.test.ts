import { describe, expect, test } from '@jest/globals';
import { uuid } from '../../append/sent-events.ts';
import { ask } from '../support/client.ts';
import { briefingFields, type Fields, formIn, formSite, signingFields } from '../support/sent-forms.ts';

const { running, send, opened, logged } = formSite();

describe('rows of a form', () => {
  test('are added one at a time, keep the input and get the focus', async () => {
    const fields = await opened('/record/briefing', { ...briefingFields, add: '/data/statements' });
    const { status, text } = await send('/record/briefing', fields);
    expect(status).toBe(200);
    expect(text).toMatch(/id="f\/data\/statements\/1\/speaker\/name"[^>]* autofocus/);
    const { values } = formIn(text);
    expect(values.get('/data/statements/0/text/0/value')).toBe('The reports are pure fabrication.');
    expect(values.get('/id')).toBe(fields['/id']);
    const nested = await send('/record/briefing', {
      ...Object.fromEntries(values),
      add: '/data/statements/1/attribution',
    });
    expect(nested.text).toMatch(/<details class="collapsible inner" open>/);
    expect(nested.text).toMatch(/id="f\/data\/statements\/1\/attribution\/1\/name"[^>]* autofocus/);
    expect(await logged()).toEqual([]);
  });

  test('are removed, and the others move up', async () => {
    const third = {
      '/data/parties/2/name': 'Third',
      '/data/parties/2/kind': '',
      '/data/parties/2/country': '',
    };
    const fields = await opened('/record/mou', { ...signingFields, ...third, remove: '/data/parties/0' });
    const { text } = await send('/record/mou', fields);
    const { values } = formIn(text);
    expect(values.get('/data/parties/0/name')).toBe('Frontier Works Organization');
    expect(values.get('/data/parties/1/name')).toBe('Third');
    expect(values.has('/data/parties/2/name')).toBe(false);
  });

  test('are ignored if empty, and errors appear at the shown row', async () => {
    const rows = { '/data/parties/0/name': '', '/data/parties/0/kind': '', '/data/parties/0/country': '' };
    const third = {
      '/data/parties/2/name': 'Third',
      '/data/parties/2/kind': 'company',
      '/data/parties/2/country': 'Congo',
    };
    const { text } = await send(
      '/record/mou',
      await opened('/record/mou', { ...signingFields, ...rows, ...third }),
    );
    const { values, errors } = formIn(text);
    expect(Object.keys(errors)).toEqual(['/data/parties/1/country']);
    expect(values.get('/data/parties/1/name')).toBe('Third');
  });

  test('are limited in number', async () => {
    const rows = Object.fromEntries(
      Array.from({ length: 100 }, (_, row) => [`/sources/${row}/outlet`, `${row}`]),
    );
    const full = await send('/record/mou', { ...signingFields, ...rows, add: '/sources' });
    expect(full.status).toBe(200);
    expect(full.text).toContain('A form takes at most 100 rows. Use the API for more.');
    expect(full.text).not.toContain('name="/sources/100/outlet"');
    expect((await send('/record/mou', { '/sources/100/outlet': 'x' })).status).toBe(400);
  });

  test('are not created in large numbers by a few names with high indexes', async () => {
    const far = Object.fromEntries(
      Array.from({ length: 100 }, (_, row) => [`/sources/${row}/attribution/99/name`, 'x']),
    );
    const { status, text } = await send('/record/mou', { ...far, add: '/sources' });
    expect(status).toBe(413);
    expect(text).toContain('A form may have at most 5000 fields.');
  });
});

test('an agreement of which one party is known is added with an empty row for another one', async () => {
  const one = Object.fromEntries(
    Object.entries(signingFields).filter(([name]) => !name.includes('/parties/1/')),
  );
  await send('/record/mou', await opened('/record/mou', { ...one, do: 'record' }));
  expect((await logged())[0].data.parties).toEqual([
    { name: 'US Strategic Metals', kind: 'company', country: 'US' },
  ]);
});

describe('hostile form input', () => {
  const hostile = `"><script>alert(1)</script>'&amp;<img src=x onerror=alert(2)>\u202e`;

  test('is shown again as plain text', async () => {
    const names = [...formIn((await ask(running().url, '/record/briefing')).text).values.keys()];
    const everywhere = Object.fromEntries(names.map((name) => [name, hostile]));
    for (const fields of [everywhere, { ...briefingFields, '/id': uuid(1), '/data/venue': hostile }]) {
      const { text } = await send('/record/briefing', fields);
      expect(text).not.toContain('<script>alert');
      expect(text).not.toContain('<img');
      expect(formIn(text).values.get('/data/venue')).toBe(hostile);
    }
  });

  test('is stored if it is only text, and shown as plain text on the receipt', async () => {
    const fields = await opened('/record/mou', { ...signingFields, '/data/subject': hostile, do: 'record' });
    const { headers } = await send('/record/mou', fields);
    const { text } = await ask(running().url, headers['location'] ?? '');
    expect(text).not.toContain('<script>alert');
    expect((await logged())[0].data.subject).toBe(hostile);
  });

  test('has its line breaks converted to line feeds', async () => {
    const typed = { ...briefingFields, '/data/statements/0/text/0/value': 'one\r\ntwo', do: 'record' };
    await send('/record/briefing', await opened('/record/briefing', typed));
    expect((await logged())[0].data.statements[0].text[0].value).toBe('one\ntwo');
  });

  test('is validated by the rules of JSON', async () => {
    const { status, text } = await send(
      '/record/mou',
      await opened('/record/mou', { ...signingFields, '/data/title': 'a\0b' }),
    );
    expect(status).toBe(400);
    expect(formIn(text).errors).toEqual({ '/data/title': 'text must not contain the character U+0000' });
  });

  test.each<[name: string, body: string, headers: Fields, status: number]>([
    ['invalid UTF-8', '/data/title=%c3%28', {}, 400],
    ['bytes without percent-encoding', '/data/title=ü', {}, 400],
    ['a duplicate field', '/data/title=a&/data/title=b', {}, 400],
    ['an unknown field', '/data/colour=red', {}, 400],
    ['a field of another form', '/data/host=CN', {}, 400],
    ['a name of a built-in property', '__proto__=1', {}, 400],
    ['a row without a number', '/data/parties/x/name=1', {}, 400],
    ['a row with a very high number', '/data/parties/999999999/name=1', {}, 400],
    ['two buttons', 'do=record&add=/sources', {}, 400],
    ['an unknown button', 'do=publish', {}, 400],
    ['adding a row to a field without rows', 'add=/data/title', {}, 400],
    ['removing a row that does not exist', 'remove=/', {}, 400],
    ['JSON', '{}', { 'content-type': 'application/json' }, 415],
    ['a multipart form', '', { 'content-type': 'multipart/form-data; boundary=x' }, 415],
    ['another charset', '', { 'content-type': 'application/x-www-form-urlencoded; charset=latin1' }, 415],
    ['a compressed form', '', { 'content-encoding': 'gzip' }, 415],
    ['six thousand fields', '&'.repeat(6_000), {}, 413],
    ['more than a mebibyte', `/data/title=${'x'.repeat(1 << 20)}`, {}, 413],
  ])('is refused: %s', async (_name, body, headers, status) => {
    expect((await send('/record/mou', body, headers)).status).toBe(status);
    expect(await logged()).toEqual([]);
    expect(running().signals).toEqual([]);
  });

  test('gets an error page', async () => {
    const { headers, text } = await send('/record/mou', '/data/colour=red');
    expect(headers['content-type']).toBe('text/html; charset=utf-8');
    expect(text).toContain('The form has no field /data/colour.');
  });
});
