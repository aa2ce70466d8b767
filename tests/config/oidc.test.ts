import { describe, expect, test } from '@jest/globals';
import type { OidcSettings } from '../../src/access/oidc/oidc-settings.ts';
import { roleOf, userOf } from '../../src/access/oidc/oidc-user.ts';
import { readConfig } from '../../src/config.ts';
import { codeBlocks } from '../docs/doc-pages.ts';

const TOKENS = {
  OIDC_ISSUER: 'https://sso.example.org/realms/desk',
  OIDC_AUDIENCE: 'https://record.example.org',
  OIDC_ROLES: 'record-admins=admin, /desk/editors = curator,a=b=reader',
};
const PAGES = {
  OIDC_CLIENT_ID: 'chancery',
  OIDC_CLIENT_SECRET: 'hush',
  PUBLIC_URL: 'https://record.example.org',
};

function settingsOf(environment: NodeJS.ProcessEnv) {
  const outcome = readConfig({}, environment);
  if (outcome.outcome === 'invalid') throw new Error(JSON.stringify(outcome.invalid));
  return outcome.config.oidc;
}

function invalidNames(environment: NodeJS.ProcessEnv): readonly string[] {
  const outcome = readConfig({}, environment);
  return outcome.outcome === 'invalid' ? outcome.invalid.map(({ name }) => name) : [];
}

describe('the settings of an identity provider', () => {
  test('are undefined without one', () => {
    expect(settingsOf({})).toBeUndefined();
  });

  test('have defaults, and roles in the order of the setting', () => {
    expect(settingsOf(TOKENS)).toEqual({
      issuer: 'https://sso.example.org/realms/desk',
      audience: 'https://record.example.org',
      client: undefined,
      algorithms: ['RS256'],
      actorClaim: 'sub',
      groupsClaim: 'groups',
      roles: [
        { group: 'record-admins', role: 'admin' },
        { group: '/desk/editors', role: 'curator' },
        { group: 'a=b', role: 'reader' },
      ],
    });
  });

  test('are as the documentation shows them', () => {
    const block = codeBlocks('src/docs/access.md').find(({ language }) => language === 'ini');
    const lines = (block?.text ?? '')
      .split('\n')
      .filter((line) => line.startsWith('OIDC_') || line.startsWith('PUBLIC_'));
    const settings = settingsOf(Object.fromEntries(lines.map((line) => line.split(/=(.*)/s).slice(0, 2))));
    expect(settings?.client?.id).toBe('chancery');
    const user = userOf({ sub: 'anna', groups: ['staff', 'desk'] }, settings as OidcSettings);
    expect(user && roleOf(user, settings?.roles ?? [])).toBe('recorder');
  });

  test('include a client for the pages', () => {
    const scope = 'openid email';
    const { client, audience } =
      settingsOf({ ...TOKENS, ...PAGES, OIDC_AUDIENCE: '', OIDC_SCOPE: scope }) ?? {};
    expect([client, audience]).toEqual([{ id: 'chancery', secret: 'hush', scope }, undefined]);
  });

  test.each([['none'], ['HS256'], ['RS256,HS256'], ['rs256'], [',']])(
    'do not take the algorithms %s',
    (algorithms) => {
      expect(invalidNames({ ...TOKENS, OIDC_ALGORITHMS: algorithms })).toEqual(['OIDC_ALGORITHMS']);
    },
  );

  test.each([
    ['http://sso.example.org'],
    ['sso.example.org'],
    ['https://user@sso.example.org'],
    ['https://sso.example.org/?realm=desk'],
  ])('do not take %s for an issuer', (issuer) => {
    expect(invalidNames({ ...TOKENS, OIDC_ISSUER: issuer })).toEqual(['OIDC_ISSUER']);
  });

  test.each([['desk'], ['desk=editor'], ['=reader'], ['desk=visitor'], ['CN=desk,OU=record=reader']])(
    'do not take %s for roles',
    (roles) => {
      expect(invalidNames({ ...TOKENS, OIDC_ROLES: roles })).toEqual(['OIDC_ROLES']);
    },
  );

  test.each<[string, NodeJS.ProcessEnv]>([
    ['OIDC_ISSUER', { ...TOKENS, OIDC_ISSUER: '' }],
    ['OIDC_ISSUER', PAGES],
    ['OIDC_ROLES', { ...TOKENS, OIDC_ROLES: '' }],
    ['OIDC_AUDIENCE', { ...TOKENS, OIDC_AUDIENCE: '' }],
    ['OIDC_CLIENT_ID', { ...TOKENS, OIDC_CLIENT_SECRET: 'hush' }],
    ['PUBLIC_URL', { ...TOKENS, ...PAGES, PUBLIC_URL: '' }],
    ['OIDC_SCOPE', { ...TOKENS, ...PAGES, OIDC_SCOPE: 'email' }],
  ])('need %s', (name, environment) => {
    expect(invalidNames(environment)).toEqual([name]);
  });
});
