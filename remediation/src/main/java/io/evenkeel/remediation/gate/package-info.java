/** Decides whether a plan runs, asks, is shown or is refused. Pure: everything it needs is handed in. */
@NullMarked
package io.evenkeel.remediation.gate;

import org.jspecify.annotations.NullMarked;
