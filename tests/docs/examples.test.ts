import { DOC_PAGES } from './doc-pages.ts';
import { describeExamples } from './page-examples.ts';

for (const page of DOC_PAGES.filter((each) => each !== 'README.md')) describeExamples(page);
