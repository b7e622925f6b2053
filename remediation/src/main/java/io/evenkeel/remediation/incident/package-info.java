/** The life of incidents: taken in, acknowledged, mitigated, resolved, and the timeline of what happened. */
@NullMarked
package io.evenkeel.remediation.incident;

import org.jspecify.annotations.NullMarked;
