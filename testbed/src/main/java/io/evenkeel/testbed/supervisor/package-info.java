/** The platform: starts, restarts, scales, deploys and rolls back the shop, with a journal of its own. */
@NullMarked
package io.evenkeel.testbed.supervisor;

import org.jspecify.annotations.NullMarked;
