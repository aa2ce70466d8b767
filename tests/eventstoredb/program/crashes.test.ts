import { describeProgramCrashes } from '../suites/program-crashes.ts';
import { startSharedWireServer } from '../support/test-server.ts';

describeProgramCrashes(await startSharedWireServer());
