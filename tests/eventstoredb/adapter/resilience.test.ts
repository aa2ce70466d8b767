import { describeResilience } from '../suites/resilience.ts';
import { startSharedWireServer } from '../support/test-server.ts';

describeResilience(await startSharedWireServer());
