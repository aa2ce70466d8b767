import { assetUrl } from '../../web/shell/assets.ts';
import {
  type EndpointDescription,
  jsonBody,
  PAGE,
  type PathParameter,
  PROJECTION_PROBLEMS,
  textBody,
} from '../protocol/description.ts';
import { home, problemType } from '../schemas/operations.ts';
import { searchAnswer } from '../schemas/timelines.ts';
import { SEARCH_PARAMETERS } from './search-query.ts';

const area = 'Documentation';

export const homeDescription: EndpointDescription = {
  id: 'getHome',
  area,
  permission: 'read',
  summary: 'Links to all resources, as URI templates; for browsers an overview of the timelines',
  answers: { 200: { content: { ...jsonBody(home), ...PAGE }, headers: ['Age'] } },
  problems: PROJECTION_PROBLEMS,
  isConditional: true,
};

export const searchDescription: EndpointDescription = {
  id: 'search',
  area: 'Search',
  permission: 'read',
  summary: 'Countries, topics and actors by their names, and entries by what is said in them',
  query: SEARCH_PARAMETERS,
  answers: {
    200: { content: { ...jsonBody(searchAnswer), ...PAGE }, headers: ['Age', 'Cache-Control'] },
    308: { description: 'The query of a page is not in its canonical form', headers: ['Location', 'Vary'] },
  },
  problems: PROJECTION_PROBLEMS,
};

export const ASSET: PathParameter = {
  description: 'File name with a hash of its content.',
  // Tests of other parts run without the build that assets are read from.
  get example() {
    return assetUrl('styles.css').slice('/assets/'.length);
  },
};

export const assetDescription: EndpointDescription = {
  id: 'getAsset',
  area,
  permission: 'none',
  isShared: true,
  summary: 'Style sheet, icon and scripts of the pages',
  answers: {
    200: {
      content: { ...textBody('text/css'), ...textBody('text/javascript'), ...textBody('image/svg+xml') },
      headers: ['Cache-Control'],
    },
  },
  problems: ['unknown-resource'],
};

export const DOCS_PAGE = { description: 'Path of a page of the manual.', example: 'http-api' };

export const docsIndexDescription = docsDescription('getDocsIndex', 'The first page of the manual');
export const docsPageDescription = docsDescription('getDocsPage', 'A page of the manual');

function docsDescription(id: string, summary: string): EndpointDescription {
  return {
    id,
    area,
    permission: 'none',
    summary: `${summary}, or its Markdown`,
    answers: { 200: { content: { ...textBody('text/markdown'), ...PAGE } } },
    problems: ['unknown-resource'],
    isConditional: true,
  };
}

export const PROBLEM_CODE = { description: 'Code of a problem.', example: 'id-taken' };

export const problemTypeDescription: EndpointDescription = {
  id: 'getProblemType',
  area,
  permission: 'none',
  summary: 'What a problem means and what to do about it: the `type` of problem details',
  answers: { 200: { content: { ...jsonBody(problemType), ...PAGE } } },
  problems: ['unknown-resource'],
  isConditional: true,
};
