/** Incidents, their harm to users, and the suspects for their cause. */
@NullMarked
package io.evenkeel.domain.incident;

import org.jspecify.annotations.NullMarked;
