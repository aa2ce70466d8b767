import { EVENT_ID, RECORD_NAME } from '../events/descriptions.ts';
import type { AppContext } from '../protocol/context.ts';
import { type EndpointDescription, jsonBody, PAGE, PROJECTION_PROBLEMS } from '../protocol/description.ts';
import type { Router } from '../protocol/router.ts';
import { claimsAnswer, contradictionListAnswer } from '../schemas/claims.ts';
import { timelineParameters } from '../timelines/parameters.ts';
import { TIMELINE_PARAMETERS } from '../timelines/query.ts';
import { CLAIMS_FORMATS, showEventClaims, showRecordClaims } from './claims.ts';
import {
  CONTRADICTION_FORMATS,
  listContradictions,
  PAGE_PARAMETERS,
  stateParameter,
} from './contradictions.ts';

const MOVED = {
  308: {
    description: 'The query of a page is not in its canonical form',
    headers: ['Location', 'Vary'],
  },
} as const;

function describeClaims(id: string, summary: string): EndpointDescription {
  return {
    id,
    area: 'Claims',
    permission: 'read',
    summary,
    description:
      'What its sources report, what statements say about it, and what linked events say; the parties of whom no ' +
      'statement is recorded; and candidates of contradiction. Retracted claims are listed, and do not count.',
    query: timelineParameters(TIMELINE_PARAMETERS.whole),
    answers: { 200: { content: { ...jsonBody(claimsAnswer), ...PAGE } }, ...MOVED },
    problems: [...PROJECTION_PROBLEMS, 'unknown-record', 'record-removed'],
    isConditional: true,
  };
}

const contradictionsDescription: EndpointDescription = {
  id: 'listContradictions',
  area: 'Claims',
  permission: 'read',
  summary: 'Candidates of contradiction, the latest first',
  description:
    'They are computed, and assert nothing: a person confirms one with a link `contradicts` between its two ends. A ' +
    'page has the candidates of `limit` events.',
  query: [
    stateParameter,
    ...timelineParameters(PAGE_PARAMETERS.filter((name) => name !== stateParameter.name)),
  ],
  answers: {
    200: { content: { ...jsonBody(contradictionListAnswer), ...PAGE }, headers: ['Link'] },
    ...MOVED,
  },
  problems: PROJECTION_PROBLEMS,
  isConditional: true,
};

/** Registers the claims about events and records, and the candidates of contradiction. */
export function registerClaims(router: Router, context: AppContext): void {
  router.register<{ id: string }>(
    '/events/:id/claims',
    { get: (req, res) => showEventClaims(context, req, res) },
    {
      path: { id: EVENT_ID },
      get: describeClaims('getEventClaims', 'Who affirms and who denies an event, and who is silent'),
    },
    CLAIMS_FORMATS,
  );
  router.register<{ stream: string }>(
    '/streams/:stream/claims',
    { get: (req, res) => showRecordClaims(context, req, res) },
    {
      path: { stream: RECORD_NAME },
      get: describeClaims('getRecordClaims', 'Who affirms and who denies a record, and who is silent'),
    },
    CLAIMS_FORMATS,
  );
  router.register(
    '/contradictions',
    { get: (req, res) => listContradictions(context, req, res) },
    { get: contradictionsDescription },
    CONTRADICTION_FORMATS,
  );
}
