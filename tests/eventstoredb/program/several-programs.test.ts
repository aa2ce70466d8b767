import { describeSeveralPrograms } from '../suites/several-programs.ts';
import { startSharedWireServer } from '../support/test-server.ts';

describeSeveralPrograms(await startSharedWireServer());
