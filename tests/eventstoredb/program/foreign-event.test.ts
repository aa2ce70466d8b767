import { describeForeignEvent } from '../suites/foreign-event.ts';
import { startSharedWireServer } from '../support/test-server.ts';

describeForeignEvent(await startSharedWireServer());
