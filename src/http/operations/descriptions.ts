import { type EndpointDescription, jsonBody, LOG_PROBLEMS, textBody } from '../protocol/description.ts';
import {
  health,
  projectionAnswer,
  projectionList,
  readinessAnswer,
  rebuildAnswer,
} from '../schemas/operations.ts';

const area = 'Operations';

export const healthDescription: EndpointDescription = {
  id: 'getHealth',
  area,
  permission: 'none',
  summary: 'Whether the process answers',
  answers: { 200: { content: jsonBody(health), headers: ['Cache-Control'] } },
};

export const readinessDescription: EndpointDescription = {
  id: 'getReadiness',
  area,
  permission: 'none',
  summary: 'Whether the log is connected and every projection has caught up with it',
  answers: { 200: { content: jsonBody(readinessAnswer), headers: ['Cache-Control'] } },
  problems: ['not-ready'],
};

export const metricsDescription: EndpointDescription = {
  id: 'getMetrics',
  area,
  permission: 'operate',
  summary: 'Counters and gauges of the process, as OpenMetrics text',
  answers: { 200: { content: textBody('application/openmetrics-text'), headers: ['Cache-Control'] } },
};

export const listProjectionsDescription: EndpointDescription = {
  id: 'listProjections',
  area,
  permission: 'operate',
  summary: 'State, position, lag and health of every projection',
  answers: { 200: { content: jsonBody(projectionList), headers: ['Cache-Control'] } },
  problems: LOG_PROBLEMS,
};

export const getProjectionDescription: EndpointDescription = {
  id: 'getProjection',
  area,
  permission: 'operate',
  summary: 'State, position, lag and health of a projection',
  answers: { 200: { content: jsonBody(projectionAnswer), headers: ['Cache-Control'] } },
  problems: [...LOG_PROBLEMS, 'unknown-projection'],
};

export const getRebuildDescription: EndpointDescription = {
  id: 'getRebuild',
  area,
  permission: 'operate',
  summary: 'The running rebuild, or the last one since the server started',
  answers: { 200: { content: jsonBody(rebuildAnswer), headers: ['Cache-Control'] } },
  problems: ['unknown-projection', 'no-rebuild'],
};

const ACCEPTED = {
  202: { content: jsonBody(rebuildAnswer), headers: ['Cache-Control', 'Location'] },
} as const;

export const startRebuildDescription: EndpointDescription = {
  id: 'startRebuild',
  area,
  permission: 'operate',
  summary: 'Rebuild the rows from the whole log, while the present rows keep serving',
  answers: ACCEPTED,
  problems: ['unknown-projection', 'rebuild-running'],
};

export const cancelRebuildDescription: EndpointDescription = {
  id: 'cancelRebuild',
  area,
  permission: 'operate',
  summary: 'Cancel the running rebuild and discard its rows',
  answers: ACCEPTED,
  problems: ['unknown-projection', 'no-rebuild'],
};
