import { type EndpointDescription, json, PAGE, PROJECTION_PROBLEMS, text } from '../protocol/description.ts';
import { home, problemType } from '../schemas/operations.ts';
import { searchAnswer } from '../schemas/timelines.ts';
import { SEARCH_PARAMETERS } from './search.ts';

const area = 'Documentation';

export const homeDescription: EndpointDescription = {
  id: 'getHome',
  area,
  summary: 'Links to all resources, as URI templates; for browsers an overview of the timelines',
  answers: { 200: { content: { ...json(home), ...PAGE }, headers: ['Age', 'Cache-Control', 'ETag'] } },
  problems: PROJECTION_PROBLEMS,
};

export const searchDescription: EndpointDescription = {
  id: 'search',
  area: 'Search',
  summary: 'Countries by a name in any language, topics, and actors',
  query: SEARCH_PARAMETERS,
  answers: { 200: { content: { ...json(searchAnswer), ...PAGE }, headers: ['Cache-Control'] } },
};

export const ASSET = { description: 'File name with a hash of its content.', example: 'styles.css' };

export const assetDescription: EndpointDescription = {
  id: 'getAsset',
  area,
  summary: 'Style sheet, icon and scripts of the pages',
  answers: {
    200: {
      content: { ...text('text/css'), ...text('text/javascript'), ...text('image/svg+xml') },
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
    summary: `${summary}, or its Markdown`,
    answers: { 200: { content: { ...text('text/markdown'), ...PAGE } } },
    problems: ['unknown-resource'],
    isConditional: true,
  };
}

export const PROBLEM_CODE = { description: 'Code of a problem.', example: 'id-taken' };

export const problemTypeDescription: EndpointDescription = {
  id: 'getProblemType',
  area,
  summary: 'What a problem means and what to do about it: the `type` of problem details',
  answers: { 200: { content: { ...json(problemType), ...PAGE }, headers: ['Cache-Control', 'ETag'] } },
  problems: ['unknown-resource'],
};
